import { decodeHandshake, HANDSHAKE_LENGTH, isHandshakeStart, ProtocolError } from '../../protocol/index.ts'
import type { Handshake } from '../../protocol/index.ts'

/** Collects the 68 bytes of a handshake, however they are cut, and never a byte more. */
export class HandshakeReader {
  readonly #bytes = Buffer.alloc(HANDSHAKE_LENGTH)
  #length = 0

  /**
   * @returns null while bytes are missing; else the handshake, and the bytes after it: a view of `bytes`.
   * @throws ProtocolError `invalid-handshake`, at the first byte that is wrong.
   */
  push(bytes: Buffer): { handshake: Handshake; rest: Buffer } | null {
    const taken = bytes.copy(this.#bytes, this.#length)
    this.#length += taken
    if (this.#length < HANDSHAKE_LENGTH) {
      if (isHandshakeStart(this.#bytes.subarray(0, this.#length))) return null
      throw new ProtocolError('invalid-handshake', 'this is not the BitTorrent protocol')
    }
    return { handshake: decodeHandshake(this.#bytes), rest: bytes.subarray(taken) }
  }
}
