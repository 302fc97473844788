/**
 * The pieces we still want to start, sorted by how many connected peers have them: rarest first.
 *
 * A bucket sort kept in place: `#order` holds the pieces by rising availability, `#start[a]` says where the pieces with
 * availability `a` begin. A `have` moves a piece over one bucket border by one swap, so every update costs O(1) however
 * many pieces there are; swaps and a first shuffle keep the order inside a bucket random, as rarest first needs, lest
 * all peers fetch the same piece. Peers that have everything are only counted: they change no rank.
 */
import type { PieceIndex } from '../../protocol/index.ts'

export class RarityOrder {
  readonly #order: Uint32Array
  /** Where a piece stands in `#order`; at or past `size` when it is not wanted now. */
  readonly #position: Uint32Array
  readonly #availability: Uint16Array
  /** Bucket borders; the last entry is `size`. */
  readonly #start: number[] = [0, 0]
  #seeders = 0

  /** All pieces wanted, none available. @param random 0 ≤ x < 1 */
  constructor(pieceCount: number, random: () => number) {
    this.#order = new Uint32Array(pieceCount)
    this.#position = new Uint32Array(pieceCount)
    this.#availability = new Uint16Array(pieceCount)
    for (let piece = 0; piece < pieceCount; piece++) {
      const at = Math.floor(random() * (piece + 1))
      this.#order[piece] = this.#order[at] ?? 0
      this.#order[at] = piece
    }
    for (let at = 0; at < pieceCount; at++) this.#position[this.#order[at] ?? 0] = at
    this.#start[1] = pieceCount
  }

  /** Pieces that are wanted and not started. */
  get size(): number {
    return this.#start[this.#start.length - 1] ?? 0
  }

  /** Connected peers that have the piece. */
  availability(piece: PieceIndex): number {
    return (this.#availability[piece] ?? 0) + this.#seeders
  }

  wants(piece: PieceIndex): boolean {
    return (this.#position[piece] ?? 0) < this.size
  }

  /** Whether some connected peer has a piece that is wanted and not started. */
  get anyAvailable(): boolean {
    return this.size > 0 && this.availability(this.#order[this.size - 1] ?? 0) > 0
  }

  /** Connected peers that have the rarest piece that is wanted and not started; null when there is none. */
  get rarest(): number | null {
    return this.size > 0 ? this.availability(this.#order[0] ?? 0) : null
  }

  /** How many wanted pieces, not started, are with no connected peer, with one, and so on; the last: with that many or more. */
  spread(classes: number): number[] {
    const spread = Array<number>(classes).fill(0)
    for (let bucket = 0; bucket + 1 < this.#start.length; bucket++) {
      const at = Math.min(classes - 1, bucket + this.#seeders)
      spread[at] = (spread[at] ?? 0) + (this.#start[bucket + 1] ?? 0) - (this.#start[bucket] ?? 0)
    }
    return spread
  }

  /** Wanted pieces, not started, that no connected peer has. */
  get unavailable(): number {
    return this.#seeders > 0 ? 0 : (this.#start[1] ?? 0)
  }

  /** The rarest wanted piece that passes, or -1. */
  find(passes: (piece: PieceIndex) => boolean): PieceIndex {
    const size = this.size
    for (let at = 0; at < size; at++) {
      const piece = this.#order[at] ?? 0
      if (passes(piece)) return piece
    }
    return -1
  }

  /** A wanted piece that passes, looked for from a random place on, or -1. */
  findRandom(passes: (piece: PieceIndex) => boolean, random: () => number): PieceIndex {
    const size = this.size
    const first = Math.floor(random() * size)
    for (let step = 0; step < size; step++) {
      const piece = this.#order[(first + step) % size] ?? 0
      if (passes(piece)) return piece
    }
    return -1
  }

  /** The wanted piece of the lowest number that passes, or -1. */
  findLowest(passes: (piece: PieceIndex) => boolean): PieceIndex {
    for (let piece = 0; piece < this.#position.length; piece++) if (this.wants(piece) && passes(piece)) return piece
    return -1
  }

  seederJoined(): void {
    this.#seeders++
  }

  seederLeft(): void {
    this.#seeders--
  }

  /** One more peer has it. */
  increment(piece: PieceIndex): void {
    const bucket = this.#availability[piece] ?? 0
    if (this.wants(piece)) {
      this.#ensureBucket(bucket + 1)
      const border = (this.#start[bucket + 1] ?? 0) - 1
      this.#swap(this.#position[piece] ?? 0, border)
      this.#start[bucket + 1] = border
    }
    this.#availability[piece] = bucket + 1
  }

  /** One peer fewer has it. */
  decrement(piece: PieceIndex): void {
    const bucket = this.#availability[piece] ?? 0
    if (this.wants(piece)) {
      const border = this.#start[bucket] ?? 0
      this.#swap(this.#position[piece] ?? 0, border)
      this.#start[bucket] = border + 1
    }
    this.#availability[piece] = bucket - 1
  }

  /** It is started, or we have it: no longer to be found. */
  remove(piece: PieceIndex): void {
    if (!this.wants(piece)) return
    for (let bucket = this.#availability[piece] ?? 0; bucket < this.#start.length - 1; bucket++) {
      const last = (this.#start[bucket + 1] ?? 0) - 1
      this.#swap(this.#position[piece] ?? 0, last)
      this.#start[bucket + 1] = last
    }
  }

  /** It is wanted again. */
  restore(piece: PieceIndex): void {
    if (this.wants(piece)) return
    const bucket = this.#availability[piece] ?? 0
    this.#ensureBucket(bucket)
    const size = this.size
    this.#swap(this.#position[piece] ?? 0, size)
    this.#start[this.#start.length - 1] = size + 1
    for (let above = this.#start.length - 2; above > bucket; above--) {
      const first = this.#start[above] ?? 0
      this.#swap(this.#position[piece] ?? 0, first)
      this.#start[above] = first + 1
    }
  }

  #ensureBucket(bucket: number): void {
    while (this.#start.length < bucket + 2) this.#start.push(this.size)
  }

  #swap(a: number, b: number): void {
    if (a === b) return
    const first = this.#order[a] ?? 0
    const second = this.#order[b] ?? 0
    this.#order[a] = second
    this.#order[b] = first
    this.#position[first] = b
    this.#position[second] = a
  }
}
