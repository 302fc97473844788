import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { colourOf, colours } from '../state/theme.ts'
import { rateText } from '../words/quantities.ts'

export interface RateRow {
  readonly name: string
  /** Bytes per second, one for each time. */
  readonly rates: readonly number[]
  /** Name of a colour of the style sheet. */
  readonly colour: string
}

export interface RatePlotProps {
  readonly label: string
  /** Seconds since the epoch. */
  readonly times: readonly number[]
  readonly rows: readonly RateRow[]
  /** Each row lies on top of those before it. */
  readonly stacked?: boolean
}

const HEIGHT = 200
/** Between two words of the time axis: they tell no fractions. */
const TICK_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]

/** Rates over time. Who can't see it reads what they are now. */
export function RatePlot({ label, times, rows, stacked = false }: RatePlotProps): VNode {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const drawn = useRef('')
  const look = `${colours.value} ${rows.map(({ name, colour }) => `${name} ${colour}`).join()}`
  // The highest first: the lower ones are painted over it.
  const ordered = stacked ? rows.toReversed() : rows
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const data: uPlot.AlignedData = [[...times], ...ordered.map(({ rates }) => [...rates])]
    if (plot.current !== null && drawn.current === look) {
      plot.current.setData(data)
      return
    }
    plot.current?.destroy()
    drawn.current = look
    plot.current = new uPlot(options(element.clientWidth, ordered, stacked), data, element)
  })
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.current?.destroy()
      plot.current = null
    }
  }, [])
  const now = rows.map((row, at) => {
    const below = stacked ? (rows[at - 1]?.rates.at(-1) ?? 0) : 0
    return { ...row, rate: (row.rates.at(-1) ?? 0) - below }
  })
  return (
    <figure class="plot">
      <div ref={box} aria-hidden="true" />
      <figcaption>
        <span class="unseen">{label}: </span>
        {now.length === 0 && <span class="muted">Nothing has moved yet.</span>}
        {now.map(({ name, colour, rate }) => (
          <span key={name} class="key">
            <i class={`swatch ${colour}`} aria-hidden="true" />
            {name} <b>{rateText(rate)}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

const clockText = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString('en-GB')

function options(width: number, rows: readonly RateRow[], stacked: boolean): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: colourOf('muted'),
    grid: { stroke: colourOf('line'), width: 1 },
    ticks: { stroke: colourOf('line'), width: 1 },
    font: '12px system-ui, sans-serif',
  }
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1000, (most ?? 0) * 1.1)] } },
    axes: [
      { ...axis, space: 90, incrs: TICK_SECONDS, values: (_plot, splits) => splits.map(clockText) },
      { ...axis, size: 76, space: 40, values: (_plot, splits) => splits.map((split) => rateText(split)) },
    ],
    series: [
      {},
      ...rows.map(({ name, colour }): uPlot.Series => {
        const line = colourOf(colour)
        return { label: name, stroke: line, width: 2, fill: stacked ? line : `${line}22`, points: { show: false } }
      }),
    ],
  }
}
