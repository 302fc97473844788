/** So many of something in any span of time: a bucket that fills again at an even rate. */
export class Allowance {
  readonly #most: number
  readonly #perMs: number
  #left: number
  #at = -Infinity

  /** @param most at once, and in each `spanMs` from then on */
  constructor(most: number, spanMs: number) {
    this.#most = most
    this.#perMs = most / spanMs
    this.#left = most
  }

  /** @returns whether there is one more to have at `now` (ms) */
  take(now: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#perMs)
    this.#at = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
