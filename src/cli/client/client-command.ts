import { type Command, Option } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { ApiClient } from './api-client.ts'
import { ApiProblemError, ApiUnreachableError, ClientError } from './api-errors.ts'
import { type ClientOptions, DEFAULT_API, readApiAddress } from './client-config.ts'
import type { ClientSystem } from './client-system.ts'
import { Printer } from './printer.ts'

/** What a command works with. */
export interface ClientRun {
  readonly api: ApiClient
  readonly print: Printer
  readonly system: ClientSystem
}

/** Says what is to run once the command line is understood. */
export type Start = (task: (system: ClientSystem) => Promise<number>) => void

/** Adds one command to the program. */
export type ClientCommand = (program: Command, start: Start) => void

/** A command with the options that all clients of the API have. */
export function clientCommand(program: Command, words: string, description: string): Command {
  return program
    .command(words)
    .description(description)
    .addOption(new Option('--api <url>', 'where the API of the service is').env('SWARMD_API').default(DEFAULT_API))
    .addOption(
      new Option('--token-file <file>', 'file with the access token (or SWARMD_TOKEN holds it)').env(
        'SWARMD_TOKEN_FILE',
      ),
    )
    .option('--json', 'print what the API says, as JSON')
}

/** Runs a command against the API; faults become one line and an exit code. */
export async function runClient(
  options: ClientOptions,
  system: ClientSystem,
  body: (run: ClientRun) => Promise<number>,
): Promise<number> {
  const print = new Printer(system, options.json === true)
  try {
    return await body({ api: new ApiClient(readApiAddress(options, system.env)), print, system })
  } catch (error) {
    return explain(error, options, system)
  }
}

function explain(error: unknown, { json }: ClientOptions, system: ClientSystem): number {
  if (error instanceof ApiProblemError && json === true) {
    system.err(`${printableJson(error.problem)}\n`)
    return exitCodes.failed
  }
  const code = codeOf(error)
  if (code === null) throw error
  system.err(`swarmd: ${printable((error as Error).message)}\n`)
  if (error instanceof ApiProblemError) for (const line of error.commands) system.err(`  ${printable(line)}\n`)
  return code
}

function codeOf(error: unknown): number | null {
  if (error instanceof ApiUnreachableError) return exitCodes.unavailable
  if (error instanceof ConfigError) return exitCodes.config
  return error instanceof ApiProblemError || error instanceof ClientError ? exitCodes.failed : null
}
