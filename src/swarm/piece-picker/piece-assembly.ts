/**
 * One piece on its way: the buffer its blocks are copied into, which block was asked, which is here and from whom.
 * It lives from the first request until the verified bytes are with the store.
 */
import { BLOCK_LENGTH, type PieceIndex } from '../../protocol/index.ts'

/** What a piece in progress is waiting for. */
export type AssemblyStage = 'collecting' | 'verifying' | 'storing'

export class PieceAssembly {
  readonly index: PieceIndex
  readonly length: number
  readonly blockCount: number
  stage: AssemblyStage = 'collecting'
  /** Taken when the first byte arrives, so that requests in flight cost no memory. */
  bytes: Buffer | null = null
  /** The only peer this piece may come from (it failed before: see SmartBan). */
  exclusive: number | null = null
  /** The peer that asked for a block of it last: it goes on here before it starts another piece. */
  lastRequester: number | null = null
  received = 0
  /** Requests in flight, over all blocks and peers. */
  inFlight = 0
  /** How many peers were asked for each block. */
  readonly #requests: Uint8Array
  /** When each block was last asked, in ms. */
  readonly #askedAt: Float64Array
  /** Who sent each block: the name by which it would be banned. */
  readonly #senders: (string | undefined)[] = []
  /** No block before this one is open. */
  #firstOpen = 0

  constructor(index: PieceIndex, length: number) {
    this.index = index
    this.length = length
    this.blockCount = Math.ceil(length / BLOCK_LENGTH)
    this.#requests = new Uint8Array(this.blockCount)
    this.#askedAt = new Float64Array(this.blockCount)
  }

  get complete(): boolean {
    return this.received === this.blockCount
  }

  blockLength(block: number): number {
    return Math.min(BLOCK_LENGTH, this.length - block * BLOCK_LENGTH)
  }

  has(block: number): boolean {
    return this.#senders[block] !== undefined
  }

  requests(block: number): number {
    return this.#requests[block] ?? 0
  }

  /** When the block was last asked, in ms. */
  askedAt(block: number): number {
    return this.#askedAt[block] ?? 0
  }

  /** The first block that is neither here nor asked, or -1. */
  nextOpen(): number {
    for (let block = this.#firstOpen; block < this.blockCount; block++) {
      if (this.requests(block) === 0 && !this.has(block)) {
        this.#firstOpen = block
        return block
      }
    }
    this.#firstOpen = this.blockCount
    return -1
  }

  requested(block: number, peer: number, now: number): void {
    this.#askedAt[block] = now
    this.#requests[block] = this.requests(block) + 1
    this.inFlight++
    this.lastRequester = peer
  }

  /** A request ended: by its block, by a reject, by the peer's end. */
  released(block: number): void {
    const requests = this.requests(block)
    if (requests === 0) throw new Error(`bug: block ${block} of piece ${this.index} was not requested`)
    this.#requests[block] = requests - 1
    this.inFlight--
    if (requests === 1 && !this.has(block)) this.#firstOpen = Math.min(this.#firstOpen, block)
  }

  take(block: number, sender: string): void {
    if (this.has(block)) throw new Error(`bug: block ${block} of piece ${this.index} is here already`)
    this.#senders[block] = sender
    this.received++
  }

  sender(block: number): string | undefined {
    return this.#senders[block]
  }

  /** All that contributed. */
  senders(): Set<string> {
    const all = new Set<string>()
    for (const sender of this.#senders) if (sender !== undefined) all.add(sender)
    return all
  }

  /** Forgets every block that is here. Returns how many bytes that were. */
  dropBlocks(): number {
    let bytes = 0
    for (let block = 0; block < this.blockCount; block++) {
      if (!this.has(block)) continue
      bytes += this.blockLength(block)
      this.#senders[block] = undefined
    }
    this.received = 0
    this.#firstOpen = 0
    this.stage = 'collecting'
    return bytes
  }
}
