/** The last events, for readers that come back, and for those that read a little behind. */
import type { EventTopic } from './event-messages.ts'

const MAX_EVENTS = 8_192
const MAX_BYTES = 4 * 1024 * 1024

export interface LoggedEvent {
  readonly seq: number
  readonly topic: EventTopic
  /** The swarm that it is of; null: of none. */
  readonly infoHash: string | null
  /** The message, UTF-8. */
  readonly bytes: Buffer
  /** Of all messages before it and itself, since the beginning. */
  readonly end: number
}

/** A queue with a bound: the newest events stay. */
export class EventLog {
  readonly #maxEvents: number
  readonly #maxBytes: number
  #events: LoggedEvent[] = []
  /** Those before it are forgotten. */
  #first = 0
  #end = 0
  /** Everything after this number is here. */
  #since: number

  /** @param seq number of the last event before the log */
  constructor(seq: number, maxEvents = MAX_EVENTS, maxBytes = MAX_BYTES) {
    this.#since = seq
    this.#maxEvents = maxEvents
    this.#maxBytes = maxBytes
  }

  /** Whether all events after this one are here. */
  has(since: number): boolean {
    return since >= this.#since
  }

  /** Bytes of those messages after this one that somebody is to get. */
  bytesAfter(since: number, isWanted: (event: LoggedEvent) => boolean): number {
    return this.#events
      .slice(this.#after(since))
      .reduce((sum, event) => sum + (isWanted(event) ? event.bytes.length : 0), 0)
  }

  push(event: Omit<LoggedEvent, 'end'>): void {
    this.#end += event.bytes.length
    this.#events.push({ ...event, end: this.#end })
    while (this.#events.length - this.#first > this.#maxEvents || this.#heldBytes > this.#maxBytes) {
      this.#since = this.#events[this.#first]?.seq ?? this.#since
      this.#first++
    }
    // Not at each event: that would move all the others.
    if (this.#first * 2 <= this.#events.length) return
    this.#events = this.#events.slice(this.#first)
    this.#first = 0
  }

  /** The first event after this number. */
  next(since: number): LoggedEvent | undefined {
    return this.#events[this.#after(since)]
  }

  get #heldBytes(): number {
    const first = this.#events[this.#first]
    return first === undefined ? 0 : this.#end - (first.end - first.bytes.length)
  }

  /** Index of the first event with a greater number: they are in order. */
  #after(since: number): number {
    let low = this.#first
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#events[middle]?.seq ?? 0) <= since) low = middle + 1
      else high = middle
    }
    return low
  }
}
