import { infoHashFromHex, type InfoHash } from '../ids.ts'
import { ProtocolError } from '../protocol-error.ts'
import { percentDecode, percentEncode } from '../tracker/percent-encoding.ts'
import { MANIFEST_LIMITS, MAX_PIECES } from './manifest.ts'

/** What is asked: `GET /manifests/music.txt?from=257&count=256&infoHash=…`. */
export interface ManifestQuery {
  readonly name: string
  /** Number of the first piece wanted, from 1. */
  readonly from: number
  /** Pieces wanted; fewer may come. */
  readonly count: number
  /** Which one of several torrents of that name; null for the only one. */
  readonly infoHash: InfoHash | null
}

const PREFIX = '/manifests/'
/** Characters of a path and query: every byte of the name escaped, and room for the rest. */
const MAX_TARGET = PREFIX.length + 3 * MANIFEST_LIMITS.nameBytes + 256
const NUMBER = /^[1-9]\d{0,6}$/

/** Path and query that ask for this. */
export function formatManifestTarget(name: string, more: Partial<Omit<ManifestQuery, 'name'>> = {}): string {
  const { from, count, infoHash } = more
  const query = [
    ...(from === undefined ? [] : [`from=${from}`]),
    ...(count === undefined ? [] : [`count=${count}`]),
    ...(infoHash === undefined || infoHash === null ? [] : [`infoHash=${infoHash}`]),
  ].join('&')
  return `${PREFIX}${percentEncode(Buffer.from(name, 'utf8'))}${query === '' ? '' : `?${query}`}`
}

/**
 * @param target path and query as they came, a character for each byte.
 * @returns null when it is no question for a manifest.
 * @throws ProtocolError `manifest-bad-request`: it is one, and can't be understood.
 */
export function parseManifestTarget(target: string): ManifestQuery | null {
  if (!target.startsWith(PREFIX)) return null
  if (target.length > MAX_TARGET) throw wrong(`more than ${MAX_TARGET} characters`)
  const mark = target.indexOf('?')
  const query = new Map<string, string>()
  if (mark >= 0) {
    for (const parameter of target.slice(mark + 1).split('&')) {
      const equals = parameter.indexOf('=')
      if (equals > 0) query.set(parameter.slice(0, equals), parameter.slice(equals + 1))
    }
  }
  const hex = query.get('infoHash')
  const infoHash = hex === undefined ? null : infoHashFromHex(hex)
  if (hex !== undefined && infoHash === null) throw wrong('infoHash is 40 hex digits')
  return {
    name: nameIn(target.slice(PREFIX.length, mark < 0 ? undefined : mark)),
    from: numberIn(query.get('from'), 'from', 1, MAX_PIECES),
    count: numberIn(query.get('count'), 'count', MANIFEST_LIMITS.pieces, MANIFEST_LIMITS.pieces),
    infoHash,
  }
}

function nameIn(escaped: string): string {
  const name = percentDecoded(escaped).toString('utf8')
  if (name !== '' && Buffer.byteLength(name) <= MANIFEST_LIMITS.nameBytes) return name
  throw wrong(`a name has 1 to ${MANIFEST_LIMITS.nameBytes} bytes`)
}

function percentDecoded(escaped: string): Buffer {
  try {
    return percentDecode(escaped)
  } catch {
    throw wrong('a % in the name has to be followed by two hex digits')
  }
}

function numberIn(text: string | undefined, what: string, otherwise: number, most: number): number {
  if (text === undefined) return otherwise
  const value = NUMBER.test(text) ? Number(text) : 0
  if (value >= 1 && value <= most) return value
  throw wrong(`${what} is a number from 1 to ${most}`)
}

const wrong = (what: string): ProtocolError =>
  new ProtocolError('manifest-bad-request', `a manifest is asked for: ${what}`)
