/** The names things go by: branded, so that one kind of hash can't be handed in for another. */

declare const brand: unique symbol

/** SHA-1 of a torrent's raw info dictionary (BEP 3), as 40 lower-case hex digits: a map key and a REST id. */
export type InfoHash = string & { readonly [brand]: 'InfoHash' }

/** The 20 bytes a peer chose as its name (BEP 20), as 40 lower-case hex digits. */
export type PeerId = string & { readonly [brand]: 'PeerId' }

/** Number of a piece, 0 … pieceCount-1. A session checks it before the engine sees it. */
export type PieceIndex = number

/** SHA-1 of the bytes: 20 bytes. Handed in, because pure rooms import nothing of the system. */
export type Sha1 = (bytes: Uint8Array) => Uint8Array

/** Where a peer listens. `host` is an IPv4 address in dots or an IPv6 address in text, never a name. */
export interface PeerAddress {
  readonly host: string
  readonly port: number
}

/** What is asked of a peer at a time: 16 KiB, the size every client serves (BEP 3 §request). */
export const BLOCK_LENGTH = 16384

/**
 * What may be asked for at a time where both sides say that they take it: 512 KiB, 32 blocks in a row. On a fast link it is
 * the number of messages that costs time, and not their bytes; and so long a row can be read straight into its piece.
 */
export const LONG_BLOCK_LENGTH = 32 * BLOCK_LENGTH

const HASH_LENGTH = 20

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

const checkLength = (bytes: Uint8Array, what: string): void => {
  if (bytes.length !== HASH_LENGTH) throw new RangeError(`${what} has ${bytes.length} bytes, not ${HASH_LENGTH}`)
}

/** @throws RangeError when there are not 20 bytes. */
export function infoHashFromBytes(bytes: Uint8Array): InfoHash {
  checkLength(bytes, 'info hash')
  return hex(bytes) as InfoHash
}

/** The info hash in this text of 40 hex digits, or null. */
export function infoHashFromHex(text: string): InfoHash | null {
  return /^[0-9a-f]{40}$/i.test(text) ? (text.toLowerCase() as InfoHash) : null
}

export function infoHashBytes(infoHash: InfoHash): Buffer {
  return Buffer.from(infoHash, 'hex')
}

/** @throws RangeError when there are not 20 bytes. */
export function peerIdFromBytes(bytes: Uint8Array): PeerId {
  checkLength(bytes, 'peer id')
  return hex(bytes) as PeerId
}

export function peerIdBytes(peerId: PeerId): Buffer {
  return Buffer.from(peerId, 'hex')
}

/** `10.0.0.1:5000` or `[fe80::1]:5000`: one text for one address. */
export function addressKey(address: PeerAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}
