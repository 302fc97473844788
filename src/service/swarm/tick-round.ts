/** Each swarm's time goes on so often, in ms. */
export const TICK_MS = 500
const PARTS = 5
/** And that of some of them so often. */
export const PART_MS = TICK_MS / PARTS

/** A round of ticks, in parts: a thousand swarms at once would hold up everybody else for 10 ms. */
export class TickRound {
  #part = 0

  /** The next part of the round. @returns whether it was the last: each of the swarms had its tick */
  go(swarms: readonly { tick(now: number): void }[], now: number): boolean {
    for (let at = this.#part; at < swarms.length; at += PARTS) swarms[at]?.tick(now)
    this.#part = (this.#part + 1) % PARTS
    return this.#part === 0
  }
}
