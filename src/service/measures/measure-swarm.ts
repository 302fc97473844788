/** Numbers of a swarm for metrics, read from the engine as they stand. */
import { addressKey } from '../../protocol/index.ts'
import type { PeerSession } from '../../swarm/index.ts'
import type { PeerMeasures, SwarmMeasures } from './measures.ts'
import type { ActivePhase } from '../swarm/swarm-phase.ts'
import { MagnetSwarm } from '../magnet/magnet-swarm.ts'
import type { AnySwarm } from '../swarm/swarm-registry.ts'
import { viewSwarm } from '../swarm/swarm-view.ts'

/** Classes of availability: with no peer, one, two, three, four or more. */
const SPREAD = 5

const NONE = {
  waste: {},
  hashFailures: 0,
  peers: { inbound: 0, outbound: 0, interestedInUs: 0, interestingToUs: 0, chokingUs: 0, snubbing: 0 },
  requests: { inFlight: 0, uploadQueue: 0, sent: 0, rejected: 0, cancelled: 0 },
  picker: { inProgress: 0, rarestAvailability: null, spread: [] },
  pex: { sent: 0, received: 0 },
  learned: {},
  memory: { readCache: 0, pieces: 0, spare: 0, sockets: 0, unsynced: 0 },
  choker: null,
  trackers: [],
  peerMeasures: [],
} as const

/** @param wallNow ms since the epoch, at monotonic `now` */
export function measureSwarm(swarm: AnySwarm, now: number, wallNow: number): SwarmMeasures {
  const view = viewSwarm(swarm, now)
  const bytesLeft = Math.round(view.length * (1 - view.progress))
  const active = swarm instanceof MagnetSwarm ? null : swarm.active
  if (!active) return { swarm: view, bytesLeft, ...NONE }
  const { torrent, storage, runner } = active
  const { picker } = torrent
  const sessions = [...torrent.sessions.values()]
  return {
    swarm: view,
    bytesLeft,
    waste: { ...torrent.counters.wastedFor },
    hashFailures: torrent.counters.hashFailures,
    peers: countPeers(sessions),
    requests: {
      inFlight: sum(sessions, (session) => session.requests.size),
      uploadQueue: sum(sessions, (session) => session.uploads.size),
      ...torrent.counters.requests,
    },
    picker: {
      inProgress: picker.assemblies.size,
      rarestAvailability: picker.rarity.rarest,
      spread: picker.rarity.spread(SPREAD),
    },
    pex: { ...torrent.counters.pex },
    learned: { ...torrent.peers.learned },
    memory: {
      readCache: storage.reader.heldBytes,
      pieces: torrent.pieceBuffers.bytesTaken,
      spare: torrent.pieceBuffers.bytesSpare,
      sockets: sum(sessions, ({ key }) => runner.connection(key)?.queuedBytes ?? 0),
      unsynced: storage.durable?.unsyncedBytes ?? 0,
    },
    choker: measureChoker(active, now),
    trackers: torrent.announcing.trackers.map((tracker) => ({
      tracker: hostOf(tracker.url),
      working: tracker.lastAnnounceAt !== null && tracker.lastError === null,
      answered: tracker.answered,
      failed: tracker.failed,
      nextAnnounceAt: tracker.lastAnnounceAt === null ? null : (wallNow + tracker.nextAnnounceAt - now) / 1000,
      seeders: tracker.complete,
      leechers: tracker.incomplete,
    })),
    peerMeasures: sessions.map((session) => measurePeer(session, now)),
  }
}

function countPeers(sessions: readonly PeerSession[]): SwarmMeasures['peers'] {
  const having = (is: (session: PeerSession) => boolean): number => sum(sessions, (session) => Number(is(session)))
  const outbound = having((session) => session.outbound)
  return {
    inbound: sessions.length - outbound,
    outbound,
    interestedInUs: having((session) => session.peerInterested),
    interestingToUs: having((session) => session.amInterested),
    chokingUs: having((session) => session.peerChoking),
    snubbing: having((session) => session.snubbed),
  }
}

function measureChoker({ torrent }: ActivePhase, now: number): SwarmMeasures['choker'] {
  const { slots, optimisticSlots } = torrent.chokerSettings
  const { rounds, decisions, waits } = torrent.chokerCounts
  return {
    slots,
    optimisticSlots,
    slotsUsed: torrent.unchoked,
    rounds,
    decisions,
    waits: waits.view(),
    fairness: torrent.choking.fairness(now).given,
  }
}

const measurePeer = (session: PeerSession, now: number): PeerMeasures => ({
  address: addressKey(session.address),
  downloadRate: session.download.rate(now),
  uploadRate: session.upload.rate(now),
  downloaded: session.download.total,
  uploaded: session.upload.total,
  progress: session.pieces.count / session.pieces.size,
  requestsInFlight: session.requests.size,
  uploadQueue: session.uploads.size,
  slot: session.slot,
  interestedInUs: session.peerInterested,
  interestingToUs: session.amInterested,
  chokingUs: session.peerChoking,
  snubbed: session.snubbed,
  decision: session.verdict.code,
  rank: session.verdict.rank,
  rankedRate: session.rankedRate,
})

/** The rest of the URL may hold a passkey. */
const hostOf = (url: string): string => /^[a-z]+:\/\/(?:[^/@]*@)?([^/?#]+)/.exec(url)?.[1] ?? 'unknown'

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)
