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

  /** @param path of the file that keeps them */
  constructor(path: string) {
    this.#path = path
  }

  async load(): Promise<void> {
    const read = await readStateFile(this.#path)
    if (!('value' in read) || typeof read.value !== 'object' || read.value === null) return
    const { downloadLimit, uploadLimit } = read.value as Record<string, unknown>
    const limit = (value: unknown): number | null => (typeof value === 'number' && value > 0 ? value : null)
    this.pair.set({ downloadLimit: limit(downloadLimit), uploadLimit: limit(uploadLimit) })
  }

  /** @throws ServiceError storage, and then they hold all the same */
  async change(changes: Partial<RateLimits>): Promise<RateLimits> {
    const limits = { ...this.pair.limits, ...changes }
    this.pair.set(limits)
    await orStorageRefusal('Could not keep the limits', () => writeStateFile(this.#path, limits))
    return limits
  }
}
