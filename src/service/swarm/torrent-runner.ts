/**
 * Runs one torrent's engine: carries events in, performs effects, one transition at a time. What an effect brings about
 * comes back as a further event, never as a call into the engine in the midst of a transition.
 */
import {
  dialPeer,
  hashPiece,
  monotonicNow,
  sha1,
  DialError,
  type BlockReader,
  type ClientPorts,
  type DialGate,
  type PeerConnection,
  type PinnedBlock,
} from '../../io/index.ts'
import {
  encodeMessage,
  encodePieceHeader,
  encodeRequests,
  type AnnounceReply,
  type AnnounceRequest,
  type Handshake,
  type PeerAddress,
} from '../../protocol/index.ts'
import {
  StorageError,
  type CloseReason,
  type PeerKey,
  type PieceStore,
  type TorrentEffect,
  type TorrentEngine,
  type TorrentEvent,
} from '../../swarm/index.ts'
import { BlockSender, type BlockToSend } from './block-sender.ts'
import { within } from '../within.ts'
import { Departures } from './departures.ts'
import type { ServiceCounts } from '../measures/service-counts.ts'

/** Pieces below this are hashed at once: a promise for each would cost more. */
const HASH_AT_ONCE = 128 * 1024
/** Small messages of one read that are handled before its end: bounds what a flood of them can queue. */
const MESSAGES_AT_ONCE = 1024
/** More than the engine's window of blocks, a long one that reaches over it, and a bitfield: with so much unread, a peer asks only to fill our memory. */
const MAX_QUEUED_BYTES = 3 * 1024 * 1024

/** Where the bytes are. It is another one after completion. */
export interface TorrentStorage {
  readonly store: PieceStore
  readonly reader: BlockReader
}

/** What the engine tells about itself. */
export type TorrentNews = Extract<
  TorrentEffect,
  { type: 'banned' | 'hash-failed' | 'choker-round' | 'completed' | 'metadata' }
>

export interface RunnerOptions {
  readonly torrent: TorrentEngine
  /** Bytes; 0 before there is metadata. */
  readonly pieceLength: number
  /** null: an engine without pieces, which reads and stores nothing. */
  readonly storage: TorrentStorage | null
  readonly handshake: Handshake
  readonly clientPorts: ClientPorts
  readonly counts: Pick<ServiceCounts, 'dials' | 'closes' | 'hashSeconds'>
  readonly dialGate: DialGate
  /** @throws Error whose message says why there is no good answer. */
  askTracker(url: string, request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceReply>
  /** The announce request of this moment, without its event. */
  announceRequest(): AnnounceRequest
  /** The engine's own news, for the log and the swarm's life. */
  onEffect(effect: TorrentNews): void
  /** What peers say in the extensions that the engine leaves to its owner. Answers go by `dispatch`. */
  onExtension?(effect: Extract<TorrentEffect, { type: 'extension-agreed' | 'extension' }>): void
  /** The piece is with the system; it is not durable yet. */
  onWritten(index: number, bytes: number): void
  onConnected(connection: PeerConnection): void
  /** Once for every connection adopted, whoever ended it. */
  onClosed(connection: PeerConnection, reason: CloseReason): void
  onStorageError(error: StorageError): void
  onBug(error: unknown): void
}

let lastKey = 0

export class TorrentRunner {
  readonly #options: RunnerOptions
  readonly #torrent: TorrentEngine
  readonly #connections = new Map<PeerKey, PeerConnection>()
  /** Small messages of this transition, by peer: they go out as one buffer, or what a peer leaves unread costs tenfold. */
  readonly #outbox = new Map<PeerKey, Buffer[]>()
  readonly #blocks: BlockSender
  readonly #departures: Departures
  readonly #queue: TorrentEvent[] = []
  /** Announces, and writes of pieces. */
  readonly #underWay = new Set<Promise<void>>()
  /** Ends dials and announces when we leave. */
  readonly #leaving = new AbortController()
  /** Ends the goodbyes, when they take too long. */
  readonly #gone = new AbortController()
  #storage: TorrentStorage | null
  #running = false
  #stopped = false

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#torrent = options.torrent
    this.#storage = options.storage
    this.#blocks = new BlockSender({
      pieceLength: options.pieceLength,
      reader: () => this.#stored.reader,
      isConnected: (peer) => this.#connections.has(peer),
      put: (block, pinned) => this.#put(block, pinned),
      flush: () => this.#run(),
      unreadable: (blocks, error) => this.#unreadable(blocks, error),
    })
    this.#departures = new Departures({
      dividesUplink: () => this.#torrent.dividesUplink,
      connection: (peer) => this.#connections.get(peer),
      left: (peer, bytes, begunAt) => this.dispatch({ type: 'sent', peer, bytes, begunAt }),
    })
  }

  connection(peer: PeerKey): PeerConnection | undefined {
    return this.#connections.get(peer)
  }

  get #stored(): TorrentStorage {
    if (!this.#storage) throw new Error('bug: bytes of pieces before there is metadata')
    return this.#storage
  }

  /** Blocks are read from here from now on. */
  useStorage(storage: TorrentStorage): void {
    this.#storage = storage
  }

  /** One event, with all that follows from it. */
  dispatch(event: TorrentEvent): void {
    this.#queue.push(event)
    this.#run()
  }

  /** A connection whose handshakes are exchanged. */
  adopt(connection: PeerConnection): void {
    if (this.#stopped) return connection.close()
    const peer = ++lastKey
    const { fast, extended } = connection.handshake.extensions
    this.#connections.set(peer, connection)
    this.dispatch({
      type: 'connected',
      peer,
      address: connection.remote,
      peerId: connection.handshake.peerId,
      ownHost: connection.local.host,
      outbound: connection.outbound,
      fast,
      extended,
    })
    if (!this.#torrent.sessions.has(peer)) return
    this.#options.onConnected(connection)
    connection.attach({
      message: (message) => {
        if (this.#queue.push({ type: 'message', peer, message }) >= MESSAGES_AT_ONCE) this.#run()
      },
      blockStart: (index, begin, length) => {
        this.#absorb()
        return this.#torrent.blockTarget(peer, index, begin, length)
      },
      blockEnd: (index, begin, length, taken) => {
        this.#queue.push({ type: 'block', peer, index, begin, length, taken })
      },
      batchEnd: () => this.#run(),
      writable: (bytes, begunAt) => this.#departures.taken(peer, bytes, begunAt),
      closed: (reason, error) => {
        if (reason === 'bug') this.#options.onBug(error)
        this.#forget(peer, reason)
        this.dispatch({ type: 'closed', peer, reason })
      },
    })
  }

  /** Ends connections whose peer has read nothing since `deadline` while bytes wait for it. */
  closeDeaf(deadline: number): void {
    for (const [peer, connection] of this.#connections) {
      if (connection.queuedBytes === 0 || connection.lastDrainAt > deadline) continue
      this.#end(peer, 'idle-timeout')
    }
  }

  /** Leaves the swarm. Resolves when the trackers heard of it and what is verified is written, or after `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    if (this.#stopped) return
    this.#leaving.abort()
    this.dispatch({ type: 'stop' })
    this.#stopped = true
    this.#departures.stop()
    await within(timeoutMs, Promise.all(this.#underWay))
    this.#gone.abort()
  }

  /** Hands over the events, and leaves their effects for the end of the batch. */
  #absorb(): void {
    const now = monotonicNow()
    for (const event of this.#queue) this.#torrent.handle(event, now)
    this.#queue.length = 0
  }

  #run(): void {
    if (this.#running) return
    this.#running = true
    try {
      do {
        this.#absorb()
        for (const effect of this.#torrent.drain(monotonicNow())) this.#perform(effect)
      } while (this.#queue.length > 0)
    } catch (error) {
      this.#queue.length = 0
      this.#options.onBug(error)
    } finally {
      this.#running = false
    }
    this.#flush()
  }

  #flush(): void {
    const deaf: PeerKey[] = []
    for (const [peer, small] of this.#outbox) {
      const connection = this.#connections.get(peer)
      if (!connection) continue
      pack(connection, small)
      if (connection.queuedBytes > MAX_QUEUED_BYTES) deaf.push(peer)
      connection.flush()
    }
    this.#outbox.clear()
    for (const peer of deaf) this.#end(peer, 'send-queue-full')
  }

  #perform(effect: TorrentEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.peer, encodeMessage(effect.message))
      case 'send-requests':
        return this.#send(effect.peer, encodeRequests(effect.kind, effect.blocks))
      case 'send-block':
        return this.#blocks.send(effect)
      case 'close':
        return this.#forget(effect.peer, effect.reason)
      case 'dial':
        return void this.#dial(effect.address)
      case 'hash':
        return this.#hash(effect.index, effect.bytes)
      case 'store':
        return this.#track(this.#store(effect.index, effect.bytes))
      case 'announce':
        return this.#announce(effect.url, effect.event)
      case 'extension-agreed':
      case 'extension':
        // An owner that speaks no extension offers none.
        return this.#options.onExtension?.(effect)
      case 'banned':
      case 'hash-failed':
      case 'choker-round':
      case 'completed':
      case 'metadata':
        return this.#options.onEffect(effect)
    }
  }

  #forget(peer: PeerKey, reason: CloseReason): void {
    const connection = this.#connections.get(peer)
    if (!connection) return
    this.#connections.delete(peer)
    connection.close()
    this.#options.counts.closes.add(reason)
    this.#options.onClosed(connection, reason)
  }

  /** Ends a connection of which the engine does not know yet that it ends. */
  #end(peer: PeerKey, reason: CloseReason): void {
    this.#forget(peer, reason)
    this.dispatch({ type: 'closed', peer, reason })
  }

  #send(peer: PeerKey, bytes: Buffer): void {
    this.#outboxOf(peer).push(bytes)
  }

  #outboxOf(peer: PeerKey): Buffer[] {
    let small = this.#outbox.get(peer)
    if (!small) this.#outbox.set(peer, (small = []))
    return small
  }

  #put({ peer, index, begin, length }: BlockToSend, block: PinnedBlock): void {
    const connection = this.#connections.get(peer)
    if (!connection) return block.release()
    pack(connection, this.#outboxOf(peer))
    const header = encodePieceHeader(index, begin, length)
    // A block that waits for its peer keeps a whole extent in memory; when those are too many, it waits as a copy.
    if (this.#stored.reader.isOverBudget) {
      connection.sendBlock(header, Buffer.from(block.bytes), () => {})
      block.release()
    } else connection.sendBlock(header, block.bytes, block.release)
  }

  #unreadable(blocks: readonly BlockToSend[], error: unknown): void {
    for (const { peer, index, begin, length } of blocks)
      this.dispatch({ type: 'unreadable', peer, index, begin, length })
    this.#storageFailed(error)
  }

  #hash(index: number, bytes: Buffer): void {
    if (bytes.length < HASH_AT_ONCE) {
      this.#queue.push({ type: 'hashed', index, hash: sha1(bytes) })
      return
    }
    const began = monotonicNow()
    hashPiece(bytes).then(
      (hash) => {
        this.#options.counts.hashSeconds.observe((monotonicNow() - began) / 1000)
        this.dispatch({ type: 'hashed', index, hash })
      },
      (error: unknown) => this.#options.onBug(error),
    )
  }

  async #store(index: number, bytes: Buffer): Promise<void> {
    try {
      const { store, reader } = this.#stored
      const offset = index * this.#options.pieceLength
      await store.write(offset, bytes)
      reader.invalidate(offset, bytes.length)
      this.#options.onWritten(index, bytes.length)
      this.dispatch({ type: 'stored', index })
    } catch (error) {
      this.dispatch({ type: 'store-failed', index })
      this.#storageFailed(error)
    }
  }

  async #dial(address: PeerAddress): Promise<void> {
    try {
      const connection = await dialPeer({
        address,
        ours: this.#options.handshake,
        clientPorts: this.#options.clientPorts,
        gate: this.#options.dialGate,
        signal: this.#leaving.signal,
      })
      this.#options.counts.dials.add('connected')
      this.adopt(connection)
    } catch (error) {
      if (!(error instanceof DialError)) return this.#options.onBug(error)
      this.#options.counts.dials.add(error.code)
      this.dispatch({ type: 'dial-failed', address, reason: error.code })
    }
  }

  #announce(url: string, event: AnnounceRequest['event']): void {
    const request = this.#options.announceRequest()
    this.#track(this.#askTracker(url, event ? { ...request, event } : request))
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
  }

  async #askTracker(url: string, request: AnnounceRequest): Promise<void> {
    try {
      const { signal } = request.event === 'stopped' ? this.#gone : this.#leaving
      this.dispatch({ type: 'announced', url, answer: await this.#options.askTracker(url, request, signal) })
    } catch (error) {
      this.dispatch({ type: 'announce-failed', url, reason: error instanceof Error ? error.message : String(error) })
    }
  }

  #storageFailed(error: unknown): void {
    if (error instanceof StorageError) this.#options.onStorageError(error)
    else this.#options.onBug(error)
  }
}

/** Queues what gathered, as one buffer. */
function pack(connection: PeerConnection, small: Buffer[]): void {
  const [first] = small
  if (first) connection.send(small.length === 1 ? first : Buffer.concat(small))
  small.length = 0
}
