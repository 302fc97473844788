/**
 * What the choker came to, measured: what each peer was given and gave, how long it waited, and how equal that is over
 * all. Peers that left are remembered, the last few hundred of them.
 */
import type { PeerAddress, PeerId } from '../../protocol/index.ts'
import type { PeerSession } from '../peer/peer-session.ts'

const REMEMBERED = 200
/** Who wanted something of us for less than this says nothing about how it was treated. */
const LEAST_WANTED_MS = 1000

export interface PeerAccount {
  readonly address: PeerAddress
  readonly peerId: PeerId
  readonly connected: boolean
  /** Payload bytes, over this connection. */
  readonly given: number
  readonly got: number
  /** From its first `interested` to the first byte we gave it, in ms; null: none yet. */
  readonly firstByteMs: number | null
  /** For a slot; in ms. */
  readonly waitedMs: number
  readonly longestWaitMs: number
  /** With a slot. */
  readonly servedMs: number
  /** Slots it got. */
  readonly turns: number
}

/** Jain's indices, 1/n (all for one) to 1 (all alike); null without peers to judge by. */
export interface FairnessIndices {
  /** Of the bytes we gave to each peer in each second in which it wanted some. 1: we treat all alike, as a seeder should. */
  readonly given: number | null
  /** Of given / got, over the peers that gave us something. 1: each gets of us in proportion to what it gives. */
  readonly reciprocity: number | null
}

export class FairnessLedger {
  readonly #left: PeerAccount[] = []

  left(session: PeerSession, now: number): void {
    this.#left.push({ ...accountOf(session, now), connected: false })
    if (this.#left.length > REMEMBERED) this.#left.shift()
  }

  /** Those that are connected, then those that left, the last one first. */
  accounts(sessions: Iterable<PeerSession>, now: number): PeerAccount[] {
    return [...Array.from(sessions, (session) => accountOf(session, now)), ...this.#left.toReversed()]
  }
}

function accountOf(session: PeerSession, now: number): PeerAccount {
  const { address, peerId, slots } = session
  return {
    address,
    peerId,
    connected: true,
    given: session.upload.total,
    got: session.download.total,
    firstByteMs:
      session.interestedAt === null || session.givenAt === null ? null : session.givenAt - session.interestedAt,
    waitedMs: slots.waitedMs(now),
    longestWaitMs: slots.longestWaitMs(now),
    servedMs: slots.servedMs(now),
    turns: slots.turns,
  }
}

export function fairnessOf(accounts: readonly PeerAccount[]): FairnessIndices {
  const wanting = accounts.filter(({ waitedMs, servedMs }) => waitedMs + servedMs >= LEAST_WANTED_MS)
  return {
    given: jainIndex(wanting.map(({ given, waitedMs, servedMs }) => given / (waitedMs + servedMs))),
    reciprocity: jainIndex(accounts.filter(({ got }) => got > 0).map(({ given, got }) => given / got)),
  }
}

/** (Σx)² / (n·Σx²): 1 when all are alike, 1/n when one has all; null of nothing. (Jain, Chiu, Hawe 1984.) */
export function jainIndex(values: readonly number[]): number | null {
  const sum = values.reduce((all, value) => all + value, 0)
  const squares = values.reduce((all, value) => all + value * value, 0)
  return squares === 0 ? null : (sum * sum) / (values.length * squares)
}
