/** One scrape: all metrics as text (Prometheus text format 0.0.4), taken so that the event loop goes on turning. */
import type { PeerService, ServiceMeasures, SwarmMeasures } from '../../service/index.ts'
import type { EventCounts } from '../events/event-hub.ts'
import { eventMetrics } from './event-metrics.ts'
import { FamilyWriter, headOf } from './family.ts'
import { type HttpTimes, httpMetrics } from './http-metrics.ts'
import { LoopTurns } from './loop-turns.ts'
import { type MeasuredPeers, peerMetrics, withLimit } from './peer-metrics.ts'
import { measureProcess, processMetrics, type ProcessMeasures } from './process-metrics.ts'
import { serviceMetrics } from './service-metrics.ts'
import { swarmMetrics } from './swarm-metrics.ts'

export const METRICS_MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Peers with series of their own, all swarms together: above it a scrape would take more than it tells. */
const PEERS_IN_ALL = 2000

/** Everything that is told of a metric but its values. */
export const allMetrics = [
  ...serviceMetrics,
  ...processMetrics,
  ...httpMetrics,
  ...eventMetrics,
  ...swarmMetrics,
  ...peerMetrics,
]

/** What the control plane counts of itself. */
export interface ApiCounts {
  readonly http: HttpTimes
  events(): EventCounts
}

export class Exposition {
  readonly #service: PeerService
  readonly #api: ApiCounts
  readonly #peersPerSwarm: () => number
  readonly #families = {
    service: new FamilyWriter<ServiceMeasures>(serviceMetrics),
    process: new FamilyWriter<ProcessMeasures>(processMetrics),
    events: new FamilyWriter<EventCounts>(eventMetrics),
    swarm: new FamilyWriter<SwarmMeasures>(swarmMetrics),
    peer: new FamilyWriter<MeasuredPeers>(peerMetrics),
  }
  #under: Promise<string[]> | null = null

  /** @param peersPerSwarm how many peers of a swarm have series of their own; 0: peers have none at all */
  constructor(service: PeerService, api: ApiCounts, peersPerSwarm: () => number) {
    this.#service = service
    this.#api = api
    this.#peersPerSwarm = peersPerSwarm
  }

  /** The text, in parts. Who asks while one is made gets the same. */
  scrape(): Promise<string[]> {
    this.#under ??= this.#scrape().finally(() => {
      this.#under = null
    })
    return this.#under
  }

  async #scrape(): Promise<string[]> {
    const turns = new LoopTurns()
    const service = await this.#families.service.write(await this.#service.measures(), turns)
    const process = await this.#families.process.write(measureProcess(), turns)
    const events = await this.#families.events.write(this.#api.events(), turns)
    const http = await this.#api.http.registry.metrics()
    const swarms = swarmMetrics.map((): string[] => [])
    const peers = peerMetrics.map((): string[] => [])
    const limit = this.#peersPerSwarm()
    let room = PEERS_IN_ALL
    for (const swarm of this.#service.measuredSwarms()) {
      append(swarms, await this.#families.swarm.write(swarm, turns))
      if (limit === 0) continue
      const measured = withLimit(swarm.swarm.infoHash, swarm.peerMeasures, Math.min(limit, room))
      room -= measured.peers.length
      append(peers, await this.#families.peer.write(measured, turns))
    }
    return [
      ...(await told(serviceMetrics, service, turns)),
      ...(await told(processMetrics, process, turns)),
      `${http}\n`,
      ...(await told(eventMetrics, events, turns)),
      ...(await told(swarmMetrics, swarms, turns)),
      ...(await told(peerMetrics, peers, turns)),
    ]
  }
}

function append(columns: readonly string[][], texts: readonly string[]): void {
  for (const [at, text] of texts.entries()) if (text !== '') columns[at]?.push(text)
}

/** Each metric with its head; those without a sample are left out. @param texts of each metric: one, or several parts */
async function told(
  metrics: readonly Parameters<typeof headOf>[0][],
  texts: readonly (string | readonly string[])[],
  turns: LoopTurns,
): Promise<string[]> {
  const all: string[] = []
  for (const [at, metric] of metrics.entries()) {
    const text = [texts[at] ?? ''].flat().join('')
    if (text !== '') all.push(`${headOf(metric)}${text}\n`)
    await turns.pause()
  }
  return all
}
