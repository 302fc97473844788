/**
 * Bytes per second over a rolling window. One meter a peer and direction is the only source of its rate: for the
 * choker's ranking, the API and the metrics alike, so that a decision can be checked against the number that is shown.
 */
const BUCKET_MS = 1000
const BUCKETS = 20
export const RATE_WINDOW_SECONDS = (BUCKETS * BUCKET_MS) / 1000

export class RateMeter {
  /** All bytes ever added. */
  total = 0
  readonly #buckets = new Float64Array(BUCKETS)
  #sum = 0
  #newest: number
  #startedAt: number

  constructor(now: number) {
    this.#startedAt = now
    this.#newest = Math.floor(now / BUCKET_MS)
  }

  add(bytes: number, now: number): void {
    this.#advance(now)
    const slot = this.#newest % BUCKETS
    this.#buckets[slot] = (this.#buckets[slot] ?? 0) + bytes
    this.#sum += bytes
    this.total += bytes
  }

  /** What came before no longer counts, but in the total. */
  restart(now: number): void {
    this.#buckets.fill(0)
    this.#sum = 0
    this.#newest = Math.floor(now / BUCKET_MS)
    this.#startedAt = now
  }

  /** Bytes per second over the last 20 s, or over the meter's life while that is shorter (but at least one second). */
  rate(now: number): number {
    this.#advance(now)
    const seconds = Math.min(BUCKETS, Math.max(1, (now - this.#startedAt) / 1000))
    return this.#sum / seconds
  }

  #advance(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS)
    if (bucket <= this.#newest) return
    const steps = Math.min(BUCKETS, bucket - this.#newest)
    for (let step = 1; step <= steps; step++) {
      const slot = (this.#newest + step) % BUCKETS
      this.#sum -= this.#buckets[slot] ?? 0
      this.#buckets[slot] = 0
    }
    if (steps === BUCKETS) this.#sum = 0
    this.#newest = bucket
  }
}
