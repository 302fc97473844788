/**
 * What a peer has taken and not paid for. A free rider is not who gives little just now, for it may have nothing that we
 * lack, or four others that suit it better; it is who goes on taking for nothing. So every peer has some credit, for a newcomer has
 * nothing to give yet; what it takes of us adds to its debt, and each byte that it gives pays for twenty.
 *
 * Nothing is saved up: to have given yesterday pays for nothing tomorrow, or who gave much once could ride for hours. And a debt has
 * an end, so that who begins to give is soon out of it. It is remembered of a machine that leaves: to come back does
 * not pay it.
 */

import type { UplinkUse } from './uplink-use.ts'

/** Bytes that a peer may take before it is to have given something back. */
export const CREDIT = 16 * 1024 * 1024
/** What a byte pays for. */
export const WORTH = 20
const MOST = 2 * CREDIT
/** Machines that left, the last ones that were in debt. */
const REMEMBERED = 1000

export class Debt {
  #bytes = 0

  /** It has had its credit, and gave next to nothing for it. */
  get exceedsCredit(): boolean {
    return this.#bytes > CREDIT
  }

  get isNone(): boolean {
    return this.#bytes === 0
  }

  took(bytes: number): void {
    this.#bytes = Math.min(MOST, this.#bytes + bytes)
  }

  gave(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - WORTH * bytes)
  }
}

/** What of a peer outlives its connection: a machine that comes back is no newcomer. */
export interface Debtor {
  /** The machine. */
  readonly banKey: string
  debt: Debt
  /** When it was asked for blocks last, it gave next to nothing. */
  askedInVain: boolean
  /** Of our uplink, while we seed. */
  use: UplinkUse
}

export class DebtBook {
  readonly #left = new Map<string, Debtor>()

  left({ banKey, debt, askedInVain, use }: Debtor, now: number): void {
    this.#left.delete(banKey)
    if (debt.isNone && use.isNothing(now)) return
    this.#left.set(banKey, { banKey, debt, askedInVain, use })
    const [oldest] = this.#left.keys()
    if (this.#left.size > REMEMBERED && oldest !== undefined) this.#left.delete(oldest)
  }

  /** The first that comes from a machine that left in debt takes it over. */
  joined(session: Debtor): void {
    const before = this.#left.get(session.banKey)
    if (!before) return
    this.#left.delete(session.banKey)
    session.debt = before.debt
    session.askedInVain = before.askedInVain
    session.use = before.use
    session.use.skip(0)
  }
}
