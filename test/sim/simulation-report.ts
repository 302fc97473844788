/** What a simulation came to, for people (table, summary) and for programs (CSV, JSON). */
import type { PeerRecord, Role, SimulationResult } from './simulation.ts'

const ROLES: readonly Role[] = ['seeder', 'leecher', 'newcomer', 'free rider']
/** A swarm of so many peers is shown peer by peer. */
const SHOWN_ONE_BY_ONE = 24

export const seconds = (peer: PeerRecord): number | null =>
  peer.completedAt === null ? null : peer.completedAt - peer.joinedAt

export function table(result: SimulationResult): string {
  const rows = result.peers.length <= SHOWN_ONE_BY_ONE ? result.peers.map((peer) => [peer]) : byRole(result.peers)
  const head = [
    'who',
    'peers',
    'uplink Mbit/s',
    'done',
    'seconds',
    'Mbit/s down',
    'copies given',
    'in vain %',
    'wait s',
  ]
  return layOut([head, ...rows.map((peers) => row(peers, result))])
}

export function summary(result: SimulationResult): string {
  const { bound, lastCompletion, ratio, peers, longestWaitAtSeeder } = result
  const waits = peers.map(({ longestWait }) => longestWait)
  return [
    `lower bound          ${bound.seconds.toFixed(2)} s (${bound.source})`,
    lastCompletion === null
      ? 'last completion      never: the swarm is stuck'
      : `last completion      ${lastCompletion.toFixed(2)} s, ${ratio?.toFixed(3)} times the bound`,
    `longest without slot ${Math.max(...waits).toFixed(0)} s anywhere, ${longestWaitAtSeeder.toFixed(0)} s at one peer that seeds`,
    `trace                ${result.trace.toString(16).padStart(8, '0')} after ${result.steps} steps`,
  ].join('\n')
}

export function toCsv({ peers }: SimulationResult): string {
  const head =
    'name,role,uplink_bytes_per_second,downlink_bytes_per_second,joined_at_seconds,completed_at_seconds,left_at_seconds,uploaded_bytes,downloaded_bytes,wasted_bytes,longest_wait_seconds'
  const lines = peers.map((peer) =>
    [
      peer.name,
      peer.role,
      peer.uplink,
      peer.downlink,
      peer.joinedAt.toFixed(3),
      peer.completedAt?.toFixed(3) ?? '',
      peer.leftAt?.toFixed(3) ?? '',
      peer.uploaded,
      peer.downloaded,
      peer.wasted,
      peer.longestWait.toFixed(1),
    ].join(','),
  )
  return `${[head, ...lines].join('\n')}\n`
}

export const toJson = (result: SimulationResult): string => `${JSON.stringify(result, null, 2)}\n`

const byRole = (peers: readonly PeerRecord[]): PeerRecord[][] =>
  ROLES.map((role) => peers.filter((peer) => peer.role === role)).filter((some) => some.length > 0)

function row(peers: readonly PeerRecord[], { scenario }: SimulationResult): string[] {
  const took = peers.flatMap((peer) => seconds(peer) ?? [])
  const sum = (of: (peer: PeerRecord) => number): number => peers.reduce((total, peer) => total + of(peer), 0)
  const [first] = peers
  return [
    peers.length === 1 ? (first?.name ?? '') : (first?.role ?? ''),
    String(peers.length),
    spread(
      peers.map(({ uplink }) => megabits(uplink)),
      0,
    ),
    first?.role === 'seeder' ? '' : String(took.length),
    spread(took, 1),
    spread(
      took.map((time) => megabits(scenario.size / time)),
      1,
    ),
    (sum(({ uploaded }) => uploaded) / scenario.size).toFixed(2),
    (
      (100 * sum(({ wasted }) => wasted)) /
      Math.max(
        1,
        sum(({ downloaded }) => downloaded),
      )
    ).toFixed(2),
    Math.max(...peers.map(({ longestWait }) => longestWait)).toFixed(0),
  ]
}

const megabits = (bytesPerSecond: number): number => (bytesPerSecond * 8) / 1e6

/** Least / median / most, or the one number if they are the same. */
function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b)
  const shown = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].map((value) => value?.toFixed(digits) ?? '')
  return new Set(shown).size === 1 ? (shown[0] ?? '') : shown.join(' / ')
}

const layOut = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
