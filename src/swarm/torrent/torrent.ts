/**
 * One torrent's life in its swarm, as a machine without clock, chance, sockets or files: `handle` an event, then perform
 * what `drain` returns. All inputs stand in the one switch below.
 */
import {
  BLOCK_LENGTH,
  Bitfield,
  METADATA_NAME,
  PEX_NAME,
  ProtocolError,
  decodeExtensionHandshake,
  type PeerMessage,
} from '../../protocol/index.ts'
import type { TorrentEffect, TorrentEvent } from '../events.ts'
import type { ChokerSettings } from '../choker/choker.ts'
import type { ChokerCounts } from '../choker/choker-counts.ts'
import type { CloseReason } from '../peer/close-reason.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import type { PeerList } from '../peer-list/peer-list.ts'
import { MetadataServing } from '../metadata/metadata-serving.ts'
import { PeerExchange } from '../pex/peer-exchange.ts'
import type { RateMeter } from '../rate/rate-meter.ts'
import { Announcing } from './announcing.ts'
import { Choking } from './choking.ts'
import { Connections } from './connections.ts'
import { Downloads } from './downloads.ts'
import { explainDownload, explainProgress, type DownloadCode, type Explanation, type Progress } from './explain.ts'
import { Extensions } from './extensions.ts'
import {
  PeerFault,
  SwarmContext,
  type SwarmCounters,
  type TorrentLimits,
  type TorrentOptions,
} from './swarm-context.ts'
import type { TorrentEngine } from './torrent-engine.ts'
import { Uploads } from './uploads.ts'

export class Torrent implements TorrentEngine {
  readonly #swarm: SwarmContext
  readonly #extensions: Extensions
  readonly #connections: Connections
  readonly #peerExchange: PeerExchange
  readonly #metadata: MetadataServing
  readonly #downloads: Downloads
  readonly #uploads: Uploads
  readonly #choking: Choking
  readonly #announcing: Announcing
  #stopped = false

  constructor(options: TorrentOptions) {
    this.#swarm = new SwarmContext(options)
    this.#extensions = new Extensions(this.#swarm)
    this.#connections = new Connections(this.#swarm, this.#extensions.offered, (session, now) => {
      this.#downloads.left(session)
      this.#peerExchange.left(session)
      this.#metadata.left(session)
      this.#uploads.left(session, now)
      this.#choking.left(session, now)
    })
    this.#peerExchange = new PeerExchange(this.#swarm, {
      send: (session, payload, now) => this.#extensions.send(session, PEX_NAME, payload, now),
      candidates: (addresses, now) => {
        this.#connections.candidates(addresses, 'pex', now)
        this.#connections.dial(now)
      },
    })
    this.#extensions.take(PEX_NAME, this.#peerExchange)
    this.#metadata = new MetadataServing(this.#swarm, options.metadata ?? null, {
      send: (session, payload, now) => this.#extensions.send(session, METADATA_NAME, payload, now),
    })
    this.#extensions.take(METADATA_NAME, this.#metadata)
    this.#downloads = new Downloads(this.#swarm, (banKey, reason, now) => this.#connections.ban(banKey, reason, now))
    this.#uploads = new Uploads(this.#swarm, (piece) => this.picker.rarity.availability(piece))
    this.#choking = new Choking(this.#swarm, this.#uploads)
    this.#announcing = new Announcing(this.#swarm)
  }

  get sessions(): ReadonlyMap<PeerKey, PeerSession> {
    return this.#swarm.sessions
  }

  get have(): Bitfield {
    return this.#swarm.have
  }

  get counters(): Readonly<SwarmCounters> {
    return this.#swarm.counters
  }

  /** Block bytes from all peers, useful or not. */
  get download(): RateMeter {
    return this.#swarm.download
  }

  get upload(): RateMeter {
    return this.#swarm.upload
  }

  get peers(): PeerList {
    return this.#connections.peers
  }

  get announcing(): Announcing {
    return this.#announcing
  }

  /** Pieces on their way and availability. */
  get picker(): Downloads['picker'] {
    return this.#downloads.picker
  }

  /** What holds the bytes of pieces on their way. */
  get pieceBuffers(): Downloads['buffers'] {
    return this.#downloads.buffers
  }

  /** It lacks pieces, and all of those are switched off. */
  get wantsNoMore(): boolean {
    const { rarity, assemblies } = this.picker
    return !this.have.isFull && rarity.size === 0 && assemblies.size === 0
  }

  /** How many we download from. */
  get sources(): number {
    return this.#downloads.sources.size
  }

  get chokerSettings(): ChokerSettings {
    return this.#swarm.options.choker
  }

  get chokerCounts(): ChokerCounts {
    return this.#choking.counts
  }

  /** Those that we download from. */
  get sourceSessions(): Iterable<PeerSession> {
    return this.#downloads.sources
  }

  get limits(): TorrentLimits {
    return this.#swarm.options.limits
  }

  /** Why we get, or don't get, blocks from this peer. */
  whyFrom(session: PeerSession, now: number): Explanation<DownloadCode> {
    const { seeding, storagePressure } = this.#swarm
    const { maxSources } = this.limits
    return explainDownload(session, { seeding, storagePressure, maxSources, limited: this.#isLimited(now) }, now)
  }

  /** What the download waits for, or how it gets on. */
  progress(now: number): Progress {
    const situation = {
      sessions: this.sessions.values(),
      known: this.peers.size,
      unavailable: this.picker.rarity.unavailable,
      storagePressure: this.#swarm.storagePressure,
      limited: this.#isLimited(now),
    }
    return explainProgress(situation, now)
  }

  /** The limit, and not the peers, says how much comes: what it allows is asked for as it is allowed. */
  #isLimited(now: number): boolean {
    const { downloadBudget } = this.#swarm
    return downloadBudget.isLimited && downloadBudget.left(now) < BLOCK_LENGTH * Math.max(1, this.sources)
  }

  get unchoked(): number {
    return this.#choking.unchoked
  }

  /** The choker's record, its next round, and what each peer came to. */
  get choking(): Choking {
    return this.#choking
  }

  /** One input. A peer's fault ends its session; any other throw is a bug of ours. @param now ms, monotonic */
  handle(event: TorrentEvent, now: number): void {
    if (this.#stopped) return this.#afterStop(event, now)
    switch (event.type) {
      case 'connected':
        return this.#connections.connected(event, now)
      case 'dial-failed':
        return this.#connections.dialFailed(event.address, now)
      case 'closed':
        return this.#withSession(event.peer, now, (session) => this.#connections.closed(session, now))
      case 'message':
        return this.#withSession(event.peer, now, (session) => this.#message(session, event.message, now))
      case 'block':
        return this.#withSession(event.peer, now, (session) => {
          session.lastHeardAt = now
          // It sends again, so that it may have a slot again.
          if (session.snubbed) this.#choking.slotMayBeFree()
          this.#downloads.blockArrived(session, event, event.taken, now)
        })
      case 'sent':
        return this.#withSession(event.peer, now, (session) => this.#uploads.sent(session, event.bytes, now))
      case 'unreadable':
        return this.#withSession(event.peer, now, (session) => this.#uploads.unreadable(session, event, now))
      case 'hashed':
        return this.#downloads.hashed(event.index, event.hash, now)
      case 'stored':
        return this.#stored(event.index, now)
      case 'store-failed':
        return this.#downloads.storeFailed(event.index)
      case 'storage-pressure':
        return this.#downloads.storagePressure(event.high)
      case 'candidates':
        this.#connections.candidates(event.addresses, event.source, now)
        return this.#connections.dial(now)
      case 'announced':
        this.#announcing.succeeded(event.url, event.answer, now)
        this.#connections.candidates(event.answer.peers, 'tracker', now)
        return this.#connections.dial(now)
      case 'announce-failed':
        return this.#announcing.failed(event.url, event.reason, now)
      case 'send-extension':
        return this.#withSession(event.peer, now, (session) => {
          this.#extensions.send(session, event.name, event.payload, now)
        })
      case 'expel':
        return this.#withSession(event.peer, now, (session) => this.#connections.close(session, event.reason, now))
      case 'announce-now':
        return this.#announcing.now(now)
      case 'order':
        return this.#downloads.follow(event.order, now)
      case 'wish':
        return this.#downloads.wish(event.pieces)
      case 'tick':
        return this.#tick(now)
      case 'stop':
        return this.#stop(now)
    }
  }

  /** Where the bytes of a block go that begins to arrive; null: read past them. Called while the frame is read. */
  blockTarget(peer: PeerKey, index: number, begin: number, length: number): Uint8Array | null {
    const session = this.#swarm.sessions.get(peer)
    return session && !this.#stopped ? this.#downloads.blockTarget(session, index, begin, length) : null
  }

  /** Ends the transition and returns what is to be done, in order. The array is only valid until the next call. */
  drain(now: number): readonly TorrentEffect[] {
    if (!this.#stopped) {
      this.#choking.settle(now)
      this.#downloads.settle(now)
    }
    return this.#swarm.takeEffects()
  }

  #message(session: PeerSession, message: PeerMessage, now: number): void {
    session.lastHeardAt = now
    switch (message.type) {
      case 'keep-alive':
      case 'port':
        return
      case 'suggest':
        this.#needsFast(session)
        if (!this.#swarm.isPiece(message.index)) throw new PeerFault('invalid-suggest')
        return session.heardSuggestion(message.index)
      case 'choke':
        return this.#downloads.choked(session)
      case 'unchoke':
        return this.#downloads.unchoked(session)
      case 'interested':
        session.peerInterested = true
        session.interestedAt ??= now
        return this.#choking.slotMayBeFree()
      case 'not-interested':
        session.peerInterested = false
        return this.#choking.slotMayBeFree()
      case 'have':
        this.#downloads.heardHave(session, message.index, now)
        return this.#seederMet(session, now)
      case 'bitfield':
        return this.#heardAll(session, () => Bitfield.fromBytes(message.bytes, this.#swarm.shape.pieceCount), now)
      case 'have-all':
        this.#needsFast(session)
        return this.#heardAll(session, () => Bitfield.full(this.#swarm.shape.pieceCount), now)
      case 'have-none':
        this.#needsFast(session)
        return this.#heardAll(session, () => new Bitfield(this.#swarm.shape.pieceCount), now)
      case 'request':
        return this.#uploads.requested(session, message, now)
      case 'cancel':
        return this.#uploads.cancelled(session, message, now)
      case 'reject':
        this.#needsFast(session)
        return this.#downloads.rejected(session, message)
      case 'allowed-fast':
        this.#needsFast(session)
        return this.#downloads.allowedFast(session, message.index)
      case 'extended':
        if (message.id === 0) this.#extensionHandshake(session, message.payload, now)
        else this.#extensions.received(session, message.id, message.payload, now)
    }
  }

  #heardAll(session: PeerSession, pieces: () => Bitfield, now: number): void {
    this.#downloads.heardAll(session, pieces(), now)
    this.#seederMet(session, now)
    this.#choking.slotMayBeFree()
  }

  #extensionHandshake(session: PeerSession, payload: Uint8Array, now: number): void {
    const handshake = decodeExtensionHandshake(payload)
    if (handshake.reqq !== undefined) session.requests.limit = Math.max(1, handshake.reqq)
    if (handshake.v !== undefined) session.client = handshake.v
    if (handshake.port !== undefined && handshake.port > 0) this.#connections.listensAt(session, handshake.port, now)
    session.uploadOnly = handshake.uploadOnly ?? false
    this.#extensions.agree(session, handshake, now)
    this.#choking.slotMayBeFree()
  }

  /** Two seeders have nothing to say to each other. */
  #seederMet(session: PeerSession, now: number): void {
    if (!session.isSeeder) return
    if (this.#swarm.seeding) this.#connections.close(session, 'both-seeders', now)
    else this.#choking.slotMayBeFree()
  }

  #stored(index: number, now: number): void {
    if (!this.#downloads.stored(index, now)) return
    this.#swarm.emit({ type: 'completed' })
    this.#announcing.completed(now)
    for (const session of [...this.#swarm.sessions.values()]) this.#seederMet(session, now)
    // As seeder we are owed nothing: peers that snubbed us may have a slot.
    this.#choking.slotMayBeFree()
  }

  #tick(now: number): void {
    this.#announcing.tick(now)
    this.#downloads.tick(now)
    this.#uploads.tick(now)
    // Who has let us wait too long loses its slot.
    this.#choking.slotMayBeFree()
    this.#choking.tick(now)
    this.#connections.tick(now)
    this.#peerExchange.tick(now)
    this.#metadata.tick(now)
  }

  #stop(now: number): void {
    for (const session of [...this.#swarm.sessions.values()]) this.#connections.close(session, 'swarm-stopped', now)
    this.#announcing.stop()
    this.#stopped = true
  }

  /** What was under way when we stopped still ends. */
  #afterStop(event: TorrentEvent, now: number): void {
    if (event.type === 'connected') this.#swarm.emit({ type: 'close', peer: event.peer, reason: 'swarm-stopped' })
    if (event.type === 'stored') this.#downloads.stored(event.index, now)
  }

  #needsFast(session: PeerSession): void {
    if (!session.fast) throw new PeerFault('unexpected-message')
  }

  #withSession(peer: PeerKey, now: number, act: (session: PeerSession) => void): void {
    const session = this.#swarm.sessions.get(peer)
    if (!session) return
    try {
      act(session)
    } catch (error) {
      if (!(error instanceof PeerFault) && !(error instanceof ProtocolError)) throw error
      const reason: CloseReason = error instanceof PeerFault ? error.reason : error.code
      this.#connections.close(session, reason, now)
    }
  }
}
