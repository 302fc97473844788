import { decodeBencode, encodeBencode } from '../bencode/index.ts'
import type { BencodeDict, BencodeValue, ScanOptions } from '../bencode/index.ts'
import { integerBetween } from '../integer-between.ts'
import { ProtocolError } from '../protocol-error.ts'
import { MAX_MEMBER_RECORD } from './member-record.ts'

declare const brand: unique symbol

/** A member's name for life: a uuid, lower-case text. */
export type MemberId = string & { readonly [brand]: 'MemberId' }

/** A record as it travels from member to member. Only its owner raises the incarnation. */
export interface MemberContent {
  readonly id: MemberId
  readonly incarnation: number
  /** An encoded `MemberRecord`. It is passed on as it came, also with what we don't know in it. */
  readonly body: Buffer
}

/** What is said of a member at an incarnation: it may be gone; it is gone; it said goodbye. Each outweighs the one before. */
export const MEMBER_VERDICTS = ['suspected', 'gone', 'left'] as const

export interface MemberVerdict {
  readonly id: MemberId
  readonly incarnation: number
  readonly kind: (typeof MEMBER_VERDICTS)[number]
}

/** What one side knows of a member, without the record: enough to see who knows more. */
export interface MemberKey {
  readonly id: MemberId
  /** 0 when the record is not known. */
  readonly incarnation: number
  /** Of the record's bytes. */
  readonly bodyHash: number
  readonly verdict: Omit<MemberVerdict, 'id'> | null
}

/**
 * A message of the extension `sw_members`, by which members of the network agree on who is there. Each part is
 * optional, and they are taken in this order.
 */
export interface MembersMessage {
  /** Who speaks: in the first message on a connection. */
  readonly sender?: MemberId
  /** Whether the sender wants to be told of changes over this connection. */
  readonly wanted?: boolean
  /** Over all that the sender knows to be there: two that know the same have the same. */
  readonly digest?: number
  readonly contents?: readonly MemberContent[]
  readonly verdicts?: readonly MemberVerdict[]
  /** A digest a bucket, as an answer to another digest than one's own. */
  readonly buckets?: readonly number[]
  /** All that the sender knows in the buckets that differ. */
  readonly keys?: { readonly buckets: readonly number[]; readonly entries: readonly MemberKey[] }
  /** Records that the sender wants to have. */
  readonly pulls?: readonly MemberId[]
}

export const MEMBERS_EXTENSION = 'sw_members'
/** Bytes of a message, at most. What is more goes into several. */
export const MAX_MEMBERS_MESSAGE = 64 * 1024
/** Members are sorted into so many buckets, by the first byte of the id. */
export const MEMBER_BUCKETS = 32
/** Incarnations are exact numbers. */
export const MAX_INCARNATION = 2 ** 53 - 1

const ID_LENGTH = 16
const INCARNATION_LENGTH = 8
const VERDICT_LENGTH = ID_LENGTH + INCARNATION_LENGTH + 1
const KEY_LENGTH = ID_LENGTH + INCARNATION_LENGTH + 4 + 1 + INCARNATION_LENGTH
const LIMITS: ScanOptions = { maxDepth: 4, maxTokens: 8192 }

/**
 * ```
 *  d 1:b buckets, 4 bytes each     1:c l id incarnation body … e     1:h digest     1:i sender
 *    1:k keys, 37 bytes each       1:n numbers of their buckets, a byte each
 *    1:q ids of records wanted     1:v verdicts, 25 bytes each       1:w wanted, 0 or 1 e
 *
 *  a verdict  ├─ id:16 ─┼─ incarnation:8 ─┼─ kind:1 ─┤
 *  a key      ├─ id:16 ─┼─ incarnation:8 ─┼─ hash of the body:4 ─┼─ kind:1, 0 for none ─┼─ incarnation of that:8 ─┤
 * ```
 */
export function encodeMembersMessage(message: MembersMessage): Buffer {
  const values: BencodeDict = new Map()
  const { sender, wanted, digest, contents, verdicts, buckets, keys, pulls } = message
  if (sender !== undefined) values.set('i', memberIdBytes(sender))
  if (wanted !== undefined) values.set('w', wanted ? 1 : 0)
  if (digest !== undefined) values.set('h', digest)
  if (contents !== undefined) {
    const list: BencodeValue[] = []
    for (const { id, incarnation, body } of contents) list.push(memberIdBytes(id), incarnation, body)
    values.set('c', list)
  }
  if (verdicts !== undefined) values.set('v', Buffer.concat(verdicts.map(encodeVerdict)))
  if (buckets !== undefined) values.set('b', encodeBuckets(buckets))
  if (keys !== undefined) {
    values.set('k', Buffer.concat(keys.entries.map(encodeKey)))
    values.set('n', Buffer.from(keys.buckets))
  }
  if (pulls !== undefined) values.set('q', Buffer.concat(pulls.map(memberIdBytes)))
  return encodeBencode(values)
}

/**
 * What a neighbour says. The records in it are checked when they are looked at (`decodeMemberRecord`). Keys that
 * are not known are passed over.
 *
 * @throws ProtocolError `bencode-…`; `invalid-members-message`
 */
export function decodeMembersMessage(payload: Uint8Array): MembersMessage {
  if (payload.length > MAX_MEMBERS_MESSAGE) throw invalid(`${payload.length} bytes`)
  const values = decodeBencode(payload, LIMITS)
  if (!(values instanceof Map)) throw invalid('it is no dictionary')
  const sender = bytesAt(values, 'i', ID_LENGTH)
  if (sender !== null && sender.length !== ID_LENGTH) throw invalid('the sender has one id')
  const wanted = numberAt(values, 'w', 1)
  const digest = numberAt(values, 'h', 0xffff_ffff)
  const contents = values.get('c')
  const verdicts = bytesAt(values, 'v', VERDICT_LENGTH)
  const buckets = bytesAt(values, 'b', 4)
  if (buckets !== null && buckets.length !== 4 * MEMBER_BUCKETS) throw invalid(`there are ${MEMBER_BUCKETS} buckets`)
  const keys = bytesAt(values, 'k', KEY_LENGTH)
  const numbers = bytesAt(values, 'n', 1)
  if ((keys === null) !== (numbers === null)) throw invalid('keys go with the numbers of their buckets')
  if (numbers?.some((bucket) => bucket >= MEMBER_BUCKETS)) throw invalid('no such bucket')
  const pulls = bytesAt(values, 'q', ID_LENGTH)
  return {
    ...(sender !== null && { sender: memberIdFromBytes(sender) }),
    ...(wanted !== null && { wanted: wanted === 1 }),
    ...(digest !== null && { digest }),
    ...(contents !== undefined && { contents: decodeContents(contents) }),
    ...(verdicts !== null && { verdicts: cut(verdicts, VERDICT_LENGTH).map(decodeVerdict) }),
    ...(buckets !== null && { buckets: cut(buckets, 4).map((bytes) => bytes.readUInt32BE(0)) }),
    ...(keys !== null &&
      numbers !== null && { keys: { buckets: [...new Set(numbers)], entries: cut(keys, KEY_LENGTH).map(decodeKey) } }),
    ...(pulls !== null && { pulls: cut(pulls, ID_LENGTH).map(memberIdFromBytes) }),
  }
}

/** `6d223864-…` of 16 bytes. @throws RangeError when there are not 16. */
export function memberIdFromBytes(bytes: Uint8Array): MemberId {
  if (bytes.length !== ID_LENGTH) throw new RangeError(`a member id has ${ID_LENGTH} bytes, not ${bytes.length}`)
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') as MemberId
}

/** The member id in this text, or null when it is no uuid. */
export function memberIdFromText(text: string): MemberId | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? (text.toLowerCase() as MemberId) : null
}

function memberIdBytes(id: MemberId): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}

function encodeVerdict({ id, incarnation, kind }: MemberVerdict): Buffer {
  return Buffer.concat([memberIdBytes(id), uint64(incarnation), Buffer.of(MEMBER_VERDICTS.indexOf(kind) + 1)])
}

function decodeVerdict(bytes: Buffer): MemberVerdict {
  const verdict = verdictAt(bytes.readUInt8(VERDICT_LENGTH - 1), incarnationAt(bytes, ID_LENGTH))
  if (verdict === null) throw invalid('a verdict of no kind')
  return { id: memberIdFromBytes(bytes.subarray(0, ID_LENGTH)), ...verdict }
}

function encodeKey({ id, incarnation, bodyHash, verdict }: MemberKey): Buffer {
  const kind = verdict === null ? 0 : MEMBER_VERDICTS.indexOf(verdict.kind) + 1
  const hash = Buffer.alloc(5)
  hash.writeUInt32BE(bodyHash)
  hash[4] = kind
  return Buffer.concat([memberIdBytes(id), uint64(incarnation), hash, uint64(verdict?.incarnation ?? 0)])
}

function decodeKey(bytes: Buffer): MemberKey {
  return {
    id: memberIdFromBytes(bytes.subarray(0, ID_LENGTH)),
    incarnation: incarnationAt(bytes, ID_LENGTH),
    bodyHash: bytes.readUInt32BE(ID_LENGTH + INCARNATION_LENGTH),
    verdict: verdictAt(bytes.readUInt8(ID_LENGTH + INCARNATION_LENGTH + 4), incarnationAt(bytes, KEY_LENGTH - 8)),
  }
}

function verdictAt(kind: number, incarnation: number): MemberKey['verdict'] {
  if (kind === 0) return null
  const known = MEMBER_VERDICTS[kind - 1]
  if (known === undefined) throw invalid('a verdict of no kind')
  return { kind: known, incarnation }
}

function encodeBuckets(buckets: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * buckets.length)
  for (const [at, bucket] of buckets.entries()) bytes.writeUInt32BE(bucket, 4 * at)
  return bytes
}

function decodeContents(list: BencodeValue): MemberContent[] {
  if (!Array.isArray(list) || list.length % 3 !== 0) throw invalid('records come as id, incarnation and body')
  const contents: MemberContent[] = []
  for (let at = 0; at < list.length; at += 3) {
    const [id, number, body] = [list[at], list[at + 1], list[at + 2]]
    const incarnation = integerBetween(number, 1, MAX_INCARNATION)
    if (!(id instanceof Uint8Array) || id.length !== ID_LENGTH || incarnation === undefined)
      throw invalid('records come as id, incarnation and body')
    if (!(body instanceof Uint8Array) || body.length > MAX_MEMBER_RECORD) throw invalid('a record is too long')
    contents.push({ id: memberIdFromBytes(id), incarnation, body: Buffer.from(body) })
  }
  return contents
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(INCARNATION_LENGTH)
  bytes.writeUInt32BE(Math.floor(value / 2 ** 32))
  bytes.writeUInt32BE(value % 2 ** 32, 4)
  return bytes
}

function incarnationAt(bytes: Buffer, at: number): number {
  const value = bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
  if (value > MAX_INCARNATION) throw invalid('an incarnation is too high')
  return value
}

function numberAt(values: BencodeDict, key: string, most: number): number | null {
  const value = values.get(key)
  if (value === undefined) return null
  const number = integerBetween(value, 0, most)
  if (number === undefined) throw invalid(`${key} is a number from 0 to ${most}`)
  return number
}

function bytesAt(values: BencodeDict, key: string, unit: number): Buffer | null {
  const value = values.get(key)
  if (value === undefined) return null
  if (!(value instanceof Uint8Array) || value.length % unit !== 0) throw invalid(`${key} has to be bytes, ${unit} each`)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

function cut(bytes: Buffer, unit: number): Buffer[] {
  return Array.from({ length: bytes.length / unit }, (_, at) => bytes.subarray(at * unit, (at + 1) * unit))
}

const invalid = (why: string): ProtocolError =>
  new ProtocolError('invalid-members-message', `a members message: ${why}`)
