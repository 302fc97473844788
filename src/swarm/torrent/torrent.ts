/**
 * One torrent's life in its swarm, as a machine without clock, chance, sockets or files: `handle` an event, then perform
 * what `drain` returns. Inputs go through the switch of `Presence`, which hands back what is
 * about pieces.
 */
import { BLOCK_LENGTH, Bitfield, METADATA_NAME, type PeerMessage } from '../../protocol/index.ts'
import type { TorrentEffect, TorrentEvent } from '../events.ts'
import type { ChokerSettings } from '../choker/choker.ts'
import type { ChokerCounts } from '../choker/choker-counts.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import type { PeerList } from '../peer-list/peer-list.ts'
import { MetadataServing } from '../metadata/metadata-serving.ts'
import type { RateMeter } from '../rate/rate-meter.ts'
import type { Announcing } from './announcing.ts'
import { Choking } from './choking.ts'
import { Downloads } from './downloads.ts'
import { explainDownload, explainProgress, type DownloadCode, type Explanation, type Progress } from './explain.ts'
import { Presence, type EngineEvent, type PeerEvent } from './presence.ts'
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
  readonly #presence: Presence
  readonly #metadata: MetadataServing
  readonly #downloads: Downloads
  readonly #uploads: Uploads
  readonly #choking: Choking

  constructor(options: TorrentOptions) {
    this.#swarm = new SwarmContext(options)
    this.#presence = new Presence(this.#swarm, {
      handle: (event, now) => this.#handle(event, now),
      heard: (session, event, now) => this.#heard(session, event, now),
      left: (session, now) => {
        this.#downloads.left(session)
        this.#metadata.left(session)
        this.#uploads.left(session, now)
        this.#choking.left(session, now)
      },
    })
    const { connections, extensions } = this.#presence
    this.#metadata = new MetadataServing(this.#swarm, options.metadata ?? null, {
      send: (session, payload, now) => extensions.send(session, METADATA_NAME, payload, now),
    })
    extensions.take(METADATA_NAME, this.#metadata)
    this.#downloads = new Downloads(this.#swarm, (banKey, reason, now) => connections.ban(banKey, reason, now))
    this.#uploads = new Uploads(this.#swarm, (piece) => this.picker.rarity.availability(piece))
    this.#choking = new Choking(this.#swarm, this.#uploads)
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
    return this.#presence.connections.peers
  }

  get announcing(): Announcing {
    return this.#presence.announcing
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

  get dividesUplink(): boolean {
    return this.#uploads.dividesUplink
  }

  /** The choker's record, its next round, and what each peer came to. */
  get choking(): Choking {
    return this.#choking
  }

  /** One input. A peer's fault ends its session; any other throw is a bug of ours. @param now ms, monotonic */
  handle(event: TorrentEvent, now: number): void {
    if (this.#presence.isOver) this.#afterEnd(event, now)
    else this.#presence.handle(event, now)
  }

  /** Where the bytes of a block go that begins to arrive; null: read past them. Called while the frame is read. */
  blockTarget(peer: PeerKey, index: number, begin: number, length: number): Uint8Array | null {
    const session = this.#swarm.sessions.get(peer)
    return session && !this.#presence.isOver ? this.#downloads.arrivals.target(session, { index, begin, length }) : null
  }

  /** Ends the transition and returns what is to be done, in order. The array is only valid until the next call. */
  drain(now: number): readonly TorrentEffect[] {
    if (!this.#presence.isOver) {
      this.#choking.settle(now)
      this.#downloads.settle(now)
    }
    return this.#swarm.takeEffects()
  }

  #handle(event: EngineEvent, now: number): void {
    switch (event.type) {
      case 'hashed':
        return this.#downloads.hashed(event.index, event.hash, now)
      case 'stored':
        return this.#stored(event.index, now)
      case 'store-failed':
        return this.#downloads.storeFailed(event.index)
      case 'storage-pressure':
        return this.#downloads.storagePressure(event.high)
      case 'order':
        return this.#downloads.follow(event.order, now)
      case 'wish':
        return this.#downloads.wish(event.pieces)
      case 'tick':
        return this.#tick(now)
      case 'stop':
        this.#presence.end(now)
        return this.announcing.stop()
    }
  }

  #heard(session: PeerSession, event: PeerEvent, now: number): void {
    switch (event.type) {
      case 'message':
        return this.#message(session, event.message, now)
      case 'block':
        // It sends again, so that it may have a slot again.
        if (session.snubbed) this.#choking.standingChanged(session)
        return this.#downloads.arrivals.arrived(session, event, event.taken, now)
      case 'sent':
        session.givenAt ??= event.begunAt ?? now
        return this.#uploads.sent(session, event.bytes, now)
      case 'unreadable':
        return this.#uploads.unreadable(session, event, now)
    }
  }

  #message(session: PeerSession, message: PeerMessage, now: number): void {
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
        return this.#downloads.unchoked(session, now)
      case 'interested':
        session.peerInterested = true
        session.interestedAt ??= now
        return this.#choking.standingChanged(session)
      case 'not-interested':
        session.peerInterested = false
        return this.#choking.standingChanged(session)
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
        // Who only uploads needs no slot.
        if (this.#presence.extended(session, message, now)) this.#choking.slotMayBeFree()
    }
  }

  #heardAll(session: PeerSession, pieces: () => Bitfield, now: number): void {
    this.#downloads.heardAll(session, pieces(), now)
    this.#seederMet(session, now)
    this.#choking.slotMayBeFree()
  }

  /** Two seeders have nothing to say to each other. */
  #seederMet(session: PeerSession, now: number): void {
    if (!session.isSeeder) return
    if (this.#swarm.seeding) this.#presence.connections.close(session, 'both-seeders', now)
    else this.#choking.slotMayBeFree()
  }

  #stored(index: number, now: number): void {
    if (!this.#downloads.stored(index, now)) return
    this.#swarm.emit({ type: 'completed' })
    this.announcing.completed(now)
    for (const session of [...this.#swarm.sessions.values()]) this.#seederMet(session, now)
    // As seeder we are owed nothing: peers that snubbed us may have a slot.
    this.#choking.slotMayBeFree()
  }

  #tick(now: number): void {
    this.#downloads.tick(now)
    this.#uploads.tick(now)
    // Who has let us wait too long loses its slot.
    this.#choking.slotMayBeFree()
    this.#choking.tick(now)
    this.#presence.tick(now)
    this.#metadata.tick(now)
  }

  /** What was under way when we stopped still ends. */
  #afterEnd(event: TorrentEvent, now: number): void {
    if (event.type === 'stored') this.#downloads.stored(event.index, now)
    else this.#presence.afterEnd(event)
  }

  #needsFast(session: PeerSession): void {
    if (!session.fast) throw new PeerFault('unexpected-message')
  }
}
