const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

export interface BarStyle {
  /** The terminal shows Unicode; else `#` and `-`. */
  readonly unicode: boolean
  readonly colour: boolean
}

/**
 * A bar of exactly so many cells, full only when `part` is 1.
 * @param part 0 … 1; what is outside counts as the end it is beyond
 */
export function drawBar(part: number, cells: number, { unicode }: Pick<BarStyle, 'unicode'>): string {
  const share = Math.min(1, Math.max(0, part))
  if (!unicode) {
    const full = share === 1 ? cells : Math.min(cells - 1, Math.floor(share * cells))
    return '#'.repeat(Math.max(0, full)) + '-'.repeat(cells - Math.max(0, full))
  }
  const eighths = share === 1 ? cells * 8 : Math.min(cells * 8 - 1, Math.floor(share * cells * 8))
  const full = '█'.repeat(Math.floor(eighths / 8))
  const partial = EIGHTHS[eighths % 8] ?? ''
  return full + partial + '░'.repeat(cells - full.length - partial.length)
}
