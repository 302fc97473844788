/**
 * One reader of /events: first the hello, then all swarms or what it missed, then what happens. It takes each message
 * from the log when its socket has room. One whose socket has none keeps those that it is to get, and only those: they are
 * what it is behind, and so what it costs.
 */
import type { SwarmView } from '../../service/index.ts'
import type { EventLog } from './event-log.ts'
import type { EventTopic, NetworkSnapshotMessage, SnapshotMessage } from './event-messages.ts'
import type { NetworkStory } from './network-story.ts'

/** While more than this is unsent, nothing is added. */
const FULL_BYTES = 128 * 1024
/** Whoever is further behind than this is sent away. */
export const MAX_BEHIND_BYTES = 1024 * 1024
/** Swarms or members. */
const A_PART = 100

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
  /** The network as it was published last; null: nobody reads of it. */
  readonly network: Pick<NetworkStory, 'network' | 'members'> | null
  /** It stays behind more than its part. */
  onTooSlow(): void
}

export class EventReader {
  readonly #options: ReaderOptions
  #since: number
  /** Swarms that are still to be told. */
  #untold: Iterator<string> | null
  /** Members that are still to be told. */
  #untoldMembers: Iterator<string> | null
  /** Whose stats it does not know: of swarms, and of members. */
  readonly #stale = { stats: new Stale(), network: new Stale() }
  /** What it is to get as soon as there is room, all from before `since`. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #closed = false

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#since = options.since
    const { snapshot, network } = options
    this.#untold = snapshot && this.wants('swarms') ? [...snapshot.keys()].values() : null
    this.#untoldMembers = snapshot && network && this.wants('network') ? [...network.members.keys()].values() : null
  }

  wants(topic: EventTopic): boolean {
    return this.#options.topics.has(topic)
  }

  /** The swarms that it named. */
  get named(): ReadonlySet<string> | null {
    return this.#options.infoHashes
  }

  /** @param infoHash null: of no swarm */
  cares(infoHash: string | null): boolean {
    return infoHash === null || (this.#options.infoHashes?.has(infoHash) ?? true)
  }

  /** It knows all that can be known, and has read most of it. */
  get isCurrent(): boolean {
    const isAtEnd = this.#waiting.length === 0 && this.#options.log.next(this.#since) === undefined
    return this.#hasAll && this.#hasRoom && isAtEnd
  }

  /** To be told with the next stats. @param ids of swarms, or of members */
  markStale(topic: StatsTopic, ids: Iterable<string>): void {
    if (!this.wants(topic)) return
    for (const id of ids) if (topic === 'network' || this.cares(id)) this.#stale[topic].ids.add(id)
  }

  /**
   * Whose stats are to be told now. Nobody's when it is behind; then they are told later, and `dropped` counts.
   */
  takeStale(topic: StatsTopic): { readonly ids: ReadonlySet<string>; readonly dropped: number } | null {
    const stale = this.#stale[topic]
    if (stale.ids.size === 0) return null
    if (!this.isCurrent) {
      // While it still hears of all that there is, nothing is dropped that it could have had.
      if (this.#hasAll) stale.dropped++
      return null
    }
    const taken = { ids: new Set(stale.ids), dropped: stale.dropped }
    stale.ids.clear()
    stale.dropped = 0
    return taken
  }

  get dropped(): number {
    return this.#stale.stats.dropped + this.#stale.network.dropped
  }

  send(text: string | Buffer): void {
    if (!this.#closed) this.#options.socket.send(text, () => this.pump())
  }

  /** Sends what there is, as long as there is room. */
  pump(): void {
    while (!this.#closed && this.#hasRoom && this.#sendNext());
    if (this.#closed || this.#hasRoom) return
    for (let bytes = this.#take(); bytes !== null; bytes = this.#take()) {
      this.#waiting.push(bytes)
      this.#waitingBytes += bytes.length
    }
    if (this.#options.socket.bufferedAmount + this.#waitingBytes <= MAX_BEHIND_BYTES) return
    this.#waiting = []
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

  /** It has been told all that there was. */
  get #hasAll(): boolean {
    return this.#untold === null && this.#untoldMembers === null
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
    const { network } = this.#options
    if (this.#untoldMembers !== null && network) {
      this.send(JSON.stringify(this.#nextMembers(this.#untoldMembers, network)))
      return true
    }
    const waited = this.#waiting.shift()
    this.#waitingBytes -= waited?.length ?? 0
    const bytes = waited ?? this.#take()
    if (bytes === null) return false
    this.send(bytes)
    return true
  }

  /** The next message of the log that it is to get. */
  #take(): Buffer | null {
    for (;;) {
      const event = this.#options.log.next(this.#since)
      if (event === undefined) return null
      this.#since = event.seq
      if (this.wants(event.topic) && this.cares(event.infoHash)) return event.bytes
    }
  }

  #nextPart(untold: Iterator<string>): SnapshotMessage {
    const { items, last } = takePart(untold, (id) => (this.cares(id) ? this.#options.snapshot?.get(id) : undefined))
    if (last) this.#untold = null
    return { type: 'snapshot', swarms: items, last }
  }

  #nextMembers(
    untold: Iterator<string>,
    { network, members }: NonNullable<ReaderOptions['network']>,
  ): NetworkSnapshotMessage {
    const { items, last } = takePart(untold, (id) => members.get(id))
    if (last) this.#untoldMembers = null
    return { type: 'network.snapshot', network, members: items, last }
  }
}

type StatsTopic = Extract<EventTopic, 'stats' | 'network'>

class Stale {
  readonly ids = new Set<string>()
  dropped = 0
}

/** The next of those that are still there. */
function takePart<Item>(
  untold: Iterator<string>,
  find: (id: string) => Item | undefined,
): { readonly items: Item[]; readonly last: boolean } {
  const items: Item[] = []
  let last = false
  while (items.length < A_PART && !last) {
    const { value, done = false } = untold.next()
    last = done
    const item = typeof value === 'string' ? find(value) : undefined
    if (item !== undefined) items.push(item)
  }
  return { items, last }
}
