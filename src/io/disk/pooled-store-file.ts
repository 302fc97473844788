import type { StorageError } from '../../swarm/ports.ts'
import type { DiskCalls } from './disk-calls.ts'
import type { PoolableFile } from './open-files.ts'
import { storageFailure } from './storage-failure.ts'

/** What one file of the store has to remember between a write and the word that it is durable. */
export class PooledStoreFile implements PoolableFile {
  readonly path: string
  readonly #open: () => Promise<number>
  readonly #calls: DiskCalls
  /** Written since the last sync. */
  dirty = false
  /** How often the system failed to bring written bytes to the disk. */
  losses = 0
  #failure: StorageError | null = null

  constructor(path: string, calls: DiskCalls, open: () => Promise<number>) {
    this.path = path
    this.#calls = calls
    this.#open = open
  }

  open(): Promise<number> {
    return this.#open()
  }

  /** Makes room in the pool: only an open descriptor is sure to be told of a failed write-back, so sync comes first. */
  async retire(fd: number): Promise<void> {
    if (this.dirty) await this.sync(fd)
    await this.#calls.close(fd).catch((cause: unknown) => this.lost(cause))
  }

  /** A failure is kept for `takeFailure`; never rejects. */
  async sync(fd: number): Promise<void> {
    this.dirty = false
    await this.#calls.datasync(fd).catch((cause: unknown) => this.lost(cause))
  }

  /** Bytes written so far may never reach the disk. */
  lost(cause: unknown): void {
    this.dirty = false
    this.losses++
    this.#failure ??= storageFailure('sync', this.path, cause)
  }

  /** The loss that was not told yet, once. */
  takeFailure(): StorageError | null {
    const failure = this.#failure
    this.#failure = null
    return failure
  }
}
