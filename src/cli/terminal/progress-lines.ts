/** Progress as lines of text: pure, so that no terminal is needed to see that nothing wraps. */
import { type BarStyle, drawBar } from './bar.ts'
import { cellWidth, fit, shorten } from './cell-width.ts'
import { type Colour, paint } from './paint.ts'
import { printable } from './printable.ts'
import { formatBytes, formatDuration, formatPercent, formatRate } from './quantities.ts'

export interface PeerProgress {
  readonly address: string
  readonly downloadRate: number
  readonly uploadRate: number
  readonly downloaded: number
  readonly uploaded: number
}

export interface SwarmProgress {
  readonly name: string
  readonly state: string
  readonly stateReason: string
  readonly length: number
  /** 0 … 1. */
  readonly progress: number
  readonly downloadRate: number
  readonly uploadRate: number
  readonly etaSeconds: number | null
  readonly peers: readonly PeerProgress[]
}

export interface ProgressStyle extends BarStyle {
  /** Cells of a line; none of the lines is as long. */
  readonly columns: number
  /** At most so many lines. */
  readonly rows: number
}

const MOST_NAME = 40
const LEAST_BAR = 6
const RATE = 9

/**
 * A bar for each swarm, and below it one for each peer and direction in which anything goes: what part of the torrent
 * came from it (↓) or went to it (↑) over this connection.
 */
export function progressLines(swarms: readonly SwarmProgress[], style: ProgressStyle): string[] {
  const width = Math.max(20, style.columns - 1)
  const blocks = swarms.map((swarm) => swarmBlock(swarm, width, style))
  const lines = blocks.flat()
  if (lines.length <= style.rows) return lines
  // Swarms come before peers when there is no room for all.
  const heads = blocks.map((block) => block[0] ?? '')
  if (style.rows <= 1) return heads.slice(0, 1)
  const room = style.rows - 1
  if (heads.length > room) return [...heads.slice(0, room), more(heads.length - room, 'swarms', width, style)]
  let left = room - heads.length
  const shown = blocks.map((block) => {
    const kept = block.slice(0, 1 + left)
    left -= kept.length - 1
    return kept
  })
  const hidden = lines.length - shown.flat().length
  return [...shown.flat(), more(hidden, 'lines', width, style)]
}

const more = (count: number, what: string, width: number, style: ProgressStyle): string =>
  paint(shorten(`… and ${count} more ${what}`, width), 'dim', style.colour)

function swarmBlock(swarm: SwarmProgress, width: number, style: ProgressStyle): string[] {
  const lines = [swarmLine(swarm, width, style)]
  if (swarm.state !== 'downloading' && swarm.state !== 'seeding') {
    const reason = shorten(`  ${printable(swarm.state)}: ${printable(swarm.stateReason)}`, width)
    lines.push(paint(reason, swarm.state === 'error' ? 'red' : 'yellow', style.colour))
  }
  for (const peer of swarm.peers) {
    if (peer.downloaded > 0 || peer.downloadRate > 0) {
      lines.push(peerLine('↓', peer, peer.downloaded, peer.downloadRate, swarm.length, width, style))
    }
    if (peer.uploaded > 0 || peer.uploadRate > 0) {
      lines.push(peerLine('↑', peer, peer.uploaded, peer.uploadRate, swarm.length, width, style))
    }
  }
  return lines
}

/** Columns right of the bar, the most needed first: narrow terminals lose the last. */
function columns(texts: readonly string[], room: number): string {
  let right = ''
  for (const text of texts) {
    if (cellWidth(right) + cellWidth(text) + 1 > room) break
    right += ` ${text}`
  }
  return right
}

function nameCells(width: number): number {
  return Math.min(MOST_NAME, Math.floor(width * 0.25) + 5)
}

function swarmLine(swarm: SwarmProgress, width: number, style: ProgressStyle): string {
  const name = fit(printable(swarm.name), nameCells(width))
  const [down, up] = arrows(style)
  const eta = swarm.etaSeconds === null || swarm.progress >= 1 ? '' : formatDuration(swarm.etaSeconds)
  const texts = [
    formatPercent(swarm.progress).padStart(5),
    `${down} ${formatRate(swarm.downloadRate).padStart(RATE)}`,
    eta.padStart(RATE + 1),
    `${up} ${formatRate(swarm.uploadRate).padStart(RATE)}`,
    (swarm.length === 0 ? '' : formatBytes(swarm.length)).padStart(7),
  ]
  return line(name, swarm.progress, texts, stateColour(swarm.state), width, style)
}

function peerLine(
  direction: '↓' | '↑',
  peer: PeerProgress,
  bytes: number,
  rate: number,
  length: number,
  width: number,
  style: ProgressStyle,
): string {
  const [down, up] = arrows(style)
  const arrow = direction === '↓' ? down : up
  const name = fit(` ${arrow} ${printable(peer.address)}`, nameCells(width))
  const share = length === 0 ? 0 : bytes / length
  const texts = [
    formatPercent(share).padStart(5),
    `${arrow} ${formatRate(rate).padStart(RATE)}`,
    formatBytes(bytes).padStart(RATE + 1),
  ]
  return line(name, share, texts, direction === '↓' ? 'cyan' : 'magenta', width, style)
}

function line(
  name: string,
  part: number,
  texts: readonly string[],
  colour: Colour,
  width: number,
  style: ProgressStyle,
): string {
  const right = columns(texts, width - cellWidth(name) - 1 - barCells(width))
  const bar = drawBar(part, barCells(width), style)
  return `${name} ${paint(bar, colour, style.colour)}${right}`
}

/** The same for all lines, so that bars can be compared. */
function barCells(width: number): number {
  return Math.max(LEAST_BAR, Math.min(60, Math.floor((width - nameCells(width)) * 0.25)))
}

const arrows = ({ unicode }: ProgressStyle): readonly [string, string] => (unicode ? ['↓', '↑'] : ['v', '^'])

function stateColour(state: string): Colour {
  if (state === 'error') return 'red'
  if (state === 'stalled' || state === 'checking' || state === 'fetching-metadata') return 'yellow'
  return state === 'stopped' ? 'dim' : 'green'
}
