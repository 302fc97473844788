/**
 * The blocks one peer asked of us and has not got yet. Bounded by what we told it (`reqq`), and handed out only while
 * little of what it was sent is still in our buffers: a peer that asks and never reads costs a queue entry, not memory.
 */
import { BLOCK_LENGTH, type BlockRange } from '../../protocol/index.ts'

/**
 * Requests that we keep for a peer: what our extension handshake says as `reqq`. Some clients ask once a second and no more
 * than this: 2,000, libtorrent's limit, lets them have 31 MiB/s, and costs 0.2 MiB for who fills it and reads nothing.
 */
export const UPLOAD_QUEUE_LIMIT = 2000
/** Block bytes under way to one socket before the next are read. */
const MOST_WINDOW = 2 * 1024 * 1024
const FIRST_WINDOW = 512 * 1024
/** What a peer takes in this time is under way to it: what is under way nobody can take back. */
const WINDOW_SECONDS = 0.5
/** The same where the uplink is shared out: what is not under way yet can still go in another order. */
const SHARED_WINDOW_SECONDS = 0.3
const LEAST_SHARED_WINDOW = 2 * 16_384

export class UploadQueue {
  #queue: BlockRange[] = []
  #head = 0
  #bytesUnderWay = 0
  #window = FIRST_WINDOW
  #grows = true
  /** Bytes that it may have until the next tick. */
  #allowance = Number.POSITIVE_INFINITY
  /** Where it stands among those that share the uplink: bytes over share. */
  turn = 0

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

  /** A block may be taken back that was asked for with others in a row: these still wait. @returns whether it was waiting */
  cancel(block: BlockRange): boolean {
    for (let at = this.#head; at < this.#queue.length; at++) {
      const waiting = this.#queue[at]
      if (!waiting || !holds(waiting, block)) continue
      this.#queue.splice(at, 1, ...without(waiting, block))
      return true
    }
    return false
  }

  get hasRoom(): boolean {
    return this.#bytesUnderWay < this.#window && this.#allowance > 0
  }

  /** @param rate bytes per second that it was seen to take, or is to have */
  fit(rate: number, shared: boolean): void {
    const [least, seconds] = shared ? [LEAST_SHARED_WINDOW, SHARED_WINDOW_SECONDS] : [FIRST_WINDOW, WINDOW_SECONDS]
    this.#window = Math.max(least, Math.min(MOST_WINDOW, rate * seconds))
    this.#grows = !shared
  }

  /** @param bytes that it may have from now until the next call; a block is sent whole, and what was too much is made up for */
  allow(bytes: number): void {
    this.#allowance = Math.min(0, this.#allowance) + bytes
  }

  /**
   * What to send next, or null while the window is full or nothing waits.
   * @param most bytes, whole blocks: of a longer row so much is handed out, and the rest still waits
   */
  next(most = Number.POSITIVE_INFINITY): BlockRange | null {
    if (!this.hasRoom) return null
    const row = this.#queue[this.#head]
    if (!row) return null
    const block = row.length > most ? { ...row, length: most } : row
    if (block === row) this.#forgetFirst()
    else this.#queue[this.#head] = { ...row, begin: row.begin + most, length: row.length - most }
    this.#bytesUnderWay += block.length
    this.#allowance -= block.length
    return block
  }

  #forgetFirst(): void {
    this.#head++
    if (this.#head <= 64 || this.#head * 2 <= this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  /** So many block bytes left our buffers. */
  sent(bytes: number): void {
    this.#bytesUnderWay = Math.max(0, this.#bytesUnderWay - bytes)
    if (this.#grows) this.#window = Math.min(MOST_WINDOW, this.#window + bytes)
  }

  /** Forgets what waits and returns it. */
  clear(): BlockRange[] {
    const waiting = this.#queue.slice(this.#head)
    this.#queue = []
    this.#head = 0
    return waiting
  }
}

const endOf = ({ begin, length }: BlockRange): number => begin + length

/** Whether the row is that block, or has it among others. */
function holds(row: BlockRange, block: BlockRange): boolean {
  if (row.index !== block.index || block.begin < row.begin || endOf(block) > endOf(row)) return false
  const before = block.begin - row.begin
  const after = endOf(row) - endOf(block)
  return before % BLOCK_LENGTH === 0 && (after === 0 || block.length % BLOCK_LENGTH === 0)
}

/** What is left of the row: none, one or two parts. */
function without(row: BlockRange, block: BlockRange): BlockRange[] {
  const { index } = row
  const before = { index, begin: row.begin, length: block.begin - row.begin }
  const after = { index, begin: endOf(block), length: endOf(row) - endOf(block) }
  return [before, after].filter(({ length }) => length > 0)
}
