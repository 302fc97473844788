import { decodeBencodePrefix, encodeBencode } from '../bencode/index.ts'
import type { BencodeDict, BencodeValue, ScanOptions } from '../bencode/index.ts'
import { integerBetween } from '../integer-between.ts'
import { METAINFO_LIMITS } from '../metainfo/metainfo.ts'
import { ProtocolError } from '../protocol-error.ts'

/** The extension's name in the handshake of BEP 10. */
export const METADATA_NAME = 'ut_metadata'

/** Bytes of each piece of the metadata but the last (BEP 9). */
export const METADATA_PIECE_LENGTH = 16 * 1024

/** Bytes of the largest info dictionary that is fetched: that of the largest .torrent, with room for its trackers. */
export const MAX_METADATA_LENGTH = METAINFO_LIMITS.torrentLength - 512 * 1024

/** Longest payload: a piece, and the dictionary before it. */
export const MAX_METADATA_MESSAGE = METADATA_PIECE_LENGTH + 1024

/**
 * What is said about the metadata, which is the info dictionary, in pieces of 16 KiB counted from 0 (BEP 9):
 *
 * ```
 *  request  d 8:msg_type i0e 5:piece i0e e                            give me this piece
 *  data     d 8:msg_type i1e 5:piece i0e 10:total_size i34256e e …    here it is, right behind the dictionary
 *  reject   d 8:msg_type i2e 5:piece i0e e                            not from me, or not now
 * ```
 */
export type MetadataMessage =
  | { readonly type: 'request'; readonly piece: number }
  /** `totalSize`: bytes of the whole, as the sender says; some leave it out. */
  | { readonly type: 'data'; readonly piece: number; readonly totalSize?: number; readonly bytes: Buffer }
  | { readonly type: 'reject'; readonly piece: number }

const LIMITS: ScanOptions = { maxDepth: 4, maxTokens: 64, allowUnsortedKeys: true }
const TYPES = ['request', 'data', 'reject'] as const
const MAX_PIECE = 2 ** 31 - 1

/** How many pieces so many bytes of metadata have. */
export const metadataPieces = (size: number): number => Math.ceil(size / METADATA_PIECE_LENGTH)

/** Bytes of one piece of metadata of this size. */
export const metadataPieceSize = (size: number, piece: number): number =>
  Math.max(0, Math.min(METADATA_PIECE_LENGTH, size - piece * METADATA_PIECE_LENGTH))

export function encodeMetadataMessage(message: MetadataMessage): Buffer {
  const values: BencodeDict = new Map<string, BencodeValue>([
    ['msg_type', TYPES.indexOf(message.type)],
    ['piece', message.piece],
  ])
  if (message.type !== 'data') return encodeBencode(values)
  if (message.totalSize !== undefined) values.set('total_size', message.totalSize)
  return Buffer.concat([encodeBencode(values), message.bytes])
}

/**
 * The message in this payload; null for a type of a later day, which is to be passed over (BEP 9). Whether there is such a
 * piece is for the receiver to say.
 *
 * @throws ProtocolError `bencode-…`; `invalid-metadata`: no such dictionary, a piece number that is none, more bytes than a
 *   piece has, or bytes where none belong.
 */
export function decodeMetadataMessage(payload: Buffer): MetadataMessage | null {
  const { value, end } = decodeBencodePrefix(payload, LIMITS)
  if (!(value instanceof Map)) throw invalid('it has to begin with a dictionary')
  const number = integerBetween(value.get('msg_type'), 0, MAX_PIECE)
  if (number === undefined) throw invalid('it has no type')
  const type = TYPES[number]
  if (type === undefined) return null
  const piece = integerBetween(value.get('piece'), 0, MAX_PIECE)
  if (piece === undefined) throw invalid('it names no piece')
  const bytes = payload.subarray(end)
  if (type !== 'data') {
    if (bytes.length > 0) throw invalid(`${bytes.length} bytes behind a ${type}`)
    return { type, piece }
  }
  if (bytes.length === 0 || bytes.length > METADATA_PIECE_LENGTH) throw invalid(`a piece of ${bytes.length} bytes`)
  const totalSize = integerBetween(value.get('total_size'), 1, Number.MAX_SAFE_INTEGER)
  return { type, piece, ...(totalSize !== undefined && { totalSize }), bytes }
}

const invalid = (what: string): ProtocolError => new ProtocolError('invalid-metadata', `metadata: ${what}`)
