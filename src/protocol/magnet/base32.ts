const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** The bytes of base32 text (RFC 4648 §6), in either case, without padding; null when a character or a bit is wrong. */
export function base32Bytes(text: string): Buffer | null {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const character of text.toLowerCase()) {
    const digit = ALPHABET.indexOf(character)
    if (digit < 0) return null
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 0xff)
  }
  const spare = value & ((1 << bits) - 1)
  return bits >= 5 || spare !== 0 ? null : Buffer.from(bytes)
}
