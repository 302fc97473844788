import { infoHashFromHex } from '../ids.ts'
import type { InfoHash } from '../ids.ts'
import { ProtocolError } from '../protocol-error.ts'

/**
 * "I am in these swarms, at this port": one datagram to everybody on the LAN (BEP 14). The address is that of its sender.
 *
 * ```
 *  BT-SEARCH * HTTP/1.1␍␊
 *  Host: 239.192.152.143:6771␍␊        the group it is sent to
 *  Port: 5000␍␊
 *  Infohash: 40 hex digits␍␊           once for every swarm
 *  cookie: hex digits␍␊                by which the sender knows its own
 *  ␍␊
 *  ␍␊
 * ```
 */
export interface LsdAnnounce {
  /** TCP port that the sender listens on. */
  readonly port: number
  readonly infoHashes: readonly InfoHash[]
  /** The sender's mark; '' when there is none. */
  readonly cookie: string
}

export const LSD_PORT = 6771
export const LSD_GROUP_IPV4 = '239.192.152.143'
export const LSD_GROUP_IPV6 = 'ff15::efc0:988f'

/** No datagram of ours is longer, in bytes: it fits into one frame of any LAN. */
export const LSD_MAX_BYTES = 1400

/** What a frame of Ethernet holds, and more than any client sends. */
const MAX_DATAGRAM = 1500
const MAX_COOKIE_LENGTH = 32
const REQUEST_LINE = /^BT-SEARCH \* HTTP\/1\.\d$/i
const HEADER = /^([A-Za-z-]{1,32}):(.*)$/
const PORT = /^\d{1,5}$/

/** transmission 3 reads 200 bytes of a datagram and one info hash in it: so few swarms have a datagram each. */
const FEW = 8

/** Datagrams that hold them all, each under `LSD_MAX_BYTES`; as few as can be, when there are more than eight swarms. */
export function encodeLsdAnnounces(announce: LsdAnnounce, family: 'ipv4' | 'ipv6'): Buffer[] {
  const group = family === 'ipv4' ? LSD_GROUP_IPV4 : `[${LSD_GROUP_IPV6}]`
  const head = `BT-SEARCH * HTTP/1.1\r\nHost: ${group}:${LSD_PORT}\r\nPort: ${announce.port}\r\n`
  const tail = `${announce.cookie === '' ? '' : `cookie: ${announce.cookie}\r\n`}\r\n\r\n`
  const lines = announce.infoHashes.map((infoHash) => `Infohash: ${infoHash}\r\n`)
  const most = Math.floor((LSD_MAX_BYTES - head.length - tail.length) / (lines[0]?.length ?? 1))
  const perDatagram = lines.length <= FEW ? 1 : most
  const datagrams: Buffer[] = []
  for (let at = 0; at < lines.length; at += perDatagram) {
    datagrams.push(Buffer.from(head + lines.slice(at, at + perDatagram).join('') + tail, 'latin1'))
  }
  return datagrams
}

/**
 * Reads one datagram. Headers it does not know, and info hashes that are none, are passed over.
 *
 * @throws ProtocolError `invalid-lsd`: no announce, no port, or no info hash.
 */
export function decodeLsdAnnounce(datagram: Uint8Array): LsdAnnounce {
  if (datagram.length > MAX_DATAGRAM) throw invalid(`a datagram of ${datagram.length} bytes`)
  const text = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength).toString('latin1')
  const [requestLine = '', ...lines] = text.split(/\r?\n/)
  if (!REQUEST_LINE.test(requestLine)) throw invalid('no BT-SEARCH request')
  let port = 0
  let cookie = ''
  const infoHashes = new Set<InfoHash>()
  for (const line of lines) {
    const [, name = '', said = ''] = HEADER.exec(line) ?? []
    const value = said.trim()
    switch (name.toLowerCase()) {
      case 'port':
        port = PORT.test(value) ? Number(value) : 0
        break
      case 'cookie':
        cookie = value.slice(0, MAX_COOKIE_LENGTH)
        break
      case 'infohash': {
        const infoHash = infoHashFromHex(value)
        if (infoHash !== null) infoHashes.add(infoHash)
      }
    }
  }
  if (port < 1 || port > 65535) throw invalid('no port')
  if (infoHashes.size === 0) throw invalid('no info hash')
  return { port, cookie, infoHashes: [...infoHashes] }
}

const invalid = (what: string): ProtocolError => new ProtocolError('invalid-lsd', `local discovery: ${what}`)
