/** Pictures of the trackers of a swarm for the control plane. */
import { maskAnnounceUrl, normaliseAnnounceUrl, type Metainfo } from '../../protocol/index.ts'
import type { TrackerState } from '../../swarm/index.ts'
import type { TrackerView } from '../face.ts'
import { isOwnTracker } from './own-addresses.ts'
import type { AnySwarm } from '../swarm/swarm-registry.ts'

/** A moment on both clocks, to tell the time of day of something on the other. */
export interface Moment {
  /** Milliseconds, monotonic. */
  readonly now: number
  /** Milliseconds since 1970. */
  readonly wall: number
}

/** In the order of the torrent, tier by tier; those that are not asked too, and why. */
export function viewTrackers(swarm: AnySwarm, peerPort: number, moment: Moment): TrackerView[] {
  const announcing = swarm.active?.torrent.announcing
  const states = new Map(announcing?.trackers.map((state) => [state.url, state]))
  return swarm.about.announceTiers.flatMap((urls, tier) =>
    urls.map((text) => {
      const nothing = { ...NOTHING_TOLD, url: maskAnnounceUrl(text), tier }
      const known = readUrl(text)
      if ('refused' in known) return { ...nothing, status: 'refused', statusReason: known.refused } as const
      const masked = { ...nothing, url: maskAnnounceUrl(known.url) }
      if (isOwnTracker(known.host, known.port, peerPort)) {
        return { ...masked, status: 'own', statusReason: 'it is this machine: we are the tracker' } as const
      }
      const state = states.get(known.url)
      if (announcing === undefined || state === undefined) {
        return { ...masked, status: 'stopped', statusReason: 'the swarm is not running' } as const
      }
      return { ...masked, ...viewState(state, announcing.pending === known.url, moment) }
    }),
  )
}

const NOTHING_TOLD = {
  lastAnnounceAt: null,
  nextAnnounceAt: null,
  seeders: null,
  leechers: null,
  peers: null,
  failures: 0,
  lastError: null,
} as const

function readUrl(text: Metainfo['announceTiers'][number][number]): ReturnType<typeof normaliseAnnounceUrl> | Refused {
  try {
    return normaliseAnnounceUrl(text)
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) }
  }
}

interface Refused {
  readonly refused: string
}

function viewState(state: TrackerState, isPending: boolean, moment: Moment): Omit<TrackerView, 'url' | 'tier'> {
  const { lastAnnounceAt, nextAnnounceAt, lastError, failures, complete, incomplete, peers } = state
  const at = (time: number): string => new Date(moment.wall + time - moment.now).toISOString()
  const hasAnswered = lastAnnounceAt !== null && lastError === null
  const isDue = hasAnswered || failures > 0
  return {
    ...viewStatus(state, isPending, moment.now),
    lastAnnounceAt: lastAnnounceAt === null ? null : at(lastAnnounceAt),
    nextAnnounceAt: isDue ? at(Math.max(nextAnnounceAt, moment.now)) : null,
    seeders: complete,
    leechers: incomplete,
    peers: lastAnnounceAt === null ? null : peers,
    failures,
    lastError,
  }
}

function viewStatus(
  { lastAnnounceAt, nextAnnounceAt, lastError, failures, peers }: TrackerState,
  isPending: boolean,
  now: number,
): Pick<TrackerView, 'status' | 'statusReason'> {
  const seconds = Math.max(0, Math.ceil((nextAnnounceAt - now) / 1000))
  if (isPending) return { status: 'announcing', statusReason: 'asked, waiting for its answer' }
  if (lastError !== null) {
    const times = failures === 1 ? 'once' : `${failures} times`
    return { status: 'failed', statusReason: `failed ${times} (${lastError}); asked again in ${seconds} s` }
  }
  if (lastAnnounceAt === null) {
    return { status: 'waiting', statusReason: 'not asked as long as one before it answers' }
  }
  const named = peers === 1 ? '1 peer' : `${peers} peers`
  return { status: 'working', statusReason: `answered with ${named}; asked again in ${seconds} s` }
}
