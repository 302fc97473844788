/** Lets so many works run at a time; the others wait for their turn, first come, first served. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** Resolves or rejects as the work does. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The turn goes to the next directly: nobody can come in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
