import { ProtocolError } from '../protocol-error.ts'

/** Where to announce, as a torrent, a magnet link or a person says it, after all ways to say it are made one. */
export interface AnnounceUrl {
  /** `http` also for https: the same requests, over TLS. */
  readonly kind: 'http' | 'udp'
  /** The canonical text: two trackers are one when these are equal. */
  readonly url: string
  /** Name or IP address, an IPv6 address without brackets. */
  readonly host: string
  readonly port: number
  /** With its slash; empty when there is none. Without the query. */
  readonly path: string
}

/** Of a tracker that is given as a bare host, which is how the first seeder of a LAN is named. */
export const DEFAULT_TRACKER_PORT = 5000

const BARE_PATH = '/announce'
const MAX_LENGTH = 2048
const PRINTABLE = /^[\x21-\x7e]+$/
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i

/** `URL` would look for the host behind any number of slashes, and reads a backslash as one. */
const ODD_SLASHES = /^\/|\\/
const BARE_HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i
const EXPLICIT_PORT = /^[^/?#]*:(\d{1,5})(?:[/?#]|$)/

/** What we say ourselves. A URL that has these already would make us say something else to somebody else. */
const OWN_PARAMETERS = ['info_hash', 'event']

/**
 * ```
 *  http://10.0.0.1/announce?k=v   as it is, port 80         10.0.0.1        http://10.0.0.1:5000/announce
 *  https://a.example/announce     as it is, port 443        10.0.0.1:7000   http://10.0.0.1:7000/announce
 *  udp://10.0.0.1:6969/announce   as it is, has to say its port (BEP 15)
 * ```
 *
 * A host that is an IPv4 address in disguise (`127.1`, `0x7f000001`) comes out in dots. Which addresses may be connected to
 * is not decided here but where the name has become an address.
 *
 * @throws ProtocolError `invalid-announce-url`: another scheme, no host, a name that isn't ASCII, a login, or a query that
 *   forges an announce.
 */
export function normaliseAnnounceUrl(text: string): AnnounceUrl {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LENGTH || !PRINTABLE.test(trimmed)) throw invalid('too long, or not plain ASCII')
  const [, scheme, rest = ''] = SCHEME.exec(trimmed) ?? []
  if (ODD_SLASHES.test(rest)) throw invalid('slashes where the host should be')
  switch (scheme?.toLowerCase()) {
    case 'http':
    case 'https':
      return httpUrl(parse(trimmed))
    case 'udp':
      return udpUrl(rest)
    case undefined:
      return bareHost(trimmed)
    default:
      throw invalid('not http, https or udp')
  }
}

/**
 * The URL as it may be shown and logged: values of its query, and parts of its path so long that they are passkeys, are
 * `***`. Takes any text that stood for a URL.
 */
export function maskAnnounceUrl(url: string): string {
  const [, origin = '', path = '', query = ''] = PARTS.exec(url.slice(0, MAX_LENGTH)) ?? []
  const shownPath = path.split('/').map((part) => (part.length < PASSKEY_LENGTH ? part : MASK))
  const parameters = query.slice(1).split('&')
  const shownQuery = parameters.map((parameter) => {
    const equals = parameter.indexOf('=')
    return equals < 0 ? MASK : `${parameter.slice(0, equals)}=${MASK}`
  })
  const shown = `${origin.replace(LOGIN, MASK)}${shownPath.join('/')}${query === '' ? '' : `?${shownQuery.join('&')}`}`
  return shown.replaceAll(/[^\x21-\x7e]/g, '\ufffd')
}

const MASK = '***'
/** The shortest part of a path that may be one; file names are shorter. */
const PASSKEY_LENGTH = 16
const PARTS = /^((?:[a-z][a-z0-9+.-]*:\/\/)?[^/?]*)([^?]*)(.*)$/is
/** None may be in an announce URL, but what is refused for it is shown as well. */
const LOGIN = /(?<=\/\/).*(?=@)/

function httpUrl(url: URL): AnnounceUrl {
  const standard = url.protocol === 'https:' ? 443 : 80
  return {
    kind: 'http',
    url: url.href,
    host: plainHost(url),
    port: port(url.port === '' ? standard : Number(url.port)),
    path: url.pathname,
  }
}

function bareHost(text: string): AnnounceUrl {
  const [, host, explicitPort = DEFAULT_TRACKER_PORT] = BARE_HOST.exec(text) ?? []
  if (host === undefined) throw invalid('not a URL, and not a host')
  return httpUrl(parse(`http://${host}:${explicitPort}${BARE_PATH}`))
}

/** The rules for hosts are those of http, which `URL` knows for schemes of the web only. */
function udpUrl(rest: string): AnnounceUrl {
  const explicitPort = EXPLICIT_PORT.exec(rest)?.[1]
  if (explicitPort === undefined) throw invalid('a udp tracker has to say its port')
  const url = parse(`http://${rest}`)
  const udpPort = port(Number(explicitPort))
  const path = url.pathname === '/' ? '' : url.pathname
  return {
    kind: 'udp',
    url: `udp://${url.hostname}:${udpPort}${path}${url.search}`,
    host: plainHost(url),
    port: udpPort,
    path,
  }
}

function parse(text: string): URL {
  const url = URL.parse(text)
  if (url === null || url.hostname === '') throw invalid('no host that could be asked')
  if (url.username !== '' || url.password !== '') throw invalid('a login in it')
  if (OWN_PARAMETERS.some((name) => url.searchParams.has(name))) throw invalid('a query that forges an announce')
  url.hash = ''
  return url
}

function plainHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

function port(port: number): number {
  if (port < 1 || port > 65535) throw invalid('a port that is none')
  return port
}

/** The URL itself is not in the message: it is hostile text, and may have a passkey in it. */
function invalid(what: string): ProtocolError {
  return new ProtocolError('invalid-announce-url', `announce URL: ${what}`)
}
