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
/** 4 MiB in flight fill any LAN, and cost less memory and time than more. */
const FAST_DEPTH = 256
/** Bytes per second at which these 4 MiB are answered within a tenth of a second. */
const FAST_RATE = 40 * 1024 * 1024
/** For those who take longer. Transmission answers a queue twice a second: its rate is this depth, not the link. */
const SLOW_DEPTH = 500
const QUEUE_SECONDS = 1
const MEASURE_MS = 1000
const STILL_GROWING = 1.1
/** Bytes per second from which a peer is fast: 128 KiB take it 8 ms at most. On slower links a long request would hold up all else. */
const FAST_FROM_RATE = 16 * 1024 * 1024
/** So much is seen before that is believed. */
const FAST_FROM_BYTES = 1024 * 1024

export class RequestQueue {
  /** What the peer accepts at a time; BEP 10 §reqq says 250 when it doesn't tell. */
  limit = 250
  readonly #sentAt = new Map<number, number>()
  #depth = START_DEPTH
  #most = FAST_DEPTH
  #slowStart = true
  #measuredBytes = 0
  #measuredFrom: number
  #lastRate = 0
  #isFast = false

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

  /** So many blocks a second come that it is worth to ask for several in one request. */
  get isFast(): boolean {
    return this.#isFast
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
    if (this.#slowStart && this.#depth < this.#most) {
      this.#depth = Math.min(this.#most, this.#depth + Math.ceil(bytes / BLOCK_LENGTH))
    }
    const elapsed = now - this.#measuredFrom
    if (this.#measuredBytes >= FAST_FROM_BYTES) this.#isFast = this.#measuredBytes * 1000 >= FAST_FROM_RATE * elapsed
    if (elapsed < MEASURE_MS) return
    const rate = (this.#measuredBytes * 1000) / elapsed
    this.#most = rate < FAST_RATE ? SLOW_DEPTH : FAST_DEPTH
    if (this.#slowStart && rate < this.#lastRate * STILL_GROWING) this.#slowStart = false
    if (!this.#slowStart) {
      const wanted = Math.ceil((rate * QUEUE_SECONDS) / BLOCK_LENGTH)
      this.#depth = Math.max(MIN_DEPTH, Math.min(this.#most, wanted))
    }
    this.#lastRate = rate
    this.#isFast = rate >= FAST_FROM_RATE
    this.#restartMeasure(now)
  }

  /** The peer let us wait: begin anew, carefully. */
  backOff(): void {
    this.#depth = 1
    this.#slowStart = true
    this.#lastRate = 0
    this.#isFast = false
  }

  #restartMeasure(now: number): void {
    this.#measuredBytes = 0
    this.#measuredFrom = now
  }
}
