/** How many different ones there are among things that come and go, each perhaps several times. */
export class Tally<T> {
  readonly #times = new Map<T, number>()

  /** Different ones. */
  get size(): number {
    return this.#times.size
  }

  add(one: T): void {
    this.#times.set(one, (this.#times.get(one) ?? 0) + 1)
  }

  /** One that was added. */
  remove(one: T): void {
    const times = this.#times.get(one) ?? 0
    if (times > 1) this.#times.set(one, times - 1)
    else this.#times.delete(one)
  }
}
