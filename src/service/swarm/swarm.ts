/**
 * One torrent in this service: from its files over its engine to `shareable/`, started, stopped, repaired.
 * Whatever changes the phase goes through one queue, so that two changes never overlap.
 */
import path from 'node:path'
import {
  NewerFormatError,
  type NotDurableError,
  monotonicNow,
  moveIntoPlace,
  pathExists,
  removeTree,
  wallClock,
  type PeerConnection,
} from '../../io/index.ts'
import { maskAnnounceUrl, type Handshake, type Metainfo } from '../../protocol/index.ts'
import { ChokerLog, StorageError, TimeLeft, type Torrent } from '../../swarm/index.ts'
import { DurableFlusher } from './durable-flusher.ts'
import { estimateTimeLeft } from './estimate-time-left.ts'
import { chokerNews } from './choker-view.ts'
import { newTorrent } from './new-torrent.ts'
import { ownAnnounce } from '../network/own-announce.ts'
import { failureSentence } from '../failure-sentence.ts'
import { peerFields, peerNews, type PeerChange } from '../network/peer-news.ts'
import { FileReading } from './file-reading.ts'
import { RatePair } from '../rate-limits.ts'
import type { RootFolder } from '../root-folder.ts'
import type { ActivePhase, SwarmPhase } from './swarm-phase.ts'
import { refuseIdle } from './refuse-idle.ts'
import { orStorageRefusal } from '../storage-refusal.ts'
import { saveSettings, type SwarmSettings } from './swarm-settings.ts'
import { FilesError, openFinished, openSwarmStorage, rottenPieces, type SwarmStorage } from './swarm-storage.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'
import { pieceOrder, withChanges, type WishChanges } from './swarm-wishes.ts'
import { TorrentRunner, type TorrentNews } from './torrent-runner.ts'
import { verifiedBytes } from './verified-bytes.ts'

const RETRY_MS = 15_000
/** Goodbyes to trackers: never wait longer. */
const GOODBYE_MS = 5_000
/** A peer that reads nothing for so long while bytes wait for it. */
const DEAF_MS = 60_000

export class Swarm {
  readonly metainfo: Metainfo
  /** Goes on over stops and starts. */
  readonly chokerLog = new ChokerLog()
  /** For who reads a file of it, whole or not. */
  readonly reading = new FileReading(this)
  readonly timeLeft = new TimeLeft()
  readonly #around: SwarmSurroundings
  readonly #limits = new RatePair()
  #settings: SwarmSettings
  #phase: SwarmPhase = { name: 'stopped' }
  #queue: Promise<unknown> = Promise.resolve()
  /** Ends the starts that were asked for before the next stop, those too whose turn has not come. */
  #starting = new AbortController()

  constructor(metainfo: Metainfo, settings: SwarmSettings, around: SwarmSurroundings) {
    this.metainfo = metainfo
    this.#settings = settings
    this.#around = around
    this.#limits.set(settings.wishes)
  }

  /** What is known of the torrent, as long as there is a magnet link only too. */
  get about(): Metainfo {
    return this.metainfo
  }

  get phase(): SwarmPhase {
    return this.#phase
  }

  get active(): ActivePhase | null {
    return this.#phase.name === 'active' ? this.#phase : null
  }

  /** Resolves when no change of phase is under way. */
  get settled(): Promise<unknown> {
    return this.#queue
  }

  /** With the account of this run added. */
  get settings(): SwarmSettings {
    const { active } = this
    if (!active) return this.#settings
    const { downloaded, wasted } = active.torrent.counters
    return {
      ...this.#settings,
      downloaded: this.#settings.downloaded + downloaded,
      wasted: this.#settings.wasted + wasted,
      uploaded: this.#settings.uploaded + active.torrent.upload.total,
    }
  }

  /** What it has in common with the other swarms. */
  get around(): SwarmSurroundings {
    return this.#around
  }

  get handshake(): Handshake {
    const extensions = { fast: true, extended: true, dht: false }
    return { infoHash: this.metainfo.infoHash, peerId: this.#around.peerId, extensions }
  }

  /** Joins the swarm: resolves when the files are known and peers are let in, or when that failed (see `phase`). */
  start(options: { readonly recheck?: boolean } = {}): Promise<void> {
    const { signal } = this.#starting
    return this.#inTurn(async () => {
      if (this.#phase.name === 'active') return
      await this.#start(options.recheck ?? false, signal)
    })
  }

  /** Leaves the swarm; nothing verified is lost. */
  stop(): Promise<void> {
    this.#starting.abort(new FilesError('stopped', false))
    this.#starting = new AbortController()
    return this.#inTurn(async () => {
      await this.#leave()
      this.#phase = { name: 'stopped' }
    })
  }

  /** Begins to read every piece back. @throws ServiceError swarm-stopped */
  recheck(): void {
    if (this.#settings.desired === 'stopped') refuseIdle(this)
    const { signal } = this.#starting
    void this.#inTurn(async () => {
      await this.#leave()
      await this.#start(true, signal)
    })
  }

  /** Which files, in what order, how fast; kept over restarts. @throws ServiceError */
  async change(changes: WishChanges): Promise<void> {
    const wishes = withChanges(this.#settings.wishes, changes, this.metainfo)
    this.#settings = { ...this.#settings, wishes }
    this.#limits.set(wishes)
    this.active?.runner.dispatch({ type: 'order', order: pieceOrder(wishes, this.metainfo) })
    this.reading.look()
    await orStorageRefusal('Could not note that for the next start', () => this.#save())
  }

  /** What the user wants of it, kept over restarts. */
  async want(desired: 'started' | 'stopped'): Promise<void> {
    this.#settings = { ...this.#settings, desired }
    await orStorageRefusal('Could not note that for the next start', () => this.#save())
    if (desired === 'started') await this.start()
    else await this.stop()
  }

  /** Stops and forgets it. @param deleteData the complete files go too */
  async remove(deleteData: boolean): Promise<void> {
    await this.stop()
    await orStorageRefusal('Could not remove the swarm', async () => {
      // First what takes room: on a full disk the note that it is removed has none before.
      await removeTree(this.#place.partial)
      await removeTree(this.#place.journal)
      if (deleteData) await removeTree(path.join(this.#around.root.shareable, this.metainfo.name))
      this.#settings = { ...this.#settings, removed: true }
      await this.#save()
    })
  }

  adopt(connection: PeerConnection): void {
    const { active } = this
    if (active) active.runner.adopt(connection)
    else connection.close()
  }

  /** At least once a second. */
  tick(now: number): void {
    const phase = this.#phase
    this.reading.look()
    this.timeLeft.note(estimateTimeLeft(this.active, this.metainfo, now), now)
    if (phase.name === 'error' && phase.retryAt !== null && now >= phase.retryAt) {
      this.#phase = { ...phase, retryAt: null }
      void this.start()
    }
    if (phase.name !== 'active') return
    phase.runner.dispatch({ type: 'tick' })
    phase.runner.closeDeaf(now - DEAF_MS)
    phase.flusher?.tick(now)
  }

  /** Writes the account down. When that fails it is told, and costs no more than the account. */
  async save(): Promise<void> {
    try {
      await this.#save()
    } catch (error) {
      this.#log('settings.unsaved', { reason: failureSentence(error) })
    }
  }

  get #place(): ReturnType<RootFolder['swarm']> {
    return this.#around.root.swarm(this.metainfo.infoHash)
  }

  async #start(recheck: boolean, signal: AbortSignal): Promise<void> {
    const checking: SwarmPhase = { name: 'checking', checked: 0, total: this.metainfo.pieceCount }
    this.#phase = checking
    try {
      const storage = await openSwarmStorage({
        root: this.#around.root,
        metainfo: this.metainfo,
        wasComplete: this.#settings.completedAt !== null,
        recheck,
        progress: (checked, total) => Object.assign(checking, { checked, total }),
        signal,
        disk: this.#around.counts.disk,
      })
      this.#join(storage)
      if (storage.have.isFull) await this.#complete()
    } catch (error) {
      this.#fail(error)
    }
  }

  #join(storage: SwarmStorage): void {
    const { metainfo } = this
    const { chokerLog } = this
    const skipped = (url: string, reason: string): void =>
      this.#log('tracker.skipped', { url: maskAnnounceUrl(url), reason })
    const parts = { metainfo, have: storage.have, chokerLog, limits: this.#limits, skipped }
    const torrent = newTorrent(parts, this.#around)
    const { durable } = storage
    const flusher =
      durable &&
      new DurableFlusher({
        durable,
        counts: this.#around.counts,
        onPressure: (high) => runner.dispatch({ type: 'storage-pressure', high }),
        onFailed: (error) => void this.#break(error),
      })
    const runner = new TorrentRunner({
      torrent,
      pieceLength: metainfo.pieceLength,
      storage,
      handshake: this.handshake,
      clientPorts: this.#around.clientPorts,
      dialGate: this.#around.dialGate,
      askTracker: (url, request, signal) => this.#around.trackers.ask(url, request, signal),
      counts: this.#around.counts,
      announceRequest: () => ownAnnounce(metainfo, this.#around, this.settings, this.#left(torrent)),
      onEffect: (effect) => this.#onEffect(effect),
      onExtension: (effect) => this.#around.network.heardInSwarm(runner, effect),
      onWritten: (index, bytes) => {
        flusher?.wrote(index, bytes)
        // The engine hears of it right after.
        queueMicrotask(() => this.reading.look())
      },
      onConnected: (connection) => this.#tellOfPeer(connection, { type: 'peer.connected' }),
      onClosed: (connection, reason) => {
        this.#around.network.closedInSwarm(connection)
        this.#tellOfPeer(connection, { type: 'peer.closed', reason })
      },
      onStorageError: (error) => void this.#break(error),
      onBug: (error) =>
        this.#log('bug', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    })
    this.#phase = { name: 'active', torrent, runner, flusher, storage, moving: null }
    this.#around.onOwnPart(metainfo, this.#left(torrent))
    runner.dispatch({ type: 'order', order: pieceOrder(this.#settings.wishes, metainfo) })
    runner.dispatch({ type: 'tick' })
  }

  #left({ have }: Torrent): number {
    return this.metainfo.length - verifiedBytes(this.metainfo, have)
  }

  #onEffect(effect: TorrentNews): void {
    switch (effect.type) {
      case 'banned':
        this.#around.counts.bans.add(effect.reason)
        return this.#log('peer.banned', { peer: effect.banKey, reason: effect.reason })
      case 'choker-round':
        return this.#around.tell(chokerNews(this.metainfo.infoHash, effect.record))
      case 'hash-failed':
        return this.#log('piece.hash-failed', { piece: effect.index })
      case 'completed':
        return void this.#inTurn(() => this.#complete())
      // Of a magnet link's engine.
      case 'metadata':
        return
    }
  }

  /** All pieces are stored: the files go to `shareable/`, whole, and the peer goes on as a seeder. */
  async #complete(): Promise<void> {
    const { active } = this
    if (!active) return
    const { root } = this.#around
    const { name } = this.metainfo
    active.moving = 'all pieces are here, bringing the last ones to the disk'
    try {
      if (active.flusher) {
        // What may not be on the disk is not moved: the swarm breaks over it, and goes on from its journal.
        if (!(await active.flusher.flush())) return
        active.moving = 'all pieces are here, reading back those of earlier runs'
        const rotten = await rottenPieces(active.storage, this.metainfo, this.#starting.signal)
        if (rotten.length > 0) return await this.#startOver(rotten)
        active.moving = `all pieces are here, moving ${name} to shareable/`
        await moveIntoPlace({
          from: path.join(this.#place.partial, name),
          to: path.join(root.shareable, name),
        })
        const finished = await openFinished(root, this.metainfo, active.torrent.have, this.#around.counts.disk)
        const before = active.storage
        active.storage = finished
        active.runner.useStorage(finished)
        await before.close()
        await removeTree(this.#place.partial)
        await removeTree(this.#place.journal)
      }
      active.moving = null
      if (this.#settings.completedAt === null) {
        this.#settings = { ...this.#settings, completedAt: wallClock().toISOString() }
        await this.save()
        this.#log('swarm.completed', { name })
        this.#around.tell({ type: 'swarm.completed', infoHash: this.metainfo.infoHash, name })
      }
      this.#around.onOwnPart(this.metainfo, 0)
    } catch (error) {
      if (error instanceof StorageError && error.code === 'EEXIST') {
        active.moving = `all pieces are here, but shareable/${name} exists already: move it away, then stop and start the swarm`
        return
      }
      await this.#leave()
      this.#fail(error)
    }
  }

  /** The files are not what the journal says: nothing of it is believed any more. */
  async #startOver(rotten: readonly number[]): Promise<void> {
    this.#log('pieces.rotten', { pieces: rotten.length, first: rotten[0] })
    const { signal } = this.#starting
    await this.#leave()
    await this.#start(true, signal)
  }

  /** Storage failed under a running swarm: it pauses, and tries again by itself. */
  #break(error: StorageError | NotDurableError): Promise<void> {
    const [failing, storage] = [this.active, this.active?.storage]
    return this.#inTurn(async () => {
      // Files that were moved meanwhile are read no more where they were.
      if (!failing || this.active !== failing || failing.storage !== storage) return
      await this.#leave()
      this.#fail(error)
    })
  }

  #fail(error: unknown): void {
    if (error instanceof FilesError && error.message === 'stopped') {
      this.#phase = { name: 'stopped' }
      return
    }
    const retry = error instanceof FilesError ? error.retry : !(error instanceof NewerFormatError)
    this.#phase = { name: 'error', reason: failureSentence(error), retryAt: retry ? monotonicNow() + RETRY_MS : null }
    this.#around.onOwnPart(this.metainfo, null)
    this.#log('swarm.error', { reason: failureSentence(error) })
  }

  async #leave(): Promise<void> {
    const { active } = this
    if (!active) return
    this.#around.onOwnPart(this.metainfo, null)
    await active.runner.stop(GOODBYE_MS)
    await active.flusher?.flush()
    this.#settings = this.settings
    this.#phase = { name: 'stopped' }
    // Whatever is wrong with the disk, the swarm is left: it must be able to fail, and to be tried again.
    await active.storage
      .close()
      .catch((error: unknown) => this.#log('storage.unclosed', { reason: failureSentence(error) }))
    await this.save()
  }

  /** The swarm's folder is there from its adding to its end: a removed one is not written again. */
  async #save(): Promise<void> {
    if (await pathExists(this.#place.folder)) await saveSettings(this.#place.settings, this.settings)
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(change)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  #tellOfPeer(connection: PeerConnection, change: PeerChange): void {
    const { type, ...fields } = change
    this.#log(type, { ...peerFields(connection), ...fields })
    this.#around.tell(peerNews(this.metainfo.infoHash, connection, change))
  }

  #log(event: string, fields: Record<string, unknown>): void {
    this.#around.log(event, { infoHash: this.metainfo.infoHash, ...fields })
  }
}
