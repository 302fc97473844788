/** What `npm run lab` shows: a table as it goes, and a summary at the end. */
import { drawBar } from '../../src/cli/terminal/bar.ts'
import { formatBytes, formatDuration, formatPercent, formatRate } from '../../src/cli/terminal/quantities.ts'
import { table, type Column } from '../../src/cli/terminal/table.ts'

/** One peer at one moment. */
export interface LabRow {
  readonly peer: number
  readonly address: string
  /** 0 … 1 */
  readonly progress: number
  /** `seeding`, `downloading`, …; `dead` when it was killed. */
  readonly state: string
  /** Bytes a second. */
  readonly downloadRate: number
  readonly uploadRate: number
  readonly downloaded: number
  readonly uploaded: number
  readonly connected: number
  /** From the start until it had all; null: not yet, or it had all from the beginning. */
  readonly seconds: number | null
}

const BAR_CELLS = 20

const columns = (unicode: boolean): Column<LabRow>[] => [
  { title: 'peer', text: ({ peer }) => String(peer), align: 'right' },
  { title: 'address', text: ({ address }) => address },
  { title: 'progress', text: ({ progress }) => drawBar(progress, BAR_CELLS, { unicode }) },
  { title: '', text: ({ progress }) => formatPercent(progress), align: 'right' },
  { title: 'down', text: ({ downloadRate }) => formatRate(downloadRate), align: 'right' },
  { title: 'up', text: ({ uploadRate }) => formatRate(uploadRate), align: 'right' },
  { title: 'peers', text: ({ connected }) => String(connected), align: 'right' },
  { title: 'state', text: ({ state }) => state },
]

export const progressTable = (rows: readonly LabRow[], width: number | null, unicode: boolean): string[] =>
  table(rows, columns(unicode), width)

/** The same in one line, for a log. */
export function progressLine(rows: readonly LabRow[], seconds: number): string {
  const each = rows.map(
    ({ peer, progress, state }) => `${peer}: ${state === 'dead' ? 'dead' : formatPercent(progress)}`,
  )
  return `${seconds.toFixed(1).padStart(6)} s   ${each.join('   ')}`
}

const SUMMARY: readonly Column<LabRow>[] = [
  { title: 'peer', text: ({ peer }) => String(peer), align: 'right' },
  {
    title: 'has all after',
    text: ({ seconds }) => (seconds === null ? '' : `${seconds.toFixed(1)} s`),
    align: 'right',
  },
  { title: 'taken', text: ({ downloaded }) => formatBytes(downloaded), align: 'right' },
  { title: 'given', text: ({ uploaded }) => formatBytes(uploaded), align: 'right' },
  { title: 'state', text: ({ state }) => state },
]

/** @param megabits of a link, or null */
export function summary(rows: readonly LabRow[], bytes: number, megabits: number | null): string[] {
  const fetched = rows.flatMap(({ seconds }) => seconds ?? [])
  const last = Math.max(0, ...fetched)
  const given = rows.reduce((sum, { uploaded }) => sum + uploaded, 0)
  const lines = [...table(rows, SUMMARY, null), '']
  lines.push(`${fetched.length} peers fetched ${formatBytes(bytes)}; the last had all after ${last.toFixed(1)} s.`)
  if (megabits !== null && fetched.length > 0) {
    const bound = (bytes * 8) / (megabits * 1_000_000)
    const times = (last / bound).toFixed(2)
    lines.push(
      `No swarm can be faster than a link lets one copy out: ${formatDuration(bound)}. This was ${times} times that.`,
    )
  }
  const [first] = rows
  if (first && given > 0)
    lines.push(`Peer 1 gave ${formatPercent(first.uploaded / given)} of all bytes, the others the rest.`)
  return lines
}
