/** Metrics of one table, filled from one source at a time and written as text. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { LoopTurns } from './loop-turns.ts'
import type { CountedDurations, Metric } from './metric.ts'

/**
 * The text of each metric of the table for this source, without the heads: lines of samples, '' where there are none.
 */
export class FamilyWriter<Source> {
  readonly #registry = new Registry()
  readonly #columns: { readonly name: string; fill(source: Source): void }[]

  constructor(metrics: readonly Metric<Source>[]) {
    this.#columns = metrics.map((metric) => column(metric, this.#registry))
  }

  async write(source: Source, turns: LoopTurns): Promise<string[]> {
    const texts: string[] = []
    for (const column of this.#columns) {
      column.fill(source)
      texts.push(withoutHead(await this.#registry.getSingleMetricAsString(column.name)))
      await turns.pause()
    }
    return texts
  }
}

/** `# HELP` and `# TYPE`, which stand once above all samples of a metric. */
export function headOf({ name, help, type }: Pick<Metric<never>, 'name' | 'help' | 'type'>): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function column<Source>(metric: Metric<Source>, registry: Registry): { name: string; fill(source: Source): void } {
  const { name, help } = metric
  const words = { name, help, labelNames: [...metric.labels], registers: [registry] }
  switch (metric.type) {
    case 'gauge': {
      const gauge = new Gauge(words)
      return {
        name,
        fill: (source) => {
          clear(gauge, metric)
          for (const [labels, value] of metric.read(source)) gauge.set(labels, value)
        },
      }
    }
    case 'counter': {
      const counter = new Counter(words)
      return {
        name,
        fill: (source) => {
          clear(counter, metric)
          for (const [labels, value] of metric.read(source)) counter.inc(labels, value)
        },
      }
    }
    case 'histogram': {
      const histogram = new CopiedHistogram(words)
      return { name, fill: (source) => histogram.copy(metric.read(source)) }
    }
  }
}

/** One without labels would otherwise stand there with 0, also when there is no value. */
function clear(counted: Gauge | Counter, { labels }: { readonly labels: readonly string[] }): void {
  counted.reset()
  if (labels.length === 0) counted.remove()
}

interface HistogramValue {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** A histogram that was counted elsewhere: prom-client's own can only count for itself. */
class CopiedHistogram extends Histogram {
  readonly #words: { readonly name: string; readonly help: string }
  #samples: HistogramValue[] = []

  constructor(words: { name: string; help: string; labelNames: string[]; registers: Registry[] }) {
    super(words)
    this.#words = { name: words.name, help: words.help }
  }

  copy(samples: Iterable<readonly [Readonly<Record<string, string>>, CountedDurations]>): void {
    this.#samples = []
    for (const [labels, { bounds, counts, sum, count }] of samples) {
      let below = 0
      for (const [at, bound] of bounds.entries()) {
        below += counts[at] ?? 0
        this.#add('_bucket', { ...labels, le: bound }, below)
      }
      this.#add('_bucket', { ...labels, le: '+Inf' }, count)
      this.#add('_sum', labels, sum)
      this.#add('_count', labels, count)
    }
  }

  /** What the registry asks for when it writes text. */
  async getForPromString(): Promise<{ name: string; help: string; type: string; values: readonly HistogramValue[] }> {
    return { ...this.#words, type: 'histogram', values: this.#samples }
  }

  #add(ending: string, labels: HistogramValue['labels'], value: number): void {
    this.#samples.push({ metricName: this.#words.name + ending, labels, value })
  }
}

function withoutHead(text: string): string {
  const lines = text.split('\n', 2)
  const head = (lines[0]?.length ?? 0) + (lines[1]?.length ?? 0) + 2
  return text.length <= head ? '' : `${text.slice(head)}\n`
}
