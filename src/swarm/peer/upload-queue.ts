/**
 * The blocks one peer asked of us and has not got yet. Bounded by what we told it (`reqq`), and handed out only while
 * little of what it was sent is still in our buffers: a peer that asks and never reads costs a queue entry, not memory.
 */
import type { BlockRange } from '../../protocol/index.ts'

/**
 * Requests that we keep for a peer: what our extension handshake says as `reqq`. Some clients ask once a second and no more
 * than this: 2,000, libtorrent's limit, lets them have 31 MiB/s, and costs 0.2 MiB for who fills it and reads nothing.
 */
export const UPLOAD_QUEUE_LIMIT = 2000
/** Block bytes under way to one socket before the next are read. */
const WINDOW_BYTES = 2 * 1024 * 1024

export class UploadQueue {
  #queue: BlockRange[] = []
  #head = 0
  #bytesUnderWay = 0

  /** Nothing waits and nothing is on its way. */
  get isIdle(): boolean {
    return this.#bytesUnderWay === 0 && this.size === 0
  }

  get size(): number {
    return this.#queue.length - this.#head
  }

  /** @returns false when the queue is full. */
  push(block: BlockRange): boolean {
    if (this.size >= UPLOAD_QUEUE_LIMIT) return false
    this.#queue.push(block)
    return true
  }

  /** @returns whether the block was still waiting. */
  cancel(block: BlockRange): boolean {
    for (let at = this.#head; at < this.#queue.length; at++) {
      const waiting = this.#queue[at]
      if (waiting?.index === block.index && waiting.begin === block.begin && waiting.length === block.length) {
        this.#queue.splice(at, 1)
        return true
      }
    }
    return false
  }

  /** The next block to send, or null while the window is full or nothing waits. */
  next(): BlockRange | null {
    if (this.#bytesUnderWay >= WINDOW_BYTES) return null
    const block = this.#queue[this.#head]
    if (!block) return null
    this.#head++
    if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    this.#bytesUnderWay += block.length
    return block
  }

  /** So many block bytes left our buffers. */
  sent(bytes: number): void {
    this.#bytesUnderWay = Math.max(0, this.#bytesUnderWay - bytes)
  }

  /** Forgets what waits and returns it. */
  clear(): BlockRange[] {
    const waiting = this.#queue.slice(this.#head)
    this.#queue = []
    this.#head = 0
    return waiting
  }
}
