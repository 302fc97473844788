/**
 * The choker's record: every moment of decision with all that was seen and decided, so that each choke can be explained
 * afterwards. Bounded: the last 200 rounds, in at most 1 MiB. Slots that change hands between rounds have a part of that for
 * themselves, so that a peer which asks and withdraws without end can't wash the rounds away.
 */
import type { PeerAddress, PeerId } from '../../protocol/index.ts'
import type { ChokeCandidate, ChokeDecision } from './choker.ts'
import type { FairnessIndices } from './fairness.ts'

const MAX_ROUNDS = 200
const MAX_BYTES = 1024 * 1024
/** Of these bytes, for what happens between rounds. */
const BETWEEN = 1 / 4
/** Memory of a record, and of a verdict in it beside its sentence; measured, rounded up. */
const RECORD_BYTES = 512
const VERDICT_BYTES = 560

/** What the choker saw of one peer, and what it made of that. */
export interface ChokeVerdict {
  readonly address: PeerAddress
  readonly peerId: PeerId
  readonly candidate: ChokeCandidate
  /** What it was ranked by, bytes per second. */
  readonly rankedRate: number
  readonly decision: ChokeDecision
}

export interface ChokerRecord {
  /** Counts up from 1 over all kinds. */
  readonly id: number
  readonly kind: 'round' | 'lost-slot' | 'free-slot'
  /** Counted from 1; between rounds the one before (0: none yet). */
  readonly round: number
  /** ms, monotonic. */
  readonly at: number
  readonly seeding: boolean
  readonly slots: number
  /** Of all peers that were connected. Between rounds, whose slot did not change stands there with the decision that held. */
  readonly verdicts: readonly ChokeVerdict[]
  readonly fairness: FairnessIndices
}

interface Shelf {
  readonly records: ChokerRecord[]
  readonly maxRecords: number
  readonly maxBytes: number
  bytes: number
}

export class ChokerLog {
  #lastId = 0
  #lastRound = 0
  readonly #rounds: Shelf
  readonly #between: Shelf

  /** @param maxBytes what all records together may take; the latest of each kind is kept, however large it is */
  constructor(maxBytes: number = MAX_BYTES) {
    this.#rounds = { records: [], maxRecords: MAX_ROUNDS, maxBytes: (1 - BETWEEN) * maxBytes, bytes: 0 }
    const maxRecords = Number.POSITIVE_INFINITY
    this.#between = { records: [], maxRecords, maxBytes: BETWEEN * maxBytes, bytes: 0 }
  }

  /** The last record's; 0 before the first. */
  get lastId(): number {
    return this.#lastId
  }

  get lastRound(): number {
    return this.#lastRound
  }

  add(record: Omit<ChokerRecord, 'id' | 'round'>): ChokerRecord {
    if (record.kind === 'round') this.#lastRound++
    const kept: ChokerRecord = { ...record, id: ++this.#lastId, round: this.#lastRound }
    const shelf = record.kind === 'round' ? this.#rounds : this.#between
    shelf.records.push(kept)
    shelf.bytes += bytesOf(kept)
    while (shelf.records.length > shelf.maxRecords || (shelf.bytes > shelf.maxBytes && shelf.records.length > 1)) {
      const oldest = shelf.records.shift()
      if (oldest) shelf.bytes -= bytesOf(oldest)
    }
    return kept
  }

  /** Those after the record of this id, oldest first. */
  since(id: number): ChokerRecord[] {
    return [...this.#rounds.records, ...this.#between.records]
      .filter((record) => record.id > id)
      .sort((a, b) => a.id - b.id)
  }
}

const bytesOf = ({ verdicts }: ChokerRecord): number =>
  verdicts.reduce((sum, { decision }) => sum + VERDICT_BYTES + decision.reason.length, RECORD_BYTES)
