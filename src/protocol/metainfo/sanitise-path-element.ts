/** Names in torrents are hostile text. Here they become names that can do no harm as one element of a path. */

/** File systems take 255 bytes; what is left is for endings of our own. */
const MAX_BYTES = 240
/** An ending longer than this is no file type worth keeping. */
const MAX_EXTENSION_BYTES = 16

const STAND_IN = '_'
/** A slash would be a step to another directory, a backslash is one elsewhere; control characters spoil terminals. */
const FORBIDDEN = /[/\\\p{Cc}\u2028\u2029]/gu
/** Zero-width and direction characters: they make a name look like another one (`txt.exe` like `exe.txt`). */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g
/** What the decoder leaves of bytes that are not UTF-8: cut off, overlong, or of another encoding. */
const NOT_UTF8 = /\ufffd+/g
/** What most names are, and nothing is wrong with. */
const PLAIN = /^[ -.0-[\]-~]{1,240}$/

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * One path element that stays where it is put: not empty, not `.` or `..`, without separators, control or invisible
 * characters, at most 240 bytes of UTF-8 (the extension is kept). What has to be replaced becomes `_`; what is safe
 * stays as it is, odd as it may look: refusing odd names would refuse real torrents.
 *
 * Idempotent: a sanitised name comes out unchanged.
 *
 * @param name text, or bytes that are taken as UTF-8.
 */
export function sanitisePathElement(name: string | Uint8Array): string {
  const element = clean(name)
  return isNothing(element) ? STAND_IN : element
}

/** As `sanitisePathElement`, but null for a name that names nothing: empty, `.`, `..`, or only invisible characters. */
export function sanitiseName(name: string | Uint8Array): string | null {
  const element = clean(name)
  return isNothing(element) ? null : element
}

const isNothing = (element: string): boolean => element === '' || element === '.' || element === '..'

function clean(name: string | Uint8Array): string {
  const text = typeof name === 'string' ? name.toWellFormed() : utf8.decode(name)
  if (PLAIN.test(text)) return text
  return shorten(text.replace(NOT_UTF8, STAND_IN).replace(INVISIBLE, '').replace(FORBIDDEN, STAND_IN))
}

function shorten(text: string): string {
  if (Buffer.byteLength(text) <= MAX_BYTES) return text
  const dot = text.lastIndexOf('.')
  const extension = dot > 0 && Buffer.byteLength(text.slice(dot)) <= MAX_EXTENSION_BYTES ? text.slice(dot) : ''
  const room = MAX_BYTES - Buffer.byteLength(extension)
  return cut(extension === '' ? text : text.slice(0, dot), room) + extension
}

/** The first `room` bytes of the text, and no half characters. */
function cut(text: string, room: number): string {
  const bytes = Buffer.from(text)
  let end = Math.min(room, bytes.length)
  while (end > 0 && (bytes[end] ?? 0) >> 6 === 0b10) end--
  return bytes.toString('utf8', 0, end)
}
