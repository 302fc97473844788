/** Drives the order of writes: flushes when it is due, and tells the engine to hold back while the disk can't follow. */
import { NotDurableError, monotonicNow, type DurablePieces } from '../../io/index.ts'
import type { ServiceCounts } from '../measures/service-counts.ts'

/**
 * Written and not yet durable, above which no new piece is begun. With the pieces that are being put together by then
 * (20 MiB) and what one more pick can begin (8 MiB), a crash costs 64 MiB at most.
 */
const PRESSURE_BYTES = 28 * 1024 * 1024

export interface FlusherOptions {
  readonly durable: DurablePieces
  readonly counts: Pick<ServiceCounts, 'flushSeconds' | 'flushFailures'>
  onPressure(high: boolean): void
  onFailed(error: NotDurableError): void
}

export class DurableFlusher {
  readonly #options: FlusherOptions
  #pressure = false

  constructor(options: FlusherOptions) {
    this.#options = options
  }

  wrote(index: number, bytes: number): void {
    const now = monotonicNow()
    this.#options.durable.wrote(index, bytes, now)
    if (!this.#pressure && this.#options.durable.unsyncedBytes > PRESSURE_BYTES) {
      this.#pressure = true
      this.#options.onPressure(true)
    }
    this.tick(now)
  }

  tick(now: number): void {
    if (this.#options.durable.due(now)) void this.flush()
  }

  /** Everything written so far; a failure goes to `onFailed`. @returns whether it is durable now */
  async flush(): Promise<boolean> {
    const { counts, durable } = this.#options
    const began = monotonicNow()
    try {
      await durable.flush()
      counts.flushSeconds.observe((monotonicNow() - began) / 1000)
    } catch (error) {
      if (!(error instanceof NotDurableError)) throw error
      counts.flushFailures++
      this.#options.onFailed(error)
      return false
    }
    if (this.#pressure && this.#options.durable.unsyncedBytes <= PRESSURE_BYTES) {
      this.#pressure = false
      this.#options.onPressure(false)
    }
    return true
  }
}
