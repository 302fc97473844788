import { median, quantile, spread } from './statistics.ts'
import type { LatencyReport } from './latency-sampler.ts'
import type { TransferRun } from './transfer-run.ts'

const of = (runs: readonly TransferRun[], pair: string): TransferRun[] => runs.filter((run) => run.pair === pair)

/** A table of min / median / max for each pair. */
export function transferTable(runs: readonly TransferRun[], pairs: readonly string[]): string {
  const head = ['seeder>leecher', 'MiB/s', 'wall s', 'leecher CPU s', 'seeder CPU s', 'other CPU s', 'leecher peak MiB']
  const rows = pairs.map((pair) => {
    const mine = of(runs, pair)
    return [
      pair,
      spread(
        mine.map((run) => run.mebibytesPerSecond),
        0,
      ),
      spread(
        mine.map((run) => run.seconds),
        2,
      ),
      spread(
        mine.map((run) => run.leecherCpuSeconds),
        2,
      ),
      spread(
        mine.map((run) => run.seederCpuSeconds),
        2,
      ),
      spread(
        mine.map((run) => run.otherCpuSeconds),
        2,
      ),
      spread(
        mine.map((run) => run.leecherPeakMebibytes),
        0,
      ),
    ]
  })
  return layOut([head, ...rows])
}

/** How much faster the first pair was than each other, round by round: above 1 it was faster. */
export function transferRatios(runs: readonly TransferRun[], pairs: readonly string[]): string {
  const [first = '', ...others] = pairs
  const base = of(runs, first)
  const lines = others.map((other) => {
    const ratios = of(runs, other).map((run, round) => run.seconds / (base[round]?.seconds ?? Number.NaN))
    const all = ratios.map((ratio) => ratio.toFixed(2)).join(' ')
    return `${first} against ${other}: ${median(ratios).toFixed(2)} times as fast (rounds: ${all})`
  })
  return lines.join('\n')
}

interface LatencyRow extends LatencyReport {
  readonly standstills: readonly number[]
  readonly rate: string
}

/** What the leecher's API did while it was downloading. */
export function latencyTable(runs: readonly TransferRun[]): string {
  const measured = runs.flatMap(({ latency, standstills = [], mebibytesPerSecond }) =>
    latency ? [{ ...latency, standstills, rate: mebibytesPerSecond.toFixed(0) }] : [],
  )
  const all: LatencyRow = {
    requests: measured.reduce((sum, { requests }) => sum + requests, 0),
    milliseconds: measured.flatMap(({ milliseconds }) => milliseconds),
    standstills: measured.flatMap(({ standstills }) => standstills),
    rate: '',
  }
  const row = (name: string, { requests, milliseconds, standstills, rate }: LatencyRow): string[] => [
    name,
    String(requests),
    ...[0.5, 0.99, 1].map((share) => quantile(milliseconds, share).toFixed(1)),
    rate,
    `${standstills.length}, ${Math.max(0, ...standstills).toFixed(0)}`,
  ]
  return layOut([
    ['run', 'requests', 'p50 ms', 'p99 ms', 'max ms', 'while at MiB/s', 'watcher held up: times, longest ms'],
    ...measured.map((run, at) => row(String(at + 1), run)),
    row('all', all),
  ])
}

const layOut = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
