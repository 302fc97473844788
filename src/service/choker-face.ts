/** The choker's decisions as the control plane sees them: plain values, fresh with each call. */

/** Why a peer has a slot, or has none. README, "Why is this peer choked?", says each in full. */
export type ChokeCode =
  | 'regular'
  | 'turn'
  | 'settling'
  | 'optimistic'
  | 'free-slot'
  | 'outranked'
  | 'waiting'
  | 'not-interested'
  | 'seeder'
  | 'snubbed'

/** What the choker saw of one peer at one moment, and what it made of that. */
export interface ChokeDecisionView {
  /** `10.0.0.251:5000`: the remote end of the socket. */
  readonly address: string
  /** 40 hex digits. */
  readonly peerId: string
  /** From it and to it, in bytes per second: the meters' numbers at that moment. */
  readonly downloadRate: number
  readonly uploadRate: number
  /** The number it was ranked by, in bytes per second: one of the two, or 0 where that does not count. */
  readonly rankedRate: number
  readonly interested: boolean
  readonly seeder: boolean
  readonly snubbed: boolean
  /** Since when it waits for a slot, or has one, in seconds. */
  readonly sinceSeconds: number
  /** 1 = best; 0 when it was not ranked. */
  readonly rank: number
  readonly slotBefore: 'regular' | 'optimistic' | null
  readonly slot: 'regular' | 'optimistic' | null
  readonly code: ChokeCode
  /** One sentence for a person. */
  readonly reason: string
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
  readonly decisions: readonly ChokeDecisionView[]
}
