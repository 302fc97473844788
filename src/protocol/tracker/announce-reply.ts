import { decodeBencode, encodeBencode } from '../bencode/index.ts'
import type { BencodeDict, BencodeValue, ScanOptions } from '../bencode/index.ts'
import {
  compactPeersLength,
  decodeCompactPeers,
  decodeCompactPeers6,
  encodeCompactPeers,
  writeCompactPeers,
} from '../compact-peers.ts'
import { foreignText } from '../foreign-text.ts'
import { peerIdBytes, peerIdFromBytes } from '../ids.ts'
import type { PeerAddress, PeerId } from '../ids.ts'
import { integerBetween } from '../integer-between.ts'
import { canonicalIp, ipBytes, ipText } from '../ip-address.ts'
import { ProtocolError } from '../protocol-error.ts'
import type { AnnounceRequest } from './announce-request.ts'

/**
 * A tracker's answer: a bencoded dictionary (BEP 3), its peers in one of two forms:
 *
 * ```
 *  compact (BEP 23, 7)  d 8:interval i30e  5:peers 12:……  6:peers6 18:… e
 *  dictionaries         d 8:interval i30e  5:peers l d 2:ip 8:10.0.0.1 7:peer id 20:… 4:port i5000e e  d … e  e e
 *  failure              d 14:failure reason 20:info_hash is missing e
 * ```
 */
export interface AnnounceReply {
  /** Seconds to wait before the next announce. */
  readonly interval: number
  /** Seconds that have to be between two announces, whatever happens. */
  readonly minInterval?: number
  /** Number of seeders. */
  readonly complete?: number
  /** Number of others. */
  readonly incomplete?: number
  readonly peers: readonly AnnouncePeer[]
  /** Words for people; the answer is good all the same. */
  readonly warning?: string
  /** The asker's IP address as the tracker sees it (BEP 24). */
  readonly externalIp?: string
}

export interface AnnouncePeer extends PeerAddress {
  readonly peerId?: PeerId
}

/** Peers kept of one answer. */
export const MAX_REPLY_PEERS = 200

/** Seconds: what a tracker may make us wait, and what we wait when it doesn't say. */
export const ANNOUNCE_INTERVAL = { least: 30, most: 3600, unsaid: 1800 } as const

/** Bytes: an answer may be this long. */
export const MAX_REPLY_LENGTH = 1024 * 1024

const MAX_TEXT_LENGTH = 300
const NO_REASON = 'the tracker gave no reason'

/** Trackers that write keys out of order are many. */
const LIMITS: ScanOptions = { maxDepth: 16, maxTokens: 200_000, allowUnsortedKeys: true }

/** The body of an answer. `minInterval`, `warning` and the counts are left out when they are not there. */
export function encodeAnnounceReply(reply: AnnounceReply, form: Pick<AnnounceRequest, 'compact' | 'noPeerId'>): Buffer {
  if (form.compact && reply.warning === undefined) return encodeCompactReply(reply)
  const values: BencodeDict = new Map<string, BencodeValue>([['interval', reply.interval]])
  if (reply.minInterval !== undefined) values.set('min interval', reply.minInterval)
  if (reply.complete !== undefined) values.set('complete', reply.complete)
  if (reply.incomplete !== undefined) values.set('incomplete', reply.incomplete)
  if (reply.warning !== undefined) values.set('warning message', Buffer.from(reply.warning, 'utf8'))
  const externalIp = reply.externalIp === undefined ? null : ipBytes(reply.externalIp)
  if (externalIp !== null) values.set('external ip', externalIp)
  if (form.compact) {
    const { peers, peers6 } = encodeCompactPeers(reply.peers)
    values.set('peers', peers)
    if (peers6.length > 0) values.set('peers6', peers6)
  } else {
    const peers = reply.peers.map((peer) => peerDictionary(peer, form.noPeerId))
    values.set('peers', peers)
  }
  return encodeBencode(values)
}

/**
 * The same by hand, for the answer that nearly all get: one buffer, no dictionary. Keys are in the order of their bytes.
 */
function encodeCompactReply({ interval, minInterval, complete, incomplete, externalIp, peers }: AnnounceReply): Buffer {
  const ip = externalIp === undefined ? null : ipBytes(externalIp)
  const ipv4Length = compactPeersLength(peers, 4)
  const ipv6Length = compactPeersLength(peers, 6)
  const beforeIp = `d${complete === undefined ? '' : `8:completei${complete}e`}${ip === null ? '' : `11:external ip${ip.length}:`}`
  const beforePeers = `${incomplete === undefined ? '' : `10:incompletei${incomplete}e`}8:intervali${interval}e${
    minInterval === undefined ? '' : `12:min intervali${minInterval}e`
  }5:peers${ipv4Length}:`
  const beforePeers6 = ipv6Length === 0 ? '' : `6:peers6${ipv6Length}:`
  const ipLength = ip === null ? 0 : ip.length
  const body = Buffer.allocUnsafe(
    beforeIp.length + ipLength + beforePeers.length + ipv4Length + beforePeers6.length + ipv6Length + 1,
  )
  let at = body.write(beforeIp, 'latin1')
  if (ip !== null) at += ip.copy(body, at)
  at += body.write(beforePeers, at, 'latin1')
  writeCompactPeers(body, at, peers, 4)
  at += ipv4Length
  if (ipv6Length > 0) {
    at += body.write(beforePeers6, at, 'latin1')
    writeCompactPeers(body, at, peers, 6)
  }
  body.write('e', body.length - 1, 'latin1')
  return body
}

/** The body of an answer that says no, and why in words (BEP 3). It goes with HTTP status 200. */
export function encodeTrackerFailure(reason: string): Buffer {
  return encodeBencode(new Map([['failure reason', Buffer.from(reason, 'utf8')]]))
}

/**
 * What a tracker answered, cut to sense: the interval is in {@link ANNOUNCE_INTERVAL}, at most {@link MAX_REPLY_PEERS}
 * peers are kept. A peer in a list that is no dictionary, or has no IP address or no port, is left out, and the others
 * stay. Names are left out too: a peer that can't say its address is not worth a look-up in the DNS.
 *
 * @throws ProtocolError `tracker-failure`: the tracker says no, and the message says why, in its words; `bencode-…`;
 *   `invalid-tracker-reply`: too long or not a dictionary; `invalid-peers`: compact peers of a length that can't be.
 */
export function decodeAnnounceReply(body: Uint8Array): AnnounceReply {
  if (body.length > MAX_REPLY_LENGTH) {
    throw new ProtocolError('invalid-tracker-reply', `an answer of ${body.length} bytes is too long`)
  }
  const values = decodeBencode(body, LIMITS)
  if (!(values instanceof Map)) {
    throw new ProtocolError('invalid-tracker-reply', 'the answer of a tracker has to be a dictionary')
  }
  if (values.has('failure reason')) {
    throw new ProtocolError('tracker-failure', text(values.get('failure reason')) ?? NO_REASON)
  }
  const minInterval = seconds(values.get('min interval'))
  const complete = integerBetween(values.get('complete'), 0, Number.MAX_SAFE_INTEGER)
  const incomplete = integerBetween(values.get('incomplete'), 0, Number.MAX_SAFE_INTEGER)
  const warning = text(values.get('warning message'))
  const externalIp = values.get('external ip')
  return {
    interval: seconds(values.get('interval')) ?? ANNOUNCE_INTERVAL.unsaid,
    peers: readPeers(values),
    ...(minInterval !== undefined && { minInterval }),
    ...(complete !== undefined && { complete }),
    ...(incomplete !== undefined && { incomplete }),
    ...(warning !== undefined && { warning }),
    ...(externalIp instanceof Uint8Array && isIpLength(externalIp.length) && { externalIp: ipText(externalIp) }),
  }
}

function readPeers(values: BencodeDict): AnnouncePeer[] {
  const peers = values.get('peers')
  const peers6 = values.get('peers6')
  const found: AnnouncePeer[] = []
  if (peers instanceof Uint8Array) found.push(...decodeCompactPeers(peers, MAX_REPLY_PEERS))
  if (Array.isArray(peers))
    found.push(
      ...peers
        .slice(0, MAX_REPLY_PEERS)
        .map(readPeer)
        .filter((peer) => peer !== null),
    )
  if (peers6 instanceof Uint8Array) found.push(...decodeCompactPeers6(peers6, MAX_REPLY_PEERS))
  return found.slice(0, MAX_REPLY_PEERS)
}

function readPeer(entry: BencodeValue): AnnouncePeer | null {
  if (!(entry instanceof Map)) return null
  const ip = entry.get('ip')
  const host = ip instanceof Uint8Array ? canonicalIp(Buffer.from(ip).toString('latin1')) : null
  const port = integerBetween(entry.get('port'), 1, 65535)
  if (host === null || port === undefined) return null
  const id = entry.get('peer id')
  return { host, port, ...(id instanceof Uint8Array && id.length === 20 && { peerId: peerIdFromBytes(id) }) }
}

function peerDictionary(peer: AnnouncePeer, noPeerId: boolean): BencodeDict {
  const entry: BencodeDict = new Map<string, BencodeValue>([
    ['ip', Buffer.from(peer.host, 'latin1')],
    ['port', peer.port],
  ])
  if (!noPeerId && peer.peerId !== undefined) entry.set('peer id', peerIdBytes(peer.peerId))
  return entry
}

function seconds(value: BencodeValue | undefined): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  return Math.min(Math.max(Number(value), ANNOUNCE_INTERVAL.least), ANNOUNCE_INTERVAL.most)
}

function text(value: BencodeValue | undefined): string | undefined {
  return (value instanceof Uint8Array && foreignText(value, MAX_TEXT_LENGTH)) || undefined
}

function isIpLength(length: number): boolean {
  return length === 4 || length === 16
}
