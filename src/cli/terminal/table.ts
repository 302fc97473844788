import { cellWidth, fit, shorten } from './cell-width.ts'
import { printable } from './printable.ts'

export interface Column<Row> {
  readonly title: string
  readonly text: (row: Row) => string
  readonly align?: 'right'
}

/**
 * Rows below titles, in columns as wide as needed. Texts are made printable.
 * @param width cells of a line, what is longer is cut; null does not cut, for pipes
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number | null): string[] {
  const cells = rows.map((row) => columns.map(({ text }) => printable(text(row))))
  const lines = [columns.map(({ title }) => title), ...cells]
  // Not Math.max: a call takes no more than some 100,000 arguments, and a torrent may have more pieces.
  const widths = columns.map((_, at) => lines.reduce((most, line) => Math.max(most, cellWidth(line[at] ?? '')), 0))
  return lines.map((line) => {
    const padded = line.map((text, at) => {
      const full = widths[at] ?? 0
      return columns[at]?.align === 'right' ? ' '.repeat(full - cellWidth(text)) + text : fit(text, full)
    })
    const whole = padded.join('  ').trimEnd()
    return width === null ? whole : shorten(whole, width)
  })
}
