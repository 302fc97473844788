import { constants } from 'node:fs'
import { join, resolve } from 'node:path'
import { type PieceStore, StorageError } from '../../swarm/ports.ts'
import { createFiles } from './create-files.ts'
import { type DiskCalls, systemCalls } from './disk-calls.ts'
import { readExactly, writeExactly } from './exact-transfer.ts'
import { openRegularFile } from './open-beneath.ts'
import { OpenFiles } from './open-files.ts'
import { PooledStoreFile } from './pooled-store-file.ts'
import type { StoredFile } from './stored-file.ts'

const { O_RDONLY, O_RDWR } = constants

export interface FileStoreOptions {
  /** May be a link; nothing below it may. */
  readonly directory: string
  readonly files: readonly StoredFile[]
  readonly mode: 'read' | 'read-write'
  /**
   * Files that are missing or have another size are made sparse and of full length, with their folders; needs
   * `read-write`. Without it files are first looked for when they are first used.
   */
  readonly create: boolean
  /**
   * Called, with `create`, before the first of these files (by index) is made or resized, and waited for. What was
   * recorded as stored in them has to be taken back durably here: afterwards nothing tells them from good ones.
   */
  readonly beforeAltering?: (files: readonly number[]) => Promise<void>
  /** Shares its limit with all other stores; left out, the one of this process. */
  readonly openFiles?: OpenFiles
  readonly calls?: DiskCalls
}

const processOpenFiles = new OpenFiles()

/** @throws StorageError */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  const store = new FileStore(options)
  if (options.create) {
    if (options.mode === 'read') throw new StorageError('EROFS', 'open', options.directory)
    await createFiles(options.calls ?? systemCalls, resolve(options.directory), options.files, options.beforeAltering)
  }
  return store
}

/**
 * A torrent's bytes in its files. Concurrent calls are fine as long as their ranges don't overlap. After an error the
 * store stays usable; whether the cause is gone shows at the next call.
 */
export class FileStore implements PieceStore {
  readonly length: number
  readonly #directory: string
  readonly #files: readonly StoredFile[]
  readonly #pooled: readonly PooledStoreFile[]
  readonly #openFiles: OpenFiles
  readonly #calls: DiskCalls
  readonly #writable: boolean
  #syncing: Promise<void> = Promise.resolve()
  readonly #underWay = new Set<Promise<void>>()
  #closed = false

  /** @throws StorageError `EINVAL` when the files don't lie end to end */
  constructor(options: FileStoreOptions) {
    this.#directory = resolve(options.directory)
    this.#files = options.files
    this.#calls = options.calls ?? systemCalls
    this.#openFiles = options.openFiles ?? processOpenFiles
    this.#writable = options.mode === 'read-write'
    let end = 0
    for (const file of options.files) {
      if (file.offset !== end) throw new StorageError('EINVAL', 'open', join(this.#directory, ...file.path))
      end += file.length
    }
    this.length = end
    this.#pooled = options.files.map((file) => this.#poolable(file))
  }

  read(offset: number, target: Uint8Array): Promise<void> {
    return this.#track(this.#read(offset, target))
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#track(this.#write(offset, bytes))
  }

  async #read(offset: number, target: Uint8Array): Promise<void> {
    this.#check('read', offset, target.length)
    for (const { index, file, from, start, end } of this.#parts(offset, target.length)) {
      const part = partOf(target, start, end)
      if (file.padding) part.fill(0)
      else await this.#use(index, (fd, path) => readExactly(this.#calls, fd, path, part, from))
    }
  }

  async #write(offset: number, bytes: Uint8Array): Promise<void> {
    this.#check('write', offset, bytes.length)
    if (!this.#writable) throw new StorageError('EROFS', 'write', this.#directory)
    const lossesBefore = new Map<PooledStoreFile, number>()
    for (const { index, file, from, start, end } of this.#parts(offset, bytes.length)) {
      if (file.padding) continue
      const pooled = this.#at(index)
      lossesBefore.set(pooled, pooled.losses)
      await this.#use(index, async (fd, path) => {
        try {
          await writeExactly(this.#calls, fd, path, partOf(bytes, start, end), from)
        } finally {
          pooled.dirty = true
        }
      })
    }
    // A sync that failed meanwhile may have thrown these bytes away, and the next one would not say so.
    for (const [file, losses] of lossesBefore) {
      if (file.losses !== losses) throw new StorageError('EIO', 'write', file.path)
    }
  }

  /** Rejects when bytes written since the last sync may be lost: they are, the next sync says nothing about them. */
  async sync(): Promise<void> {
    this.#check('sync', 0, 0)
    // One after the other: a second call may not overtake the first, whose files look clean already.
    const turn = this.#syncing.then(() => this.#syncDirty())
    this.#syncing = turn.catch(() => {})
    return turn
  }

  /** Waits for calls under way. Makes nothing durable: that is what `sync` is for. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#syncing
    await Promise.allSettled(this.#underWay)
    for (const file of this.#pooled) {
      file.dirty = false
      await this.#openFiles.retire(file)
    }
  }

  async #syncDirty(): Promise<void> {
    let failure: StorageError | null = null
    for (const file of this.#pooled) {
      if (file.dirty) {
        await this.#openFiles.use(file, (fd) => file.sync(fd)).catch((cause: unknown) => file.lost(cause))
      }
      // Taken from each, told of the first.
      const taken = file.takeFailure()
      failure ??= taken
    }
    if (failure !== null) throw failure
  }

  #track(call: Promise<void>): Promise<void> {
    this.#underWay.add(call)
    const forget = (): void => {
      this.#underWay.delete(call)
    }
    call.then(forget, forget)
    return call
  }

  #use(index: number, work: (fd: number, path: string) => Promise<void>): Promise<void> {
    const file = this.#at(index)
    return this.#openFiles.use(file, (fd) => work(fd, file.path))
  }

  #at(index: number): PooledStoreFile {
    const file = this.#pooled[index]
    if (file === undefined) throw new RangeError(`no file ${index}`)
    return file
  }

  #poolable(file: StoredFile): PooledStoreFile {
    const path = join(this.#directory, ...file.path)
    const flags = this.#writable ? O_RDWR : O_RDONLY
    return new PooledStoreFile(path, this.#calls, () => openRegularFile(this.#calls, this.#directory, file.path, flags))
  }

  #check(operation: string, offset: number, length: number): void {
    if (this.#closed) throw new StorageError('closed', operation, this.#directory)
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > this.length) {
      throw new StorageError('EINVAL', operation, this.#directory)
    }
  }

  /** The files that hold the range: `from` is a file offset; `start` and `end` lie within the range. */
  *#parts(offset: number, length: number) {
    const rangeEnd = offset + length
    for (let index = this.#fileAt(offset); index < this.#files.length; index++) {
      const file = this.#files[index]
      if (file === undefined || file.offset >= rangeEnd) return
      const from = Math.max(offset, file.offset) - file.offset
      const end = Math.min(rangeEnd, file.offset + file.length) - offset
      const start = file.offset + from - offset
      if (end > start) yield { index, file, from, start, end }
    }
  }

  /** Index of the last file that starts at or before the offset. */
  #fileAt(offset: number): number {
    let low = 0
    let high = this.#files.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#files[middle]?.offset ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}

const partOf = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
  start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end)
