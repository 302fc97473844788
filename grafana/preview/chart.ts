/** Panels over time, as SVG. */
import type { PanelJson, SeriesData, StateJson } from './panel-json.ts'
import { colorNamed, colorOf, formatValue, roundStep } from './values.ts'

export interface Box {
  readonly width: number
  readonly height: number
}

/** Seconds. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

const LEFT = 62
const BOTTOM = 18
const GAP_SECONDS = 5

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

export function lineChart(panel: PanelJson, all: readonly SeriesData[], span: TimeSpan, box: Box): string {
  const { unit = 'short', custom } = panel.fieldConfig?.defaults ?? {}
  const isStacked = custom?.stacking?.mode === 'normal'
  const drawn = isStacked ? stackedUp(all) : all
  const values = drawn.flatMap(({ points }) => points.map(([, value]) => value))
  const most = Math.max(...values.filter(Number.isFinite), 0)
  // Binary sizes are told in powers of two.
  const step = unit === 'bytes' && most > 0 ? 2 ** Math.ceil(Math.log2(most / 4)) : roundStep(Math.max(most, 1e-9) / 4)
  const top = most === 0 ? 1 : Math.ceil(most / step) * step
  const x = (time: number): number => LEFT + ((time - span.from) / (span.to - span.from)) * (box.width - LEFT)
  const y = (value: number): number => (box.height - BOTTOM - 4) * (1 - value / top) + 4
  const ticks = most === 0 ? [0, 1] : Array.from({ length: Math.round(top / step) + 1 }, (_, at) => at * step)
  const grid = ticks.map((value) => {
    const at = y(value).toFixed(1)
    return `<line x1="${LEFT}" x2="${box.width}" y1="${at}" y2="${at}" class="grid"/><text x="${LEFT - 6}" y="${at}" dy="4" text-anchor="end">${formatValue(value, unit)}</text>`
  })
  const shapes = drawn.map(({ points }, number) => {
    const color = colorOf(number)
    const below = isStacked ? (drawn[number - 1]?.points ?? []) : []
    const floor = new Map(below)
    return unbroken(points).map((part) => {
      const line = part.map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`)
      const back = part.toReversed().map(([time]) => `${x(time).toFixed(1)},${y(floor.get(time) ?? 0).toFixed(1)}`)
      const opacity = (custom?.fillOpacity ?? 0) / 100
      return `<polygon points="${[...line, ...back].join(' ')}" fill="${color}" fill-opacity="${opacity}"/><polyline points="${line.join(' ')}" stroke="${color}" fill="none"/>`
    })
  })
  // What was drawn last lies on top.
  return svg(box, [...grid, ...shapes.flat(), timeAxis(span, box, x)])
}

/** Lanes, one a series; equal states that follow each other are one bar. */
export function stateLanes(panel: PanelJson, all: readonly SeriesData[], span: TimeSpan, box: Box): string {
  const words: Readonly<Record<string, StateJson>> = panel.fieldConfig?.defaults.mappings?.[0]?.options ?? {}
  const left = Math.min(box.width / 3, 10 + 6.5 * Math.max(...all.map(({ name }) => name.length), 0))
  const lane = (box.height - BOTTOM) / Math.max(1, all.length)
  const x = (time: number): number => left + ((time - span.from) / (span.to - span.from)) * (box.width - left)
  const lanes = all.flatMap(({ name, points }, number) => {
    const top = number * lane
    const bars = runs(points).map(({ from, to, value }) => {
      const word = words[`${value}`]
      if (!word) throw new RangeError(`${panel.title}: there is no word for ${value}`)
      const [begin, width] = [x(from), Math.max(1, x(Math.min(span.to, to)) - x(from))]
      const text = width > 7 * word.text.length && lane > 12 && word.color !== 'transparent' ? word.text : ''
      return `<rect x="${begin.toFixed(1)}" y="${(top + lane * 0.1).toFixed(1)}" width="${width.toFixed(1)}" height="${(lane * 0.8).toFixed(1)}" fill="${colorNamed(word.color)}" fill-opacity="0.7"/><text x="${(begin + 4).toFixed(1)}" y="${(top + lane / 2).toFixed(1)}" dy="4" class="word">${text}</text>`
    })
    return [
      `<text x="${left - 6}" y="${(top + lane / 2).toFixed(1)}" dy="4" text-anchor="end">${escaped(name)}</text>`,
      ...bars,
    ]
  })
  return svg(box, [...lanes, timeAxis(span, box, x)])
}

/** The line behind the number of a `stat`. */
export function sparkline(points: SeriesData['points'], color: string, box: Box): string {
  const values = points.map(([, value]) => value)
  const [least, most] = [Math.min(...values, 0), Math.max(...values, 1e-9)]
  const [from, to] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 1]
  const line = points.map(
    ([time, value]) =>
      `${(((time - from) / Math.max(1, to - from)) * box.width).toFixed(1)},${(box.height * (1 - (0.9 * (value - least)) / (most - least))).toFixed(1)}`,
  )
  return svg(box, [
    `<polygon points="0,${box.height} ${line.join(' ')} ${box.width},${box.height}" fill="${color}" fill-opacity="0.15"/><polyline points="${line.join(' ')}" stroke="${color}" fill="none"/>`,
  ])
}

const svg = ({ width, height }: Box, parts: readonly string[]): string =>
  `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join('')}</svg>`

function timeAxis(span: TimeSpan, { width, height }: Box, x: (time: number) => number): string {
  const step = roundStep((span.to - span.from) / Math.max(2, width / 75))
  const first = Math.ceil(span.from / step) * step
  const times = Array.from({ length: Math.floor((span.to - first) / step) + 1 }, (_, at) => first + at * step)
  return times
    .filter((time) => x(time) < width - 24)
    .map((time) => {
      const text = new Date(time * 1000).toISOString().slice(11, 19)
      return `<text x="${x(time).toFixed(1)}" y="${height - 3}" text-anchor="middle">${text}</text>`
    })
    .join('')
}

/** Each on top of those before it, at the times of all. */
function stackedUp(all: readonly SeriesData[]): SeriesData[] {
  const times = [...new Set(all.flatMap(({ points }) => points.map(([time]) => time)))].sort((a, b) => a - b)
  const sums = new Map(times.map((time) => [time, 0]))
  return all.map((series) => {
    const own = new Map(series.points)
    const points = times.map((time) => {
      const sum = (sums.get(time) ?? 0) + (own.get(time) ?? 0)
      sums.set(time, sum)
      return [time, sum] as const
    })
    return { ...series, points }
  })
}

/** Apart where nothing was measured, and without what is no number. */
function unbroken(points: SeriesData['points']): SeriesData['points'][] {
  const parts: (readonly [number, number])[][] = [[]]
  let last = Infinity
  for (const point of points) {
    if (!Number.isFinite(point[1])) continue
    if (point[0] - last > GAP_SECONDS) parts.push([])
    parts.at(-1)?.push(point)
    last = point[0]
  }
  return parts
}

function runs(points: SeriesData['points']): { from: number; to: number; value: number }[] {
  const found: { from: number; to: number; value: number }[] = []
  for (const [time, value] of points) {
    const last = found.at(-1)
    if (last && last.value === value && time - last.to <= GAP_SECONDS) last.to = time + 1
    else found.push({ from: time, to: time + 1, value })
  }
  return found
}
