/**
 * A real engine on a simulated machine: performs its effects, and brings their results back as events in virtual time.
 * The pieces are in memory. Bytes that the engine must leave alone while they are hashed or stored are read as late
 * as possible, so that an engine that does not leave them alone is found out.
 */
import {
  Bitfield,
  peerIdFromBytes,
  type BlockRange,
  type PeerAddress,
  type PeerId,
  type PeerMessage,
} from '../../src/protocol/index.ts'
import {
  ChokerLog,
  DEFAULT_CHOKER,
  DEFAULT_LIMITS,
  RateBudget,
  Torrent,
  type AnnounceEvent,
  type ChokerSettings,
  type TorrentEffect,
  type TorrentEvent,
  type TorrentLimits,
} from '../../src/swarm/index.ts'
import { seededRandom } from '../support/seeded-random.ts'
import type { SimClock } from './sim-clock.ts'
import type { EndSink, Greeting, SimEnd, SimMachine } from './sim-network.ts'
import { sha1, type SimTorrent } from './sim-torrent.ts'

export interface SimPeerOptions {
  readonly have?: 'all' | 'none' | readonly number[]
  readonly limits?: Partial<TorrentLimits>
  readonly choker?: Partial<ChokerSettings>
  /** Bytes per second, all that it gives together; none without. */
  readonly uploadLimit?: number
  /** BEP 6; both sides must. */
  readonly fast?: boolean
  /** Blocks for which it sends wrong bytes. */
  readonly poisons?: (block: BlockRange) => boolean
  /** Whether writing this piece fails. */
  readonly storeFails?: (piece: number) => boolean
  /** ms that a piece takes to be written. */
  readonly storeMs?: number
  /** It has everything: called once, when the transition is over. */
  readonly onComplete?: () => void
}

export interface TrackerPort {
  announce(from: SimPeer, event: AnnounceEvent | undefined, answer: (peers: readonly PeerAddress[]) => void): void
}

/** What the simulation wants to hear: for the trace, and for what must always hold. */
export type Observer = (peer: SimPeer, effects: readonly TorrentEffect[]) => void

export class SimPeer {
  readonly name: string
  /** 1 is the first that joined. */
  readonly number: number
  /** Peers that it unchokes at a time. */
  readonly slots: number
  readonly peerId: PeerId
  readonly torrent: Torrent
  /** Null in a hollow torrent. */
  readonly content: Buffer | null
  readonly machine: SimMachine
  readonly banned = new Set<string>()
  readonly closeReasons: string[] = []
  /** Block bytes sent, in all. */
  uploaded = 0
  completedAt: number | null = null
  left = false
  readonly #options: SimPeerOptions
  readonly #greeting: Greeting
  readonly #clock: SimClock
  readonly #source: SimTorrent
  readonly #tracker: TrackerPort
  readonly #observer: Observer
  readonly #ends = new Map<number, SimEnd>()
  #lastKey = 0
  /** Messages of one transition to one connection leave in one frame. */
  readonly #outbox = new Map<number, PeerMessage[]>()

  constructor(
    name: string,
    number: number,
    seed: number,
    options: SimPeerOptions,
    world: { machine: SimMachine; source: SimTorrent; tracker: TrackerPort; observer: Observer; firstTickMs: number },
  ) {
    this.name = name
    this.number = number
    this.slots = options.choker?.slots ?? DEFAULT_CHOKER.slots
    this.peerId = peerIdFromBytes(sha1(Buffer.from(`${name} ${seed}`)))
    this.#greeting = { peerId: this.peerId, fast: options.fast ?? true }
    this.#options = options
    this.machine = world.machine
    this.#clock = world.machine.network.clock
    this.#source = world.source
    this.#tracker = world.tracker
    this.#observer = world.observer
    const { shape, content } = world.source
    this.content = content && Buffer.alloc(shape.length)
    const have = initialPieces(options.have ?? 'none', shape.pieceCount)
    for (const piece of have.indices()) {
      const begin = piece * shape.pieceLength
      if (this.content) content?.copy(this.content, begin, begin, begin + shape.pieceLength)
    }
    const upload = new RateBudget()
    if (options.uploadLimit !== undefined) upload.setLimit(options.uploadLimit, this.#clock.now)
    this.torrent = new Torrent({
      shape,
      have,
      ownPeerId: this.peerId,
      ownPort: this.machine.address.port,
      client: `sim ${name}`,
      announceTiers: [['http://tracker/announce']],
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      choker: { ...DEFAULT_CHOKER, ...options.choker },
      budgets: { upload: [upload], download: [] },
      // Nobody reads the records of a crowd; a thousand times 1 MiB would be much to keep.
      ...(content ? {} : { chokerLog: new ChokerLog(64 * 1024) }),
      sha1,
      random: seededRandom(seed),
      now: this.#clock.now,
    })
    this.machine.listener = { greeting: this.#greeting, accept: (end, theirs) => this.#connected(end, theirs) }
    this.#tick(world.firstTickMs)
  }

  get done(): boolean {
    return this.torrent.have.isFull
  }

  get sessions(): number {
    return this.torrent.sessions.size
  }

  /** Whether all its bytes are those of the torrent. */
  get isIntact(): boolean {
    return !this.content || !this.#source.content || this.content.equals(this.#source.content)
  }

  leave(): void {
    this.handle({ type: 'stop' })
    this.left = true
    this.machine.listener = null
  }

  /** It stays connected, and is never heard of again. */
  freeze(): void {
    this.machine.frozen = true
  }

  handle(...events: TorrentEvent[]): void {
    if (this.machine.frozen) return
    const { now } = this.#clock
    for (const event of events) this.torrent.handle(event, now)
    const effects = this.torrent.drain(now)
    this.#observer(this, effects)
    for (const effect of effects) this.#perform(effect)
    for (const [peer, messages] of this.#outbox) this.#sendMessages(peer, messages)
    this.#outbox.clear()
  }

  /** It hears and says nothing for so long, and then goes on where it was. */
  pause(ms: number): void {
    this.machine.pausedUntil = Math.max(this.machine.pausedUntil, this.#clock.now + ms)
  }

  #tick(delay: number): void {
    this.#clock.after(delay, () => {
      if (this.left || this.machine.frozen) return
      if (this.machine.pausedUntil <= this.#clock.now) this.handle({ type: 'tick' })
      this.#tick(1000)
    })
  }

  #connected(end: SimEnd, theirs: Greeting): void {
    const peer = ++this.#lastKey
    this.#ends.set(peer, end)
    end.sink = this.#sink(peer)
    this.handle({
      type: 'connected',
      peer,
      address: end.remote,
      peerId: theirs.peerId,
      outbound: end.outbound,
      fast: this.#greeting.fast && theirs.fast,
      extended: true,
    })
    // The far end may have refused us before it answered.
    if (!end.open) end.sink.closed()
  }

  #sink(peer: number): EndSink {
    return {
      messages: (messages) =>
        this.handle(...messages.map((message): TorrentEvent => ({ type: 'message', peer, message }))),
      blockBegins: ({ index, begin, length }) => this.torrent.blockTarget(peer, index, begin, length),
      blockArrives: (block, taken) => this.handle({ type: 'block', peer, ...block, taken }),
      closed: () => {
        this.#ends.delete(peer)
        this.handle({ type: 'closed', peer, reason: 'remote-closed' })
      },
    }
  }

  #perform(effect: TorrentEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#post(effect.peer, effect.message)
      case 'send-requests':
        for (const block of effect.blocks) this.#post(effect.peer, { type: effect.kind, ...block })
        return
      case 'send-block':
        return this.#sendBlock(effect.peer, effect)
      case 'close':
        this.closeReasons.push(effect.reason)
        this.#ends.get(effect.peer)?.close()
        this.#ends.delete(effect.peer)
        return
      case 'dial':
        return this.#dial(effect.address)
      case 'hash':
        // 1 GB/s
        return this.#clock.after(0.05 + effect.bytes.length / 1e6, () =>
          this.handle({ type: 'hashed', index: effect.index, hash: this.#hash(effect) }),
        )
      case 'store':
        return this.#store(effect.index, effect.bytes)
      case 'announce':
        return this.#tracker.announce(this, effect.event, (peers) =>
          this.handle({ type: 'announced', url: effect.url, answer: { interval: 30, peers } }),
        )
      case 'banned':
        this.banned.add(effect.banKey)
        return
      case 'metadata':
      case 'completed':
        this.completedAt = this.#clock.now
        if (this.#options.onComplete) this.#clock.after(0, this.#options.onComplete)
        return
      case 'hash-failed':
      case 'choker-round':
      case 'extension':
      case 'extension-agreed':
    }
  }

  #post(peer: number, message: PeerMessage): void {
    const waiting = this.#outbox.get(peer)
    if (waiting) waiting.push(message)
    else this.#outbox.set(peer, [message])
  }

  #sendMessages(peer: number, messages: readonly PeerMessage[]): void {
    const end = this.#ends.get(peer)
    if (!end) return
    const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0)
    end.send({ bytes, arrives: (sink) => sink.messages(messages) })
  }

  #sendBlock(peer: number, { index, begin, length }: BlockRange): void {
    const waiting = this.#outbox.get(peer)
    if (waiting) {
      this.#sendMessages(peer, waiting)
      this.#outbox.delete(peer)
    }
    const end = this.#ends.get(peer)
    if (!end) return
    const offset = index * this.#source.shape.pieceLength + begin
    const block = { index, begin, length }
    const sent = (): void => {
      this.uploaded += length
      this.handle({ type: 'sent', peer, bytes: length })
    }
    if (!this.content) {
      const arrives = (sink: EndSink): void => sink.blockArrives(block, sink.blockBegins(block) !== null)
      return end.send({ bytes: 13 + length, arrives, sent })
    }
    const bytes = this.content.subarray(offset, offset + length)
    const sentBytes = this.#options.poisons?.(block) ? Buffer.alloc(length, bytes[0] === 0 ? 1 : 0) : bytes
    let target: Uint8Array | null = null
    end.send({
      bytes: 13 + length,
      // Bytes come in one by one: half of the block is there for the whole time that it takes.
      begins: (sink) => {
        target = sink.blockBegins(block)
        target?.set(sentBytes.subarray(0, length >> 1))
      },
      arrives: (sink) => {
        target?.set(sentBytes.subarray(length >> 1), length >> 1)
        sink.blockArrives(block, target !== null)
      },
      sent,
    })
  }

  #hash({ index, bytes }: { index: number; bytes: Buffer }): Uint8Array {
    return this.content ? sha1(bytes) : this.#source.shape.pieceHashes.subarray(index * 20, (index + 1) * 20)
  }

  #dial(address: PeerAddress): void {
    this.machine.network.dial(this.machine, this.#greeting, address, (made) => {
      if (made) this.#connected(made.end, made.theirs)
      else this.handle({ type: 'dial-failed', address, reason: 'connection-refused' })
    })
  }

  #store(index: number, bytes: Buffer): void {
    this.#clock.after(this.#options.storeMs ?? 2, () => {
      if (this.#options.storeFails?.(index)) return this.handle({ type: 'store-failed', index })
      if (this.content) bytes.copy(this.content, index * this.#source.shape.pieceLength)
      this.handle({ type: 'stored', index })
    })
  }
}

function initialPieces(have: 'all' | 'none' | readonly number[], pieceCount: number): Bitfield {
  if (have === 'all') return Bitfield.full(pieceCount)
  const pieces = new Bitfield(pieceCount)
  if (have !== 'none') for (const piece of have) pieces.set(piece)
  return pieces
}

/** Bytes of a message on the wire. */
function sizeOf(message: PeerMessage): number {
  if (message.type === 'bitfield') return 5 + message.bytes.length
  if (message.type === 'extended') return 6 + message.payload.length
  return message.type === 'request' || message.type === 'cancel' || message.type === 'reject' ? 17 : 9
}
