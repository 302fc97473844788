import { ApiClient, type Swarm } from '../client/api-client.ts'
import type { ClientCommand } from '../client/client-command.ts'
import { DEFAULT_API, readApiAddress } from '../client/client-config.ts'
import { listSwarms } from '../client/find-swarm.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../terminal/printable.ts'

/** Somebody waits with a finger on the key. */
const PATIENCE_MS = 2_000
/** Names are hostile text: as a word for a shell to take is given only what means nothing to any. */
const HARMLESS = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/
/** Could be meant as the beginning of an info hash, perhaps of another swarm. */
const DIGITS = /^[0-9a-f]{4,}$/i

/** For the scripts of `completions`: the swarms that a word may become, a line each, with a tab and what it is. */
export const completeSwarms: ClientCommand = (program, start) => {
  program
    .command('complete-swarms [beginning]', { hidden: true })
    .description('Print the swarms that a word can be completed to.')
    .action((beginning: string | undefined) =>
      start(async (system) => {
        try {
          const { SWARMD_API: api = '', SWARMD_TOKEN_FILE: tokenFile = '' } = system.env
          const address = readApiAddress({ api: api || DEFAULT_API, tokenFile }, system.env)
          const swarms = await listSwarms(new ApiClient(address, PATIENCE_MS))
          for (const line of swarmWords(swarms, beginning ?? '')) system.out(`${line}\n`)
          return exitCodes.ok
        } catch {
          // In the midst of a line that somebody types, nothing is told.
          return exitCodes.failed
        }
      }),
    )
}

/** By its name where that is its own and harmless, or else by its info hash; by that too when it is what was begun. */
export function swarmWords(swarms: readonly Pick<Swarm, 'infoHash' | 'name' | 'state'>[], beginning: string): string[] {
  const counts = new Map<string, number>()
  for (const { name } of swarms) counts.set(name, (counts.get(name) ?? 0) + 1)
  return swarms.flatMap(({ infoHash, name, state }) => {
    const isName = HARMLESS.test(name) && !DIGITS.test(name) && counts.get(name) === 1 && name.startsWith(beginning)
    if (isName) return [`${name}\t${state}`]
    return infoHash.startsWith(beginning.toLowerCase()) ? [`${infoHash}\t${printable(name)}, ${state}`] : []
  })
}
