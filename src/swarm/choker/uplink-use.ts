/**
 * How much of our uplink a peer has had lately while we seed, as a rate: the mean of all bytes that it took, those of four
 * minutes ago half as weighty as the last ones. Turns that are equal in time are not equal: one that takes all the time gets what
 * the others leave, and most of all a free rider, as nothing that it sends is in the way of its requests.
 *
 * A slot counts as half of an equal part at least: who takes less holds it up as well, and is not to have it for ever.
 */

const HALF_LIFE_MS = 240_000
/** Of an equal part of the uplink. */
const LEAST = 1 / 2
/** What bytes of this moment count, by the second. */
const WEIGHT = (1000 * Math.LN2) / HALF_LIFE_MS

export class UplinkUse {
  #bytes = 0
  #at = 0
  /** All that it took until the last time. */
  #taken = 0

  /** Bytes per second. */
  rate(now: number): number {
    return this.#bytesAt(now) * WEIGHT
  }

  /** Less than a byte per second. */
  isNothing(now: number): boolean {
    return this.rate(now) < 1
  }

  /**
   * It has held a slot since the last time.
   *
   * @param taken all that it ever took over this connection
   * @param equalPart bytes that each holder of a slot would have taken since then, if all had taken alike
   */
  held(taken: number, equalPart: number, now: number): void {
    this.#bytes = this.#bytesAt(now) + Math.max(taken - this.#taken, LEAST * equalPart)
    this.#at = now
    this.#taken = taken
  }

  /** What it took since the last time does not count: it was on its way when the slot was taken, or we did not seed. */
  skip(taken: number): void {
    this.#taken = taken
  }

  #bytesAt(now: number): number {
    return this.#bytes * 2 ** ((this.#at - now) / HALF_LIFE_MS)
  }
}
