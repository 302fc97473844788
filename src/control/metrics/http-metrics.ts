/** Metrics of the API: how long each route took. */
import { Durations, type DurationsView } from '../../service/index.ts'
import type { Metric } from './metric.ts'

/** What was answered in one way. */
export interface RouteTimes {
  readonly method: string
  /** The pattern, `/swarms/:infoHash`. */
  readonly route: string
  readonly status: string
  readonly seconds: DurationsView
}

export const httpMetrics: readonly Metric<RouteTimes>[] = [
  {
    name: 'swarmd_http_request_duration_seconds',
    type: 'histogram',
    labels: ['method', 'route', 'status'],
    help: 'From the headers of a request to the API to the end of its answer, by the pattern of the route.',
    read: ({ method, route, status, seconds }) => [[{ method, route, status }, seconds]],
  },
]

export class HttpTimes {
  readonly #counted = new Map<string, { readonly labels: Omit<RouteTimes, 'seconds'>; readonly seconds: Durations }>()

  /** @param route the pattern; undefined when no route was found */
  observe(method: string, route: string | undefined, status: number, seconds: number): void {
    const labels = { method, route: route ?? 'none', status: String(status) }
    const key = `${labels.method} ${labels.route} ${labels.status}`
    let counted = this.#counted.get(key)
    if (!counted) this.#counted.set(key, (counted = { labels, seconds: new Durations() }))
    counted.seconds.observe(seconds)
  }

  /** All ways in which something was answered so far. */
  *all(): Iterable<RouteTimes> {
    for (const { labels, seconds } of this.#counted.values()) yield { ...labels, seconds: seconds.view() }
  }
}
