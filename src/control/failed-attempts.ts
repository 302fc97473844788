/** So many wrong tokens … */
const MOST_FAILURES = 10
/** … within this, and the caller has to wait until it is over. */
const WINDOW_MS = 60_000
/** Callers remembered; beyond, the one that failed longest ago is forgotten. */
const MAX_CALLERS = 1_000

interface Record {
  failures: number
  readonly since: number
}

/** Counts wrong tokens by caller, so that guessing is slow, for the guesser and for nobody else. Times are ms, monotonic. */
export class FailedAttempts {
  readonly #records = new Map<string, Record>()

  get size(): number {
    return this.#records.size
  }

  /** Milliseconds that this caller has to wait; 0 when it may try. */
  wait(caller: string, now: number): number {
    const record = this.#records.get(caller)
    if (record === undefined || record.failures < MOST_FAILURES) return 0
    return Math.max(0, record.since + WINDOW_MS - now)
  }

  failed(caller: string, now: number): void {
    const before = this.#records.get(caller)
    // Anew at the end: the map is in the order of the last failures.
    this.#records.delete(caller)
    if (before !== undefined && now - before.since < WINDOW_MS) {
      before.failures++
      this.#records.set(caller, before)
    } else this.#records.set(caller, { failures: 1, since: now })
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= MAX_CALLERS) break
      this.#records.delete(oldest)
    }
  }
}
