import type { PeerAddress } from './ids.ts'
import { ipBytes, ipText } from './ip-address.ts'
import { ProtocolError } from './protocol-error.ts'

/**
 * Addresses without any space between them, as trackers and peer exchange send them:
 *
 * ```
 *  peers  (BEP 23)  ├─ IPv4:4 ─┼─ port:2 ─┤ ├─ IPv4:4 ─┼─ port:2 ─┤ …      6 bytes each, big-endian
 *  peers6 (BEP 7)   ├─────── IPv6:16 ───────┼─ port:2 ─┤ …              18 bytes each
 * ```
 */
export interface CompactPeers {
  readonly peers: Buffer
  readonly peers6: Buffer
}

const PORT_LENGTH = 2

/** What is no IP address (a name) can't be said in this form, and is left out. */
export function encodeCompactPeers(addresses: Iterable<PeerAddress>): CompactPeers {
  const peers: Buffer[] = []
  const peers6: Buffer[] = []
  for (const { host, port } of addresses) {
    const ip = ipBytes(host)
    if (ip === null) continue
    const entry = Buffer.allocUnsafe(ip.length + PORT_LENGTH)
    ip.copy(entry)
    entry.writeUInt16BE(port, ip.length)
    if (ip.length === 4) peers.push(entry)
    else peers6.push(entry)
  }
  return { peers: Buffer.concat(peers), peers6: Buffer.concat(peers6) }
}

/**
 * The first `most` IPv4 addresses. Port 0 is nobody's, and left out.
 *
 * @throws ProtocolError `invalid-peers`: not a multiple of 6 bytes.
 */
export function decodeCompactPeers(bytes: Uint8Array, most = Infinity): PeerAddress[] {
  return decodeEntries(bytes, 4, 'peers', most)
}

/**
 * The first `most` IPv6 addresses. Port 0 is nobody's, and left out.
 *
 * @throws ProtocolError `invalid-peers`: not a multiple of 18 bytes.
 */
export function decodeCompactPeers6(bytes: Uint8Array, most = Infinity): PeerAddress[] {
  return decodeEntries(bytes, 16, 'peers6', most)
}

function decodeEntries(bytes: Uint8Array, ipLength: number, name: string, most: number): PeerAddress[] {
  const entryLength = ipLength + PORT_LENGTH
  if (bytes.length % entryLength !== 0) {
    throw new ProtocolError('invalid-peers', `${bytes.length} bytes of ${name} are no multiple of ${entryLength}`)
  }
  const addresses: PeerAddress[] = []
  for (let at = 0; at < bytes.length && addresses.length < most; at += entryLength) {
    const port = ((bytes[at + ipLength] as number) << 8) | (bytes[at + ipLength + 1] as number)
    if (port !== 0) addresses.push({ host: ipText(bytes.subarray(at, at + ipLength)), port })
  }
  return addresses
}
