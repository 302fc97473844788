/** Quantities as people write them: `10mbit`, `64mib`, `20ms`, `10%`. */
const BITS: Record<string, number> = { kbit: 1e3, mbit: 1e6, gbit: 1e9 }
const BYTES: Record<string, number> = { b: 1, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 }
const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000 }

/** Bytes per second. @throws Error that says what is understood */
export const parseRate = (text: string): number => positive(text, BITS) / 8

/** `10mbit`, or `2mbit..50mbit`: from the first peer to the last. Bytes per second. */
export function parseRates(text: string): { from: number; to: number } {
  const [from = '', to = from] = text.split('..')
  return { from: parseRate(from), to: parseRate(to) }
}

/** Bytes, whole. */
export const parseSize = (text: string): number => Math.round(positive(text, BYTES))

/** ms; may be nothing. */
export const parseDuration = (text: string): number => amount(text, MILLISECONDS)

/** `10%` is 0.1. */
export function parseShare(text: string): number {
  const share = amount(text, { '%': 0.01 })
  if (share > 1) throw new Error(`more than all: ${text}`)
  return share
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) throw new Error(`not a whole number: ${text}`)
  return count
}

function positive(text: string, units: Record<string, number>): number {
  const value = amount(text, units)
  if (value <= 0) throw new Error(`must be more than nothing: ${text}`)
  return value
}

function amount(text: string, units: Record<string, number>): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z%]+)$/i.exec(text.trim()) ?? []
  const factor = units[unit.toLowerCase()]
  if (factor === undefined)
    throw new Error(`not understood: ${text} (a number and one of ${Object.keys(units).join(', ')})`)
  return Number(number) * factor
}
