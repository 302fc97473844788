/** What the service shows of the network: this member, and all machines. Part of the face. */
import type { InfoHash } from '../protocol/index.ts'
import type { SwarmState, SwarmStatus } from './face.ts'

/** `suspect`: somebody can't reach it, and nobody has heard it since. */
export type MemberStanding = 'alive' | 'suspect' | 'gone'

export interface NetworkView {
  /** uuid, kept in the state. */
  readonly memberId: string
  /** Of the machine. */
  readonly name: string
  readonly version: string
  readonly startedAt: string
  /** IP addresses at which others reach this peer, the nearest to them first in what they do. */
  readonly addresses: readonly string[]
  readonly peerPort: number
  /** 0: none is told. */
  readonly apiPort: number
  /** Announce URLs of the tracker in this peer. */
  readonly trackers: readonly string[]
  readonly members: { readonly alive: number; readonly suspect: number; readonly gone: number }
  /** Members that this one exchanges the membership with, directly. */
  readonly linked: number
}

export interface MemberSwarmView {
  readonly infoHash: InfoHash
  /** Null when this peer isn't in that swarm. */
  readonly name: string | null
  readonly status: SwarmStatus
  readonly state: SwarmState
  /** 0 … 1. */
  readonly progress: number
  readonly downloadRate: number
  readonly uploadRate: number
  readonly etaSeconds: number | null
  /** It is not complete, and does not get on. */
  readonly isStuck: boolean
}

export interface MemberView {
  readonly memberId: string
  /** Of the machine, as it says. Foreign text. */
  readonly name: string
  readonly state: MemberStanding
  /** One sentence for a person. */
  readonly stateReason: string
  /** It said so before it went; who is gone without a word is missed. */
  readonly hasLeft: boolean
  readonly isSelf: boolean
  /** Whether we hear it ourselves; else through others. */
  readonly isLinked: boolean
  readonly addresses: readonly string[]
  readonly peerPort: number
  readonly apiPort: number
  /** Client and version, as it says. Foreign text. */
  readonly version: string
  readonly lastHeardAt: string
  /** Since when it is in this state. */
  readonly stateSince: string
  /** All but private ones. */
  readonly swarms: readonly MemberSwarmView[]
  /** Swarms that it is in beside these. */
  readonly swarmsOmitted: number
}
