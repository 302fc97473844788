/** How often to look; a look that comes later than this by as much again shows a standstill. Milliseconds. */
const LOOK_MS = 20

interface Standstill {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** What of that this thread worked. */
  readonly workedMs: number
}

/**
 * Times in which this thread did not go on though it had things to do, because it was stopped or others had the cores.
 * Work of its own, however long, is none. Looks from its making until it is disposed.
 */
export class Standstills implements Disposable {
  readonly #all: Standstill[] = []
  readonly #timer: NodeJS.Timeout
  #at = Date.now()
  #cpu = process.threadCpuUsage()

  constructor() {
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
    this.#timer.unref()
  }

  /** Milliseconds between these two moments (since 1970) in which it stood still. */
  within(from: number, to: number): number {
    this.#look()
    let sum = 0
    for (const one of this.#all) {
      const both = Math.min(to, one.to) - Math.max(from, one.from)
      sum += Math.max(0, Math.min(both, one.to - one.from - one.workedMs))
    }
    return sum
  }

  #look(): void {
    const now = Date.now()
    const { user, system } = process.threadCpuUsage(this.#cpu)
    if (now - this.#at >= 2 * LOOK_MS) this.#all.push({ from: this.#at, to: now, workedMs: (user + system) / 1000 })
    this.#at = now
    this.#cpu = process.threadCpuUsage()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
