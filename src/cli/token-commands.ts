/** `swarmd token …`: makes, lists and revokes tokens in the state below a root, whether its service runs or not. */
import { Option, type Command } from 'commander'
import { type Environment, effectiveSettings, type GivenFlags } from './config/effective-settings.ts'
import { flagWithValue, settingOf, variableOf } from './config/settings.ts'
import { exitCodes } from './exit-codes.ts'
import { printableJson } from './terminal/printable.ts'
import type { AccessScope, AccessTokens } from '../service/index.ts'

/** Here too, so that the help needs no service loaded. */
const scopes = ['write', 'read', 'metrics'] as const satisfies readonly AccessScope[]

export interface TokenSystem {
  readonly environment: Environment
  /** For people, and for programs that read us. */
  out(line: string): void
  /** Beside it, and errors. */
  err(line: string): void
}

type JsonFlags = GivenFlags & { readonly json?: true }
type CreateFlags = JsonFlags & { readonly scope: AccessScope }

/** @param onCommand is given what was asked for */
export function addTokenCommands(
  program: Command,
  onCommand: (run: () => Promise<number>) => void,
  system: TokenSystem,
): void {
  const token = program
    .command('token')
    .description('Make, list and revoke the tokens that open the API to other machines.')
    .helpCommand('help [command]', 'show the help of a command')
  withRoot(token.command('create'))
    .description('Make a token and print it: it is shown this once.')
    .addOption(new Option('--scope <scope>', 'what it opens').choices([...scopes]).makeOptionMandatory())
    .option('--json', 'print it as JSON, with its id')
    .action((flags: CreateFlags) => onCommand(() => inRoot(flags, system, (tokens) => create(tokens, flags, system))))
  withRoot(token.command('list'))
    .description('List the tokens by id, scope and age; never their text.')
    .option('--json', 'print them as JSON')
    .action((flags: JsonFlags) => onCommand(() => inRoot(flags, system, (tokens) => list(tokens, flags, system))))
  withRoot(token.command('revoke <id>'))
    .description('Make a token worthless, within a second.')
    .action((id: string, flags: GivenFlags) =>
      onCommand(() => inRoot(flags, system, (tokens) => revoke(tokens, id, system))),
    )
}

function withRoot(command: Command): Command {
  return command
    .option('--config <file>', `read settings from this file of TOML (env: ${variableOf('config')})`)
    .option(flagWithValue('root'), `${settingOf('root').description} (env: ${variableOf('root')})`)
}

/** Prints the token alone on stdout, for `TOKEN=$(swarmd token create --scope read)`. */
async function create(tokens: AccessTokens, { scope, json }: CreateFlags, system: TokenSystem): Promise<number> {
  const made = await tokens.create(scope)
  if (json === true) {
    system.out(`${printableJson(made, 2)}\n`)
    return exitCodes.ok
  }
  const { id, token } = made
  system.out(`${token}\n`)
  system.err(`Token ${id}, scope ${scope}. It is not shown again; swarmd token revoke ${id} makes it worthless.\n`)
  return exitCodes.ok
}

async function list(tokens: AccessTokens, { json }: JsonFlags, system: TokenSystem): Promise<number> {
  const all = await tokens.list()
  if (json === true) {
    system.out(`${printableJson(all, 2)}\n`)
    return exitCodes.ok
  }
  for (const { id, scope, createdAt } of all) system.out(`${id}  ${scope.padEnd(7)}  ${createdAt}\n`)
  if (all.length === 0) system.err('There are no tokens.\n')
  return exitCodes.ok
}

async function revoke(tokens: AccessTokens, id: string, system: TokenSystem): Promise<number> {
  if (await tokens.revoke(id)) return exitCodes.ok
  system.err(`swarmd: there is no token ${id}; swarmd token list shows those that are\n`)
  return exitCodes.failed
}

/** What the disk refuses is said in a line. */
async function inRoot(
  { root, config }: GivenFlags,
  system: TokenSystem,
  work: (tokens: AccessTokens) => Promise<number>,
): Promise<number> {
  const flags: GivenFlags = { ...(root !== undefined && { root }), ...(config !== undefined && { config }) }
  const { values } = await effectiveSettings(flags, system.environment)
  const { AccessTokens } = await import('../service/index.ts')
  try {
    return await work(new AccessTokens(values.root ?? '.'))
  } catch (error) {
    system.err(`swarmd: ${error instanceof Error ? error.message : String(error)}\n`)
    return exitCodes.config
  }
}
