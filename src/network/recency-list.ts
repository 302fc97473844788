/** An item of a {@link RecencyList}, which keeps these. */
export interface Recent<T> {
  older: T | null
  newer: T | null
}

/**
 * Items in the order in which they were last used. The links are in the items: a tracker moves one at every announce, and a
 * `Map` that is written to so often makes more garbage than all the rest of it.
 */
export class RecencyList<T extends Recent<T>> {
  #oldest: T | null = null
  #newest: T | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  get oldest(): T | null {
    return this.#oldest
  }

  /** Puts in as the newest what is not in. */
  add(item: T): void {
    item.older = this.#newest
    item.newer = null
    if (this.#newest === null) this.#oldest = item
    else this.#newest.newer = item
    this.#newest = item
    this.#size++
  }

  /** Takes out what is in. */
  remove(item: T): void {
    if (item.older === null) this.#oldest = item.newer
    else item.older.newer = item.newer
    if (item.newer === null) this.#newest = item.older
    else item.newer.older = item.older
    item.older = null
    item.newer = null
    this.#size--
  }

  /** Makes one that is in the newest. */
  touch(item: T): void {
    if (item === this.#newest) return
    this.remove(item)
    this.add(item)
  }

  /** The oldest first. The item that was given last may be taken out meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    for (let item = this.#oldest; item !== null; ) {
      const { newer } = item
      yield item
      item = newer
    }
  }
}
