/** The settings of one swarm and the file that keeps them: the same ones, when its magnet link becomes a torrent. */
import { pathExists } from '../../io/index.ts'
import type { Torrent } from '../../swarm/index.ts'
import type { SwarmPlace } from '../root-folder.ts'
import { orStorageRefusal } from '../storage-refusal.ts'
import { saveSettings, type SwarmSettings } from './swarm-settings.ts'

/** An engine that counts what it takes and gives. */
type Run = Pick<Torrent, 'counters' | 'upload'>

export class KeptSettings {
  readonly #place: SwarmPlace
  #settings: SwarmSettings
  #run: Run | null = null
  /** What was written last, or is being written: a thousand swarms in which nothing happens must cost the disk nothing. */
  #written: { readonly text: string; readonly done: Promise<void> } | null = null

  /** @param isSaved the file has just these */
  constructor(place: SwarmPlace, settings: SwarmSettings, isSaved = false) {
    this.#place = place
    this.#settings = settings
    if (isSaved) this.#written = { text: JSON.stringify(settings), done: Promise.resolve() }
  }

  /** With the account of the run that is counted. */
  get now(): SwarmSettings {
    if (!this.#run) return this.#settings
    const { counters, upload } = this.#run
    return {
      ...this.#settings,
      downloaded: this.#settings.downloaded + counters.downloaded,
      wasted: this.#settings.wasted + counters.wasted,
      uploaded: this.#settings.uploaded + upload.total,
    }
  }

  /** What this one takes and gives is added from now on; null: the last one is over. */
  count(run: Run | null): void {
    this.#settings = this.now
    this.#run = run
  }

  /** They hold at once, and over restarts when they are saved. */
  change(changes: Partial<SwarmSettings>): void {
    this.#settings = { ...this.#settings, ...changes }
  }

  /** As the user wants it. @throws ServiceError storage: they hold, but not over a restart */
  async keep(changes: Partial<SwarmSettings>): Promise<void> {
    this.change(changes)
    await orStorageRefusal('Could not note that for the next start', () => this.save())
  }

  /** The user removed it. Whoever saves at the same time says so too. @throws StorageError and then it is not removed */
  async remove(): Promise<void> {
    this.change({ removed: true })
    try {
      await this.save()
    } catch (error) {
      this.change({ removed: false })
      throw error
    }
  }

  /** Resolves when the file has them, which it may have already. @throws StorageError */
  async save(): Promise<void> {
    const settings = this.now
    const text = JSON.stringify(settings)
    if (this.#written?.text !== text) this.#written = { text, done: this.#write(settings) }
    const written = this.#written
    try {
      await written.done
    } catch (error) {
      if (this.#written === written) this.#written = null
      throw error
    }
  }

  /** The swarm's folder is there from its adding to its end: a removed one is not written again. */
  async #write(settings: SwarmSettings): Promise<void> {
    if (await pathExists(this.#place.folder)) await saveSettings(this.#place.settings, settings)
  }
}
