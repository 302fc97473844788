import { infoHashBytes, infoHashFromBytes, peerIdBytes, peerIdFromBytes } from '../ids.ts'
import type { InfoHash, PeerId } from '../ids.ts'
import { canonicalIp } from '../ip-address.ts'
import { ProtocolError } from '../protocol-error.ts'
import { percentDecode, percentEncode } from './percent-encoding.ts'

/**
 * What a peer tells a tracker, and so asks for others (BEP 3 §trackers):
 *
 * ```
 *  GET /announce?info_hash=%AB%CD…&peer_id=-SW0100-…&port=5000&uploaded=0&downloaded=0&left=1024&event=started&compact=1
 * ```
 */
export interface AnnounceRequest {
  readonly infoHash: InfoHash
  readonly peerId: PeerId
  /** TCP port the peer listens on, 1 … 65535. Its host is where the request came from. */
  readonly port: number
  /** Bytes since `started`. */
  readonly uploaded: number
  /** Bytes since `started`. */
  readonly downloaded: number
  /** Bytes the peer still needs: 0 is a seeder. */
  readonly left: number
  /** None: one of the announces in between. */
  readonly event?: AnnounceEvent
  /** How many peers are wanted, {@link ANY_NUMBER} for what the tracker likes to give. */
  readonly numWant: number
  /** Addresses as 6 or 18 bytes, not as dictionaries (BEP 23). */
  readonly compact: boolean
  /** Peer ids may be left out of the dictionaries. */
  readonly noPeerId: boolean
  /** Secret of the peer's own: it proves to the tracker who it is when its address changes. */
  readonly key?: string
  /** Address the peer says it has. Anybody can say anything: for trackers that know when to believe it. */
  readonly ip?: string
}

export type AnnounceEvent = 'started' | 'completed' | 'stopped'

export const ANY_NUMBER = -1

/** Characters of a query that are looked at. */
export const MAX_QUERY_LENGTH = 8 * 1024

const MAX_KEY_LENGTH = 64
const NON_NEGATIVE = /^\d{1,20}$/
const INTEGER = /^-?\d{1,20}$/

/**
 * Reads what stands behind the `?`, as it came: escapes not resolved, a character for each byte. Of a parameter given
 * twice the first counts; unknown ones are not looked at.
 *
 * @throws ProtocolError `invalid-announce`, `invalid-percent-encoding`: the message is fit to be the failure reason.
 */
export function parseAnnounceQuery(rawQuery: string): AnnounceRequest {
  if (rawQuery.length > MAX_QUERY_LENGTH) throw invalid(`the query is longer than ${MAX_QUERY_LENGTH} bytes`)
  const query = new Query(rawQuery)
  const event = readEvent(query)
  const key = query.text('key')
  const ip = canonicalIp(query.text('ip') ?? '')
  return {
    infoHash: infoHashFromBytes(query.twentyBytes('info_hash')),
    peerId: peerIdFromBytes(query.twentyBytes('peer_id')),
    port: readPort(query),
    uploaded: query.count('uploaded') ?? 0,
    downloaded: query.count('downloaded') ?? 0,
    left: query.count('left') ?? missing('left'),
    numWant: readNumWant(query),
    compact: query.text('compact') !== '0',
    noPeerId: query.text('no_peer_id') === '1',
    ...(event !== undefined && { event }),
    ...(key !== undefined && key.length <= MAX_KEY_LENGTH && { key }),
    ...(ip !== null && { ip }),
  }
}

/** The URL to GET: a tracker's announce URL, which may have a query of its own, and this request. */
export function buildAnnounceUrl(trackerUrl: string, request: AnnounceRequest): string {
  const parameters = [
    `info_hash=${percentEncode(infoHashBytes(request.infoHash))}`,
    `peer_id=${percentEncode(peerIdBytes(request.peerId))}`,
    `port=${request.port}`,
    `uploaded=${request.uploaded}`,
    `downloaded=${request.downloaded}`,
    `left=${request.left}`,
    `compact=${request.compact ? 1 : 0}`,
  ]
  if (request.noPeerId) parameters.push('no_peer_id=1')
  if (request.numWant >= 0) parameters.push(`numwant=${request.numWant}`)
  if (request.event !== undefined) parameters.push(`event=${request.event}`)
  if (request.key !== undefined) parameters.push(`key=${percentEncode(Buffer.from(request.key, 'latin1'))}`)
  if (request.ip !== undefined) parameters.push(`ip=${percentEncode(Buffer.from(request.ip, 'latin1'))}`)
  return `${trackerUrl}${trackerUrl.includes('?') ? '&' : '?'}${parameters.join('&')}`
}

/** Parameters by name, not yet unescaped. */
class Query {
  readonly #parameters = new Map<string, string>()

  constructor(rawQuery: string) {
    for (const parameter of rawQuery.split('&')) {
      const equals = parameter.indexOf('=')
      const name = equals < 0 ? parameter : parameter.slice(0, equals)
      if (!this.#parameters.has(name)) this.#parameters.set(name, equals < 0 ? '' : parameter.slice(equals + 1))
    }
  }

  bytes(name: string): Buffer | undefined {
    const value = this.#parameters.get(name)
    return value === undefined ? undefined : percentDecode(value)
  }

  /** The value with a character for each byte. */
  text(name: string): string | undefined {
    return this.bytes(name)?.toString('latin1')
  }

  twentyBytes(name: string): Buffer {
    const bytes = this.bytes(name) ?? missing(name)
    if (bytes.length !== 20) throw invalid(`${name} has ${bytes.length} bytes, not 20`)
    return bytes
  }

  /** Clients that know no better say 2^63-1: what is past the exact numbers is taken for the greatest of them. */
  count(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (!NON_NEGATIVE.test(text)) throw invalid(`${name} is not a number of bytes`)
    return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
  }
}

function readPort(query: Query): number {
  const text = query.text('port') ?? missing('port')
  const port = NON_NEGATIVE.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw invalid('port is not a number from 1 to 65535')
  return port
}

function readNumWant(query: Query): number {
  const text = query.text('numwant') ?? ''
  if (text === '') return ANY_NUMBER
  if (!INTEGER.test(text)) throw invalid('numwant is not a number')
  return Math.max(ANY_NUMBER, Math.min(Number(text), Number.MAX_SAFE_INTEGER))
}

function readEvent(query: Query): AnnounceEvent | undefined {
  const event = query.text('event') ?? ''
  switch (event) {
    case 'started':
    case 'completed':
    case 'stopped':
      return event
    // BEP 3: empty is as none. BEP 21: partial seeds say `paused` each time.
    case '':
    case 'empty':
    case 'paused':
      return undefined
    default:
      throw invalid('event is none of started, completed, stopped')
  }
}

function missing(name: string): never {
  throw invalid(`${name} is missing`)
}

function invalid(message: string): ProtocolError {
  return new ProtocolError('invalid-announce', message)
}
