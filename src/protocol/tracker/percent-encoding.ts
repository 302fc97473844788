import { ProtocolError } from '../protocol-error.ts'

/**
 * Bytes in a query (RFC 3986 §2.1): `%` and two hex digits for any byte, the character itself for harmless ones. An info
 * hash is no text, so nothing here goes through UTF-8; and `+` is a plus, not a space, since no form was filled in.
 */
export function percentEncode(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    text += UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return text
}

/** @throws ProtocolError `invalid-percent-encoding`: a `%` without two hex digits, or a character that is no byte. */
export function percentDecode(text: string): Buffer {
  if (BROKEN_ESCAPE.test(text)) {
    throw new ProtocolError('invalid-percent-encoding', 'a % has to be followed by two hex digits')
  }
  if (NO_BYTE.test(text)) {
    throw new ProtocolError('invalid-percent-encoding', 'a query has to be of bytes: escape other characters')
  }
  const characters = text.replaceAll(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(characters, 'latin1')
}

const UNRESERVED = /[A-Za-z0-9\-._~]/
const ESCAPE = /%([0-9a-f]{2})/gi
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i
const NO_BYTE = /[\u0100-\uffff]/
