/** The settings that may change while the service runs, and who has to hear of it. */
import type { ClientPorts } from '../io/index.ts'
import type { PeerAddress } from '../protocol/index.ts'
import {
  CHOKER_PROFILES,
  DEFAULT_CHOKER,
  DEFAULT_LIMITS,
  type ChokerProfile,
  type ChokerSettings,
  type TorrentLimits,
} from '../swarm/index.ts'
import type { Network } from './network/network.ts'
import type { PeerPort } from './network/peer-port.ts'
import type { RateLimits, SharedLimits } from './rate-limits.ts'

export interface ChokerChoice {
  readonly profile: ChokerProfile
  /** Peers unchoked at any instant, the optimistic one among them. */
  readonly slots: number
}

export interface LiveSettings {
  /** Local ports of outbound connections; null: the system chooses. Connections that are there stay. */
  readonly clientPorts: { readonly first: number; readonly last: number } | null
  /** Sockets on the peer port at a time. Those that are there stay. */
  readonly maxConnections: number
  /** Peers of one swarm at a time; 50 if left out. Those that are there stay. */
  readonly maxPeers?: number
  /** Whom it serves, from the next round on; the lab's profile with 4 slots if left out. */
  readonly choker?: ChokerChoice
  /** Find peers of the LAN by multicast, and be found (BEP 14). */
  readonly lsd: boolean
  /** Living members of the network to connect to; hosts are IP addresses or names. */
  readonly peers: readonly PeerAddress[]
  /** Of all swarms together; each that is left out is as `changeLimits` set it last. */
  readonly limits?: Partial<RateLimits>
}

type PolicySettings = Pick<LiveSettings, 'choker' | 'maxPeers' | 'lsd'>

/** What every swarm keeps to. It is looked at whenever it matters, so that it may change at any time. */
export class SwarmPolicy {
  choker: ChokerSettings = DEFAULT_CHOKER
  limits: TorrentLimits = DEFAULT_LIMITS
  lsd = false

  constructor(settings: PolicySettings) {
    this.follow(settings)
  }

  follow({ choker, maxPeers = DEFAULT_LIMITS.maxPeers, lsd }: PolicySettings): void {
    this.lsd = lsd
    this.choker = choker ? { ...CHOKER_PROFILES[choker.profile], slots: choker.slots } : DEFAULT_CHOKER
    this.limits = { ...DEFAULT_LIMITS, maxPeers }
  }
}

export interface SettableParts {
  readonly clientPorts: ClientPorts
  readonly peerPort: PeerPort
  readonly policy: SwarmPolicy
  readonly network: Network
  readonly limits: SharedLimits
}

/** All of them as they are from now on. */
export async function follow(settings: LiveSettings, parts: SettableParts): Promise<void> {
  parts.clientPorts.change(settings.clientPorts)
  parts.peerPort.maxConnections = settings.maxConnections
  parts.policy.follow(settings)
  parts.network.seed(settings.peers)
  await parts.limits.follow(settings.limits ?? {})
}
