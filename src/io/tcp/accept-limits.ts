export interface AcceptBounds {
  /** All sockets at once, whatever they turn out to be. */
  readonly maxConnections: number
  /** Sockets that have not said what they want. */
  readonly maxHalfOpen: number
}

/** A socket from accept to close. */
export interface Visitor {
  /** A canonical IP text. */
  readonly address: string
}

/** What one address may have of all sockets: machines that have many torrents in common need one for each. */
const PART_OF_ONE = 1 / 2

/**
 * Who may come in: counts the sockets of one listener.
 *
 * A socket is *half open* until it has said what it wants. Those are cheap to make, so they never stand in the way: when
 * there is no room, the one that has been silent for longest leaves. An honest peer speaks at once, and is out of that
 * danger within a round trip, however many silent sockets arrive behind it.
 */
export class AcceptLimits<V extends Visitor> {
  readonly #bounds: AcceptBounds
  /** May change at any time; who is inside stays. */
  maxConnections: number
  readonly #all = new Set<V>()
  /** In the order they came. */
  readonly #halfOpen = new Set<V>()
  readonly #perAddress = new Map<string, number>()

  constructor(bounds: AcceptBounds) {
    this.#bounds = bounds
    this.maxConnections = bounds.maxConnections
  }

  get connections(): number {
    return this.#all.size
  }

  get halfOpen(): number {
    return this.#halfOpen.size
  }

  /** Why a socket from this address can't come in, or null. @param isOwn of this machine, which may have any number */
  refusal(address: string, isOwn: boolean): 'total-limit' | 'address-limit' | null {
    const most = Math.ceil(this.maxConnections * PART_OF_ONE)
    if (!isOwn && (this.#perAddress.get(address) ?? 0) >= most) return 'address-limit'
    return this.#all.size >= this.maxConnections && this.#halfOpen.size === 0 ? 'total-limit' : null
  }

  /**
   * Lets a socket in that `refusal` has nothing against.
   *
   * @returns the one that leaves for it (it is no longer counted), if any.
   */
  enter(visitor: V): V | null {
    const { maxHalfOpen } = this.#bounds
    const isFull = this.#all.size >= this.maxConnections || this.#halfOpen.size >= maxHalfOpen
    const [longestSilent] = this.#halfOpen
    const leaving = isFull && longestSilent !== undefined ? longestSilent : null
    if (leaving !== null) this.leave(leaving)
    this.#all.add(visitor)
    this.#halfOpen.add(visitor)
    this.#perAddress.set(visitor.address, (this.#perAddress.get(visitor.address) ?? 0) + 1)
    return leaving
  }

  /** It has said what it wants, and we agree. */
  establish(visitor: V): void {
    this.#halfOpen.delete(visitor)
  }

  /** It is closed. May be said twice. */
  leave(visitor: V): void {
    if (!this.#all.delete(visitor)) return
    this.#halfOpen.delete(visitor)
    const left = (this.#perAddress.get(visitor.address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(visitor.address, left)
    else this.#perAddress.delete(visitor.address)
  }

  /** Everyone inside. */
  visitors(): V[] {
    return [...this.#all]
  }
}
