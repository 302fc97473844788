/**
 * The most that was seen of a rate: the highest of the last three means over ten seconds. Shorter ones would say how fast
 * the kernel's buffers fill when a peer is served anew, which for slow uplinks is much more than what leaves.
 */
const MEAN_MS = 10_000
const MEANS = 3

export class PeakRate {
  readonly #means = new Float64Array(MEANS)
  #next = 0
  #total: number
  #at: number

  constructor(total: number, now: number) {
    this.#total = total
    this.#at = now
  }

  /** @param total all bytes so far; to be told about once a second */
  observe(total: number, now: number): void {
    const passed = now - this.#at
    if (passed < MEAN_MS) return
    this.#means[this.#next] = ((total - this.#total) * 1000) / passed
    this.#next = (this.#next + 1) % MEANS
    this.#total = total
    this.#at = now
  }

  /** Bytes per second. */
  get rate(): number {
    return this.#means.reduce((most, mean) => Math.max(most, mean), 0)
  }
}
