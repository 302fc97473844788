/** The one port that others know: connections and datagrams on the same number, the tracker on both, manifests on the first. */
import { createHmac, randomBytes } from 'node:crypto'
import {
  monotonicNow,
  NearestAddress,
  PeerListener,
  UdpPort,
  type ListenerCounters,
  type PeerListenerOptions,
} from '../../io/index.ts'
import type { ManifestEndpoint } from '../names/manifest-endpoint.ts'
import { UdpTracker, type TrackerRegistry } from '../../network/index.ts'
import type { ServiceMeasures } from '../measures/measures.ts'
import { TrackerEndpoint } from './tracker-endpoint.ts'

export interface PeerPortOptions extends Omit<PeerListenerOptions, 'onHttp' | 'quickAnswer'> {
  readonly tracker: TrackerRegistry
  readonly manifests: Pick<ManifestEndpoint, 'answer'>
  onError(error: unknown): void
}

/** How often another port is tried when the system chose one whose twin is taken. */
const TRIES = 20
const ANY_ADDRESS: ReadonlySet<string | undefined> = new Set([undefined, '0.0.0.0', '::'])

export class PeerPort {
  readonly #options: PeerPortOptions
  readonly #listener: PeerListener
  readonly #udp: UdpPort
  readonly #endpoint: TrackerEndpoint
  readonly #udpTracker: UdpTracker

  constructor(options: PeerPortOptions) {
    this.#options = options
    const { tracker: registry, manifests, host } = options
    const endpoint = new TrackerEndpoint(registry)
    this.#endpoint = endpoint
    this.#listener = new PeerListener({
      ...options,
      quickAnswer: (target, from, reachedAt) => endpoint.body(target, from, reachedAt),
      onHttp: (request, response) => {
        if (!manifests.answer(request, response)) endpoint.answer(request, response)
      },
    })
    const nearest = new NearestAddress()
    const udpTracker = new UdpTracker({
      registry,
      secret: randomBytes(32),
      hmac: (key, text) => createHmac('sha256', key).update(text).digest(),
      addressFor: (asker) => (host === undefined || ANY_ADDRESS.has(host) ? nearest.to(asker) : host),
    })
    this.#udpTracker = udpTracker
    this.#udp = new UdpPort({
      ...(host === undefined ? {} : { host }),
      handlers: { tracker: (bytes, from) => udpTracker.answer(bytes, from, monotonicNow()) },
      onError: (error) => options.onError(error),
    })
  }

  /** Sockets at a time. */
  get maxConnections(): number {
    return this.#listener.maxConnections
  }

  /** Those that are there stay. */
  set maxConnections(most: number) {
    this.#listener.maxConnections = most
  }

  get tracker(): TrackerRegistry {
    return this.#options.tracker
  }

  /** Of the TCP side. */
  get counters(): ListenerCounters {
    return this.#listener.counters
  }

  /** What was asked of the tracker, by the way it came. */
  get trackerRequests(): ServiceMeasures['tracker']['requests'] {
    return { http: { ...this.#endpoint.counters }, udp: { ...this.#udpTracker.counters } }
  }

  /**
   * Starts to listen.
   *
   * @returns the port. @throws the system's error for it, as EADDRINUSE; then nothing is listened on.
   */
  async open(): Promise<number> {
    const { port } = this.#options
    if (port === 0) return this.#openAny()
    await this.#listener.listen(port)
    try {
      return await this.#udp.bind(port)
    } catch (error) {
      await this.#listener.close()
      throw error
    }
  }

  /** Lets nobody in any more, and closes every socket that was not handed to a swarm. */
  async close(): Promise<void> {
    await Promise.all([this.#listener.close(), this.#udp.close()])
  }

  /** The system chooses one number; the other kind may have it in use already. */
  async #openAny(): Promise<number> {
    for (let tries = 1; ; tries++) {
      const port = await this.#udp.bind(0)
      try {
        return await this.#listener.listen(port)
      } catch (error) {
        await this.#udp.close()
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === TRIES) throw error
      }
    }
  }
}
