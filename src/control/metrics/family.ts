/** The metrics of one table in one scrape: filled from any number of sources, then taken as text. */
import { Gauge, Registry } from 'prom-client'
import type { DurationsView } from '../../service/index.ts'
import type { LoopTurns } from './loop-turns.ts'
import type { Metric, Sample } from './metric.ts'
import { TextColumn } from './text-column.ts'

export class Family<Source> {
  readonly #registry = new Registry()
  readonly #metrics: readonly ReadMetric<Source>[]

  constructor(metrics: readonly Metric<Source>[]) {
    this.#metrics = metrics.map((metric) => new ReadMetric(metric, this.#registry))
  }

  /** Writes the samples of this source below those of the others. One metric at a time, the loop may turn between them. */
  async add(source: Source, turns: LoopTurns): Promise<void> {
    for (const metric of this.#metrics) {
      const { name, head, column } = metric
      metric.lines = linesOf(metric.table, source)
      if (metric.lines.length === 0) continue
      const text = await this.#registry.getSingleMetricAsString(name)
      column.append(`${text.slice(head.length)}\n`)
      await turns.pause()
    }
  }

  /** Each metric below its head; those without a sample are left out. */
  parts(): Buffer[] {
    return this.#metrics.flatMap(({ head, column }) => {
      const parts = column.parts()
      return parts.length === 0 ? [] : [Buffer.from(head), ...parts, Buffer.from('\n')]
    })
  }
}

/** One sample as the registry takes it. */
interface Line {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** The registry keeps a note of each object that it meets here, and makes one where there is none. */
  readonly sharedLabels: object
}

const NOTHING_SHARED = {}

/** A metric of any type that was counted elsewhere: prom-client's own can only count for themselves. */
class ReadMetric<Source> extends Gauge {
  readonly name: string
  readonly table: Metric<Source>
  /** `# HELP` and `# TYPE`, which stand once above all samples. */
  readonly head: string
  readonly column = new TextColumn()
  lines: readonly Line[] = []

  constructor(metric: Metric<Source>, registry: Registry) {
    const { name, help, labels, type } = metric
    super({ name, help, labelNames: [...labels], registers: [registry] })
    this.name = name
    this.table = metric
    this.head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
  }

  /** What the registry asks for when it writes text. */
  async getForPromString(): Promise<{ name: string; help: string; type: string; values: readonly Line[] }> {
    const { name, help, type } = this.table
    return { name, help, type, values: this.lines }
  }
}

function linesOf<Source>(metric: Metric<Source>, source: Source): Line[] {
  const { name } = metric
  return metric.type === 'histogram'
    ? Array.from(metric.read(source)).flatMap((sample) => histogramLines(name, sample))
    : Array.from(metric.read(source), ([labels, value]) => line(name, labels, value))
}

function histogramLines(name: string, [labels, durations]: Sample<DurationsView>): Line[] {
  const { bounds, counts, sum, count } = durations
  let below = 0
  const buckets = bounds.map((le, at) => {
    below += counts[at] ?? 0
    return line(`${name}_bucket`, { ...labels, le }, below)
  })
  return [
    ...buckets,
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ]
}

const line = (metricName: string, labels: Line['labels'], value: number): Line => ({
  metricName,
  labels,
  value,
  sharedLabels: NOTHING_SHARED,
})
