/** Numbers and colours as Grafana writes them. */
const NAMED: Readonly<Record<string, string>> = {
  text: '#ccccdc',
  green: '#73bf69',
  blue: '#5794f2',
  purple: '#b877d9',
  orange: '#ff9830',
  red: '#f2495c',
  transparent: 'transparent',
}
/** Grafana's classic palette. */
const PALETTE = [
  '#7eb26d',
  '#eab839',
  '#6ed0e0',
  '#ef843c',
  '#e24d42',
  '#1f78c1',
  '#ba43a9',
  '#705da0',
  '#508642',
  '#cca300',
]

export const colorNamed = (name: string): string => NAMED[name] ?? name
export const colorOf = (series: number): string => PALETTE[series % PALETTE.length] ?? '#fff'

/** @param unit of Grafana; one that is not known here is an error, lest a picture show what Grafana would not */
export function formatValue(value: number, unit: string): string {
  switch (unit) {
    case 'short':
      return scaled(value, 1000, ['', ' K', ' Mil', ' Bil'])
    case 'bytes':
      return scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB'])
    case 'Bps':
      return scaled(value, 1000, [' B/s', ' kB/s', ' MB/s', ' GB/s'])
    case 'reqps':
      return scaled(value, 1000, [' req/s', 'K req/s', 'M req/s'])
    case 'percentunit':
      return `${rounded(100 * value)}%`
    case 's':
      return duration(value)
    default:
      throw new RangeError(`no way to write ${unit}`)
  }
}

function duration(seconds: number): string {
  const size = Math.abs(seconds)
  if (size === 0) return '0 s'
  if (size < 1e-3) return `${rounded(seconds * 1e6)} µs`
  if (size < 1) return `${rounded(seconds * 1e3)} ms`
  if (size < 60) return `${rounded(seconds)} s`
  return size < 3600 ? `${rounded(seconds / 60)} mins` : `${rounded(seconds / 3600)} hours`
}

function scaled(value: number, base: number, endings: readonly string[]): string {
  let at = 0
  let rest = value
  while (Math.abs(rest) >= base && at < endings.length - 1) {
    rest /= base
    at++
  }
  return `${rounded(rest)}${endings[at]}`
}

/** Three digits that count. */
const rounded = (value: number): string => `${Number(value.toPrecision(3))}`

/** A round number from `least` on, one of 1, 2, 2.5, 5, 10 times a power. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= least * 0.999) ?? 10) * power
}
