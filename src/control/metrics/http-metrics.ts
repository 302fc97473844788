/** Metrics of the API: how long each route took. */
import { Histogram, Registry } from 'prom-client'
import type { Metric } from './metric.ts'

/** As it is told; the numbers are prom-client's, as they are counted here. */
export const httpMetrics = [
  {
    name: 'swarmd_http_request_duration_seconds',
    type: 'histogram',
    labels: ['method', 'route', 'status'],
    help: 'From the headers of a request to the API to the end of its answer, by the pattern of the route.',
    read: () => [],
  },
] as const satisfies readonly Metric<never>[]

const [duration] = httpMetrics

export class HttpTimes {
  readonly registry = new Registry()
  readonly #seconds = new Histogram({
    name: duration.name,
    help: duration.help,
    labelNames: duration.labels,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers: [this.registry],
  })

  /** @param route the pattern, `/swarms/:infoHash`; undefined when no route was found */
  observe(method: string, route: string | undefined, status: number, seconds: number): void {
    this.#seconds.observe({ method, route: route ?? 'none', status: String(status) }, seconds)
  }
}
