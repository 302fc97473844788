/** Works of one key go one after the other, in the order of the calls; those of different keys don't wait for each other. */
export class KeyedTurns<Key> {
  /** Resolve when all works of that key, up to now, are over. */
  readonly #last = new Map<Key, Promise<void>>()

  /** Resolves or rejects as the work does; what one of them throws is no matter to the next. */
  take<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work)
    const over = turn
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.#last.get(key) === over) this.#last.delete(key)
      })
    this.#last.set(key, over)
    return turn
  }

  /** When all works that were begun or wait by now are over. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values())
  }
}
