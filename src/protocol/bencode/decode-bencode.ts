// Values are built from our own scan. bencode.decode rounds integers past 2^53, mixes up keys that are not UTF-8, sets
// prototypes and loops for ever on `l-3:e`; where it is exact, test/fuzz/bencode.test.ts holds the two to the same values.

import type { BencodeTape, BencodeToken } from './bencode-tape.ts'
import type { BencodeDict, BencodeValue } from './bencode-value.ts'
import { scanBencode, type BencodeLimits } from './scan-bencode.ts'

/**
 * The value in these bytes, which must be all of them, and strictly bencoded: keys sorted. Its strings are Buffers that
 * do not share memory with `bytes`.
 *
 * @throws ProtocolError as `scanBencode` does.
 */
export function decodeBencode(bytes: Uint8Array, limits: BencodeLimits = {}): BencodeValue {
  return build(scanBencode(Buffer.from(bytes), limits))
}

/**
 * The value that the bytes start with, and the offset of the byte after it: a ut_metadata message (BEP 9) has a
 * dictionary, and right behind it a piece of metadata.
 *
 * @throws ProtocolError as `scanBencode` does.
 */
export function decodeBencodePrefix(
  bytes: Uint8Array,
  limits: BencodeLimits = {},
): { readonly value: BencodeValue; readonly end: number } {
  const tape = scanBencode(Buffer.from(bytes), { ...limits, allowTrailingBytes: true })
  return { value: build(tape), end: tape.end }
}

/** A list or dictionary on its way: `add` takes its keys and values as they come. */
interface Builder {
  readonly value: BencodeValue[] | BencodeDict
  key: string | undefined
}

/** Depth is bounded by the scan, but no depth would do harm here: the open containers are on a list. */
function build(tape: BencodeTape): BencodeValue {
  const open: Builder[] = []
  for (let token = 0; token < tape.count; token++) {
    const container = open.at(-1)
    if (
      container !== undefined &&
      container.value instanceof Map &&
      container.key === undefined &&
      !tape.isEnd(token)
    ) {
      container.key = tape.latin1(token)
      continue
    }
    const value = tape.isEnd(token) ? open.pop()?.value : begin(tape, token, open)
    if (value === undefined) continue
    const parent = open.at(-1)
    if (parent === undefined) return value
    add(parent, value)
  }
  throw new RangeError('a tape without an end')
}

/** The integer or string at this token; nothing for a list or dictionary, which it opens. */
function begin(tape: BencodeTape, token: BencodeToken, open: Builder[]): BencodeValue | undefined {
  switch (tape.kind(token)) {
    case 'integer':
      return tape.integer(token)
    case 'string':
      return tape.string(token)
    case 'list':
      open.push({ value: [], key: undefined })
      return undefined
    case 'dictionary':
      open.push({ value: new Map(), key: undefined })
      return undefined
  }
}

function add(container: Builder, value: BencodeValue): void {
  if (Array.isArray(container.value)) {
    container.value.push(value)
  } else if (container.key !== undefined) {
    container.value.set(container.key, value)
    container.key = undefined
  }
}
