/** Files by their names: what we tell others, and what we ask them. */
import { monotonicNow } from '../../io/index.ts'
import { isLoopbackIp, manifestJson, type InfoHash, type ManifestJson, type PeerAddress } from '../../protocol/index.ts'
import type { Network } from '../network/network.ts'
import type { Added, SwarmRegistry } from '../swarm/swarm-registry.ts'
import type { Swarm } from '../swarm/swarm.ts'
import { addByName } from './adding-by-name.ts'
import { ManifestEndpoint } from './manifest-endpoint.ts'
import { manifestOf, type ManifestRun } from './manifest-of.ts'
import { NameFinder } from './name-finder.ts'
import { memberTargets, seedTargets } from './name-targets.ts'

export interface NamesOptions {
  readonly swarms: SwarmRegistry
  readonly network: Network
  /** Members that have all of a torrent. */
  seeders(infoHash: InfoHash): readonly PeerAddress[]
  /** Local discovery is on: members may be found without being configured. */
  lsd(): boolean
  peerPort(): number
  log(event: string, fields: Record<string, unknown>): void
  onBug(error: unknown): void
}

/** The membership knows all the others so long after its start, and sooner when nobody new is heard of for a while. */
const YOUNG_MS = 5_000
const QUIET_MS = 1_000

export class Names {
  /** For the peer port. */
  readonly endpoint: ManifestEndpoint
  readonly #options: NamesOptions
  readonly #finder: NameFinder
  #openedAt = Infinity
  #members = { count: 0, since: 0 }

  constructor(options: NamesOptions) {
    const { swarms, network } = options
    this.#options = options
    this.endpoint = new ManifestEndpoint({
      swarms: () => swarms.all,
      seeders: (infoHash) => options.seeders(infoHash),
      peerPort: () => options.peerPort(),
    })
    this.#finder = new NameFinder({
      members: () => memberTargets(network, monotonicNow()),
      seeds: () => seedTargets(network.seeds, (address) => this.#isOwn(address)),
      isYoung: (now) => (options.lsd() || network.seeds.length > 0) && this.#isYoung(now),
      log: (event, fields) => options.log(event, fields),
      onBug: (error) => options.onBug(error),
    })
  }

  /** From now on the network is joined. */
  open(): void {
    this.#openedAt = monotonicNow()
  }

  close(): void {
    this.#finder.close()
  }

  /** @throws ServiceError invalid-name, name-not-found, name-ambiguous, and those of a magnet link */
  add(name: string): Promise<Added> {
    return addByName(name, this.#options.swarms, this.#finder)
  }

  #isOwn({ host, port }: PeerAddress): boolean {
    if (port !== this.#options.peerPort()) return false
    return isLoopbackIp(host) || this.#options.network.own.addresses(monotonicNow()).includes(host)
  }

  #isYoung(now: number): boolean {
    if (now - this.#openedAt >= YOUNG_MS) return false
    const { membership } = this.#options.network
    const count = membership.members().length
    if (count !== this.#members.count) this.#members = { count, since: now }
    return membership.linked === 0 || now - this.#members.since < QUIET_MS
  }

  /** For the user of this machine, private torrents too. */
  manifest(swarm: Swarm, run: ManifestRun): ManifestJson {
    const [host = '127.0.0.1'] = this.#options.network.own.addresses(monotonicNow())
    const seeders = this.#options.seeders(swarm.metainfo.infoHash)
    return manifestJson(manifestOf(swarm, run, { host, port: this.#options.peerPort() }, seeders))
  }
}
