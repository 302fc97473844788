const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** `999 B`, `1.05 MB`, `41.3 GB`: three digits that count. */
export function bytesText(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

/** Of a torrent whose metadata is not here nobody knows it. */
export const sizeText = (bytes: number): string => (bytes === 0 ? 'size not known yet' : `of ${bytesText(bytes)}`)

export const rateText = (bytesPerSecond: number): string => `${bytesText(bytesPerSecond)}/s`

/** `45 s`, `3 min 20 s`, `2 h 5 min`: the further away, the coarser, so that it does not flicker. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 600) return two(Math.floor(whole / 60), 'min', Math.floor((whole % 60) / 5) * 5, 's')
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return `${minutes} min`
  if (minutes < 24 * 60) return two(Math.floor(minutes / 60), 'h', Math.floor((minutes % 60) / 5) * 5, 'min')
  const hours = Math.round(minutes / 60)
  return hours < 100 * 24 ? two(Math.floor(hours / 24), 'd', hours % 24, 'h') : 'more than 100 d'
}

const two = (many: number, large: string, few: number, small: string): string =>
  few === 0 ? `${many} ${large}` : `${many} ${large} ${few} ${small}`

/** 100 % only when it is all, 0 % only when it is nothing. */
export function percentText(part: number): string {
  if (part >= 1) return '100 %'
  if (part <= 0) return '0 %'
  return `${Math.min(99.9, Math.max(0.1, (Math.floor(part * 1000) / 1000) * 100)).toFixed(1)} %`
}

export const counted = (count: number, what: string): string => (count === 1 ? `1 ${what}` : `${count} ${what}s`)
