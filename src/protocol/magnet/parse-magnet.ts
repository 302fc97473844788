import { foreignText } from '../foreign-text.ts'
import { infoHashFromBytes, infoHashFromHex, type InfoHash } from '../ids.ts'
import { canonicalIp } from '../ip-address.ts'
import { ProtocolError } from '../protocol-error.ts'
import { percentDecode } from '../tracker/percent-encoding.ts'
import { base32Bytes } from './base32.ts'
import { MAGNET_LIMITS, type MagnetLink, type MagnetPeer } from './magnet-link.ts'

/**
 * Reads a magnet link (BEP 9):
 *
 * ```
 *  magnet:?xt=urn:btih:HASH &dn=NAME &tr=TRACKER &tr=… &x.pe=HOST:PORT &x.pe=…
 *             │             │        │                └ peers: a name, an IPv4 address, an IPv6 address in brackets
 *             │             │        └ trackers, each as if it was a tier of its own
 *             │             └ only for people
 *             └ the one that has to be there: 40 hex digits, or 32 of base32 as old links have
 * ```
 *
 * Values are percent-encoded UTF-8; in a name a `+` is a space, as programs that fill in a form write it. Parameters may be
 * numbered (`tr.1`). Those that are not known (`xl`, `ws`, `so`, …) are passed over. A tracker that can't be one is kept, to be
 * shown as such: most links name some that only browsers can ask.
 *
 * @throws ProtocolError `magnet-…`; its message says which parameter, and what it should be:
 *   `magnet-too-long`, `magnet-not-a-magnet`, `magnet-missing-hash`, `magnet-invalid-hash`, `magnet-several-hashes`,
 *   `magnet-unsupported-v2`, `magnet-invalid-encoding`, `magnet-invalid-peer`, `magnet-too-many`.
 */
export function parseMagnet(text: string): MagnetLink {
  if (text.length > MAGNET_LIMITS.length) {
    throw wrong('too-long', `a magnet link has ${MAGNET_LIMITS.length} characters at most, not ${text.length}`)
  }
  const query = SCHEME.exec(text.trim())?.[1]
  if (query === undefined) throw wrong('not-a-magnet', 'a magnet link begins with magnet:?xt=urn:btih:')
  const found: Found = { hashes: new Set(), hasV2: false, name: '', trackers: new Set(), peers: new Map() }
  const parameters = query.split('&')
  if (parameters.length > MAGNET_LIMITS.parameters) {
    throw wrong(
      'too-many',
      `a magnet link has ${MAGNET_LIMITS.parameters} parameters at most, not ${parameters.length}`,
    )
  }
  for (const parameter of parameters) readParameter(parameter, found)
  return { infoHash: theHash(found), name: found.name, trackers: [...found.trackers], peers: [...found.peers.values()] }
}

interface Found {
  readonly hashes: Set<InfoHash>
  /** It names a torrent of BitTorrent v2 (BEP 52). */
  hasV2: boolean
  name: string
  readonly trackers: Set<string>
  readonly peers: Map<string, MagnetPeer>
}

const SCHEME = /^magnet:\?(.*)$/is
const NUMBER = /\.\d{1,4}$/
const BTIH = /^urn:btih:(.*)$/is
const BTMH = /^urn:btmh:/i
const HOST_AND_PORT = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]{1,253})):(\d{1,5})$/i
const CONTROL = /\p{Cc}/u
/** Digits and dots that are no IPv4 address are none in disguise either. */
const NUMBERS = /^[0-9.]+$/

function readParameter(parameter: string, found: Found): void {
  const equals = parameter.indexOf('=')
  if (equals < 0) return
  const name = parameter.slice(0, equals).toLowerCase().replace(NUMBER, '')
  const value = parameter.slice(equals + 1)
  switch (name) {
    case 'xt':
      return readTopic(decoded(name, value).toString('utf8').trim(), found)
    case 'dn':
      if (found.name === '') found.name = readName(value)
      return
    case 'tr':
      return readTracker(decoded(name, value), found)
    case 'x.pe':
      return readPeer(decoded(name, value).toString('utf8').trim(), found)
  }
}

/** Topics of other networks may stand beside ours. */
function readTopic(topic: string, found: Found): void {
  if (BTMH.test(topic)) found.hasV2 = true
  const digits = BTIH.exec(topic)?.[1]
  if (digits === undefined) return
  const bytes = digits.length === 32 ? base32Bytes(digits) : null
  const hash = bytes === null ? infoHashFromHex(digits) : infoHashFromBytes(bytes)
  if (hash === null) {
    throw wrong('invalid-hash', 'xt: behind urn:btih: stand 40 hex digits, or 32 of base32 (a to z, 2 to 7)')
  }
  found.hashes.add(hash)
}

function theHash({ hashes, hasV2 }: Found): InfoHash {
  const [hash, another] = hashes
  if (another !== undefined) throw wrong('several-hashes', 'xt: it names several torrents; give a link for each')
  if (hash !== undefined) return hash
  if (hasV2) {
    throw wrong(
      'unsupported-v2',
      'xt: it names a torrent of BitTorrent v2 only (urn:btmh:); one with urn:btih: is needed',
    )
  }
  throw wrong('missing-hash', 'xt: it names no torrent; xt=urn:btih: and 40 hex digits are needed')
}

const readName = (value: string): string =>
  foreignText(decoded('dn', value.replaceAll('+', ' ')), MAGNET_LIMITS.nameLength)

function readTracker(bytes: Buffer, { trackers }: Found): void {
  const url = bytes.toString('utf8').trim()
  if (url === '') return
  if (bytes.length > MAGNET_LIMITS.trackerLength || CONTROL.test(url)) {
    throw wrong(
      'invalid-tracker',
      `tr: a tracker has ${MAGNET_LIMITS.trackerLength} bytes at most, and no control characters`,
    )
  }
  trackers.add(url)
  if (trackers.size > MAGNET_LIMITS.trackers) throw wrong('too-many', `tr: ${MAGNET_LIMITS.trackers} trackers at most`)
}

function readPeer(text: string, { peers }: Found): void {
  const [, v6, name = '', digits] = HOST_AND_PORT.exec(text) ?? []
  const host = canonicalIp(v6 ?? name) ?? (v6 === undefined && !NUMBERS.test(name) ? name.toLowerCase() : '')
  const port = Number(digits)
  if (host === '' || !(port >= 1 && port <= 65535)) {
    throw wrong(
      'invalid-peer',
      'x.pe: a peer is 10.0.0.1:5000, [fd00::1]:5000 or name:5000, with a port from 1 to 65535',
    )
  }
  peers.set(`${host} ${port}`, { host, port })
  if (peers.size > MAGNET_LIMITS.peers) throw wrong('too-many', `x.pe: ${MAGNET_LIMITS.peers} peers at most`)
}

function decoded(name: string, value: string): Buffer {
  try {
    // What was pasted may hold letters that nobody escaped.
    return percentDecode(Buffer.from(value, 'utf8').toString('latin1'))
  } catch {
    throw wrong('invalid-encoding', `${name}: a % has to be followed by two hex digits`)
  }
}

const wrong = (code: string, message: string): ProtocolError => new ProtocolError(`magnet-${code}`, message)
