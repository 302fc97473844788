/**
 * Bencode as a stranger would write it: keys in the order given, anything written by hand put in as it is. Shares no
 * code with what it tests.
 */

/** Bytes that go in as they are. */
export class Written {
  readonly bytes: Buffer

  constructor(latin1: string) {
    this.bytes = Buffer.from(latin1, 'latin1')
  }
}

export type Raw = number | bigint | string | Uint8Array | Written | readonly Raw[] | { readonly [key: string]: Raw }

export function rawBencode(value: Raw): Buffer {
  if (value instanceof Written) return value.bytes
  if (typeof value === 'number' || typeof value === 'bigint') return Buffer.from(`i${value}e`)
  if (typeof value === 'string') return rawBencode(Buffer.from(value))
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`${value.length}:`), value])
  if (isList(value)) return Buffer.concat([Buffer.from('l'), ...value.map(rawBencode), Buffer.from('e')])
  const entries = Object.entries(value).flatMap(([key, item]) => [rawBencode(key), rawBencode(item)])
  return Buffer.concat([Buffer.from('d'), ...entries, Buffer.from('e')])
}

const isList = (value: Raw): value is readonly Raw[] => Array.isArray(value)
