import { decodeBencode, encodeBencode } from '../bencode/index.ts'
import type { BencodeDict, BencodeValue, ScanOptions } from '../bencode/index.ts'
import { foreignText } from '../foreign-text.ts'
import { infoHashBytes, infoHashFromBytes, peerIdBytes, peerIdFromBytes, type InfoHash, type PeerId } from '../ids.ts'
import { integerBetween } from '../integer-between.ts'
import { ipBytes, ipText } from '../ip-address.ts'
import { ProtocolError } from '../protocol-error.ts'

/**
 * What a member is in a swarm (`seeder` has all, `peer` has some and wants some, `leech` has none yet), and what it does there.
 * Records name both by number: new ones go to the end.
 */
export const SWARM_STATUSES = ['seeder', 'peer', 'leech'] as const
export const SWARM_STATES = [
  'checking',
  'downloading',
  'seeding',
  'stalled',
  'stopped',
  'error',
  'fetching-metadata',
] as const

export interface MemberSwarm {
  readonly infoHash: InfoHash
  readonly status: (typeof SWARM_STATUSES)[number]
  readonly state: (typeof SWARM_STATES)[number]
  /** 0 … 1, in steps of 1/65,535. */
  readonly progress: number
  /** Bytes per second, 4 GiB/s at most. */
  readonly downloadRate: number
  readonly uploadRate: number
  /** Seconds; null: not known. */
  readonly etaSeconds: number | null
}

/** What a member of the network says of itself. */
export interface MemberRecord {
  /** IP addresses at which it can be reached, canonical texts, 8 at most. */
  readonly addresses: readonly string[]
  readonly peerPort: number
  /** In this life: it takes another one at each start. */
  readonly peerId: PeerId
  /** 0: it tells no API port. */
  readonly apiPort: number
  /** Name of the machine; '' when it has none. Another party's text. */
  readonly name: string
  /** Client and version. Another party's text. */
  readonly version: string
  /** Swarms it is in; private ones are never told (BEP 27). */
  readonly swarms: readonly MemberSwarm[]
  /** Further swarms, for which there was no room. */
  readonly swarmsOmitted: number
}

/** Bytes of an encoded record, at most. */
export const MAX_MEMBER_RECORD = 1024
export const MAX_MEMBER_ADDRESSES = 8
/** Swarms for which a record has room. */
export const MAX_MEMBER_SWARMS = 18

/** Bytes of a name or version. */
const MAX_TEXT = 32
const SWARM_LENGTH = 36
const UNKNOWN_ETA = 0xffff_ffff
const PROGRESS_STEPS = 65_535
const LIMITS: ScanOptions = { maxDepth: 8, maxTokens: 64 }

/**
 * The bytes by which a record travels, always the same for the same record:
 *
 * ```
 *  d 1:4 IPv4:4… 1:6 IPv6:16… 1:a API port 1:i peer id 1:n name 1:o omitted 1:p peer port 1:s swarms… 1:v version e
 *
 *  a swarm, 36 bytes, numbers big-endian
 *  ├─ info hash:20 ─┼─ status:1 ─┼─ state:1 ─┼─ progress:2 ─┼─ down:4 ─┼─ up:4 ─┼─ eta:4 ─┤
 * ```
 *
 * What is empty or 0 is left out. More addresses or swarms than there is room for are left out, the last ones first.
 */
export function encodeMemberRecord(record: MemberRecord): Buffer {
  const ips = record.addresses.slice(0, MAX_MEMBER_ADDRESSES).flatMap((text) => ipBytes(text) ?? [])
  const swarms = record.swarms.slice(0, MAX_MEMBER_SWARMS)
  const values: BencodeDict = new Map<string, BencodeValue>([
    ['4', Buffer.concat(ips.filter(({ length }) => length === 4))],
    ['6', Buffer.concat(ips.filter(({ length }) => length === 16))],
    ['a', record.apiPort],
    ['i', peerIdBytes(record.peerId)],
    ['n', shortText(record.name)],
    ['o', record.swarmsOmitted + record.swarms.length - swarms.length],
    ['p', record.peerPort],
    ['s', Buffer.concat(swarms.map(encodeSwarm))],
    ['v', shortText(record.version)],
  ])
  for (const [key, value] of values) if (value === 0 || (value as Uint8Array).length === 0) values.delete(key)
  return encodeBencode(values)
}

/**
 * The record in these bytes. Keys that are not known are passed over: a later version may say more.
 *
 * @throws ProtocolError `bencode-…`; `invalid-member-record`
 */
export function decodeMemberRecord(bytes: Uint8Array): MemberRecord {
  if (bytes.length > MAX_MEMBER_RECORD) throw invalid(`${bytes.length} bytes are more than ${MAX_MEMBER_RECORD}`)
  const values = decodeBencode(bytes, LIMITS)
  if (!(values instanceof Map)) throw invalid('it is no dictionary')
  const [v4, v6, swarms] = [bytesAt(values, '4', 4), bytesAt(values, '6', 16), bytesAt(values, 's', SWARM_LENGTH)]
  const addresses = [...cut(v4, 4), ...cut(v6, 16)].map(ipText)
  if (addresses.length > MAX_MEMBER_ADDRESSES) throw invalid(`${addresses.length} addresses`)
  if (new Set(addresses).size !== addresses.length) throw invalid('an address stands twice')
  const peerId = bytesAt(values, 'i', 20)
  if (peerId.length !== 20) throw invalid('it has one peer id')
  return {
    addresses,
    peerPort: number(values, 'p', 1, 65_535),
    peerId: peerIdFromBytes(peerId),
    apiPort: values.has('a') ? number(values, 'a', 0, 65_535) : 0,
    name: foreignText(bytesAt(values, 'n', 1), MAX_TEXT),
    version: foreignText(bytesAt(values, 'v', 1), MAX_TEXT),
    swarms: cut(swarms, SWARM_LENGTH).map(decodeSwarm),
    swarmsOmitted: values.has('o') ? number(values, 'o', 0, 0xffff) : 0,
  }
}

function encodeSwarm(swarm: MemberSwarm): Buffer {
  const bytes = Buffer.alloc(SWARM_LENGTH)
  infoHashBytes(swarm.infoHash).copy(bytes)
  bytes[20] = SWARM_STATUSES.indexOf(swarm.status)
  bytes[21] = SWARM_STATES.indexOf(swarm.state)
  bytes.writeUInt16BE(Math.floor(Math.min(1, Math.max(0, swarm.progress)) * PROGRESS_STEPS), 22)
  bytes.writeUInt32BE(uint32(swarm.downloadRate), 24)
  bytes.writeUInt32BE(uint32(swarm.uploadRate), 28)
  bytes.writeUInt32BE(swarm.etaSeconds === null ? UNKNOWN_ETA : Math.min(UNKNOWN_ETA - 1, uint32(swarm.etaSeconds)), 32)
  return bytes
}

function decodeSwarm(bytes: Buffer): MemberSwarm {
  const status = SWARM_STATUSES[bytes[20] as number]
  const state = SWARM_STATES[bytes[21] as number]
  if (!status || !state) throw invalid('a swarm has no status of ours')
  const eta = bytes.readUInt32BE(32)
  return {
    infoHash: infoHashFromBytes(bytes.subarray(0, 20)),
    status,
    state,
    progress: bytes.readUInt16BE(22) / PROGRESS_STEPS,
    downloadRate: bytes.readUInt32BE(24),
    uploadRate: bytes.readUInt32BE(28),
    etaSeconds: eta === UNKNOWN_ETA ? null : eta,
  }
}

const uint32 = (value: number): number => Math.max(0, Math.min(0xffff_ffff, Math.round(value)))
const invalid = (why: string): ProtocolError => new ProtocolError('invalid-member-record', `a member record: ${why}`)

/** As many whole characters as fit. */
function shortText(text: string): Buffer {
  const bytes = Buffer.alloc(MAX_TEXT)
  return bytes.subarray(0, bytes.write(text))
}

function number(values: BencodeDict, key: string, least: number, most: number): number {
  const value = integerBetween(values.get(key), least, most)
  if (value === undefined) throw invalid(`no number ${key} from ${least} to ${most}`)
  return value
}

/** The bytes under this key, a multiple of so many; none when it is not there. */
function bytesAt(values: BencodeDict, key: string, unit: number): Buffer {
  const value = values.get(key) ?? Buffer.alloc(0)
  if (!(value instanceof Uint8Array) || value.length % unit !== 0) throw invalid(`${key} has to be bytes, ${unit} each`)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

function cut(bytes: Buffer, unit: number): Buffer[] {
  return Array.from({ length: bytes.length / unit }, (_, at) => bytes.subarray(at * unit, (at + 1) * unit))
}
