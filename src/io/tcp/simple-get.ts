/** A GET that came whole, in one read, and brings nothing behind its headers: what trackers are asked with. */
export interface SimpleGet {
  /** Path and query as they came, a character for each byte. */
  readonly target: string
  /** Whether the asker may ask more on this connection. */
  readonly keepAlive: boolean
}

const METHOD = 'GET '
const END = '\r\n\r\n'
/** The request line and all headers. */
const MAX_LENGTH = 8192
/** There is more to it than its headers. */
const NOT_SIMPLE = /\r\n(?:content-length|transfer-encoding|expect|upgrade)[ \t]*:/i
const CLOSE = /\r\nconnection:[ \t]*close/i

/** @returns null when it is anything else, which is left to the HTTP server: that knows all of HTTP. */
export function readSimpleGet(bytes: Buffer): SimpleGet | null {
  if (bytes.length > MAX_LENGTH) return null
  const text = bytes.toString('latin1')
  if (!text.startsWith(METHOD) || text.indexOf(END) !== text.length - END.length) return null
  const lineEnd = text.indexOf('\r\n')
  const targetEnd = text.indexOf(' ', METHOD.length)
  if (targetEnd < 0 || targetEnd > lineEnd || text[METHOD.length] !== '/') return null
  const version = text.slice(targetEnd + 1, lineEnd)
  if ((version !== 'HTTP/1.1' && version !== 'HTTP/1.0') || NOT_SIMPLE.test(text)) return null
  return { target: text.slice(METHOD.length, targetEnd), keepAlive: version === 'HTTP/1.1' && !CLOSE.test(text) }
}
