import type { PeerAddress } from '../protocol/index.ts'
import type { ChokerProfile } from '../swarm/index.ts'

export interface ChokerChoice {
  readonly profile: ChokerProfile
  /** Peers unchoked at any instant, the optimistic one among them. */
  readonly slots: number
}

/** What the service has to be told at its start. */
export interface ServiceConfig {
  /** Folder that holds `torrents/`, `shareable/` and `.swarmd/`; made if missing. */
  readonly root: string
  /** Peer port, TCP. */
  readonly port: number
  /** Address to listen at; all of this machine's if left out. */
  readonly host?: string
  /** Local ports of outbound connections; null: the system chooses. */
  readonly clientPorts: { readonly first: number; readonly last: number } | null
  /** Sockets on the peer port at a time. */
  readonly maxConnections: number
  /** Find peers of the LAN by multicast, and be found (BEP 14). */
  readonly lsd: boolean
  /** Whom it serves; the lab's profile with 4 slots if left out. */
  readonly choker?: ChokerChoice
  /** Port of the API, to tell the other members; 0: it is not known. */
  readonly apiPort: number
  /** Living members of the network to connect to; hosts are IP addresses or names. */
  readonly peers: readonly PeerAddress[]
  /** One event of the log: a name like `peer.connected`, and fields. */
  readonly log: (event: string, fields: Record<string, unknown>) => void
}
