// `bencode` writes the integers and strings. Dictionaries are put together here, since it sorts keys as UTF-16 and
// writes them as UTF-8, which ruins binary keys; so are bigints, which it leaves out without a word.

import bencode from 'bencode'
import type { BencodeDict, BencodeValue } from './bencode-value.ts'

const LIST_START = Buffer.from('l')
const DICTIONARY_START = Buffer.from('d')
const CONTAINER_END = Buffer.from('e')

/**
 * The one canonical spelling of the value (BEP 3): keys in the order of their raw bytes, whatever the order in the Map.
 *
 * @throws RangeError for what bencode can't say without loss: fractions, numbers past 2^53 (use a bigint), bigints past
 * 64 bits, keys with characters past U+00FF.
 */
export function encodeBencode(value: BencodeValue): Buffer {
  const parts: Uint8Array[] = []
  write(value, parts)
  return Buffer.concat(parts)
}

function write(value: BencodeValue, parts: Uint8Array[]): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`bencode can't say ${value} exactly`)
    parts.push(bencode.encode(value))
  } else if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} does not fit 64 bits`)
    parts.push(Buffer.from(`i${value}e`))
  } else if (value instanceof Uint8Array) {
    parts.push(bencode.encode(value))
  } else if (Array.isArray(value)) {
    parts.push(LIST_START)
    for (const item of value) write(item, parts)
    parts.push(CONTAINER_END)
  } else {
    writeDictionary(value, parts)
  }
}

function writeDictionary(dictionary: BencodeDict, parts: Uint8Array[]): void {
  parts.push(DICTIONARY_START)
  // With a character for each byte, the order of the texts is the order of the bytes.
  const entries = [...dictionary].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [key, value] of entries) {
    const keyBytes = Buffer.from(key, 'latin1')
    if (keyBytes.toString('latin1') !== key) throw new RangeError(`key ${JSON.stringify(key)} is not text of raw bytes`)
    parts.push(bencode.encode(keyBytes))
    write(value, parts)
  }
  parts.push(CONTAINER_END)
}
