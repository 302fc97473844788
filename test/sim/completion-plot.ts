/** A picture of who was done when: for each kind of peer the share that is complete, over time. */
import type { Role, SimulationResult } from './simulation.ts'

const WIDTH = 720
const HEIGHT = 360
const LEFT = 56
const RIGHT = 20
const TOP = 44
const BOTTOM = 44
const COLOURS: Partial<Record<Role, string>> = { leecher: '#1f6feb', newcomer: '#2da44e', 'free rider': '#cf222e' }

export function completionPlot(result: SimulationResult): string {
  const { bound, peers, scenario } = result
  const end = Math.max(bound.seconds, ...peers.map(({ completedAt }) => completedAt ?? 0)) * 1.04
  const x = (seconds: number): string => (LEFT + ((WIDTH - LEFT - RIGHT) * seconds) / end).toFixed(1)
  const y = (share: number): string => (HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share).toFixed(1)

  const parts: string[] = []
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}" stroke="#d0d7de"/>`,
      `<text x="${LEFT - 8}" y="${y(share)}" dy="4" text-anchor="end">${share * 100} %</text>`,
    )
  }
  for (let at = 0, step = roundStep(end / 6); at <= end; at += step) {
    parts.push(`<text x="${x(at)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${at} s</text>`)
  }
  parts.push(
    `<line x1="${x(bound.seconds)}" x2="${x(bound.seconds)}" y1="${TOP}" y2="${y(0)}" stroke="#57606a" stroke-dasharray="5 4"/>`,
    `<text x="${x(bound.seconds)}" dx="-6" y="${TOP + 14}" text-anchor="end">no way of spreading is faster</text>`,
  )
  let row = 0
  for (const [role, colour] of Object.entries(COLOURS)) {
    const some = peers.filter((peer) => peer.role === role && (peer.completedAt !== null || peer.leftAt === null))
    if (some.length === 0) continue
    const times = some.flatMap(({ completedAt }) => completedAt ?? []).sort((a, b) => a - b)
    const path = times.map((time, at) => `H${x(time)}V${y((at + 1) / some.length)}`).join('')
    parts.push(`<path d="M${x(0)} ${y(0)}${path}" fill="none" stroke="${colour}" stroke-width="2"/>`)
    parts.push(`<text x="${LEFT + 12}" y="${TOP + 16 + 18 * row++}" fill="${colour}">${some.length} × ${role}</text>`)
  }

  const megabits = (rate: number): number => Math.round((rate * 8) / 1e5) / 10
  const { uplink } = scenario
  const rates = uplink.from === uplink.to ? megabits(uplink.from) : `${megabits(uplink.from)} to ${megabits(uplink.to)}`
  const ratio = result.ratio === null ? 'stuck' : `last at ${result.ratio.toFixed(2)} of the bound`
  const title = `${Math.round(scenario.size / 2 ** 20)} MiB from ${scenario.seeders} seeder, uplinks of ${rates} Mbit/s: ${ratio}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#24292f">
<title>${title}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="24" font-size="14" font-weight="bold">${title}</text>
${parts.join('\n')}
</svg>
`
}

/** 1, 2 or 5 times a power of ten, at least so much. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10)
}
