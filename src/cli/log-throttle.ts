/** Says which events are too many: a peer that connects and is refused in a loop must not fill the disk. */
const WINDOW_MS = 10_000
const LINES_A_WINDOW = 10
/** Kinds looked after at a time; beyond, all reasons of an event are one: others may have a say in how many there are. */
const MAX_KINDS = 1_000
/** Of these there are few, and each counts. */
const ALWAYS = /^(service|config|swarm)\./

interface Window {
  readonly event: string
  readonly reason: string | null
  readonly endsAt: number
  seen: number
}

export class LogThrottle {
  readonly #windows = new Map<string, Window>()

  /** Whether this one is to be written. @param now ms, monotonic */
  admits(event: string, reason: unknown, now: number): boolean {
    if (ALWAYS.test(event)) return true
    const cause = typeof reason === 'string' ? reason.slice(0, 100) : null
    const isFull = this.#windows.size >= MAX_KINDS && !this.#windows.has(kindOf(event, cause))
    const counted = isFull ? null : cause
    const kind = kindOf(event, counted)
    const window = this.#windows.get(kind)
    if (window) return ++window.seen <= LINES_A_WINDOW
    this.#windows.set(kind, { event, reason: counted, endsAt: now + WINDOW_MS, seen: 1 })
    return true
  }

  /** Kinds whose time is over and of which some were not written. */
  ended(now: number): { readonly event: string; readonly reason: string | null; readonly count: number }[] {
    const told = []
    for (const [kind, { event, reason, endsAt, seen }] of this.#windows) {
      if (endsAt > now) continue
      this.#windows.delete(kind)
      if (seen > LINES_A_WINDOW) told.push({ event, reason, count: seen - LINES_A_WINDOW })
    }
    return told
  }
}

const kindOf = (event: string, reason: string | null): string => `${event} ${reason ?? ''}`
