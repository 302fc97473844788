/**
 * The command line: argv and SWARMD_* to config, config to service and control, outcome to exit code. Invariant: it
 * decides nothing about peers; every fault a user can cause ends in one line and a code of its own. May import:
 * service, control.
 */
import { Command, CommanderError, Option } from 'commander'
import { readFileSync } from 'node:fs'
import { ConfigError, environmentName } from './config-error.ts'
import { exitCodes } from './exit-codes.ts'
import { endWithLauncher } from './launcher-end.ts'
import type { ServeSystem } from './serve.ts'
import type { ServeOptions } from './serve-config.ts'

const serveExamples = `
Each option can also stand in the environment, as the name in brackets.

Examples:
  swarmd serve                                             torrents/ and shareable/ of this directory
  swarmd serve --root /srv/swarmd                          those of another
  swarmd serve --port 7000 --api-port 7080 --root two      a second peer on the same machine
  curl --data-binary @lab.torrent -H 'content-type: application/x-bittorrent' http://127.0.0.1:5080/swarms`

function option(flags: string, description: string, standard?: string): Option {
  const flag = flags.split(' ')[0] ?? flags
  const made = new Option(flags, description).env(environmentName(flag))
  return standard === undefined ? made : made.default(standard)
}

function buildProgram(onServe: (options: ServeOptions) => void): Command {
  const program = new Command('swarmd')
    .description('A BitTorrent peer service: client, server and tracker at once.')
    .version(version(), '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'swarmd: ')) })
  program
    .command('serve')
    .description('Run the service until it is stopped by SIGTERM or Ctrl-C.')
    .addOption(option('--root <dir>', 'where torrents/, shareable/ and .swarmd/ are', '.'))
    .addOption(option('--port <number>', 'port for peers and tracker requests', '5000'))
    .addOption(option('--host <address>', 'address to listen on for peers', '0.0.0.0'))
    .addOption(
      option(
        '--client-ports <range>',
        'local ports of outbound connections; 0 lets the system choose (default: the 64 after --port)',
      ),
    )
    .addOption(option('--max-connections <number>', 'most peers connected at a time', '200'))
    .addOption(option('--api-port <number>', 'port of the REST API', '5080'))
    .addOption(option('--api-host <address>', 'address of the REST API; loopback only', '127.0.0.1'))
    .addHelpText('after', serveExamples)
    .action((options: ServeOptions) => onServe(options))
  program.addHelpText('after', '\nRun `swarmd help serve` for options and examples.')
  return program
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** Runs one command. Resolves with the exit code. @param argv without the runtime and the script */
export async function main(argv: readonly string[]): Promise<number> {
  let options: ServeOptions | undefined
  try {
    buildProgram((given) => {
      options = given
    }).parse(argv, { from: 'user' })
    return options === undefined ? exitCodes.ok : await runServe(options)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`swarmd: ${error.message}\n`)
    return exitCodes.config
  }
}

async function runServe(options: ServeOptions): Promise<number> {
  // Loaded when needed: help and version answer without them.
  const { readServeConfig } = await import('./serve-config.ts')
  const config = readServeConfig(options)
  const [{ serve }, { startService }] = await Promise.all([import('./serve.ts'), import('../service/index.ts')])
  survivePipes()
  endWithLauncher(exitCodes.failed)
  const system: ServeSystem = {
    startService,
    signals: process,
    now: () => performance.now(),
    exit: (code) => process.exit(code),
    out: (line) => void process.stdout.write(line),
    err: (line) => void process.stderr.write(line),
  }
  return serve(config, system)
}

/** A reader of our output that goes away (`| head`, a journal's restart) must not take the service with it. */
function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
