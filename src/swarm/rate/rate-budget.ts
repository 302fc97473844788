/**
 * A limit on a rate: bytes may be spent as they come in, and what is not spent in a second is lost. Without a limit it
 * costs one comparison.
 */
export class RateBudget {
  #limit: number | null = null
  #left = 0
  #at = 0

  /** Bytes per second; null: none. */
  get limit(): number | null {
    return this.#limit
  }

  /** What was saved up under the limit before does not count. @param now ms, monotonic */
  setLimit(limit: number | null, now: number): void {
    this.#limit = limit
    this.#left = 0
    this.#at = now
  }

  /** Bytes that may be spent now; less than 0 while what was spent too much comes in. */
  left(now: number): number {
    if (this.#limit === null) return Number.POSITIVE_INFINITY
    this.#left = Math.min(this.#limit, this.#left + (this.#limit * (now - this.#at)) / 1000)
    this.#at = now
    return this.#left
  }

  /** Spends them. It may be more than is left: a block is sent whole, and what follows waits the longer. */
  spend(bytes: number): void {
    if (this.#limit !== null) this.#left -= bytes
  }
}

/** Several limits at once, such as that of a torrent and that of all of them: each must have room. */
export class RateBudgets {
  readonly #budgets: readonly RateBudget[]

  constructor(budgets: readonly RateBudget[]) {
    this.#budgets = budgets
  }

  get isLimited(): boolean {
    return this.#budgets.some(({ limit }) => limit !== null)
  }

  /** Bytes that may be spent now. */
  left(now: number): number {
    let least = Number.POSITIVE_INFINITY
    for (const budget of this.#budgets) least = Math.min(least, budget.left(now))
    return least
  }

  spend(bytes: number): void {
    for (const budget of this.#budgets) budget.spend(bytes)
  }
}
