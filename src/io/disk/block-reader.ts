import type { PieceStore } from '../../swarm/ports.ts'
import { readBuffer } from '../read-buffer.ts'
import type { MemoryUser, ReadMemory } from './read-memory.ts'

export interface BlockReaderOptions {
  /** Of the whole torrent, in bytes. */
  readonly length: number
  /** What it shares with the readers of other torrents. */
  readonly memory: ReadMemory
  /** What the cache may hold. It is exceeded only while all of it is pinned. */
  readonly budgetBytes?: number
  /** How much is read at a time. */
  readonly extentBytes?: number
}

/** Bytes of the cache that stay as they are until `release`, which must be called once they were sent or given up. */
export interface PinnedBlock {
  readonly bytes: Buffer
  /** A second call does nothing. */
  readonly release: () => void
}

/** A stretch of the torrent in memory: extent `index` starts at `index * extentBytes`. */
interface Extent {
  readonly index: number
  readonly buffer: Buffer
  /** Blocks handed out, the read under way and those who wait for it: the buffer is in use. */
  pins: number
  loading: Promise<void> | null
  /** Something in it was written while it was read. */
  stale: boolean
  /** Still found by its index. */
  cached: boolean
  /** The block handed out last was its end: who reads on has done with it. */
  readOut: boolean
}

const MIB = 1024 * 1024

/**
 * What peers ask for, read ahead and kept: a block comes from memory, and the disk is asked for a MiB at a time.
 * Whoever writes to the store must call `invalidate` once the write has resolved.
 */
export class BlockReader implements MemoryUser {
  readonly #store: PieceStore
  readonly #length: number
  readonly #memory: ReadMemory
  /** How much is read at a time, from multiples of itself on. */
  readonly extentBytes: number
  readonly #maxBuffers: number
  /** In the order of last use. */
  readonly #extents = new Map<number, Extent>()
  readonly #spare: Buffer[] = []
  /** Buffers in existence: cached, spare, or still pinned by a block. */
  #buffers = 0
  /** Since it was last told to rest. */
  #wasAsked = false

  constructor(store: PieceStore, options: BlockReaderOptions) {
    const { length, memory, budgetBytes = 32 * MIB, extentBytes = MIB } = options
    this.#store = store
    this.#length = length
    this.#memory = memory
    // A thousand small torrents must not take a MiB each.
    this.extentBytes = Math.max(1, Math.min(extentBytes, length))
    this.#maxBuffers = Math.max(1, Math.floor(budgetBytes / this.extentBytes))
  }

  /** More is held than should be, here or by all together, as it is in use. */
  get isOverBudget(): boolean {
    return this.#buffers > this.#maxBuffers || this.#memory.isOver
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return this.#buffers * this.extentBytes
  }

  /** The range, if all of it is in the cache; null means: `load` it first. @throws RangeError outside the torrent */
  get(offset: number, length: number): PinnedBlock | null {
    const [first, last] = this.#span(offset, length)
    for (let index = first; index <= last; index++) {
      if (this.#extents.get(index)?.loading !== null) return null
    }
    if (first === last) return this.#pin(first, offset, length)
    // Rare: only where a piece length is no multiple of a block. A copy needs no pins.
    const bytes = Buffer.allocUnsafe(length)
    for (let index = first; index <= last; index++) {
      const start = index * this.extentBytes
      const from = Math.max(offset, start)
      const to = Math.min(offset + length, start + this.extentBytes)
      this.#touch(index)?.buffer.copy(bytes, from - offset, from - start, to - start)
    }
    return { bytes, release: () => {} }
  }

  /**
   * Brings the range into the cache, where it is when this resolves; later it may have made room for others, so `get`
   * can say null again. Loads of one extent share one read. Rejects as the store's `read` does.
   */
  async load(offset: number, length: number): Promise<void> {
    const [first, last] = this.#span(offset, length)
    const extents: Extent[] = []
    for (let index = first; index <= last; index++) {
      const extent = this.#touch(index) ?? this.#start(index)
      extent.pins++
      extents.push(extent)
    }
    try {
      await Promise.all(extents.map((extent) => extent.loading ?? Promise.resolve()))
    } finally {
      for (const extent of extents) this.#unpin(extent)
    }
  }

  /** The range was written: what the cache holds of it is no longer true. Blocks handed out keep their bytes. */
  invalidate(offset: number, length: number): void {
    const [first, last] = this.#span(offset, length)
    for (let index = first; index <= last; index++) {
      const extent = this.#extents.get(index)
      if (extent === undefined) continue
      if (extent.loading === null) this.#drop(extent)
      else extent.stale = true
    }
  }

  /** Gives back all memory that is not in use just now. */
  clear(): void {
    for (const extent of this.#extents.values()) if (extent.loading === null) this.#drop(extent)
    this.#release(this.#spare.length)
    this.#spare.length = 0
  }

  /** Others need so much: what was used longest ago goes. */
  shrink(bytes: number): void {
    const enough = this.heldBytes - bytes
    while (this.heldBytes > enough && this.#spare.pop() !== undefined) this.#release(1)
    for (const extent of this.#extents.values()) {
      if (this.heldBytes <= enough) return
      if (extent.pins > 0) continue
      this.#forget(extent)
      this.#release(1)
    }
  }

  /** Nobody asked since the last time: the system keeps what was read, and better. */
  rest(): void {
    if (!this.#wasAsked) this.clear()
    this.#wasAsked = false
  }

  #span(offset: number, length: number): [first: number, last: number] {
    if (!(offset >= 0 && length > 0 && offset + length <= this.#length)) {
      throw new RangeError(`no ${length} bytes at ${offset} in ${this.#length}`)
    }
    this.#wasAsked = true
    return [Math.floor(offset / this.extentBytes), Math.floor((offset + length - 1) / this.extentBytes)]
  }

  #pin(index: number, offset: number, length: number): PinnedBlock | null {
    const extent = this.#touch(index)
    if (extent === undefined) return null
    const start = offset - index * this.extentBytes
    extent.readOut = start + length === this.extentBytes
    extent.pins++
    let pinned = true
    return {
      bytes: extent.buffer.subarray(start, start + length),
      release: () => {
        if (!pinned) return
        pinned = false
        this.#unpin(extent)
        this.#trim()
      },
    }
  }

  #touch(index: number): Extent | undefined {
    const extent = this.#extents.get(index)
    if (extent === undefined) return undefined
    this.#extents.delete(index)
    this.#extents.set(index, extent)
    return extent
  }

  #start(index: number): Extent {
    // The read itself holds the first pin.
    const buffer = this.#takeBuffer()
    const extent: Extent = { index, buffer, pins: 1, loading: null, stale: false, cached: true, readOut: false }
    this.#extents.set(index, extent)
    extent.loading = this.#fill(extent)
    return extent
  }

  async #fill(extent: Extent): Promise<void> {
    const start = extent.index * this.extentBytes
    const target = extent.buffer.subarray(0, Math.min(this.extentBytes, this.#length - start))
    try {
      do {
        extent.stale = false
        await this.#store.read(start, target)
      } while (extent.stale)
    } catch (error) {
      this.#forget(extent)
      throw error
    } finally {
      extent.loading = null
      this.#unpin(extent)
    }
  }

  #drop(extent: Extent): void {
    this.#forget(extent)
    if (extent.pins === 0) this.#giveBack(extent.buffer)
  }

  #forget(extent: Extent): void {
    extent.cached = false
    this.#extents.delete(extent.index)
  }

  #unpin(extent: Extent): void {
    extent.pins--
    if (extent.pins === 0 && !extent.cached) this.#giveBack(extent.buffer)
  }

  /** Back to the budget. Not at the end of a load: what was loaded beyond it is yet to be handed out. */
  #trim(): void {
    if (!this.isOverBudget) return
    for (const extent of this.#extents.values()) {
      if (extent.pins === 0) this.#drop(extent)
      if (!this.isOverBudget) return
    }
  }

  /**
   * What was read out goes before more memory is taken: the fewer buffers are in use, the sooner each is filled again, while
   * the processor's cache still holds it (a tenth of a fast seeder's time). The system's cache keeps the file all the same.
   */
  #takeBuffer(): Buffer {
    const spare = this.#spare.pop()
    if (spare !== undefined) return spare
    const mayGrow = this.#buffers < this.#maxBuffers && !this.#memory.isSpent(this)
    for (const extent of this.#extents.values()) {
      if (extent.pins > 0 || (mayGrow && !extent.readOut)) continue
      this.#forget(extent)
      return extent.buffer
    }
    this.#buffers++
    this.#memory.take(this, this.extentBytes)
    return readBuffer(this.extentBytes)
  }

  #giveBack(buffer: Buffer): void {
    if (this.isOverBudget) this.#release(1)
    else this.#spare.push(buffer)
  }

  #release(buffers: number): void {
    this.#buffers -= buffers
    this.#memory.giveBack(this, buffers * this.extentBytes)
  }
}
