import { constants } from 'node:fs'
import { dirname } from 'node:path'
import type { DiskCalls, FileFacts } from '../../src/io/disk/disk-calls.ts'
import { type PieceStore, StorageError } from '../../src/swarm/ports.ts'

const BLOCK = 4096

/** What becomes of what wasn't synced: nothing of it lands, all of it, or each 4 KiB block as this seed has it. */
export type Fate = 'lost' | 'kept' | number

/** The power is gone: this operation and all after it fail. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut'
}

interface Inode {
  /** What programs see. */
  current: Buffer
  /** What the platter holds for sure. */
  durable: Buffer
  /** Blocks of `current` that may or may not have got there. */
  readonly dirty: Set<number>
}

/** `to` means the inode now, `from` means nothing any more. Atomic, but not durable before its folder is synced. */
interface NameChange {
  readonly from: string | null
  readonly to: string | null
  readonly inode: Inode | null
}

/**
 * A disk in memory that keeps what was synced and is free to lose, keep or tear the rest at the next power cut. Names
 * are no better: a new or renamed file is where it is only once its folder was synced, and changes land in any mix.
 */
export class CrashDisk implements DiskCalls {
  /** Operations so far that change something or make it durable. */
  operations = 0
  /** The power fails in the midst of this one, counted from 1. */
  cutAt = Number.POSITIVE_INFINITY
  #off = false
  #failSync: string | null = null
  #names = new Map<string, Inode>()
  #durableNames = new Map<string, Inode>()
  #changes: NameChange[] = []
  readonly #open = new Map<number, { readonly path: string; readonly inode: Inode | null }>()
  #nextFd = 3

  get isOff(): boolean {
    return this.#off
  }

  /** A file that was there, durably, before anything else. */
  addFile(path: string, content: Buffer): void {
    const inode: Inode = { current: Buffer.from(content), durable: Buffer.from(content), dirty: new Set() }
    this.#names.set(path, inode)
    this.#durableNames.set(path, inode)
  }

  /** What programs see in the file now. */
  content(path: string): Buffer | null {
    return this.#names.get(path)?.current ?? null
  }

  /**
   * The next sync of this file fails, and as on a real system: what it should have written is thrown away, and no later
   * sync will say so.
   */
  failNextSync(path: string): void {
    this.#failSync = path
  }

  /** The disk as it is when the power is back. This one stays as it is, to be restarted with another fate. */
  restart(fate: Fate): CrashDisk {
    const random = typeof fate === 'number' ? seeded(fate) : () => (fate === 'kept' ? 1 : 0)
    const landed = new Map<Inode, Inode>()
    const settle = (inode: Inode): Inode => {
      const known = landed.get(inode)
      if (known !== undefined) return known
      const content = settleContent(inode, random)
      const settled = { current: content, durable: Buffer.from(content), dirty: new Set<number>() }
      landed.set(inode, settled)
      return settled
    }
    const names = new Map(this.#durableNames)
    for (const change of this.#changes) {
      if (random() < 0.5) continue
      if (change.from !== null) names.delete(change.from)
      if (change.to !== null && change.inode !== null) names.set(change.to, change.inode)
    }
    const disk = new CrashDisk()
    for (const [path, inode] of names) {
      disk.#names.set(path, settle(inode))
      disk.#durableNames.set(path, settle(inode))
    }
    return disk
  }

  async open(path: string, flags: number): Promise<number> {
    this.#checkPower()
    const folder = (flags & constants.O_DIRECTORY) !== 0
    let inode = folder ? null : (this.#names.get(path) ?? null)
    if (!folder && inode === null) {
      if ((flags & constants.O_CREAT) === 0) throw missing(path)
      inode = { current: Buffer.alloc(0), durable: Buffer.alloc(0), dirty: new Set() }
      this.#change({ from: null, to: path, inode })
    } else if (inode !== null && (flags & constants.O_TRUNC) !== 0) {
      inode.current = Buffer.alloc(0)
      inode.dirty.clear()
      this.#step()
    }
    const fd = this.#nextFd++
    this.#open.set(fd, { path, inode })
    return fd
  }

  async close(fd: number): Promise<void> {
    this.#open.delete(fd)
  }

  async read(fd: number, target: Uint8Array, position: number): Promise<number> {
    this.#checkPower()
    const part = this.#inode(fd).current.subarray(position, position + target.length)
    target.set(part)
    return part.length
  }

  async write(fd: number, bytes: Uint8Array, position: number): Promise<number> {
    this.#checkPower()
    const inode = this.#inode(fd)
    const end = position + bytes.length
    if (end > inode.current.length) {
      inode.current = Buffer.concat([inode.current, Buffer.alloc(end - inode.current.length)])
    }
    inode.current.set(bytes, position)
    for (let block = Math.floor(position / BLOCK); block * BLOCK < end; block++) inode.dirty.add(block)
    this.#step()
    return bytes.length
  }

  async stat(fd: number): Promise<FileFacts> {
    return { size: this.#inode(fd).current.length, isFile: () => true }
  }

  async datasync(fd: number): Promise<void> {
    return this.sync(fd)
  }

  async sync(fd: number): Promise<void> {
    this.#step()
    const { path, inode } = this.#opened(fd)
    if (inode === null) {
      this.#syncNames(path)
      return
    }
    if (this.#failSync === path) {
      this.#failSync = null
      inode.dirty.clear()
      throw Object.assign(new Error('EIO'), { code: 'EIO' })
    }
    if (inode.dirty.size > 0 || inode.durable.length !== inode.current.length) {
      const before = inode.durable
      inode.durable = Buffer.alloc(inode.current.length)
      before.copy(inode.durable)
      for (const block of inode.dirty) {
        inode.current.copy(inode.durable, block * BLOCK, block * BLOCK, (block + 1) * BLOCK)
      }
    }
    inode.dirty.clear()
  }

  async rename(from: string, to: string): Promise<void> {
    this.#checkPower()
    const inode = this.#names.get(from)
    if (inode === undefined) throw missing(from)
    this.#change({ from, to, inode })
  }

  async unlink(path: string): Promise<void> {
    this.#checkPower()
    if (!this.#names.has(path)) throw missing(path)
    this.#change({ from: path, to: null, inode: null })
  }

  #change(change: NameChange): void {
    if (change.from !== null) this.#names.delete(change.from)
    if (change.to !== null && change.inode !== null) this.#names.set(change.to, change.inode)
    this.#changes.push(change)
    this.#step()
  }

  #syncNames(folder: string): void {
    const within = (path: string | null): boolean => path !== null && dirname(path) === folder
    for (const { from, to, inode } of this.#changes.filter((change) => within(change.from) || within(change.to))) {
      if (from !== null) this.#durableNames.delete(from)
      if (to !== null && inode !== null) this.#durableNames.set(to, inode)
    }
    this.#changes = this.#changes.filter((change) => !within(change.from) && !within(change.to))
  }

  #opened(fd: number) {
    const opened = this.#open.get(fd)
    if (opened === undefined) throw Object.assign(new Error('EBADF'), { code: 'EBADF' })
    return opened
  }

  #inode(fd: number): Inode {
    const { inode, path } = this.#opened(fd)
    if (inode === null) throw new Error(`${path} is a folder`)
    return inode
  }

  #step(): void {
    this.#checkPower()
    this.operations++
    if (this.operations === this.cutAt) this.#off = true
    this.#checkPower()
  }

  #checkPower(): void {
    if (this.#off) throw new PowerCut()
  }
}

/** One torrent in one file of such a disk. */
export class CrashStore implements PieceStore {
  readonly #disk: CrashDisk
  readonly #path: string

  constructor(disk: CrashDisk, path: string) {
    this.#disk = disk
    this.#path = path
  }

  async read(offset: number, target: Uint8Array): Promise<void> {
    const count = await this.#using('read', (fd) => this.#disk.read(fd, target, offset))
    if (count < target.length) throw new StorageError('short-read', 'read', this.#path)
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    await this.#using('write', (fd) => this.#disk.write(fd, bytes, offset))
  }

  async sync(): Promise<void> {
    await this.#using('sync', (fd) => this.#disk.datasync(fd))
  }

  async close(): Promise<void> {}

  async #using<T>(operation: string, work: (fd: number) => Promise<T>): Promise<T> {
    try {
      const fd = await this.#disk.open(this.#path, constants.O_RDWR)
      const result = await work(fd)
      await this.#disk.close(fd)
      return result
    } catch (cause) {
      throw new StorageError(cause instanceof PowerCut ? 'power-cut' : 'EIO', operation, this.#path, cause)
    }
  }
}

/** Numbers in [0, 1) that depend on nothing but the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function settleContent(inode: Inode, random: () => number): Buffer {
  const content = Buffer.alloc(settleLength(inode, random))
  inode.durable.copy(content)
  for (const block of [...inode.dirty].sort((a, b) => a - b)) {
    const start = block * BLOCK
    const end = Math.min(start + BLOCK, content.length)
    const chance = random()
    if (end <= start || chance < 0.3) continue
    if (chance > 0.6) {
      inode.current.copy(content, start, start, end)
      continue
    }
    // Torn, within what differs: only the bytes before the tear got there, or only those behind it.
    const [first, last] = difference(content.subarray(start, end), inode.current.subarray(start, end))
    const tear = start + first + Math.floor(random() * (last - first + 1))
    if (random() < 0.5) inode.current.copy(content, start, start, tear)
    else inode.current.copy(content, tear, tear, end)
    // Where nothing ever was written there may be whatever lay there before.
    if (start >= inode.durable.length && chance < 0.4) content.fill(0xa5, tear, end)
  }
  return content
}

/** The first byte that differs, and the first one behind the last that does. */
function difference(one: Buffer, other: Buffer): [first: number, end: number] {
  let first = 0
  let end = Math.min(one.length, other.length)
  while (first < end && one[first] === other[first]) first++
  while (end > first && one[end - 1] === other[end - 1]) end--
  return [first, end]
}

function settleLength({ durable, current }: Inode, random: () => number): number {
  const chance = random()
  if (chance < 0.3) return durable.length
  if (chance > 0.6) return current.length
  const [low, high] = [Math.min(durable.length, current.length), Math.max(durable.length, current.length)]
  return low + Math.floor(random() * (high - low + 1))
}

const missing = (path: string): Error => Object.assign(new Error(`ENOENT ${path}`), { code: 'ENOENT' })
