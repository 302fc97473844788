/** One scrape: all metrics as text (Prometheus text format 0.0.4), taken so that the event loop goes on turning. */
import type { PeerService } from '../../service/index.ts'
import type { EventCounts } from '../events/event-hub.ts'
import { eventMetrics } from './event-metrics.ts'
import { Family } from './family.ts'
import { type HttpTimes, httpMetrics } from './http-metrics.ts'
import { LoopTurns } from './loop-turns.ts'
import { networkMetrics } from './network-metrics.ts'
import { batches, peerMetrics, withLimit } from './peer-metrics.ts'
import { measureProcess, processMetrics } from './process-metrics.ts'
import { serviceMetrics } from './service-metrics.ts'
import { swarmMetrics } from './swarm-metrics.ts'

export const METRICS_MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Peers with series of their own, all swarms together: above it a scrape would take more than it tells. */
const PEERS_IN_ALL = 2000

/** Everything that is told of a metric but its values. */
export const allMetrics = [
  ...serviceMetrics,
  ...networkMetrics,
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
  #under: Promise<Buffer[]> | null = null

  /** @param peersPerSwarm how many peers of a swarm have series of their own; 0: peers have none at all */
  constructor(service: PeerService, api: ApiCounts, peersPerSwarm: () => number) {
    this.#service = service
    this.#api = api
    this.#peersPerSwarm = peersPerSwarm
  }

  /** The text, in parts. Who asks while one is made gets the same. */
  scrape(): Promise<Buffer[]> {
    this.#under ??= this.#scrape().finally(() => {
      this.#under = null
    })
    return this.#under
  }

  async #scrape(): Promise<Buffer[]> {
    const turns = new LoopTurns()
    const service = new Family([...serviceMetrics, ...networkMetrics])
    const process = new Family(processMetrics)
    const http = new Family(httpMetrics)
    const events = new Family(eventMetrics)
    const swarms = new Family(swarmMetrics)
    const peers = new Family(peerMetrics)
    await service.add(await this.#service.measures(), turns)
    await process.add(measureProcess(), turns)
    for (const times of this.#api.http.all()) await http.add(times, turns)
    await events.add(this.#api.events(), turns)
    const limit = this.#peersPerSwarm()
    let room = PEERS_IN_ALL
    for (const swarm of this.#service.measuredSwarms()) {
      await swarms.add(swarm, turns)
      if (limit === 0) continue
      const measured = withLimit(swarm.swarm.infoHash, swarm.peerMeasures, Math.min(limit, room))
      room -= measured.peers.length
      for (const batch of batches(measured)) await peers.add(batch, turns)
    }
    return [service, process, http, events, swarms, peers].flatMap((family) => family.parts())
  }
}
