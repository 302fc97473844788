import { ProtocolError } from './protocol-error.ts'

/**
 * Which pieces somebody has, one bit a piece (BEP 3 §bitfield):
 *
 * ```
 *  piece   0 1 2 3 4 5 6 7   8 9 . . . . . .
 *  bit     7 6 5 4 3 2 1 0   7 6 5 4 3 2 1 0     the high bit of byte 0 is piece 0
 *         └─── byte 0 ────┘ └─── byte 1 ────┘    10 pieces: the last 6 bits are spare, and 0
 * ```
 *
 * Invariant: spare bits are 0, and `count` is the number of bits set.
 */
export class Bitfield {
  /** Number of pieces. */
  readonly size: number
  readonly #bytes: Buffer
  #count = 0

  /** An empty bitfield for `size` pieces. */
  constructor(size: number) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`a bitfield can't have ${size} pieces`)
    this.size = size
    this.#bytes = Buffer.alloc(bitfieldLength(size))
  }

  /** Every piece is there. */
  static full(size: number): Bitfield {
    const bitfield = new Bitfield(size)
    bitfield.#bytes.fill(0xff)
    if (size > 0) bitfield.#bytes[bitfield.#bytes.length - 1] = 0xff & ~spareMask(size)
    bitfield.#count = size
    return bitfield
  }

  /**
   * A copy of the payload of a bitfield message.
   *
   * @throws ProtocolError `invalid-bitfield`: not exactly ⌈size/8⌉ bytes, or a spare bit is set (BEP 3 demands to drop such a peer).
   */
  static fromBytes(bytes: Uint8Array, size: number): Bitfield {
    const bitfield = new Bitfield(size)
    if (bytes.length !== bitfield.#bytes.length) {
      const message = `a bitfield of ${size} pieces has ${bitfield.#bytes.length} bytes, not ${bytes.length}`
      throw new ProtocolError('invalid-bitfield', message)
    }
    if (size > 0 && ((bytes[bytes.length - 1] as number) & spareMask(size)) !== 0) {
      throw new ProtocolError('invalid-bitfield', 'spare bits at the end of a bitfield are set')
    }
    bitfield.#bytes.set(bytes)
    for (const byte of bytes) bitfield.#count += BITS_IN_BYTE[byte] as number
    return bitfield
  }

  /** How many pieces are there. */
  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count === this.size
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** The bits themselves, not a copy: it follows every change, and is only to be read. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Is piece `index` there? False for a number that is no piece. */
  has(index: number): boolean {
    return this.#isPiece(index) && ((this.#bytes[index >> 3] as number) & (0x80 >> (index & 7))) !== 0
  }

  /**
   * @returns true when the piece is new.
   * @throws RangeError when there is no such piece.
   */
  set(index: number): boolean {
    this.#checkPiece(index)
    if (this.has(index)) return false
    this.#bytes[index >> 3] = (this.#bytes[index >> 3] as number) | (0x80 >> (index & 7))
    this.#count++
    return true
  }

  /**
   * @returns true when the piece was there.
   * @throws RangeError when there is no such piece.
   */
  clear(index: number): boolean {
    this.#checkPiece(index)
    if (!this.has(index)) return false
    this.#bytes[index >> 3] = (this.#bytes[index >> 3] as number) & ~(0x80 >> (index & 7))
    this.#count--
    return true
  }

  /** The pieces that are there, ascending. */
  *indices(): Generator<number> {
    for (let at = 0; at < this.#bytes.length; at++) {
      if (this.#bytes[at] === 0) continue
      for (let index = at * 8; index < at * 8 + 8; index++) if (this.has(index)) yield index
    }
  }

  clone(): Bitfield {
    const copy = new Bitfield(this.size)
    copy.#bytes.set(this.#bytes)
    copy.#count = this.#count
    return copy
  }

  /** A copy: the payload of a bitfield message. */
  toBytes(): Buffer {
    return Buffer.from(this.#bytes)
  }

  #isPiece(index: number): boolean {
    return Number.isInteger(index) && index >= 0 && index < this.size
  }

  #checkPiece(index: number): void {
    if (!this.#isPiece(index)) throw new RangeError(`there is no piece ${index} of ${this.size}`)
  }
}

/** Bytes in a bitfield message for this many pieces. */
export function bitfieldLength(size: number): number {
  return Math.ceil(size / 8)
}

/** The bits of the last byte that stand for no piece. */
function spareMask(size: number): number {
  return size % 8 === 0 ? 0 : 0xff >> (size % 8)
}

const BITS_IN_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)
