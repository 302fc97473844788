/** Why a swarm knows nobody, in words that say what to do about it. */
import type { Torrent, TrackerState } from '../../swarm/index.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'

export interface Search {
  readonly trackers: readonly Pick<TrackerState, 'url' | 'lastError' | 'answered'>[]
  /** Local discovery is on, and may be used for this torrent. */
  readonly lsd: boolean
  /** Members of the network, ourselves not counted. */
  readonly members: number
  readonly isPrivate: boolean
}

const ADVICE = 'Name a living peer: --peers at the start, or POST /swarms/{infoHash}/peers.'
const PRIVATE_ADVICE = 'The torrent is private: only its trackers may name peers.'

/** Where a swarm looks for peers. @param isPrivate as far as it is known */
export function searchOf(
  torrent: Pick<Torrent, 'announcing'>,
  { isPrivate, around }: { readonly isPrivate: boolean; readonly around: SwarmSurroundings },
): Search {
  const members = around.network.membership.alive - 1
  return { trackers: torrent.announcing.trackers, lsd: around.policy.lsd && !isPrivate, members, isPrivate }
}

/** @returns null while there is still somebody to wait for */
export function explainSearch({ trackers, lsd, members, isPrivate }: Search): string | null {
  const waiting = trackers.some(({ lastError, answered }) => lastError === null && answered === 0)
  if (waiting) return null
  const found = trackers.map(({ url, lastError }) => {
    return lastError === null ? `${hostOf(url)} knows no other peer` : `${hostOf(url)} does not answer (${lastError})`
  })
  if (found.length === 0) found.push('the torrent names no other tracker')
  if (isPrivate) return `no peers known: ${found.join('; ')}. ${PRIVATE_ADVICE}`
  found.push(lsd ? 'nobody on the LAN has announced it' : 'local discovery is off')
  found.push(members === 0 ? 'no member of the network is known' : `none of ${members} members of the network is in it`)
  return `no peers known: ${found.join('; ')}. ${ADVICE}`
}

/** `10.0.0.248:5000` of an announce URL. */
function hostOf(url: string): string {
  return /^[a-z]+:\/\/([^/?#]+)/i.exec(url)?.[1] ?? url
}
