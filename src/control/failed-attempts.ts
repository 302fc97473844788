import { networkOf } from './network-of.ts'

/** So many wrong tokens … */
const MOST_FAILURES = 10
/** … within this, and the address has to wait until it is over. */
const WINDOW_MS = 60_000
/** Addresses remembered; beyond, the one that failed longest ago is forgotten. */
const MAX_ADDRESSES = 1_000

interface Record {
  failures: number
  readonly since: number
}

/** Counts wrong tokens by address, so that guessing is slow, for the guesser and for nobody else. Times are ms, monotonic. */
export class FailedAttempts {
  readonly #records = new Map<string, Record>()

  get size(): number {
    return this.#records.size
  }

  /** Milliseconds that this address has to wait; 0 when it may try. */
  wait(address: string, now: number): number {
    const record = this.#records.get(networkOf(address))
    if (record === undefined || record.failures < MOST_FAILURES) return 0
    return Math.max(0, record.since + WINDOW_MS - now)
  }

  failed(address: string, now: number): void {
    const network = networkOf(address)
    const before = this.#records.get(network)
    // Anew at the end: the map is in the order of the last failures.
    this.#records.delete(network)
    if (before !== undefined && now - before.since < WINDOW_MS) {
      before.failures++
      this.#records.set(network, before)
    } else this.#records.set(network, { failures: 1, since: now })
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= MAX_ADDRESSES) break
      this.#records.delete(oldest)
    }
  }
}
