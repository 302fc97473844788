import { infoHashBytes, peerIdBytes } from '../ids.ts'
import type { InfoHash, PeerId } from '../ids.ts'
import { canonicalIp } from '../ip-address.ts'
import { ProtocolError } from '../protocol-error.ts'
import { percentEncode } from './percent-encoding.ts'
import { missing, QueryWalk } from './query-walk.ts'

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
  // One walk over the text, and nothing made that is not kept: trackers do little else than this.
  const walk = new QueryWalk(rawQuery)
  let infoHash: string | undefined
  let peerId: string | undefined
  let port: number | undefined
  let left: number | undefined
  let uploaded: number | undefined
  let downloaded: number | undefined
  let numWant: number | undefined
  let compact: boolean | undefined
  let noPeerId: boolean | undefined
  let event: string | undefined
  let key: string | undefined
  let ip: string | undefined
  while (walk.next()) {
    switch (walk.name) {
      case 'info_hash':
        infoHash ??= walk.twentyBytes()
        break
      case 'peer_id':
        peerId ??= walk.twentyBytes()
        break
      case 'port':
        port ??= readPort(walk)
        break
      case 'left':
        left ??= readCount(walk)
        break
      case 'uploaded':
        uploaded ??= readCount(walk)
        break
      case 'downloaded':
        downloaded ??= readCount(walk)
        break
      case 'numwant':
        numWant ??= readNumWant(walk)
        break
      case 'compact':
        compact ??= walk.text() !== '0'
        break
      case 'no_peer_id':
        noPeerId ??= walk.text() === '1'
        break
      case 'event':
        event ??= walk.text()
        break
      case 'key':
        key ??= walk.text()
        break
      case 'ip':
        ip ??= walk.text()
        break
      default:
    }
  }
  const knownEvent = readEvent(event ?? '')
  const knownIp = ip === undefined ? null : canonicalIp(ip)
  return {
    infoHash: (infoHash ?? missing('info_hash')) as InfoHash,
    peerId: (peerId ?? missing('peer_id')) as PeerId,
    port: port ?? missing('port'),
    uploaded: uploaded ?? 0,
    downloaded: downloaded ?? 0,
    left: left ?? missing('left'),
    numWant: numWant ?? ANY_NUMBER,
    compact: compact ?? true,
    noPeerId: noPeerId ?? false,
    ...(knownEvent !== undefined && { event: knownEvent }),
    ...(key !== undefined && key.length <= MAX_KEY_LENGTH && { key }),
    ...(knownIp !== null && { ip: knownIp }),
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

/** Clients that know no better say 2^63-1: what is past the exact numbers is taken for the greatest of them. */
function readCount(walk: QueryWalk): number {
  const text = walk.text()
  if (!NON_NEGATIVE.test(text)) throw invalid(`${walk.name} is not a number of bytes`)
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

function readPort(walk: QueryWalk): number {
  const text = walk.text()
  const port = NON_NEGATIVE.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw invalid('port is not a number from 1 to 65535')
  return port
}

function readNumWant(walk: QueryWalk): number {
  const text = walk.text()
  if (text === '') return ANY_NUMBER
  if (!INTEGER.test(text)) throw invalid('numwant is not a number')
  return Math.max(ANY_NUMBER, Math.min(Number(text), Number.MAX_SAFE_INTEGER))
}

function readEvent(event: string): AnnounceEvent | undefined {
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

function invalid(message: string): ProtocolError {
  return new ProtocolError('invalid-announce', message)
}
