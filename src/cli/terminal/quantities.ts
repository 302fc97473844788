const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Three digits that count and a unit of thousands: `0 B`, `999 B`, `1.05 MB`, `41.3 GB`. 7 characters at most. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  // 999.5 would be rounded to 1000.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${threeDigits(value, unit)} ${UNITS[unit]}`
}

function threeDigits(value: number, unit: number): string {
  if (unit === 0 || value >= 99.95) return value.toFixed(0)
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2)
}

/** `104 MB/s`. 9 characters at most. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`; 9 characters at most. The further away, the coarser: it should not flicker. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 600) return join(Math.floor(whole / 60), 'min', Math.floor((whole % 60) / 5) * 5, 's')
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return `${minutes} min`
  if (minutes < 24 * 60) return join(Math.floor(minutes / 60), 'h', Math.floor((minutes % 60) / 5) * 5, 'm')
  const hours = Math.round(minutes / 60)
  if (hours < 100 * 24) return join(Math.floor(hours / 24), 'd', hours % 24, 'h')
  return '> 100 d'
}

const join = (many: number, large: string, few: number, small: string): string =>
  few === 0 ? `${many} ${large}` : `${many} ${large} ${few} ${small}`

/** `62 %`; 100 % only when it is all, and 0 % only when it is nothing. */
export function formatPercent(part: number): string {
  if (part >= 1) return '100 %'
  if (part <= 0) return '0 %'
  return `${Math.min(99, Math.max(1, Math.floor(part * 100)))} %`
}
