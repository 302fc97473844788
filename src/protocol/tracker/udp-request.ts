import { infoHashBytes, infoHashFromBytes, peerIdBytes } from '../ids.ts'
import type { InfoHash, PeerId } from '../ids.ts'
import { ipText, ipv4Number } from '../ip-address.ts'
import { ProtocolError } from '../protocol-error.ts'
import { ANY_NUMBER } from './announce-request.ts'
import type { AnnounceEvent, AnnounceRequest } from './announce-request.ts'

/**
 * What a peer asks a tracker over UDP (BEP 15); numbers are big-endian:
 *
 * ```
 *  connect   ├ 0x41727101980:8 ┼ 0:4 ┼ transaction:4 ┤
 *  announce  ├ connection:8 ┼ 1:4 ┼ transaction:4 ┼ info hash:20 ┼ peer id:20 ┼ downloaded:8 ┼ left:8 ┼ uploaded:8 ┤
 *            ├ event:4 ┼ IPv4 or 0:4 ┼ key:4 ┼ wanted, -1 any:4 ┼ port:2 ┤ options, not looked at …
 *  scrape    ├ connection:8 ┼ 2:4 ┼ transaction:4 ┼ info hash:20 ┤ … 74 at most
 * ```
 */
export interface UdpRequestHead {
  readonly action: UdpAction
  /** 32 bits, unsigned: the answer repeats it. */
  readonly transactionId: number
  readonly connectionId: ConnectionId
}

export type UdpAction = 'connect' | 'announce' | 'scrape'

/** 64 bits in two unsigned halves: what the tracker gave to prove that who asks is where it says. */
export interface ConnectionId {
  readonly high: number
  readonly low: number
}

export const UDP_ACTION = { connect: 0, announce: 1, scrape: 2, error: 3 } as const
const ACTIONS: readonly UdpAction[] = ['connect', 'announce', 'scrape']

/** Stands where a connection id will be, in the request for one. */
export const CONNECT_MAGIC: ConnectionId = { high: 0x417, low: 0x27101980 }

/** Bytes. */
export const UDP_HEAD_LENGTH = 16
export const UDP_ANNOUNCE_LENGTH = 98
const HASH_LENGTH = 20

/** Info hashes in one scrape: the answer has to fit into a datagram. */
export const MAX_SCRAPE_HASHES = 74

/** By number on the wire. */
const EVENTS: readonly (AnnounceEvent | undefined)[] = [undefined, 'completed', 'started', 'stopped']
const TWO_POWER_32 = 2 ** 32

/** Who asks what; null for a datagram that is no request to a tracker. What is in it is read by the functions below. */
export function decodeUdpHead(bytes: Buffer): UdpRequestHead | null {
  if (bytes.length < UDP_HEAD_LENGTH) return null
  const action = ACTIONS[bytes.readUInt32BE(8)]
  if (action === undefined) return null
  const connectionId = { high: bytes.readUInt32BE(0), low: bytes.readUInt32BE(4) }
  const isMagic = connectionId.high === CONNECT_MAGIC.high && connectionId.low === CONNECT_MAGIC.low
  if (isMagic !== (action === 'connect')) return null
  return { action, transactionId: bytes.readUInt32BE(12), connectionId }
}

/**
 * The rest of an announce. Over UDP answers are always compact.
 *
 * @throws ProtocolError `invalid-announce`: the message is fit to be sent back.
 */
export function decodeUdpAnnounce(bytes: Buffer): AnnounceRequest {
  if (bytes.length < UDP_ANNOUNCE_LENGTH) throw invalid(`an announce of ${bytes.length} bytes is too short`)
  const eventNumber = bytes.readUInt32BE(80)
  if (eventNumber >= EVENTS.length) throw invalid('event is none of 0, 1, 2, 3')
  const event = EVENTS[eventNumber]
  const port = bytes.readUInt16BE(96)
  if (port === 0) throw invalid('port is not a number from 1 to 65535')
  const ip = bytes.readUInt32BE(84)
  const key = bytes.readUInt32BE(88)
  const always = {
    infoHash: bytes.toString('hex', 16, 36) as InfoHash,
    peerId: bytes.toString('hex', 36, 56) as PeerId,
    downloaded: readCount(bytes, 56),
    left: readCount(bytes, 64),
    uploaded: readCount(bytes, 72),
    port,
    numWant: Math.max(ANY_NUMBER, bytes.readInt32BE(92)),
    compact: true,
    noPeerId: true,
  }
  if (event === undefined && key === 0 && ip === 0) return always
  return {
    ...always,
    ...(event !== undefined && { event }),
    ...(key !== 0 && { key: key.toString(16).padStart(8, '0') }),
    ...(ip !== 0 && { ip: ipText(bytes.subarray(84, 88)) }),
  }
}

/** @throws ProtocolError `invalid-scrape`: no whole info hash, or more than {@link MAX_SCRAPE_HASHES}. */
export function decodeUdpScrape(bytes: Buffer): InfoHash[] {
  const count = (bytes.length - UDP_HEAD_LENGTH) / HASH_LENGTH
  if (!Number.isInteger(count) || count < 1) throw new ProtocolError('invalid-scrape', 'a scrape names info hashes')
  if (count > MAX_SCRAPE_HASHES) {
    throw new ProtocolError('invalid-scrape', `a scrape names at most ${MAX_SCRAPE_HASHES} info hashes`)
  }
  return Array.from({ length: count }, (_, at) => {
    const start = UDP_HEAD_LENGTH + HASH_LENGTH * at
    return infoHashFromBytes(bytes.subarray(start, start + HASH_LENGTH))
  })
}

export function encodeUdpConnect(transactionId: number): Buffer {
  const bytes = Buffer.allocUnsafe(UDP_HEAD_LENGTH)
  writeHead(bytes, CONNECT_MAGIC, UDP_ACTION.connect, transactionId)
  return bytes
}

/** A key that is not 8 hex digits is not sent: there is room for 32 bits. */
export function encodeUdpAnnounce(connection: ConnectionId, transactionId: number, request: AnnounceRequest): Buffer {
  const bytes = Buffer.alloc(UDP_ANNOUNCE_LENGTH)
  writeHead(bytes, connection, UDP_ACTION.announce, transactionId)
  infoHashBytes(request.infoHash).copy(bytes, 16)
  peerIdBytes(request.peerId).copy(bytes, 36)
  writeCount(bytes, request.downloaded, 56)
  writeCount(bytes, request.left, 64)
  writeCount(bytes, request.uploaded, 72)
  bytes.writeUInt32BE(EVENTS.indexOf(request.event), 80)
  bytes.writeUInt32BE(Math.max(0, ipv4Number(request.ip ?? '')), 84)
  bytes.writeUInt32BE(KEY.test(request.key ?? '') ? Number.parseInt(request.key ?? '0', 16) : 0, 88)
  bytes.writeInt32BE(Math.min(request.numWant, 0x7fffffff), 92)
  bytes.writeUInt16BE(request.port, 96)
  return bytes
}

const KEY = /^[0-9a-f]{8}$/i

/** @throws RangeError for none, or for more than {@link MAX_SCRAPE_HASHES}. */
export function encodeUdpScrape(
  connection: ConnectionId,
  transactionId: number,
  infoHashes: readonly InfoHash[],
): Buffer {
  if (infoHashes.length < 1 || infoHashes.length > MAX_SCRAPE_HASHES) {
    throw new RangeError(`a scrape can't name ${infoHashes.length} info hashes`)
  }
  const bytes = Buffer.allocUnsafe(UDP_HEAD_LENGTH + HASH_LENGTH * infoHashes.length)
  writeHead(bytes, connection, UDP_ACTION.scrape, transactionId)
  for (const [at, infoHash] of infoHashes.entries()) {
    infoHashBytes(infoHash).copy(bytes, UDP_HEAD_LENGTH + HASH_LENGTH * at)
  }
  return bytes
}

function writeHead(bytes: Buffer, { high, low }: ConnectionId, action: number, transactionId: number): void {
  bytes.writeUInt32BE(high, 0)
  bytes.writeUInt32BE(low, 4)
  bytes.writeUInt32BE(action, 8)
  bytes.writeUInt32BE(transactionId, 12)
}

/** What is past the exact numbers (some say 2^64-1) is taken for the greatest of them. */
function readCount(bytes: Buffer, at: number): number {
  const count = bytes.readUInt32BE(at) * TWO_POWER_32 + bytes.readUInt32BE(at + 4)
  return Math.min(count, Number.MAX_SAFE_INTEGER)
}

function writeCount(bytes: Buffer, count: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(count / TWO_POWER_32), at)
  bytes.writeUInt32BE(count % TWO_POWER_32, at + 4)
}

function invalid(message: string): ProtocolError {
  return new ProtocolError('invalid-announce', message)
}
