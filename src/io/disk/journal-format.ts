/**
 * The bytes of a resume journal, all numbers big-endian:
 *
 * ```
 *  header   "swarmdRJ" | version u32 | info hash 20 | piece count u32 | nonce 8 | CRC u32      48 bytes
 *  record   body length u32 | kind u8 | body | CRC u32
 *           kind 1, these pieces became durable: piece index u32 each, at least one
 *           kind 2, exactly these are: a bitfield (BEP 3)
 * ```
 *
 * Each CRC-32 goes on from the one before it, the header's being the first. So a record counts only behind the very
 * records it was written behind, in this torrent's journal and in this generation of it (the nonce): neither zeros nor
 * what some other file left in the same disk blocks can pass for one. Place and meaning of magic, version and the
 * header's CRC are the same in all versions.
 */
import { crc32 } from 'node:zlib'
import { Bitfield } from '../../protocol/bitfield.ts'
import { type InfoHash, infoHashBytes, infoHashFromBytes } from '../../protocol/ids.ts'

export const JOURNAL_VERSION = 1
export const JOURNAL_NONCE_LENGTH = 8

const MAGIC = Buffer.from('swarmdRJ', 'latin1')
const VERSION_AT = 8
const INFO_HASH_AT = 12
const PIECE_COUNT_AT = 32
const NONCE_AT = 36
const HEADER_CRC_AT = 44
const HEADER_LENGTH = 48

const KIND_AT = 4
const BODY_AT = 5
const CRC_LENGTH = 4
const KIND_DURABLE = 1
const KIND_EXACTLY = 2

/** Bytes to be written, and the CRC that the record behind them goes on from. */
export interface JournalBytes {
  readonly bytes: Buffer
  readonly crc: number
}

export interface JournalHeader {
  readonly version: number
  readonly infoHash: InfoHash
  readonly pieceCount: number
  readonly crc: number
}

export interface JournalContent {
  readonly have: Bitfield
  /** Up to here all is sound: where the next record goes. */
  readonly end: number
  /** Of the last sound record. */
  readonly crc: number
}

export function encodeJournalHeader(infoHash: InfoHash, pieceCount: number, nonce: Uint8Array): JournalBytes {
  const bytes = Buffer.alloc(HEADER_LENGTH)
  MAGIC.copy(bytes)
  bytes.writeUInt32BE(JOURNAL_VERSION, VERSION_AT)
  infoHashBytes(infoHash).copy(bytes, INFO_HASH_AT)
  bytes.writeUInt32BE(pieceCount, PIECE_COUNT_AT)
  bytes.set(nonce.subarray(0, JOURNAL_NONCE_LENGTH), NONCE_AT)
  const crc = crc32(bytes.subarray(0, HEADER_CRC_AT))
  bytes.writeUInt32BE(crc, HEADER_CRC_AT)
  return { bytes, crc }
}

/** Null when these bytes don't begin with a whole, undamaged header. Of a newer version only `version` means anything. */
export function decodeJournalHeader(bytes: Buffer): JournalHeader | null {
  if (bytes.length < HEADER_LENGTH || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null
  const crc = bytes.readUInt32BE(HEADER_CRC_AT)
  if (crc32(bytes.subarray(0, HEADER_CRC_AT)) !== crc) return null
  return {
    version: bytes.readUInt32BE(VERSION_AT),
    infoHash: infoHashFromBytes(bytes.subarray(INFO_HASH_AT, PIECE_COUNT_AT)),
    pieceCount: bytes.readUInt32BE(PIECE_COUNT_AT),
    crc,
  }
}

/** "These pieces became durable." */
export function encodeDurableRecord(indices: readonly number[], crcBefore: number): JournalBytes {
  const body = Buffer.alloc(indices.length * 4)
  for (const [at, index] of indices.entries()) body.writeUInt32BE(index, at * 4)
  return encodeRecord(KIND_DURABLE, body, crcBefore)
}

/** "Exactly these pieces are durable." */
export function encodeExactlyRecord(have: Bitfield, crcBefore: number): JournalBytes {
  return encodeRecord(KIND_EXACTLY, have.toBytes(), crcBefore)
}

function encodeRecord(kind: number, body: Buffer, crcBefore: number): JournalBytes {
  const bytes = Buffer.alloc(BODY_AT + body.length + CRC_LENGTH)
  bytes.writeUInt32BE(body.length, 0)
  bytes.writeUInt8(kind, KIND_AT)
  body.copy(bytes, BODY_AT)
  const crc = crc32(bytes.subarray(0, BODY_AT + body.length), crcBefore)
  bytes.writeUInt32BE(crc, BODY_AT + body.length)
  return { bytes, crc }
}

/** All that the records say, up to the first one that isn't sound. */
export function decodeJournalRecords(bytes: Buffer, header: JournalHeader): JournalContent {
  let have = new Bitfield(header.pieceCount)
  let end = HEADER_LENGTH
  let { crc } = header
  while (end + BODY_AT + CRC_LENGTH <= bytes.length) {
    const bodyEnd = end + BODY_AT + bytes.readUInt32BE(end)
    if (bodyEnd + CRC_LENGTH > bytes.length) break
    const recordCrc = crc32(bytes.subarray(end, bodyEnd), crc)
    if (recordCrc !== bytes.readUInt32BE(bodyEnd)) break
    const next = applyRecord(have, bytes.readUInt8(end + KIND_AT), bytes.subarray(end + BODY_AT, bodyEnd))
    if (next === null) break
    have = next
    crc = recordCrc
    end = bodyEnd + CRC_LENGTH
  }
  return { have, end, crc }
}

/** The pieces after this record, or null when it says something impossible. May change `have`. */
function applyRecord(have: Bitfield, kind: number, body: Buffer): Bitfield | null {
  if (kind === KIND_EXACTLY) {
    try {
      return Bitfield.fromBytes(body, have.size)
    } catch {
      return null
    }
  }
  if (kind !== KIND_DURABLE || body.length === 0 || body.length % 4 !== 0) return null
  for (let at = 0; at < body.length; at += 4) if (body.readUInt32BE(at) >= have.size) return null
  for (let at = 0; at < body.length; at += 4) have.set(body.readUInt32BE(at))
  return have
}
