import { infoHashBytes, infoHashFromBytes, peerIdBytes, peerIdFromBytes } from '../ids.ts'
import type { InfoHash, PeerId } from '../ids.ts'
import { ProtocolError } from '../protocol-error.ts'

/**
 * The first thing each side says on a connection (BEP 3 §handshake):
 *
 * ```
 *  0    1                     20            28              48              68
 *  ├────┼─────────────────────┼─────────────┼───────────────┼───────────────┤
 *  │0x13│"BitTorrent protocol"│ reserved    │ info hash     │ peer id       │
 *  ├────┼─────────────────────┼─────────────┼───────────────┼───────────────┤
 *    1           19                 8              20              20
 *
 *  reserved:  0  1  2  3  4  [5] & 0x10  6  [7] & 0x04  [7] & 0x01
 *                             BEP 10         BEP 6 fast  BEP 5 DHT
 * ```
 */
export interface Handshake {
  readonly infoHash: InfoHash
  readonly peerId: PeerId
  readonly extensions: HandshakeExtensions
}

/** What the sender can do beyond BEP 3. Something is in use only when both sides say it. */
export interface HandshakeExtensions {
  /** The fast extension: have-all, have-none, reject, suggest, allowed-fast (BEP 6). */
  readonly fast: boolean
  /** The extension protocol: message 20 (BEP 10). */
  readonly extended: boolean
  /** Listens for DHT packets and would like a `port` message (BEP 5). */
  readonly dht: boolean
}

/** Bytes. */
export const HANDSHAKE_LENGTH = 68

const PREFIX = Buffer.from('\x13BitTorrent protocol', 'latin1')
const RESERVED = PREFIX.length
const INFO_HASH = RESERVED + 8
const PEER_ID = INFO_HASH + 20

const FAST = { byte: RESERVED + 7, bit: 0x04 }
const EXTENDED = { byte: RESERVED + 5, bit: 0x10 }
const DHT = { byte: RESERVED + 7, bit: 0x01 }

export function encodeHandshake(handshake: Handshake): Buffer {
  const bytes = Buffer.alloc(HANDSHAKE_LENGTH)
  PREFIX.copy(bytes)
  const { fast, extended, dht } = handshake.extensions
  if (fast) bytes[FAST.byte] = (bytes[FAST.byte] as number) | FAST.bit
  if (extended) bytes[EXTENDED.byte] = (bytes[EXTENDED.byte] as number) | EXTENDED.bit
  if (dht) bytes[DHT.byte] = (bytes[DHT.byte] as number) | DHT.bit
  infoHashBytes(handshake.infoHash).copy(bytes, INFO_HASH)
  peerIdBytes(handshake.peerId).copy(bytes, PEER_ID)
  return bytes
}

/**
 * Reads exactly {@link HANDSHAKE_LENGTH} bytes; what follows them on the connection is for the frame decoder.
 *
 * @throws ProtocolError `invalid-handshake`
 */
export function decodeHandshake(bytes: Uint8Array): Handshake {
  if (bytes.length !== HANDSHAKE_LENGTH) {
    throw new ProtocolError('invalid-handshake', `a handshake has ${HANDSHAKE_LENGTH} bytes, not ${bytes.length}`)
  }
  if (!isHandshakeStart(bytes)) {
    throw new ProtocolError('invalid-handshake', 'this is not the BitTorrent protocol')
  }
  const has = (flag: { byte: number; bit: number }): boolean => ((bytes[flag.byte] as number) & flag.bit) !== 0
  return {
    infoHash: infoHashFromBytes(bytes.subarray(INFO_HASH, PEER_ID)),
    peerId: peerIdFromBytes(bytes.subarray(PEER_ID)),
    extensions: { fast: has(FAST), extended: has(EXTENDED), dht: has(DHT) },
  }
}

/** Can this become a handshake? Asked while its bytes arrive: one wrong byte is enough to know that it can't. */
export function isHandshakeStart(bytes: Uint8Array): boolean {
  const known = Math.min(bytes.length, PREFIX.length)
  for (let at = 0; at < known; at++) if (bytes[at] !== PREFIX[at]) return false
  return true
}
