/** Lets so many works run at a time; the others wait for their turn, first come, first served. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** Resolves or rejects as the work does. @throws the signal's reason: it was called off before its turn came */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#free > 0) this.#free--
    else await this.#wait(signal)
    try {
      return await work()
    } finally {
      // The turn goes to the next directly: nobody can come in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const callOff = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1)
        reject(signal?.reason as Error)
      }
      const go = (): void => {
        signal?.removeEventListener('abort', callOff)
        resolve()
      }
      if (signal?.aborted === true) return reject(signal.reason as Error)
      signal?.addEventListener('abort', callOff, { once: true })
      this.#waiting.push(go)
    })
  }
}
