/**
 * Finds the sender of bad blocks, and never bans anyone else.
 *
 * A piece whose hash is wrong and that came from one peer alone proves that peer bad. If several contributed, each
 * block's hash and sender are kept, and the piece is fetched anew from one peer only; once it is right, every sender
 * whose block differed is proven bad. (The idea is libtorrent's "smart ban" and "parole".)
 */
import { BLOCK_LENGTH, type PieceIndex, type Sha1 } from '../protocol/index.ts'
import type { PieceAssembly } from './piece-picker/piece-assembly.ts'

interface SuspectBlock {
  readonly block: number
  readonly sender: string
  readonly hash: Uint8Array
}

export class SmartBan {
  readonly #sha1: Sha1
  readonly #suspects = new Map<PieceIndex, SuspectBlock[]>()

  constructor(sha1: Sha1) {
    this.#sha1 = sha1
  }

  /** Whether the piece failed before, and so must come from one peer alone. */
  isSuspect(piece: PieceIndex): boolean {
    return this.#suspects.has(piece)
  }

  /** The piece's hash is wrong. Returns the senders proven bad by that. */
  failed(assembly: PieceAssembly, bytes: Uint8Array): string[] {
    const senders = assembly.senders()
    const known = this.#suspects.get(assembly.index) ?? []
    this.#suspects.set(assembly.index, known)
    if (senders.size === 1) return [...senders]
    for (let block = 0; block < assembly.blockCount; block++) {
      const sender = assembly.sender(block)
      if (sender !== undefined) known.push({ block, sender, hash: this.#sha1(blockOf(bytes, block)) })
    }
    return []
  }

  /** The piece is right now. Returns the senders of blocks that differed from it. */
  passed(piece: PieceIndex, bytes: Uint8Array): string[] {
    const suspects = this.#suspects.get(piece)
    if (!suspects) return []
    this.#suspects.delete(piece)
    const guilty = new Set<string>()
    for (const { block, sender, hash } of suspects) {
      if (Buffer.compare(this.#sha1(blockOf(bytes, block)), hash) !== 0) guilty.add(sender)
    }
    return [...guilty]
  }
}

const blockOf = (bytes: Uint8Array, block: number): Uint8Array =>
  bytes.subarray(block * BLOCK_LENGTH, (block + 1) * BLOCK_LENGTH)
