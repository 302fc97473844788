/**
 * Text that another party wrote for people to read (a client's name, a tracker's complaint), fit for a log line and a
 * terminal: UTF-8, broken bytes shown as �, control and direction characters dropped, no longer than `most` characters.
 */
export function foreignText(bytes: Uint8Array, most: number): string {
  // A character has 4 bytes at most: what is beyond those can't be part of the answer, and isn't decoded.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4 * most)).toString('utf8')
  const printable = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
  return Array.from(printable).slice(0, most).join('').trim()
}
