/** How long a peer waited for a slot, and how long it had one. Times in ms, monotonic. */
export type SlotPhase =
  /** It wants no slot, or may have none. */
  | 'idle'
  /** It wants one and has none. */
  | 'waiting'
  | 'served'

export class SlotClock {
  #phase: SlotPhase = 'idle'
  #since: number
  #waitedMs = 0
  #servedMs = 0
  #longestWaitMs = 0
  /** Slots it got. */
  turns = 0

  constructor(now: number) {
    this.#since = now
  }

  get phase(): SlotPhase {
    return this.#phase
  }

  /** When the phase began. */
  get since(): number {
    return this.#since
  }

  to(phase: SlotPhase, now: number): void {
    if (phase === this.#phase) return
    this.#waitedMs = this.waitedMs(now)
    this.#servedMs = this.servedMs(now)
    this.#longestWaitMs = this.longestWaitMs(now)
    if (phase === 'served') this.turns++
    this.#phase = phase
    this.#since = now
  }

  /** All its waits together. */
  waitedMs(now: number): number {
    return this.#waitedMs + (this.#phase === 'waiting' ? now - this.#since : 0)
  }

  servedMs(now: number): number {
    return this.#servedMs + (this.#phase === 'served' ? now - this.#since : 0)
  }

  longestWaitMs(now: number): number {
    return Math.max(this.#longestWaitMs, this.#phase === 'waiting' ? now - this.#since : 0)
  }
}
