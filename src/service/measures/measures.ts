/**
 * Numbers of the service for metrics, as plain values. Counters never go down while the process lives, but those of a
 * swarm, which begin anew when it is stopped and started. Seconds, bytes, and bytes per second.
 */
import type { MemberChange } from '../../network/index.ts'
import type { DurationsView } from '../../swarm/index.ts'
import type { ServiceIdentity, SwarmView } from '../face.ts'

export interface ServiceMeasures {
  readonly identity: ServiceIdentity
  readonly disk: {
    readonly seconds: { readonly read: DurationsView; readonly write: DurationsView; readonly sync: DurationsView }
    readonly bytes: { readonly read: number; readonly write: number }
    readonly pending: { readonly read: number; readonly write: number; readonly sync: number }
    readonly failures: { readonly read: number; readonly write: number; readonly sync: number }
    /** On the file system of the root; null when it does not say. */
    readonly freeBytes: number | null
  }
  readonly journal: { readonly flushSeconds: DurationsView; readonly failures: number }
  readonly requestLatency: DurationsView
  readonly hashSeconds: DurationsView
  readonly loopLag: DurationsView
  readonly listener: {
    readonly connections: number
    readonly halfOpen: number
    readonly accepted: number
    readonly refused: Readonly<Record<string, number>>
  }
  readonly limits: { readonly connections: number }
  readonly dials: Readonly<Record<string, number>>
  readonly closes: Readonly<Record<string, number>>
  readonly bans: Readonly<Record<string, number>>
  /** The tracker that this peer is. */
  readonly tracker: {
    readonly registeredSwarms: number
    readonly foreignSwarms: number
    readonly foreignPeers: number
    /** What was asked of it, and what was of no use, by transport. */
    readonly requests: Readonly<Record<'http' | 'udp', Readonly<Record<string, number>>>>
  }
  /** How long trackers took to answer our announces. */
  readonly announceSeconds: DurationsView
  /** The membership as this member knows it. */
  readonly members: {
    readonly states: Readonly<Record<'alive' | 'suspect' | 'gone' | 'left', number>>
    readonly linked: number
    /** Links in use whose other end knew something else when it last said. */
    readonly differing: number
    readonly changes: Readonly<Record<MemberChange, number>>
    readonly digests: Readonly<Record<'sent' | 'agreed' | 'differed', number>>
    readonly messages: Readonly<Record<'sent' | 'received', number>>
    readonly bytes: Readonly<Record<'sent' | 'received', number>>
  }
  /** Local discovery; null when it is off. */
  readonly lsd: Readonly<Record<'sent' | 'used' | 'ignored', number>> | null
}

export interface SwarmMeasures {
  readonly swarm: SwarmView
  readonly bytesLeft: number
  /** Bytes that were of no use, by reason, since the swarm was started. */
  readonly waste: Readonly<Record<string, number>>
  readonly hashFailures: number
  readonly peers: {
    readonly inbound: number
    readonly outbound: number
    readonly interestedInUs: number
    readonly interestingToUs: number
    readonly chokingUs: number
    readonly snubbing: number
  }
  readonly requests: {
    readonly inFlight: number
    readonly uploadQueue: number
    readonly sent: number
    readonly rejected: number
    readonly cancelled: number
  }
  readonly picker: {
    /** Pieces on their way. */
    readonly inProgress: number
    /** Connected peers that have the rarest piece that is wanted and not begun; null when there is none. */
    readonly rarestAvailability: number | null
    /** Pieces that are wanted and not begun, by the number of connected peers that have them, the last: so many or more. */
    readonly spread: readonly number[]
  }
  /** Messages of the peer exchange. */
  readonly pex: { readonly sent: number; readonly received: number }
  /** New addresses, by where they were heard of first. */
  readonly learned: Readonly<Record<string, number>>
  /** Bytes. `spare`: buffers for pieces that wait to be used again. `sockets`: what the system has not taken yet. */
  readonly memory: {
    readonly readCache: number
    readonly pieces: number
    readonly spare: number
    readonly sockets: number
    readonly unsynced: number
  }
  /** Null while the swarm is not running. */
  readonly choker: {
    readonly slots: number
    readonly optimisticSlots: number
    readonly slotsUsed: number
    readonly rounds: number
    /** By reason code. */
    readonly decisions: Readonly<Record<string, number>>
    /** Seconds that peers had waited when they got a slot, and how many got one. */
    readonly waits: DurationsView
    /** How evenly we gave in the time in which each wanted some: `given` of `FairnessView`. */
    readonly fairness: number | null
  } | null
  readonly trackers: readonly {
    /** Host and port: the path may hold a passkey. */
    readonly tracker: string
    readonly working: boolean
    readonly answered: number
    readonly failed: number
    /** Unix time, seconds; null before the first. */
    readonly nextAnnounceAt: number | null
    readonly seeders: number | null
    readonly leechers: number | null
  }[]
  readonly peerMeasures: readonly PeerMeasures[]
}

export interface PeerMeasures {
  /** The remote end of the socket, as in the API. */
  readonly address: string
  readonly downloadRate: number
  readonly uploadRate: number
  readonly downloaded: number
  readonly uploaded: number
  readonly progress: number
  readonly requestsInFlight: number
  readonly uploadQueue: number
  readonly slot: 'regular' | 'optimistic' | null
  readonly interestedInUs: boolean
  readonly interestingToUs: boolean
  readonly chokingUs: boolean
  readonly snubbed: boolean
  /** What the choker said last, as a code; and the place in that round, 0 when it was not ranked. */
  readonly decision: string | null
  readonly rank: number
  /** The rate that ranked it in the last round; null before there was one. */
  readonly rankedRate: number | null
}
