import type { PeerAddress } from './ids.ts'
import { ipBytes, ipText, ipv4Number } from './ip-address.ts'
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

/** Of an IP address: IPv4 or IPv6. */
export type IpFamily = 4 | 6

const ENTRY_LENGTH = { 4: 4 + PORT_LENGTH, 6: 16 + PORT_LENGTH } as const

/** What is no IP address (a name) can't be said in this form, and is left out. */
export function encodeCompactPeers(addresses: readonly PeerAddress[]): CompactPeers {
  const peers = Buffer.allocUnsafe(compactPeersLength(addresses, 4))
  const peers6 = Buffer.allocUnsafe(compactPeersLength(addresses, 6))
  writeCompactPeers(peers, 0, addresses, 4)
  writeCompactPeers(peers6, 0, addresses, 6)
  return { peers, peers6 }
}

/** Bytes that `writeCompactPeers` writes for these. */
export function compactPeersLength(addresses: readonly PeerAddress[], family: IpFamily): number {
  let entries = 0
  for (const { host } of addresses) if (ipFamily(host) === family) entries++
  return entries * ENTRY_LENGTH[family]
}

/**
 * Writes the addresses of this family from `offset` on. No buffer is made for each: a tracker's answers are made of this.
 *
 * @returns where they end.
 */
export function writeCompactPeers(
  target: Buffer,
  offset: number,
  addresses: readonly PeerAddress[],
  family: IpFamily,
): number {
  let at = offset
  for (const { host, port } of addresses) {
    const ipv4 = ipv4Number(host)
    if (ipv4 >= 0) {
      if (family === 6) continue
      at = target.writeUInt32BE(ipv4, at)
    } else {
      if (ipFamily(host) !== family) continue
      at += ipBytes(host)?.copy(target, at) ?? 0
    }
    at = target.writeUInt16BE(port, at)
  }
  return at
}

/** Bytes of one address of this family. */
export function compactPeerLength(family: IpFamily): number {
  return ENTRY_LENGTH[family]
}

/** IPv4 inside of IPv6 is IPv4. null: not an IP address. */
export function ipFamily(host: string): IpFamily | null {
  if (ipv4Number(host) >= 0) return 4
  if (!host.includes(':')) return null
  const bytes = ipBytes(host)
  return bytes === null ? null : bytes.length === 4 ? 4 : 6
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
