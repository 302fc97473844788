/** One torrent in this service: from its files over its engine to `shareable/`, checked, completed, repaired. */
import path from 'node:path'
import { NewerFormatError, type NotDurableError, moveIntoPlace, removeTree, wallClock } from '../../io/index.ts'
import type { Metainfo } from '../../protocol/index.ts'
import { ChokerLog, StorageError, TimeLeft } from '../../swarm/index.ts'
import { DurableFlusher } from './durable-flusher.ts'
import { estimateTimeLeft } from './estimate-time-left.ts'
import { chokerNews } from './choker-view.ts'
import { newTorrent } from './new-torrent.ts'
import { failureSentence } from '../failure-sentence.ts'
import { FileReading } from './file-reading.ts'
import { RatePair } from '../rate-limits.ts'
import type { SwarmPlace } from '../root-folder.ts'
import type { ActivePhase, CheckingPhase } from './swarm-phase.ts'
import { refuseIdle } from './refuse-idle.ts'
import type { KeptSettings } from './kept-settings.ts'
import { SwarmLife, type SwarmNews } from './swarm-life.ts'
import type { SwarmSettings } from './swarm-settings.ts'
import {
  FilesError,
  openFinished,
  openSwarmStorage,
  rottenPieces,
  type OpenRequest,
  type SwarmStorage,
} from './swarm-storage.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'
import { pieceOrder, withChanges, type WishChanges } from './swarm-wishes.ts'
import { verifiedBytes } from './verified-bytes.ts'

export class Swarm {
  readonly metainfo: Metainfo
  readonly life: SwarmLife<ActivePhase, CheckingPhase>
  /** What it has in common with the other swarms. */
  readonly around: SwarmSurroundings
  /** Goes on over stops and starts. */
  readonly chokerLog = new ChokerLog()
  /** For who reads a file of it, whole or not. */
  readonly reading = new FileReading(this)
  readonly timeLeft = new TimeLeft()
  readonly #limits = new RatePair()

  constructor(metainfo: Metainfo, kept: KeptSettings, around: SwarmSurroundings) {
    this.metainfo = metainfo
    this.around = around
    this.#limits.set(kept.now.wishes)
    this.life = new SwarmLife({
      about: metainfo,
      kept,
      around,
      join: (signal) => this.#start(false, signal),
      left: (active) => this.#left(active),
    })
  }

  /** What is known of the torrent, as long as there is a magnet link only too. */
  get about(): Metainfo {
    return this.metainfo
  }

  get active(): ActivePhase | null {
    return this.life.active
  }

  get settings(): SwarmSettings {
    return this.life.kept.now
  }

  /** Begins to read every piece back. @throws ServiceError swarm-stopped */
  recheck(): void {
    if (this.settings.desired === 'stopped') refuseIdle(this)
    const { signal } = this.life
    void this.life.inTurn(async () => {
      await this.life.leave()
      await this.#start(true, signal)
    })
  }

  /** Which files, in what order, how fast; kept over restarts. @throws ServiceError */
  async change(changes: WishChanges): Promise<void> {
    const wishes = withChanges(this.settings.wishes, changes, this.metainfo)
    const keeping = this.life.kept.keep({ wishes })
    this.#limits.set(wishes)
    this.active?.runner.dispatch({ type: 'order', order: pieceOrder(wishes, this.metainfo) })
    this.reading.look()
    await keeping
  }

  /** Stops and forgets it. @param deleteData the complete files go too @throws ServiceError storage */
  remove(deleteData: boolean): Promise<void> {
    return this.life.remove(async () => {
      // First what takes room: on a full disk the note that it is removed has none before.
      await this.#removePartial()
      if (deleteData) await removeTree(path.join(this.around.root.shareable, this.metainfo.name))
    })
  }

  /** At least once a second. */
  tick(now: number): void {
    this.reading.look()
    this.timeLeft.note(estimateTimeLeft(this.active, this.metainfo, now), now)
    this.life.tick(now)
    this.active?.flusher?.tick(now)
  }

  /** Writes the account down. When that fails it is told, and costs no more than the account. */
  async save(): Promise<void> {
    try {
      await this.life.kept.save()
    } catch (error) {
      this.life.log('settings.unsaved', { reason: failureSentence(error) })
    }
  }

  get #place(): SwarmPlace {
    return this.around.root.swarm(this.metainfo.infoHash)
  }

  get #files(): Pick<OpenRequest, 'root' | 'metainfo' | 'disk' | 'memory'> {
    const { root, counts, readMemory } = this.around
    return { root, metainfo: this.metainfo, disk: counts.disk, memory: readMemory }
  }

  async #start(recheck: boolean, signal: AbortSignal): Promise<void> {
    const checking: CheckingPhase = { name: 'checking', checked: 0, total: this.metainfo.pieceCount }
    this.life.enter(checking)
    try {
      const storage = await openSwarmStorage({
        ...this.#files,
        wasComplete: this.settings.completedAt !== null,
        recheck,
        progress: (checked, total) => Object.assign(checking, { checked, total }),
        signal,
      })
      this.#join(storage)
      if (storage.have.isFull) await this.#complete()
    } catch (error) {
      await this.#fail(error, signal)
    }
  }

  #join(storage: SwarmStorage): void {
    const { metainfo, chokerLog, around, life } = this
    const torrent = newTorrent({ metainfo, have: storage.have, chokerLog, limits: this.#limits }, around)
    const { durable } = storage
    const flusher =
      durable &&
      new DurableFlusher({
        durable,
        counts: around.counts,
        onPressure: (high) => runner.dispatch({ type: 'storage-pressure', high }),
        onFailed: (error) => void this.#break(error),
      })
    const left = (): number => metainfo.length - verifiedBytes(metainfo, torrent.have)
    const runner = life.newRunner({
      torrent,
      pieceLength: metainfo.pieceLength,
      storage,
      left,
      onNews: (news) => this.#onNews(news),
      onWritten: (index, bytes) => {
        flusher?.wrote(index, bytes)
        // The engine hears of it right after.
        queueMicrotask(() => this.reading.look())
      },
      onStorageError: (error) => void this.#break(error),
    })
    life.kept.count(torrent)
    life.enter({ name: 'active', torrent, runner, flusher, storage, moving: null })
    around.onOwnPart(metainfo, left())
    runner.dispatch({ type: 'order', order: pieceOrder(this.settings.wishes, metainfo) })
    runner.dispatch({ type: 'tick' })
  }

  #onNews(news: SwarmNews): void {
    switch (news.type) {
      case 'choker-round':
        return this.around.tell(chokerNews(this.metainfo.infoHash, news.record))
      case 'hash-failed':
        return this.life.log('piece.hash-failed', { piece: news.index })
      case 'completed':
        return void this.life.inTurn(() => this.#complete())
      // Of a magnet link's engine.
      case 'metadata':
        return
    }
  }

  /** All pieces are stored: the files go to `shareable/`, whole, and the peer goes on as a seeder. */
  async #complete(): Promise<void> {
    const { active } = this
    if (!active) return
    const { signal } = this.life
    const { root } = this.around
    const { name } = this.metainfo
    active.moving = 'all pieces are here, bringing the last ones to the disk'
    try {
      if (active.flusher) {
        // What may not be on the disk is not moved: the swarm breaks over it, and goes on from its journal.
        if (!(await active.flusher.flush())) return
        active.moving = 'all pieces are here, reading back those of earlier runs'
        const rotten = await rottenPieces(active.storage, this.metainfo, signal)
        if (rotten.length > 0) return await this.#startOver(rotten, signal)
        active.moving = `all pieces are here, moving ${name} to shareable/`
        await moveIntoPlace({
          from: path.join(this.#place.partial, name),
          to: path.join(root.shareable, name),
        })
        const finished = await openFinished(this.#files, active.torrent.have)
        const before = active.storage
        active.storage = finished
        active.runner.useStorage(finished)
        await before.close()
        await this.#removePartial()
      }
      active.moving = null
      if (this.settings.completedAt === null) {
        this.life.kept.change({ completedAt: wallClock().toISOString() })
        await this.save()
        this.life.log('swarm.completed', { name })
        this.around.tell({ type: 'swarm.completed', infoHash: this.metainfo.infoHash, name })
        // Found whole: what is left there is of a crash right after the move.
        if (!active.flusher) await this.#removePartial()
      }
      this.around.onOwnPart(this.metainfo, 0)
    } catch (error) {
      if (error instanceof StorageError && error.code === 'EEXIST') {
        active.moving = `all pieces are here, but shareable/${name} exists already: move it away, then stop and start the swarm`
        return
      }
      await this.#fail(error, signal)
    }
  }

  async #removePartial(): Promise<void> {
    await removeTree(this.#place.partial)
    await removeTree(this.#place.journal)
  }

  /** The files are not what the journal says: nothing of it is believed any more. */
  async #startOver(rotten: readonly number[], signal: AbortSignal): Promise<void> {
    this.life.log('pieces.rotten', { pieces: rotten.length, first: rotten[0] })
    await this.life.leave()
    await this.#start(true, signal)
  }

  /** Storage failed under a running swarm: it pauses, and tries again by itself. */
  #break(error: StorageError | NotDurableError): Promise<void> {
    const [failing, storage] = [this.active, this.active?.storage]
    return this.life.inTurn(async () => {
      // Files that were moved meanwhile are read no more where they were.
      if (!failing || this.active !== failing || failing.storage !== storage) return
      await this.#fail(error, this.life.signal)
    })
  }

  async #fail(error: unknown, signal: AbortSignal): Promise<void> {
    // Who stops it has the next turn.
    if (signal.aborted) return
    const retry = error instanceof FilesError ? error.retry : !(error instanceof NewerFormatError)
    await this.life.fail(failureSentence(error), retry)
    if (!(error instanceof FilesError && error.disproved)) return
    this.life.kept.change({ completedAt: null })
    await this.save()
  }

  async #left({ flusher, storage }: ActivePhase): Promise<void> {
    await flusher?.flush()
    this.life.kept.count(null)
    // Whatever is wrong with the disk, the swarm is left: it must be able to fail, and to be tried again.
    await storage
      .close()
      .catch((error: unknown) => this.life.log('storage.unclosed', { reason: failureSentence(error) }))
    await this.save()
  }
}
