const WINDOW_MS = 10_000
const MAX_IN_WINDOW = 50
const MUTE_MS = 5 * 60_000
/** Hosts remembered; more push out the one longest remembered. */
const MAX_HOSTS = 4096

interface Account {
  since: number
  count: number
  mutedUntil: number
}

/**
 * Bounds what is answered to hosts that have not proven that they are who they say: over UDP anybody can put anybody's
 * address into a datagram, and what we answer goes there. More than 50 such datagrams in 10 s, and the host hears nothing
 * for 5 minutes; a proof clears it, so that many peers behind one address are not muted.
 */
export class UnprovenSources {
  readonly #accounts = new Map<string, Account>()

  /** One more came from there. @param now milliseconds. @returns whether it may be answered. */
  mayAnswer(host: string, now: number): boolean {
    let account = this.#accounts.get(host)
    if (account === undefined) {
      account = { since: now, count: 0, mutedUntil: 0 }
      this.#accounts.set(host, account)
      if (this.#accounts.size > MAX_HOSTS) this.#forgetOldest()
    }
    if (now < account.mutedUntil) return false
    if (now - account.since >= WINDOW_MS) {
      account.since = now
      account.count = 0
    }
    account.count++
    if (account.count <= MAX_IN_WINDOW) return true
    account.mutedUntil = now + MUTE_MS
    return false
  }

  /** A datagram from there held a proof. */
  proven(host: string): void {
    if (this.#accounts.size > 0) this.#accounts.delete(host)
  }

  #forgetOldest(): void {
    const [oldest] = this.#accounts.keys()
    if (oldest !== undefined) this.#accounts.delete(oldest)
  }
}
