/**
 * One reader of /events: first the hello, then all swarms or what it missed, then what happens. It takes each message
 * from the log when its socket has room, so that a reader who is slow costs a place in the log and no memory.
 */
import type { SwarmView } from '../../service/index.ts'
import type { EventLog } from './event-log.ts'
import type { EventTopic, SnapshotMessage } from './event-messages.ts'

/** While more than this is unsent, nothing is added. */
const FULL_BYTES = 128 * 1024
/** Whoever is further behind than this is sent away. */
const MAX_BEHIND_BYTES = 1024 * 1024
const SWARMS_A_PART = 100

/** The part of a WebSocket that a reader needs. */
export interface EventSocket {
  readonly bufferedAmount: number
  /** `sent` is called when the text is with the system, or never will be. */
  send(text: string | Buffer, sent: () => void): void
  close(code: number, reason: string): void
}

export interface ReaderOptions {
  readonly socket: EventSocket
  readonly log: EventLog
  readonly topics: ReadonlySet<EventTopic>
  /** Only news of these; null: of all. */
  readonly infoHashes: ReadonlySet<string> | null
  /** The last event that it knows or need not know. */
  readonly since: number
  /** As they were published last; null: it has them. */
  readonly snapshot: ReadonlyMap<string, SwarmView> | null
  /** It stays behind more than its part. */
  onTooSlow(): void
}

export class EventReader {
  readonly #options: ReaderOptions
  #since: number
  /** Swarms that are still to be told. */
  #untold: Iterator<string> | null
  /** Swarms whose stats it does not know. */
  readonly #stale = new Set<string>()
  #dropped = 0
  #closed = false

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#since = options.since
    this.#untold = options.snapshot && options.topics.has('swarms') ? [...options.snapshot.keys()].values() : null
  }

  wants(topic: EventTopic): boolean {
    return this.#options.topics.has(topic)
  }

  /** The swarms that it named. */
  get named(): ReadonlySet<string> | null {
    return this.#options.infoHashes
  }

  cares(infoHash: string): boolean {
    return this.#options.infoHashes?.has(infoHash) ?? true
  }

  /** It knows all that can be known, and has read most of it. */
  get isCurrent(): boolean {
    return this.#untold === null && this.#hasRoom && this.#options.log.next(this.#since) === undefined
  }

  /** To be told with the next stats. */
  markStale(infoHashes: Iterable<string>): void {
    if (!this.wants('stats')) return
    for (const infoHash of infoHashes) if (this.cares(infoHash)) this.#stale.add(infoHash)
  }

  /**
   * The swarms whose stats are to be told now. None when it is behind; then they are told later, and `dropped` counts.
   */
  takeStale(): { readonly infoHashes: ReadonlySet<string>; readonly dropped: number } | null {
    if (this.#stale.size === 0) return null
    if (!this.isCurrent) {
      // While it still hears of the swarms themselves, nothing is dropped that it could have had.
      if (this.#untold === null) this.#dropped++
      return null
    }
    const taken = { infoHashes: new Set(this.#stale), dropped: this.#dropped }
    this.#stale.clear()
    this.#dropped = 0
    return taken
  }

  get dropped(): number {
    return this.#dropped
  }

  send(text: string | Buffer): void {
    if (!this.#closed) this.#options.socket.send(text, () => this.pump())
  }

  /** Sends what there is, as long as there is room. */
  pump(): void {
    while (!this.#closed && this.#hasRoom && this.#sendNext());
    if (this.#closed || this.#hasRoom) return
    const { log, socket } = this.#options
    if (log.has(this.#since) && socket.bufferedAmount + log.bytesAfter(this.#since) <= MAX_BEHIND_BYTES) return
    this.#options.onTooSlow()
  }

  close(code: number, reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.socket.close(code, reason)
  }

  /** The connection is gone. */
  ended(): void {
    this.#closed = true
  }

  get #hasRoom(): boolean {
    return this.#options.socket.bufferedAmount < FULL_BYTES
  }

  /** False when there is nothing to send. */
  #sendNext(): boolean {
    if (this.#untold !== null) {
      this.send(JSON.stringify(this.#nextPart(this.#untold)))
      return true
    }
    for (;;) {
      const event = this.#options.log.next(this.#since)
      if (event === undefined) return false
      this.#since = event.seq
      if (!this.wants(event.topic) || !this.cares(event.infoHash)) continue
      this.send(event.bytes)
      return true
    }
  }

  #nextPart(untold: Iterator<string>): SnapshotMessage {
    const swarms: SwarmView[] = []
    let last = false
    while (swarms.length < SWARMS_A_PART && !last) {
      const { value, done = false } = untold.next()
      last = done
      const swarm = typeof value === 'string' && this.cares(value) ? this.#options.snapshot?.get(value) : undefined
      if (swarm) swarms.push(swarm)
    }
    if (last) this.#untold = null
    return { type: 'snapshot', swarms, last }
  }
}
