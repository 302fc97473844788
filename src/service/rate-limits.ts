/** The limits of the rates: one pair for all swarms together, kept in the state, and one for each. */
import { monotonicNow, readStateFile, writeStateFile } from '../io/index.ts'
import { RateBudget } from '../swarm/index.ts'
import { orStorageRefusal } from './storage-refusal.ts'

/** Payload, bytes per second; null: no limit. */
export interface RateLimits {
  readonly downloadLimit: number | null
  readonly uploadLimit: number | null
}

export class RatePair {
  readonly download = new RateBudget()
  readonly upload = new RateBudget()

  get limits(): RateLimits {
    return { downloadLimit: this.download.limit, uploadLimit: this.upload.limit }
  }

  set({ downloadLimit, uploadLimit }: RateLimits): void {
    const now = monotonicNow()
    if (downloadLimit !== this.download.limit) this.download.setLimit(downloadLimit, now)
    if (uploadLimit !== this.upload.limit) this.upload.setLimit(uploadLimit, now)
  }
}

/** The pair that all swarms share. */
export class SharedLimits {
  readonly pair = new RatePair()
  readonly #path: string
  /** By the settings; null until they are known. */
  #given: Partial<RateLimits> | null = null
  /** As `change` set them last, in this run or an earlier one. */
  #changed: RateLimits = { downloadLimit: null, uploadLimit: null }

  /** @param path of the file that keeps them */
  constructor(path: string) {
    this.#path = path
  }

  /**
   * Each limit that the settings give holds when it is given anew, until `change` says otherwise; each that they don't give is
   * as `change` set it last. What they give as they did before is left alone.
   * @throws StorageError, NewerFormatError the first time, when the file can't be read
   */
  async follow(given: Partial<RateLimits>): Promise<void> {
    if (this.#given === null) this.#changed = await this.#load()
    const before = this.#given
    this.#given = given
    const limit = (name: keyof RateLimits): number | null => {
      if (before !== null && before[name] === given[name]) return this.pair.limits[name]
      return given[name] === undefined ? this.#changed[name] : given[name]
    }
    this.pair.set({ downloadLimit: limit('downloadLimit'), uploadLimit: limit('uploadLimit') })
  }

  /** @throws ServiceError storage, and then they hold all the same */
  async change(changes: Partial<RateLimits>): Promise<RateLimits> {
    const limits = { ...this.pair.limits, ...changes }
    this.pair.set(limits)
    // Not what the settings give beside: it is to end with them.
    this.#changed = { ...this.#changed, ...changes }
    await orStorageRefusal('Could not keep the limits', () => writeStateFile(this.#path, this.#changed))
    return limits
  }

  async #load(): Promise<RateLimits> {
    const read = await readStateFile(this.#path)
    const value =
      'value' in read && typeof read.value === 'object' ? (read.value as Record<string, unknown> | null) : null
    const limit = (name: keyof RateLimits): number | null => {
      const kept = value?.[name]
      return typeof kept === 'number' && kept > 0 ? kept : null
    }
    return { downloadLimit: limit('downloadLimit'), uploadLimit: limit('uploadLimit') }
  }
}
