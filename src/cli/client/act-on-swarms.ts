import type { paths } from '../../../openapi/client.d.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import type { Swarm } from './api-client.ts'
import { ApiProblemError } from './api-errors.ts'
import type { ClientRun } from './client-command.ts'
import { listSwarms, pickSwarm } from './find-swarm.ts'

type Body = NonNullable<paths['/swarm-actions']['post']['requestBody']>['content']['application/json']
/** What is to be done with each swarm. */
export type SwarmAction = Omit<Body, 'infoHashes'>

/** The service takes so many at once. */
const BATCH = 100

export interface Told {
  /** The swarm as it was before. */
  readonly before: Swarm
  /** As it is now; undefined when it is gone. */
  readonly now: Swarm | undefined
}

/**
 * Does the same with every swarm that is named. All are found before the first is changed; from then on one that fails
 * stops none of the others.
 * @param words as the user wrote them
 * @param line what to say of one that went well, and what with --json
 * @returns the exit code: 1 when one failed
 */
export async function actOnSwarms(
  { api, print, system }: ClientRun,
  words: readonly string[],
  action: SwarmAction,
  line: { readonly people: (told: Told) => string; readonly json: (told: Told) => unknown },
): Promise<number> {
  const all = await listSwarms(api)
  const wanted = new Map(words.map((word) => pickSwarm(all, word)).map((swarm) => [swarm.infoHash, swarm]))
  const hashes = [...wanted.keys()]
  let failed = 0
  for (let first = 0; first < hashes.length; first += BATCH) {
    const infoHashes = hashes.slice(first, first + BATCH)
    const answer = await api.ask((client) => client.POST('/swarm-actions', { body: { ...action, infoHashes } }))
    failed += answer.failed
    for (const { infoHash, swarm, problem } of answer.results) {
      const before = wanted.get(infoHash)
      if (before === undefined) continue
      const told = { before, now: swarm }
      if (problem !== undefined) {
        const text = `swarmd: ${printable(`${before.name}: ${new ApiProblemError(problem).message}`)}`
        system.err(`${print.json ? printableJson(problem) : text}\n`)
      } else if (print.json) print.jsonLine(line.json(told))
      else print.line(line.people(told))
    }
  }
  return failed === 0 ? exitCodes.ok : exitCodes.failed
}

/** The line of a swarm that is in another state now. */
export const stateLine = {
  people: ({ before, now }: Told): string => `${before.name}: ${now?.state ?? 'gone'}`,
  json: ({ now }: Told): unknown => now,
}
