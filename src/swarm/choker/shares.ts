/**
 * How much of our uplink each unchoked peer gets. Slots alone are not tit-for-tat: TCP gives all that have one the same, so
 * among four that exchange with each other each gets a quarter of what the *others* send, and the fastest, who can't get
 * from itself, gets the least of the four; and a free rider in a slot that nobody else wants gets a full quarter.
 *
 * The cure is to answer in kind: what a peer gets of us is proportional to what it gave us in the rolling window
 * (Levin, LaCurts, Spring, Bhattacharjee, "BitTorrent is an Auction", SIGCOMM 2008). Where everybody does so, each comes to get as
 * much as it gives (Wu and Zhang, "Proportional response dynamics leads to market equilibrium", STOC 2007).
 *
 * Nobody who has a slot gets less than a part that it can answer to, or two that could do well together would never find
 * out; and whoever has the optimistic slot gets more, for a newcomer has nothing to give yet. But credit ends (`debt.ts`): who
 * takes much, gives next to nothing back, and chokes us or lets us wait, is no newcomer. Its part is the least, and no more
 * than that even while our uplink is idle: what nobody else wants just now would make its ride as good as theirs. It may choke
 * us because four others suit it better; but who was asked for blocks and did not send them has shown what it is, and gets a
 * hundredth.
 *
 * While nobody has given anything, and when we have everything and are owed nothing, all shares are equal.
 */
import type { UnchokeSlot } from './choker.ts'

/** Least weights beside those that are earned, which are 1 all together. */
const LEAST = 0.05
const LEAST_PROVEN = 0.01
const LEAST_OPTIMISTIC = 0.25

/** A peer, as far as its share goes. */
export interface ShareHolder {
  readonly slot: UnchokeSlot | null
  /** Bytes per second, from it to us. */
  readonly downloadRate: number
  readonly freeRides: boolean
  /** When it was asked for blocks last, it gave next to nothing. */
  readonly askedInVain: boolean
}

/** Of our uplink, for each in their order; 1 all together, and 0 for those without a slot. */
export function uplinkShares(holders: readonly ShareHolder[], seeding: boolean): number[] {
  const served = holders.filter(({ slot }) => slot !== null)
  const given = served.reduce((sum, { downloadRate }) => sum + downloadRate, 0)
  if (seeding || given === 0) return holders.map(({ slot }) => (slot === null ? 0 : 1 / served.length))
  const weights = holders.map((holder) =>
    holder.slot === null ? 0 : Math.max(holder.downloadRate / given, least(holder)),
  )
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** The weight that a holder has whatever it gave. */
function least({ slot, freeRides, askedInVain }: ShareHolder): number {
  if (freeRides) return askedInVain ? LEAST_PROVEN : LEAST
  return slot === 'optimistic' ? LEAST_OPTIMISTIC : LEAST
}
