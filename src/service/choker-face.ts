/** The choker's decisions as the control plane sees them: plain values, fresh with each call. */
import type { ChokeCode, DownloadCode } from '../swarm/index.ts'

export type { ChokeCode, DownloadCode }

/** What the choker sees of one peer at one moment, and what it made of that. */
export interface ChokeStandingView {
  /** `10.0.0.251:5000`: the remote end of the socket. */
  readonly address: string
  /** 40 hex digits. */
  readonly peerId: string
  /** From it and to it, in bytes per second: the meters' numbers at that moment. */
  readonly downloadRate: number
  readonly uploadRate: number
  /** The number it is ranked by, in bytes per second: the rate to us; while we seed how much of our uplink it has had lately. */
  readonly rankedRate: number
  readonly interested: boolean
  readonly seeder: boolean
  readonly uploadOnly: boolean
  readonly snubbed: boolean
  /** Since the last round it has held a slot and asked for nothing. */
  readonly unused: boolean
  /** It takes much, and gives next to nothing back. */
  readonly freeRides: boolean
  /** When it was asked for blocks last, it gave next to nothing. */
  readonly askedInVain: boolean
  /** Of our uplink, 0 to 1: what it gave of all that those with a slot gave. 0 without a slot. */
  readonly share: number
  /** The same in words; null without a slot, and while we seed, when all are alike. */
  readonly shareReason: string | null
  /** Since when it waits for a slot, or has this one, in seconds. */
  readonly sinceSeconds: number
  /** Since when it is connected, in seconds. */
  readonly connectedSeconds: number
  /** 1 = best; 0 when it is not ranked. */
  readonly rank: number
  readonly slot: 'regular' | 'optimistic' | null
  readonly code: ChokeCode
  /** One sentence for a person. */
  readonly reason: string
}

export interface ChokeDecisionView extends ChokeStandingView {
  readonly slotBefore: 'regular' | 'optimistic' | null
}

export interface FairnessIndicesView {
  /** Jain's index, 1/n to 1, of the bytes we gave each peer a second in which it wanted some; null when none did. */
  readonly given: number | null
  /** Jain's index of given / got, over the peers that gave us something; null when none did. */
  readonly reciprocity: number | null
}

/** One moment of decision, with every peer that was connected then. */
export interface ChokerRecordView {
  /** Counts all records of this swarm since the service began; later ones are greater. */
  readonly id: number
  /** `round`: all slots decided anew; between rounds, `lost-slot`: taken from who may not hold one; `free-slot`: given away. */
  readonly kind: 'round' | 'lost-slot' | 'free-slot'
  /** The round, counted from 1; between rounds the one before (0: none yet). */
  readonly round: number
  readonly time: string
  /** We had all pieces: ranked by what they take, not by what they give. */
  readonly seeding: boolean
  /** How many may be unchoked. */
  readonly slots: number
  /** Peers unchoked after it. */
  readonly unchoked: number
  readonly fairness: FairnessIndicesView
  readonly decisions: readonly ChokeDecisionView[]
}

export interface ChokerRoundsView {
  /** Oldest first. */
  readonly items: readonly ChokerRecordView[]
  /** Of the newest record there is; give the last item's as `since` to get those after it. */
  readonly lastId: number
}

export interface ChokerView {
  readonly slots: number
  readonly optimisticSlots: number
  readonly roundSeconds: number
  readonly optimisticSeconds: number
  readonly unchoked: number
  /** `choked` while all slots are taken: who asks now has to wait. */
  readonly uploadState: 'open' | 'choked'
  readonly seeding: boolean
  /** Rounds so far. */
  readonly round: number
  /** Id of the newest record; what stands here follows from the records up to it. */
  readonly lastRecordId: number
  readonly nextRoundInSeconds: number | null
  /** Until the round that gives the optimistic slot to somebody else, if somebody waits; null when nobody has it. */
  readonly nextOptimisticInSeconds: number | null
  /** Every connected peer: as they rank now, then those that can have no slot. `code` and `reason` are the last decision's. */
  readonly ranking: readonly ChokeStandingView[]
  /** The other half: the peers we download from. */
  readonly sources: {
    /** At most so many. */
    readonly limit: number
    readonly peers: readonly SourceView[]
  }
  /** Decisions since the swarm was started, by code. */
  readonly decisions: Readonly<Record<ChokeCode, number>>
}

export interface SourceView {
  readonly address: string
  readonly peerId: string
  readonly downloadRate: number
  readonly requestsInFlight: number
  readonly sinceSeconds: number
  /** It is not asked for more: it gives way to another as soon as it has sent what it owes. */
  readonly givesWay: boolean
  readonly code: DownloadCode
  readonly reason: string
}

export interface FairnessView extends FairnessIndicesView {
  /** Of those that are connected, the longest wait for a slot, over or not, in seconds. */
  readonly longestWaitSeconds: number
  /** Those that are connected, then those that left, the last one first; 200 of these are remembered. */
  readonly peers: readonly PeerFairnessView[]
}

export interface PeerFairnessView {
  readonly address: string
  readonly peerId: string
  readonly connected: boolean
  /** Payload bytes, over this connection. */
  readonly given: number
  readonly got: number
  /** given / got; null when it gave nothing. */
  readonly reciprocity: number | null
  /** From its first `interested` to the first byte we gave it; null: none yet. */
  readonly firstByteSeconds: number | null
  /** All its waits for a slot together, and the longest. */
  readonly waitedSeconds: number
  readonly longestWaitSeconds: number
  /** With a slot. */
  readonly servedSeconds: number
  /** Slots it got. */
  readonly turns: number
}
