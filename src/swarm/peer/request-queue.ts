/**
 * The blocks we asked of one peer, and how many we dare to have in flight (the pipeline of BEP 3).
 *
 * The depth starts small and doubles each round trip while the rate still grows (slow start); then it follows the
 * bandwidth-delay product: enough to keep the link busy for `QUEUE_SECONDS`, between `MIN_DEPTH` and what the peer
 * says it takes (`reqq`, BEP 10).
 */
import { BLOCK_LENGTH } from '../../protocol/index.ts'

/** Enough to be on one's way, and no more than a piece of 128 KiB: what is asked of one is not asked of others. */
const START_DEPTH = 8
const MIN_DEPTH = 4
/** 8 MiB in flight fill any LAN. Transmission answers a queue twice a second: its rate is this depth, not the link. */
const MOST_DEPTH = 500
const QUEUE_SECONDS = 1
const MEASURE_MS = 1000
const STILL_GROWING = 1.1
/** The answer to one request may take so long, by what was seen: longer ones would hold up all else on the link. */
const LONGEST_ANSWER_MS = 8
/** Blocks. Fewer in a row save too little to be asked for together. */
const SHORTEST_ROW = 8
/** So much is seen before a rate is believed. */
const BELIEVED_BYTES = 1024 * 1024

export class RequestQueue {
  /** What the peer accepts at a time; BEP 10 §reqq says 250 when it doesn't tell. */
  limit = 250
  readonly #sentAt = new Map<number, number>()
  #depth = START_DEPTH
  #slowStart = true
  #measuredBytes = 0
  #measuredFrom: number
  #lastRate = 0
  #longestRequest = BLOCK_LENGTH

  constructor(now: number) {
    this.#measuredFrom = now
  }

  get size(): number {
    return this.#sentAt.size
  }

  /** How many requests should be in flight now. */
  get depth(): number {
    return Math.min(this.#depth, this.limit)
  }

  /** How many more to ask, in batches: one write carries many requests. 0 while it isn't worth a write yet. */
  get room(): number {
    const free = this.depth - this.size
    return this.size > 0 && free * 4 < this.depth ? 0 : free
  }

  /** Bytes that one request should ask for at most: a block, or more where blocks come fast; a power of two. */
  get longestRequest(): number {
    return this.#longestRequest
  }

  /** When the block was asked for, if it is. */
  sentAt(block: number): number | undefined {
    return this.#sentAt.get(block)
  }

  has(block: number): boolean {
    return this.#sentAt.has(block)
  }

  /** When the block was asked for that is owed longest. */
  get oldestAt(): number | undefined {
    return this.#sentAt.values().next().value
  }

  add(block: number, now: number): void {
    if (this.size === 0) this.#restartMeasure(now)
    this.#sentAt.set(block, now)
  }

  remove(block: number): boolean {
    return this.#sentAt.delete(block)
  }

  /** Block ids in the order in which they were asked. */
  blocks(): IterableIterator<number> {
    return this.#sentAt.keys()
  }

  clear(): void {
    this.#sentAt.clear()
  }

  /** Blocks we had asked for are here. */
  received(bytes: number, now: number): void {
    this.#measuredBytes += bytes
    if (this.#slowStart && this.#depth < MOST_DEPTH) {
      this.#depth = Math.min(MOST_DEPTH, this.#depth + Math.ceil(bytes / BLOCK_LENGTH))
    }
    const elapsed = now - this.#measuredFrom
    const rate = (this.#measuredBytes * 1000) / Math.max(1, elapsed)
    if (this.#measuredBytes >= BELIEVED_BYTES || elapsed >= MEASURE_MS) this.#longestRequest = longestAnsweredAt(rate)
    if (elapsed < MEASURE_MS) return
    if (this.#slowStart && rate < this.#lastRate * STILL_GROWING) this.#slowStart = false
    if (!this.#slowStart) {
      const wanted = Math.ceil((rate * QUEUE_SECONDS) / BLOCK_LENGTH)
      this.#depth = Math.max(MIN_DEPTH, Math.min(MOST_DEPTH, wanted))
    }
    this.#lastRate = rate
    this.#restartMeasure(now)
  }

  /** The peer let us wait: begin anew, carefully. */
  backOff(): void {
    this.#depth = 1
    this.#slowStart = true
    this.#lastRate = 0
    this.#longestRequest = BLOCK_LENGTH
  }

  #restartMeasure(now: number): void {
    this.#measuredBytes = 0
    this.#measuredFrom = now
  }
}

/** @param rate bytes per second */
function longestAnsweredAt(rate: number): number {
  const blocks = Math.floor((rate * LONGEST_ANSWER_MS) / 1000 / BLOCK_LENGTH)
  return blocks < SHORTEST_ROW ? BLOCK_LENGTH : 2 ** Math.floor(Math.log2(blocks)) * BLOCK_LENGTH
}
