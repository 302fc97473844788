import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Pieces } from '../api/client.ts'
import { colourOf, colours } from '../state/theme.ts'
import { type PieceCell, pieceCells, pieceSummary } from '../words/piece-cells.ts'
import { percentText } from '../words/quantities.ts'

const MOST_ROWS = 24
const SMALLEST = 6
const LARGEST = 16

/** A canvas, as a large torrent has a hundred thousand pieces. */
export function PieceMapView({ map }: { readonly map: Pieces }): VNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const [pointed, setPointed] = useState<PieceCell | null>(null)
  useEffect(() => {
    const box = canvas.current?.parentElement
    if (!box) return
    const observer = new ResizeObserver(() => setWidth(box.clientWidth))
    observer.observe(box)
    setWidth(box.clientWidth)
    return () => observer.disconnect()
  }, [])
  const columnsAt = (size: number): number => Math.max(1, Math.floor(width / size))
  const fits = (size: number): boolean => columnsAt(size) * MOST_ROWS >= map.total
  let size = LARGEST
  while (size > SMALLEST && !fits(size)) size--
  const columns = columnsAt(size)
  const cells = pieceCells(map, columns * MOST_ROWS)
  const summary = pieceSummary(map)
  const rows = Math.ceil(cells.length / columns)
  void colours.value
  useEffect(() => {
    if (canvas.current && width > 0) draw(canvas.current, cells, columns, rows, size)
  })
  const point = (event: MouseEvent): void => {
    const column = Math.floor(event.offsetX / size)
    const cell = column < columns ? cells[Math.floor(event.offsetY / size) * columns + column] : undefined
    setPointed(cell ?? null)
  }
  return (
    <div class="pieces">
      <div class="map">
        <canvas
          ref={canvas}
          role="img"
          aria-label={summary}
          style={{ width: `${columns * size}px`, height: `${rows * size}px` }}
          onMouseMove={point}
          onMouseLeave={() => setPointed(null)}
        />
      </div>
      <p class="legend">
        {legend.map(([kind, words]) => (
          <span key={kind}>
            <i class={`swatch ${kind}`} aria-hidden="true" />
            {words}
          </span>
        ))}
      </p>
      <p class="muted">{pointed === null ? summary : cellText(pointed)}</p>
    </div>
  )
}

const legend = [
  ['have', 'here'],
  ['coming', 'coming'],
  ['rare', 'missing, at few peers'],
  ['common', 'missing, at many'],
  ['nowhere', 'at no peer'],
] as const

function cellText({ first, count, here, availability, coming }: PieceCell): string {
  const which = count === 1 ? `Piece ${first}` : `Pieces ${first} to ${first + count - 1}`
  const part = here >= 1 ? 'here' : coming ? `coming, ${percentText(here)} here` : `${percentText(here)} here`
  return `${which}: ${part}; ${count === 1 ? '' : 'the rarest '}at ${availability} connected peers.`
}

function draw(
  canvas: HTMLCanvasElement,
  cells: readonly PieceCell[],
  columns: number,
  rows: number,
  size: number,
): void {
  const scale = devicePixelRatio
  canvas.width = Math.round(columns * size * scale)
  canvas.height = Math.round(rows * size * scale)
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(scale, scale)
  const most = Math.max(1, ...cells.map(({ availability }) => availability))
  const [have, coming, nowhere, rare] = ['have', 'coming', 'nowhere', 'rare'].map(colourOf)
  cells.forEach(({ here, coming: isComing, availability }, at) => {
    const x = (at % columns) * size
    const y = Math.floor(at / columns) * size
    const inner = size - 1
    context.globalAlpha = 1
    context.fillStyle = availability === 0 ? (nowhere ?? '') : (rare ?? '')
    // The more peers have it, the fainter.
    if (here < 1) context.globalAlpha = availability === 0 ? 1 : 1 - 0.65 * (availability / most)
    context.fillRect(x, y, inner, inner)
    context.globalAlpha = 1
    if (here <= 0) return
    context.fillStyle = (isComing ? coming : have) ?? ''
    const filled = Math.max(1, inner * here)
    context.fillRect(x, y + inner - filled, inner, filled)
  })
}
