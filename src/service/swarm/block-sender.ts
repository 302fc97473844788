/**
 * Reads the blocks that the engine wants sent. What waits for the same stretch of the disk waits together: one read,
 * and then one write to each socket, for all blocks of a piece.
 */
import type { BlockReader, PinnedBlock } from '../../io/index.ts'
import type { TorrentEffect } from '../../swarm/index.ts'
import { Turns } from '../turns.ts'

/** Reads from the disk at a time. */
const LOADS_AT_ONCE = 8

export type BlockToSend = Extract<TorrentEffect, { type: 'send-block' }>

export interface BlockSenderOptions {
  readonly pieceLength: number
  /** Where to read; it may be another one from one call to the next. */
  reader(): BlockReader
  isConnected(peer: number): boolean
  /** Takes over the block, and releases it. */
  put(block: BlockToSend, pinned: PinnedBlock): void
  /** Blocks were put outside of `send`: now they can go. */
  flush(): void
  unreadable(blocks: readonly BlockToSend[], error: unknown): void
}

export class BlockSender {
  readonly #options: BlockSenderOptions
  readonly #loads = new Turns(LOADS_AT_ONCE)
  /** By extent: the blocks that wait for its load. */
  readonly #waiting = new Map<number, BlockToSend[]>()

  constructor(options: BlockSenderOptions) {
    this.#options = options
  }

  /** Puts the block at once if it is in memory, else later. */
  send(block: BlockToSend): void {
    if (!this.#options.isConnected(block.peer)) return
    const reader = this.#options.reader()
    const offset = block.index * this.#options.pieceLength + block.begin
    const pinned = reader.get(offset, block.length)
    if (pinned) return this.#options.put(block, pinned)
    const extent = Math.floor(offset / reader.extentBytes)
    const waiting = this.#waiting.get(extent)
    if (waiting) {
      waiting.push(block)
      return
    }
    const blocks = [block]
    this.#waiting.set(extent, blocks)
    const isWanted = (): boolean => blocks.some(({ peer }) => this.#options.isConnected(peer))
    this.#loads
      .take(() => (isWanted() ? this.#options.reader().load(offset, block.length) : Promise.resolve()))
      .then(
        () => {
          this.#waiting.delete(extent)
          for (const loaded of blocks) this.send(loaded)
          this.#options.flush()
        },
        (error: unknown) => {
          this.#waiting.delete(extent)
          this.#options.unreadable(blocks, error)
        },
      )
  }
}
