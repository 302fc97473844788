/** At the soonest an error is followed by this much (one e-fold), in ms. */
const QUICKEST_MS = 2_000
const SLOWEST_MS = 30_000
/** An error is made good within this part of the time that is left: a minute needs quicker answers than a day. */
const PART_OF_REST = 5
/** Early estimates are made of little, and weigh little against later ones. */
const PART_OF_AGE = 2
/** Gusts are errors up to this (as a logarithm: by a factor of 1.6); what is further off is news, and followed sooner. */
const GUST = 0.5

/**
 * A time left that runs down like a clock and does not jump: it follows the estimates (bytes left by rate), which rise and
 * fall with every gust of the network, the more slowly the more time is left. It follows by factors, not by seconds: while
 * hardly anything comes an estimate can be years, and must be forgotten as soon as it was believed. How often it is told
 * makes no difference.
 */
export class TimeLeft {
  #seconds: number | null = null
  /** When that was so, ms. */
  #at = 0
  /** When the first estimate came, ms. */
  #since = 0

  /** @param estimate seconds, finite; null: nobody knows, and what comes after begins anew @param now ms */
  note(estimate: number | null, now: number): void {
    const expected = this.at(now)
    const before = this.#at
    this.#at = now
    if (estimate === null || expected === null) {
      this.#seconds = estimate
      this.#since = now
      return
    }
    const unhurried = Math.min(SLOWEST_MS, (Math.min(expected, estimate) * 1000) / PART_OF_REST)
    const pace = Math.min(Math.max(QUICKEST_MS, unhurried), Math.max(1, (now - this.#since) / PART_OF_AGE))
    const error = Math.log1p(estimate) - Math.log1p(expected)
    const haste = Math.max(1, Math.abs(error) / GUST)
    const way = 1 - Math.exp((-(now - before) * haste) / pace)
    this.#seconds = Math.expm1(Math.log1p(expected) + error * way)
  }

  /** Seconds; null when it is not known. */
  at(now: number): number | null {
    return this.#seconds === null ? null : Math.max(0, this.#seconds - (now - this.#at) / 1000)
  }
}
