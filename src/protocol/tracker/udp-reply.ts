import {
  compactPeerLength,
  compactPeersLength,
  decodeCompactPeers,
  decodeCompactPeers6,
  writeCompactPeers,
  type IpFamily,
} from '../compact-peers.ts'
import { foreignText } from '../foreign-text.ts'
import type { PeerAddress } from '../ids.ts'
import { ProtocolError } from '../protocol-error.ts'
import { ANNOUNCE_INTERVAL, MAX_REPLY_PEERS } from './announce-reply.ts'
import type { AnnounceReply } from './announce-reply.ts'
import { MAX_SCRAPE_HASHES, UDP_ACTION } from './udp-request.ts'
import type { ConnectionId } from './udp-request.ts'

/**
 * What a tracker answers over UDP (BEP 15); numbers are big-endian:
 *
 * ```
 *  connect   ├ 0:4 ┼ transaction:4 ┼ connection:8 ┤
 *  announce  ├ 1:4 ┼ transaction:4 ┼ interval, s:4 ┼ leechers:4 ┼ seeders:4 ┤ ├ IPv4:4 or IPv6:16 ┼ port:2 ┤ …
 *  scrape    ├ 2:4 ┼ transaction:4 ┤ ├ seeders:4 ┼ completed:4 ┼ leechers:4 ┤ …
 *  error     ├ 3:4 ┼ transaction:4 ┼ words …
 * ```
 *
 * Peers are of the family that the request came over.
 */
export type UdpReply =
  | { readonly action: 'connect'; readonly transactionId: number; readonly connectionId: ConnectionId }
  | { readonly action: 'announce'; readonly transactionId: number; readonly reply: AnnounceReply }
  | { readonly action: 'scrape'; readonly transactionId: number; readonly counts: readonly ScrapeCounts[] }
  | { readonly action: 'error'; readonly transactionId: number; readonly reason: string }

/** The numbers of one swarm (BEP 48). */
export interface ScrapeCounts {
  /** Seeders. */
  readonly complete: number
  /** Everybody else. */
  readonly incomplete: number
  /** How often a peer told that it became complete. */
  readonly downloaded: number
}

const HEAD_LENGTH = 8
const CONNECT_LENGTH = 16
const ANNOUNCE_HEAD_LENGTH = 20
const COUNTS_LENGTH = 12
const MAX_TEXT_LENGTH = 300

export function encodeUdpConnectReply(transactionId: number, { high, low }: ConnectionId): Buffer {
  const bytes = headed(CONNECT_LENGTH, UDP_ACTION.connect, transactionId)
  bytes.writeUInt32BE(high, 8)
  bytes.writeUInt32BE(low, 12)
  return bytes
}

/** Peers of the other family are left out. */
export function encodeUdpAnnounceReply(
  transactionId: number,
  reply: Pick<AnnounceReply, 'interval' | 'complete' | 'incomplete'> & { readonly peers: readonly PeerAddress[] },
  family: IpFamily,
): Buffer {
  const peers = Buffer.allocUnsafe(compactPeersLength(reply.peers, family))
  writeCompactPeers(peers, 0, reply.peers, family)
  return encodeUdpPackedReply(transactionId, { ...reply, peers })
}

/** The same with the bytes of the peers' addresses (BEP 23). */
export function encodeUdpPackedReply(
  transactionId: number,
  reply: Pick<AnnounceReply, 'interval' | 'complete' | 'incomplete'> & { readonly peers: Buffer },
): Buffer {
  const bytes = headed(ANNOUNCE_HEAD_LENGTH + reply.peers.length, UDP_ACTION.announce, transactionId)
  bytes.writeUInt32BE(reply.interval, 8)
  bytes.writeUInt32BE(reply.incomplete ?? 0, 12)
  bytes.writeUInt32BE(reply.complete ?? 0, 16)
  reply.peers.copy(bytes, ANNOUNCE_HEAD_LENGTH)
  return bytes
}

/** One entry for each info hash of the request, in its order. */
export function encodeUdpScrapeReply(transactionId: number, counts: readonly ScrapeCounts[]): Buffer {
  const bytes = headed(HEAD_LENGTH + COUNTS_LENGTH * counts.length, UDP_ACTION.scrape, transactionId)
  for (const [at, { complete, incomplete, downloaded }] of counts.entries()) {
    const start = HEAD_LENGTH + COUNTS_LENGTH * at
    bytes.writeUInt32BE(complete, start)
    bytes.writeUInt32BE(downloaded, start + 4)
    bytes.writeUInt32BE(incomplete, start + 8)
  }
  return bytes
}

export function encodeUdpError(transactionId: number, reason: string): Buffer {
  return Buffer.concat([headed(HEAD_LENGTH, UDP_ACTION.error, transactionId), Buffer.from(reason, 'utf8')])
}

/**
 * What a tracker answered, cut to sense as over HTTP. Bytes behind the last whole entry are not looked at.
 *
 * @param family that the request went over.
 * @throws ProtocolError `invalid-tracker-reply`: too short, or none of the four.
 */
export function decodeUdpReply(bytes: Buffer, family: IpFamily): UdpReply {
  need(bytes, HEAD_LENGTH)
  const action = bytes.readUInt32BE(0)
  const transactionId = bytes.readUInt32BE(4)
  switch (action) {
    case UDP_ACTION.connect:
      need(bytes, CONNECT_LENGTH)
      return {
        action: 'connect',
        transactionId,
        connectionId: { high: bytes.readUInt32BE(8), low: bytes.readUInt32BE(12) },
      }
    case UDP_ACTION.announce:
      need(bytes, ANNOUNCE_HEAD_LENGTH)
      return { action: 'announce', transactionId, reply: readAnnounce(bytes, family) }
    case UDP_ACTION.scrape:
      return { action: 'scrape', transactionId, counts: readCounts(bytes) }
    case UDP_ACTION.error: {
      const reason = foreignText(bytes.subarray(HEAD_LENGTH), MAX_TEXT_LENGTH)
      return { action: 'error', transactionId, reason: reason || 'the tracker gave no reason' }
    }
    default:
      throw new ProtocolError('invalid-tracker-reply', 'an answer with an action that is none')
  }
}

function readAnnounce(bytes: Buffer, family: IpFamily): AnnounceReply {
  const entryLength = compactPeerLength(family)
  const entries = Math.floor((bytes.length - ANNOUNCE_HEAD_LENGTH) / entryLength)
  const peers = bytes.subarray(ANNOUNCE_HEAD_LENGTH, ANNOUNCE_HEAD_LENGTH + entryLength * entries)
  const decode = family === 4 ? decodeCompactPeers : decodeCompactPeers6
  return {
    interval: Math.min(Math.max(bytes.readUInt32BE(8), ANNOUNCE_INTERVAL.least), ANNOUNCE_INTERVAL.most),
    incomplete: bytes.readUInt32BE(12),
    complete: bytes.readUInt32BE(16),
    peers: decode(peers, MAX_REPLY_PEERS),
  }
}

function readCounts(bytes: Buffer): ScrapeCounts[] {
  const entries = Math.min(MAX_SCRAPE_HASHES, Math.floor((bytes.length - HEAD_LENGTH) / COUNTS_LENGTH))
  return Array.from({ length: entries }, (_, at) => {
    const start = HEAD_LENGTH + COUNTS_LENGTH * at
    return {
      complete: bytes.readUInt32BE(start),
      downloaded: bytes.readUInt32BE(start + 4),
      incomplete: bytes.readUInt32BE(start + 8),
    }
  })
}

function headed(length: number, action: number, transactionId: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  bytes.writeUInt32BE(action, 0)
  bytes.writeUInt32BE(transactionId, 4)
  return bytes
}

function need(bytes: Buffer, length: number): void {
  if (bytes.length < length) {
    throw new ProtocolError('invalid-tracker-reply', `an answer of ${bytes.length} bytes is too short`)
  }
}
