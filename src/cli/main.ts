/**
 * The command line: argv and SWARMD_* to config, config to service and control, outcome to exit code. Invariant: it
 * decides nothing about peers; every fault a user can cause ends in one line and a code of its own; the commands that
 * ask a running service know nothing but its API. May import: service, control, the types of the generated client.
 */
import { Command, CommanderError, Option } from 'commander'
import { readFileSync } from 'node:fs'
import type { ClientCommand } from './client/client-command.ts'
import { processSystem } from './client/client-system.ts'
import { ConfigError } from './config/config-error.ts'
import type { Environment, GivenFlags } from './config/effective-settings.ts'
import { flagWithValue, settingNames, settingOf, variableOf } from './config/settings.ts'
import { exitCodes } from './exit-codes.ts'
import { addServiceCommands } from './install/service-commands.ts'
import { endWithLauncher } from './launcher-end.ts'
import { journalMark } from './log-level.ts'
import type { ServeSystem } from './serve.ts'
import type { ServeProgress } from './serve-progress.ts'
import { processClock, terminalOf } from './terminal/process-terminal.ts'
import { addTokenCommands } from './token-commands.ts'

const serveExamples = `
Each option can also stand in the environment, as the name in brackets, and in a file of TOML, as its name without
the dashes: \`swarmd config\` prints one. Flags win over the environment, that over the file.

Examples:
  swarmd serve                                             torrents/ and shareable/ of this directory
  swarmd serve --root /srv/swarmd                          those of another
  swarmd serve --port 7000 --api-port 7080 --root two      a second peer on the same machine
  curl --data-binary @lab.torrent -H 'content-type: application/x-bittorrent' http://127.0.0.1:5080/swarms`

/** What was asked for: resolves with the exit code. */
type Task = () => Promise<number>

/** The settings, as options of a command. Their defaults are only told: what is not given is looked for elsewhere. */
function withSettings(command: Command): Command {
  command.option('--config <file>', `read settings from this file of TOML (env: ${variableOf('config')})`)
  for (const name of settingNames) {
    const { description, default: standard, otherwise } = settingOf(name)
    const told = otherwise ?? (standard === undefined ? undefined : JSON.stringify(standard))
    const text = told === undefined ? description : `${description} (default: ${told})`
    command.addOption(new Option(flagWithValue(name), `${text} (env: ${variableOf(name)})`))
  }
  return command
}

function buildProgram(clientCommands: readonly ClientCommand[], onCommand: (run: Task) => void): Command {
  const program = new Command('swarmd')
    .description('A BitTorrent peer service: client, server and tracker at once.')
    .version(version(), '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'swarmd: ')) })
  withSettings(program.command('serve'))
    .description('Run the service until it is stopped by SIGTERM or Ctrl-C.')
    .addHelpText('after', serveExamples)
    .action((flags: GivenFlags) => onCommand(() => runServe(flags, process.env)))
  withSettings(program.command('config'))
    .description('Print a swarmd.toml to start from, or with --effective what holds and where it came from.')
    .option('--effective', 'the settings that `serve` would run with, given the same options')
    .option('--json', 'with --effective: as JSON')
    .action((flags: GivenFlags & ConfigFlags) => onCommand(() => showConfig(flags, process.env)))
  addTokenCommands(program, onCommand, { environment: process.env, ...printers })
  addServiceCommands(program, onCommand, printers)
  for (const add of clientCommands) add(program, (run) => onCommand(() => run(processSystem())))
  program.addHelpText('after', '\nRun `swarmd help serve` for options and examples.')
  return program
}

const printers = {
  out: (line: string): void => void process.stdout.write(line),
  err: (line: string): void => void process.stderr.write(line),
}

interface ConfigFlags {
  readonly effective?: true
  readonly json?: true
}

async function showConfig(flags: GivenFlags & ConfigFlags, environment: Environment): Promise<number> {
  const [{ effectiveSettings }, { effectiveJson, effectiveText, exampleFile }, { readServeConfig }] = await Promise.all(
    [import('./config/effective-settings.ts'), import('./config/config-text.ts'), import('./config/serve-config.ts')],
  )
  if (flags.effective !== true) {
    process.stdout.write(exampleFile())
    return exitCodes.ok
  }
  const effective = await effectiveSettings(flags, environment)
  process.stdout.write(flags.json === true ? effectiveJson(effective) : effectiveText(effective))
  // What `serve` would refuse is refused here, after it was shown.
  readServeConfig(effective)
  return exitCodes.ok
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** Runs one command. Resolves with the exit code. @param argv without the runtime and the script */
export async function main(argv: readonly string[]): Promise<number> {
  let run: Task | undefined
  survivePipes()
  try {
    // What asks a service is not loaded by the service itself.
    const clientCommands = argv[0] === 'serve' ? [] : (await import('./commands/index.ts')).clientCommands
    buildProgram(clientCommands, (asked) => {
      run = asked
    }).parse(argv, { from: 'user' })
    return run === undefined ? exitCodes.ok : await run()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${journalMark(process.env)('error')}swarmd: ${error.message}\n`)
    return exitCodes.config
  }
}

async function runServe(flags: GivenFlags, environment: Environment): Promise<number> {
  // Loaded when needed: help and version answer without them.
  const [{ effectiveSettings }, { LiveConfig }] = await Promise.all([
    import('./config/effective-settings.ts'),
    import('./config/reload.ts'),
  ])
  const read = () => effectiveSettings(flags, environment)
  const live = new LiveConfig(await read(), read)
  const [{ serve }, { startService }, { StderrLines }] = await Promise.all([
    import('./serve.ts'),
    import('../service/index.ts'),
    import('./stderr-lines.ts'),
  ])
  endWithLauncher(exitCodes.failed)
  const progress = await serveProgress(environment)
  const mark = journalMark(environment)
  const toTerminal = (line: string): void => progress?.write(line)
  const stderr = new StderrLines(process.stderr)
  const system: ServeSystem = {
    startService,
    signals: process,
    now: () => performance.now(),
    exit: (code) => process.exit(code),
    out: progress !== null && process.stdout.isTTY ? toTerminal : printers.out,
    err(line, level) {
      if (progress === null) return stderr.write(`${mark(level)}${line}`)
      progress.write(line)
      return true
    },
    ...(progress === null ? {} : { progress }),
    environment,
    pids: [process.pid, process.ppid],
    logFormat: process.stderr.isTTY ? 'lines' : 'json',
    hangUpStops: process.stdin.isTTY || process.stderr.isTTY,
  }
  return serve(live, system)
}

/** Bars on stderr, when that is a terminal that can draw them. */
async function serveProgress(environment: Environment): Promise<ServeProgress | null> {
  if (!process.stderr.isTTY || environment['TERM'] === 'dumb') return null
  const [{ ServeProgress }, { speaksUnicode, wantsColour }] = await Promise.all([
    import('./serve-progress.ts'),
    import('./terminal/paint.ts'),
  ])
  return new ServeProgress({
    terminal: terminalOf(process.stderr),
    clock: processClock,
    style: { unicode: speaksUnicode(environment), colour: wantsColour(environment, true) },
  })
}

/** A reader of our output that goes away (`| head`, a journal's restart) is no fault, and must not take the service with it. */
function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
