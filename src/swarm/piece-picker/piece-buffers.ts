/**
 * Buffers for pieces on their way, used again and again: a fresh MiB for each piece would keep the collector busy.
 * Their memory is shared, so that another thread can hash it.
 */
const KEPT_BYTES = 24 * 1024 * 1024
/** With nothing on its way for so long they are let go: a thousand torrents that are complete, or stuck, must hold none. */
const REST_MS = 30_000

export class PieceBuffers {
  readonly #pieceLength: number
  readonly #free: Buffer[] = []
  readonly #kept: number
  #taken = 0
  #usedAt = -Infinity

  constructor(pieceLength: number) {
    this.#pieceLength = pieceLength
    this.#kept = Math.max(1, Math.floor(KEPT_BYTES / pieceLength))
  }

  /** Bytes handed out and not yet given back. */
  get bytesTaken(): number {
    return this.#taken * this.#pieceLength
  }

  /** Bytes that wait to be handed out again. */
  get bytesSpare(): number {
    return this.#free.length * this.#pieceLength
  }

  /** @param length at most the piece length: the last piece is shorter. The bytes are whatever was there before. */
  take(length: number): Buffer {
    this.#taken++
    const whole = this.#free.pop() ?? Buffer.from(new SharedArrayBuffer(this.#pieceLength))
    return whole.subarray(0, length)
  }

  /** Something may still write into a buffer that was taken: leave it to the collector. */
  lose(): void {
    this.#taken--
  }

  /** @param now ms, monotonic; called now and then */
  tick(now: number): void {
    if (this.#taken > 0) this.#usedAt = now
    else if (now - this.#usedAt >= REST_MS) this.#free.length = 0
  }

  giveBack(bytes: Buffer): void {
    this.#taken--
    if (this.#free.length < this.#kept) this.#free.push(Buffer.from(bytes.buffer, 0, this.#pieceLength))
  }
}
