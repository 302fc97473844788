/**
 * Makes one story of what the service does: numbered events as they happen, and once a second the figures that changed.
 * It looks only while somebody reads, and for a minute after, so that whoever lost the connection finds its place.
 */
import { randomBytes } from 'node:crypto'
import { type PeerService, type ServiceEvent, ServiceError, type SwarmView } from '../../service/index.ts'
import { changedFields, pick } from './changed-fields.ts'
import { EventLog } from './event-log.ts'
import {
  type EventTopic,
  type HelloMessage,
  type NetworkStatsMessage,
  type NumberedMessage,
  type PeersMessage,
  statFields,
  type StatsMessage,
  type SwarmStats,
} from './event-messages.ts'
import { EventReader, type EventSocket, MAX_BEHIND_BYTES } from './event-reader.ts'
import { NetworkStory } from './network-story.ts'

const ROUND_MS = 1_000
/** Rounds without a reader before it stops to look. */
const IDLE_ROUNDS = 60

/** Why the connection is closed, beside what RFC 6455 itself has. */
export const closeCodes = {
  /** The service stops, or the page that reads is gone. */
  goingAway: 1001,
  /** More than 1 MiB behind. */
  tooSlow: 1013,
  /** The token was revoked. */
  tokenRevoked: 4401,
} as const

export interface Subscription {
  readonly topics: ReadonlySet<EventTopic>
  readonly infoHashes: ReadonlySet<string> | null
  /** What the reader had before it lost the connection. */
  readonly resume: { readonly epoch: string; readonly since: number } | null
}

/** For metrics. */
export interface EventCounts {
  readonly readers: number
  /** Messages with stats that were left out for readers that are too slow. */
  readonly dropped: number
  /** Readers that were sent away for it. */
  readonly closedAsTooSlow: number
}

export class EventHub {
  readonly #service: PeerService
  readonly #readers = new Set<EventReader>()
  readonly #epoch = randomBytes(8).toString('hex')
  #seq = 0
  #log = new EventLog(0)
  /** Each swarm as readers know it. */
  readonly #published = new Map<string, SwarmView>()
  /** Swarms whose stats were another once: a reader that comes back may not have heard of the last ones. */
  readonly #moving = new Set<string>()
  /** Null while nobody reads of it. */
  #network: NetworkStory | null = null
  #watching: { readonly timer: NodeJS.Timeout; readonly stopListening: () => void } | null = null
  #idleRounds = 0
  #dropped = 0
  #closedAsTooSlow = 0

  constructor(service: PeerService) {
    this.#service = service
  }

  get counts(): EventCounts {
    return { readers: this.#readers.size, dropped: this.#dropped, closedAsTooSlow: this.#closedAsTooSlow }
  }

  /** A reader begins. To be told with `pump` and `ended` of what becomes of its socket. */
  open(socket: EventSocket, { topics, infoHashes, resume }: Subscription): EventReader {
    this.#watch()
    const resumed = resume !== null && this.#canResume(resume, topics, infoHashes)
    if (topics.has('network')) this.#network ??= new NetworkStory(this.#service, this.#seq)
    const since = resumed ? resume.since : this.#seq
    const reader = new EventReader({
      socket,
      log: this.#log,
      topics,
      infoHashes,
      since,
      snapshot: resumed ? null : this.#published,
      network: this.#network,
      onTooSlow: () => {
        this.#closedAsTooSlow++
        this.#readers.delete(reader)
        reader.close(closeCodes.tooSlow, 'more than 1 MiB behind')
      },
    })
    if (resumed) {
      reader.markStale('stats', this.#moving)
      reader.markStale('network', this.#network?.moving ?? [])
    }
    this.#readers.add(reader)
    const { version, memberId } = this.#service.identity()
    const seq = this.#seq
    const hello: HelloMessage = {
      type: 'hello',
      epoch: this.#epoch,
      seq,
      resumed,
      topics: [...topics],
      version,
      memberId,
    }
    reader.send(JSON.stringify(hello))
    reader.pump()
    return reader
  }

  ended(reader: EventReader): void {
    reader.ended()
    this.#readers.delete(reader)
  }

  /** Sends all readers away; from now on it does not look. */
  close(): void {
    for (const reader of this.#readers) reader.close(closeCodes.goingAway, 'the service stops')
    this.#readers.clear()
    this.#unwatch()
  }

  /** Not when it missed more than a reader may be behind: it would be sent away at once. */
  #canResume(
    { epoch, since }: NonNullable<Subscription['resume']>,
    topics: Subscription['topics'],
    infoHashes: Subscription['infoHashes'],
  ): boolean {
    const isOfNow = epoch === this.#epoch && since <= this.#seq && this.#log.has(since)
    if (!isOfNow || (topics.has('network') && (this.#network === null || since < this.#network.since))) return false
    const missed = this.#log.bytesAfter(
      since,
      ({ topic, infoHash }) => topics.has(topic) && (infoHash === null || (infoHashes?.has(infoHash) ?? true)),
    )
    return missed <= MAX_BEHIND_BYTES
  }

  #watch(): void {
    this.#idleRounds = 0
    if (this.#watching) return
    // What happened meanwhile nobody knows: who comes with an older number gets a snapshot.
    this.#log = new EventLog(++this.#seq)
    this.#published.clear()
    this.#moving.clear()
    for (const swarm of this.#service.swarms()) this.#published.set(swarm.infoHash, swarm)
    const timer = setInterval(() => this.#round(), ROUND_MS)
    timer.unref()
    this.#watching = { timer, stopListening: this.#service.onEvent((event) => this.#heard(event)) }
  }

  #unwatch(): void {
    if (!this.#watching) return
    clearInterval(this.#watching.timer)
    this.#watching.stopListening()
    this.#watching = null
    this.#network = null
  }

  #round(): void {
    this.#idleRounds = this.#readers.size === 0 ? this.#idleRounds + 1 : 0
    if (this.#idleRounds > IDLE_ROUNDS) return this.#unwatch()
    const time = new Date().toISOString()
    const gone = new Set(this.#published.keys())
    const changed: string[] = []
    for (const swarm of this.#service.swarms()) {
      gone.delete(swarm.infoHash)
      if (this.#compare(swarm, time) !== 'stats') continue
      this.#published.set(swarm.infoHash, swarm)
      this.#moving.add(swarm.infoHash)
      changed.push(swarm.infoHash)
    }
    for (const infoHash of gone) this.#forget(infoHash, time)
    this.#publishStats(changed)
    this.#publishPeers()
    this.#lookAtNetwork(time)
  }

  #lookAtNetwork(time: string): void {
    const network = this.#network
    if (!network) return
    const isRead = [...this.#readers].some((reader) => reader.wants('network'))
    if (network.unread(isRead) > IDLE_ROUNDS) {
      this.#network = null
      return
    }
    const changed = network.look((news) => this.#publish('network', null, { ...news, seq: ++this.#seq, time }))
    if (changed.length > 0) this.#seq++
    this.#tellStale('network', changed, (memberIds, dropped): NetworkStatsMessage => {
      return { type: 'network.stats', seq: this.#seq, members: network.statsOf(memberIds), dropped }
    })
  }

  /** Called in the midst of a transition: it looks at the one swarm that the news is of. */
  #heard(event: ServiceEvent): void {
    switch (event.type) {
      case 'swarm.added':
      case 'swarm.state':
        return this.#lookAt(event.infoHash, event.time)
      case 'swarm.removed':
        return this.#forget(event.infoHash, event.time)
      case 'swarm.completed':
        this.#lookAt(event.infoHash, event.time)
        return this.#publish('swarms', event.infoHash, { ...event, seq: ++this.#seq })
      case 'peer.connected':
      case 'peer.closed':
        return this.#publish('peers', event.infoHash, { ...event, seq: ++this.#seq })
      case 'choker.round':
        return this.#publish('choker', event.infoHash, { ...event, seq: ++this.#seq })
    }
  }

  #lookAt(infoHash: SwarmView['infoHash'], time: string): void {
    try {
      this.#compare(this.#service.swarm(infoHash), time)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
    }
  }

  /** Publishes what can't wait. `stats` when nothing but figures changed: they wait for the second to end. */
  #compare(swarm: SwarmView, time: string): 'same' | 'stats' | 'published' {
    const { infoHash } = swarm
    const before = this.#published.get(infoHash)
    const changes = before ? changedFields(before, swarm).filter(isField) : []
    if (before && changes.length === 0) return 'same'
    if (before && changes.every(isStat)) return 'stats'
    this.#published.set(infoHash, swarm)
    const seq = ++this.#seq
    if (before === undefined) this.#publish('swarms', infoHash, { type: 'swarm.added', seq, time, swarm })
    else {
      const message = { type: 'swarm.changed', seq, time, infoHash, changes: pick(swarm, changes) } as const
      this.#publish('swarms', infoHash, message)
      if (changes.some(isStat)) this.#tellFigures(infoHash)
    }
    return 'published'
  }

  /** Who hears of figures only does not hear of those that came with another state. */
  #tellFigures(infoHash: string): void {
    this.#moving.add(infoHash)
    for (const reader of this.#readers) if (!reader.wants('swarms')) reader.markStale('stats', [infoHash])
  }

  #forget(infoHash: string, time: string): void {
    if (!this.#published.delete(infoHash)) return
    this.#moving.delete(infoHash)
    this.#publish('swarms', infoHash, { type: 'swarm.removed', seq: ++this.#seq, time, infoHash })
  }

  #publish(topic: EventTopic, infoHash: string | null, message: NumberedMessage): void {
    this.#log.push({ seq: message.seq, topic, infoHash, bytes: Buffer.from(JSON.stringify(message)) })
    for (const reader of [...this.#readers]) reader.pump()
  }

  #publishStats(changed: readonly string[]): void {
    if (changed.length > 0) this.#seq++
    this.#tellStale('stats', changed, (infoHashes, dropped): StatsMessage => {
      const swarms = [...infoHashes].flatMap((infoHash): SwarmStats[] => {
        const swarm = this.#published.get(infoHash)
        return swarm ? [pick(swarm, ['infoHash', ...statFields])] : []
      })
      return { type: 'stats', seq: this.#seq, swarms, dropped }
    })
  }

  /** Each reader hears of those that it does not know: the changed ones, and what was left out before. */
  #tellStale(
    topic: 'stats' | 'network',
    changed: readonly string[],
    message: (ids: ReadonlySet<string>, dropped: number) => object,
  ): void {
    for (const reader of [...this.#readers]) {
      reader.markStale(topic, changed)
      const droppedBefore = reader.dropped
      const stale = reader.takeStale(topic)
      this.#dropped += Math.max(0, reader.dropped - droppedBefore)
      if (stale !== null) reader.send(JSON.stringify(message(stale.ids, stale.dropped)))
    }
  }

  #publishPeers(): void {
    for (const reader of [...this.#readers]) {
      if (!reader.wants('peers') || !reader.isCurrent) continue
      for (const infoHash of reader.named ?? []) {
        if (!this.#published.has(infoHash)) continue
        const peers = this.#service.peers(infoHash as SwarmView['infoHash'])
        const message: PeersMessage = { type: 'peers', infoHash, peers }
        reader.send(JSON.stringify(message))
      }
    }
  }
}

type Field = Exclude<keyof SwarmView, 'infoHash'>

const stats: ReadonlySet<string> = new Set(statFields)
const isStat = (field: Field): boolean => stats.has(field)
const isField = (field: keyof SwarmView): field is Field => field !== 'infoHash'
