/**
 * swarm: one torrent's life, without I/O: sessions with peers, the piece picker, the choker, the list of candidates, the
 * announce tiers.
 *
 * Invariant: events go in with the time, effects come out after the transition; time and chance are arguments, so a
 * whole swarm can run in virtual time. Nothing here knows a socket, a file or a clock.
 * May import: protocol.
 */
export { CHOKE_CODES, formatRate, formatTime, shareWords, type ChokeCode } from './choker/choke-reasons.ts'
export {
  CHOKER_PROFILES,
  DEFAULT_CHOKER,
  rankedRate,
  ranking,
  type ChokeCandidate,
  type ChokerProfile,
  type ChokerSettings,
} from './choker/choker.ts'
export { uplinkShares } from './choker/shares.ts'
export { ChokerLog, type ChokerRecord } from './choker/choker-log.ts'
export type { FairnessIndices, PeerAccount } from './choker/fairness.ts'
export type { AnnounceEvent, TrackerState } from './announce/announce-tiers.ts'
export type { AnnounceAnswer, TorrentEffect, TorrentEvent } from './events.ts'
export type { CloseReason } from './peer/close-reason.ts'
export type { MetadataProgress } from './metadata/metadata-fetch.ts'
export { METADATA_OFFER } from './metadata/metadata-serving.ts'
export { MetadataSwarm, type MetadataSwarmOptions } from './metadata/metadata-swarm.ts'
export { PEX_OFFER } from './pex/peer-exchange.ts'
export type { PeerGreeting, PeerKey, PeerSession } from './peer/peer-session.ts'
export { isBelievable } from './peer-list/hearsay.ts'
export { banKeyOf, type PeerSource } from './peer-list/peer-list.ts'
export { StorageError, type PieceStore } from './ports.ts'
export { Durations, type DurationsView } from './rate/durations.ts'
export { PIECE_LEVELS, type PieceOrder } from './piece-picker/piece-plan.ts'
export { RateBudget } from './rate/rate-budget.ts'
export { TimeLeft } from './rate/time-left.ts'
export { RateMeter } from './rate/rate-meter.ts'
export type { ExtensionOffer } from './torrent/extensions.ts'
export { DEFAULT_LIMITS, type SwarmCounters, type TorrentLimits, type TorrentOptions } from './torrent/swarm-context.ts'
export { Torrent } from './torrent/torrent.ts'
export type { TorrentEngine } from './torrent/torrent-engine.ts'
export type { DownloadCode, Explanation, Progress, ProgressCode } from './torrent/explain.ts'
