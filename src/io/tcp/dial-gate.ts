import { monotonicNow } from '../clock.ts'

/** What a service may do at a time, over all its swarms. */
export interface DialBounds {
  /** Connections being made: from the first packet until TCP is connected. */
  readonly maxHalfOpen: number
  /** Begun in a second; so many at once, too. */
  readonly perSecond: number
}

export const DIAL_BOUNDS: DialBounds = { maxHalfOpen: 16, perSecond: 10 }

/**
 * Where every outgoing connection waits for its turn: cheap routers and watchful switches take too many at once for an attack,
 * and an address list that somebody made up should cost little.
 */
export class DialGate {
  readonly #bounds: DialBounds
  readonly #now: () => number
  readonly #waiting: (() => void)[] = []
  #halfOpen = 0
  #allowed: number
  #countedAt: number
  #timer: NodeJS.Timeout | null = null

  /** @param now ms */
  constructor(bounds: DialBounds = DIAL_BOUNDS, now: () => number = monotonicNow) {
    this.#bounds = bounds
    this.#now = now
    this.#allowed = bounds.perSecond
    this.#countedAt = now()
  }

  get halfOpen(): number {
    return this.#halfOpen
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * Resolves when it is one's turn, or at once when `signal` calls it off.
   * @returns to be called when the connection is made or has come to nothing; more often does no harm
   */
  enter(signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve) => {
      let state: 'waiting' | 'inside' | 'gone' = 'waiting'
      const leave = (): void => {
        if (state === 'inside') {
          this.#halfOpen--
          this.#admit()
        }
        state = 'gone'
      }
      const admit = (): void => {
        signal?.removeEventListener('abort', callOff)
        state = 'inside'
        this.#halfOpen++
        resolve(leave)
      }
      const callOff = (): void => {
        const at = this.#waiting.indexOf(admit)
        if (at >= 0) this.#waiting.splice(at, 1)
        state = 'gone'
        resolve(leave)
      }
      if (signal?.aborted === true) return callOff()
      signal?.addEventListener('abort', callOff, { once: true })
      this.#waiting.push(admit)
      this.#admit()
    })
  }

  #admit(): void {
    const { maxHalfOpen, perSecond } = this.#bounds
    const now = this.#now()
    this.#allowed = Math.min(perSecond, this.#allowed + ((now - this.#countedAt) * perSecond) / 1000)
    this.#countedAt = now
    while (this.#waiting.length > 0 && this.#halfOpen < maxHalfOpen && this.#allowed >= 1) {
      this.#allowed--
      this.#waiting.shift()?.()
    }
    if (this.#waiting.length === 0 || this.#halfOpen >= maxHalfOpen || this.#timer !== null) return
    const wait = Math.max(1, Math.ceil(((1 - this.#allowed) * 1000) / perSecond))
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#admit()
    }, wait)
    // Whoever waits here has called it off before the process ends.
    this.#timer.unref()
  }
}
