import type { BencodeValue } from './bencode/index.ts'

/** A bencoded integer of another party if it is one and in this range; undefined for anything else. */
export function integerBetween(value: BencodeValue | undefined, least: number, most: number): number | undefined {
  return typeof value === 'number' && value >= least && value <= most ? value : undefined
}
