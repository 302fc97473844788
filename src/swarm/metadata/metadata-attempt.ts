/** One try to put the metadata together: pieces of one size that somebody claimed, and who sent each. */
import { METADATA_PIECE_LENGTH, metadataPieces } from '../../protocol/index.ts'
import type { PeerKey } from '../peer/peer-session.ts'

interface Arrived {
  readonly bytes: Buffer
  /** Of the sender: by which it is banned. */
  readonly banKey: string
}

/** Who sent which piece of a try that came to nothing, and the SHA-1 of it: told right from wrong when the metadata is here. */
export interface Evidence {
  readonly piece: number
  readonly banKey: string
  readonly digest: Uint8Array
}

export class MetadataAttempt {
  /** Bytes, as claimed: memory is taken only for what came. */
  readonly size: number
  /** The one peer that all of it comes from; null: from any that claim this size. */
  readonly only: PeerKey | null
  /** ms, monotonic */
  readonly startedAt: number
  readonly #arrived = new Map<number, Arrived>()

  constructor(size: number, only: PeerKey | null, now: number) {
    this.size = size
    this.only = only
    this.startedAt = now
  }

  get pieces(): number {
    return metadataPieces(this.size)
  }

  /** Pieces that are here. */
  get have(): number {
    return this.#arrived.size
  }

  get isWhole(): boolean {
    return this.have === this.pieces
  }

  has(piece: number): boolean {
    return this.#arrived.has(piece)
  }

  put(piece: number, bytes: Buffer, banKey: string): void {
    if (!this.has(piece)) this.#arrived.set(piece, { bytes, banKey })
  }

  /** The whole; only when it is. */
  bytes(): Buffer {
    const whole = Buffer.allocUnsafe(this.size)
    for (const [piece, { bytes }] of this.#arrived) bytes.copy(whole, piece * METADATA_PIECE_LENGTH)
    return whole
  }

  /** Ban keys of those that sent any of it. */
  get suppliers(): ReadonlySet<string> {
    return new Set(Array.from(this.#arrived.values(), ({ banKey }) => banKey))
  }

  evidence(sha1: (bytes: Uint8Array) => Uint8Array): Evidence[] {
    return Array.from(this.#arrived, ([piece, { bytes, banKey }]) => ({ piece, banKey, digest: sha1(bytes) }))
  }
}
