import { InvalidArgumentError } from 'commander'
import { formatRate } from './terminal/quantities.ts'

const LEAST = 1024
const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
}

/** Not null: Commander takes that for an option without a value. */
export type RateWord = number | 'none'

/**
 * A limit as people write it: `10M`, `10MB/s`, `1.5MiB`, `500k`, or bytes; `none` for no limit.
 * @returns bytes per second
 * @throws InvalidArgumentError
 */
export function rateOf(text: string): RateWord {
  if (text.toLowerCase() === 'none') return 'none'
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([kmg]i?)?b?(?:\/s)?$/i.exec(text) ?? []
  const rate = number === '' ? Number.NaN : Math.round(Number(number) * (FACTORS[unit.toLowerCase()] ?? Number.NaN))
  if (!Number.isSafeInteger(rate)) throw new InvalidArgumentError('write it as 10MB, 500k, 1.5MiB, or none.')
  if (rate < LEAST) throw new InvalidArgumentError(`it has to be ${LEAST} bytes per second at least, or none.`)
  return rate
}

/** The limits that were given, as the API takes them. */
export function limitChanges(words: { readonly down?: RateWord | undefined; readonly up?: RateWord | undefined }): {
  downloadLimit?: number | null
  uploadLimit?: number | null
} {
  const limit = (word: RateWord): number | null => (word === 'none' ? null : word)
  return {
    ...(words.down === undefined ? {} : { downloadLimit: limit(words.down) }),
    ...(words.up === undefined ? {} : { uploadLimit: limit(words.up) }),
  }
}

/** A limit in words. */
export const limitText = (limit: number | null): string =>
  limit === null ? 'no limit' : `at most ${formatRate(limit)}`
