import type { ApiClient, Swarm } from './api-client.ts'
import { ClientError } from './api-errors.ts'

/** Shorter beginnings of an info hash are too easily those of a name. */
const LEAST_DIGITS = 4

export function listSwarms(api: ApiClient): Promise<Swarm[]> {
  return api.all((client, query) => client.GET('/swarms', { params: { query } }))
}

/**
 * The swarm that a user means: by its info hash, by a beginning of that (4 digits or more), or by its name.
 * @throws ClientError when none or several are meant: who can choose names must not choose what is removed
 */
export async function findSwarm(api: ApiClient, word: string): Promise<Swarm> {
  return pickSwarm(await listSwarms(api), word)
}

export function pickSwarm(swarms: readonly Swarm[], word: string): Swarm {
  const digits = word.toLowerCase()
  const isStart = digits.length >= LEAST_DIGITS && /^[0-9a-f]{1,40}$/.test(digits)
  const whole = swarms.filter(({ infoHash }) => infoHash === digits)
  const found =
    whole.length > 0
      ? whole
      : swarms.filter(({ infoHash, name }) => name === word || (isStart && infoHash.startsWith(digits)))
  const [first, second] = found
  if (first === undefined) throw new ClientError(`there is no swarm ${word}; \`swarmd ls\` shows all`)
  if (second === undefined) return first
  const hashes = found.slice(0, 5).map(({ infoHash }) => infoHash)
  throw new ClientError(`${word} can be ${found.length} swarms: ${hashes.join(', ')}; give more of the info hash`)
}
