import { hash } from 'node:crypto'
import { constants, type FSWatcher, watch } from 'node:fs'
import { lstat, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { monotonicNow, wallClock } from '../clock.ts'

export interface WatchFolderOptions {
  readonly directory: string
  /** Of the names that count, with its dot. */
  readonly extension?: string
  /** The folder is read anew so often, whether or not the system tells of changes. */
  readonly rescanMs?: number
  /** How long an incomplete file has to stay as it is to be told as invalid. */
  readonly settleMs?: number
  /** Larger files are passed over. */
  readonly maxBytes?: number
  /** Do these bytes make a whole file? A half-written one says false. Must not throw. */
  complete(bytes: Buffer): boolean
  /** A complete file: once, and once more whenever its content has changed. Must not throw. */
  onFile(path: string, bytes: Buffer): void
  /** A file that stays incomplete: once for each change of it. Must not throw. */
  onInvalid(path: string, reason: string): void
  /** A file that `onFile` told of is gone. Not said while the whole folder is. Must not throw. */
  onRemoved?(path: string): void
}

export interface FolderWatch {
  /** No call comes after this. */
  close(): void
}

/** Files already there are told of first. A folder that doesn't exist (yet, or any more) is waited for. */
export function watchFolder(options: WatchFolderOptions): FolderWatch {
  return new WatchedFolder(options)
}

/** What is known of one path. */
interface SeenFile {
  /** What `lstat` said before its content was last read. */
  signature: string
  /** A write right after the reading may not show in the signature: it is read again. */
  fresh: boolean
  /** Since when it is incomplete with this signature, and why; null when it is complete. */
  incomplete: { readonly since: number; readonly reason: string; told: boolean } | null
  /** Digest of the content that `onFile` was given last. */
  taken: string | null
}

const DEFAULT_EXTENSION = '.torrent'
const DEFAULT_RESCAN_MS = 2000
const DEFAULT_SETTLE_MS = 15_000
const DEFAULT_MAX_BYTES = 10 * 1024 * 1024
/** A writer that drips causes many events: they are answered together. */
const GATHER_MS = 50
/** File times are no finer than this on some file systems. */
const TIME_GRAIN_MS = 2000

class WatchedFolder implements FolderWatch {
  readonly #options: WatchFolderOptions
  readonly #rescanMs: number
  readonly #settleMs: number
  readonly #seen = new Map<string, SeenFile>()
  #watcher: FSWatcher | null = null
  /** The folder that `#watcher` is on: the one of that name may be another by now. */
  #watchedFolder = ''
  #timer: NodeJS.Timeout | null = null
  #scanning = false
  /** Something changed, and no scan that began after it is under way yet. */
  #hinted = false
  #closed = false

  constructor(options: WatchFolderOptions) {
    this.#options = options
    this.#rescanMs = options.rescanMs ?? DEFAULT_RESCAN_MS
    this.#settleMs = options.settleMs ?? DEFAULT_SETTLE_MS
    this.#scanIn(0)
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#unwatch()
  }

  #scanIn(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#turn(), delayMs)
  }

  #hint(): void {
    if (this.#closed || this.#hinted) return
    this.#hinted = true
    if (!this.#scanning) this.#scanIn(GATHER_MS)
  }

  async #turn(): Promise<void> {
    this.#hinted = false
    this.#scanning = true
    await this.#scan()
    this.#scanning = false
    if (!this.#closed) this.#scanIn(this.#hinted ? GATHER_MS : this.#rescanMs)
  }

  async #scan(): Promise<void> {
    const { directory, extension = DEFAULT_EXTENSION } = this.#options
    const names = await this.#list(directory)
    if (names === null) return
    const present = new Set<string>()
    for (const name of names) {
      if (!name.endsWith(extension)) continue
      const path = join(directory, name)
      if (await this.#inspect(path)) present.add(path)
      if (this.#closed) return
    }
    for (const [path, { taken }] of this.#seen) {
      if (present.has(path)) continue
      this.#seen.delete(path)
      if (taken !== null) this.#options.onRemoved?.(path)
    }
  }

  /** The folder's names, or null while there is no such folder. Sees to it that it's this folder that is watched. */
  async #list(directory: string): Promise<string[] | null> {
    try {
      const facts = await stat(directory, { bigint: true })
      const folder = `${facts.dev}:${facts.ino}:${facts.birthtimeNs}`
      if (this.#closed) return null
      if (this.#watcher === null || this.#watchedFolder !== folder) this.#watch(directory, folder)
      return await readdir(directory)
    } catch {
      this.#unwatch()
      return null
    }
  }

  #watch(directory: string, folder: string): void {
    this.#unwatch()
    try {
      this.#watcher = watch(directory, () => this.#hint())
      this.#watcher.on('error', () => this.#unwatch())
      this.#watchedFolder = folder
    } catch {
      // No inotify here, or no more of it: the rescan finds everything, only later.
      this.#watcher = null
    }
  }

  #unwatch(): void {
    this.#watcher?.close()
    this.#watcher = null
  }

  /** False when there is no regular file of a sensible size. */
  async #inspect(path: string): Promise<boolean> {
    const facts = await lstat(path, { bigint: true }).catch(() => null)
    if (facts === null || !facts.isFile() || facts.size > this.#maxBytes) return false
    const signature = `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}`
    const before = this.#seen.get(path)
    if (before?.signature === signature && !before.fresh) {
      this.#tellIfSettled(path, before)
      return true
    }
    const content = await readSmall(path, this.#maxBytes)
    if (this.#closed) return true
    const seen: SeenFile = {
      signature,
      fresh: Math.abs(wallClock().getTime() - Number(facts.mtimeMs)) < TIME_GRAIN_MS,
      incomplete: null,
      taken: before?.taken ?? null,
    }
    this.#seen.set(path, seen)
    if (typeof content !== 'string' && this.#options.complete(content)) {
      this.#take(path, seen, content)
      return true
    }
    const reason = typeof content === 'string' ? content : `incomplete, and unchanged for ${this.#settleMs / 1000} s`
    const same = before?.signature === signature ? before.incomplete : null
    seen.incomplete = same ?? { since: monotonicNow(), reason, told: false }
    this.#tellIfSettled(path, seen)
    return true
  }

  get #maxBytes(): number {
    return this.#options.maxBytes ?? DEFAULT_MAX_BYTES
  }

  #take(path: string, seen: SeenFile, bytes: Buffer): void {
    const digest = hash('sha256', bytes)
    if (seen.taken === digest) return
    seen.taken = digest
    this.#options.onFile(path, bytes)
  }

  #tellIfSettled(path: string, { incomplete }: SeenFile): void {
    if (incomplete === null || incomplete.told || monotonicNow() - incomplete.since < this.#settleMs) return
    incomplete.told = true
    this.#options.onInvalid(path, incomplete.reason)
  }
}

/** The content, or in words why it can't be read. */
async function readSmall(path: string, maxBytes: number): Promise<Buffer | string> {
  try {
    // What is at the path may have changed since it was looked at: no link is followed, no FIFO waited for.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const { size } = await file.stat()
      const bytes = Buffer.alloc(Math.min(size, maxBytes))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    return `can't be read: ${error instanceof Error ? error.message : String(error)}`
  }
}
