import type { ClientPorts, DialGate, ReadMemory } from '../../io/index.ts'
import type { Metainfo, PeerId } from '../../protocol/index.ts'
import type { ServiceNews } from '../events.ts'
import type { SwarmPolicy } from '../live-settings.ts'
import type { Network } from '../network/network.ts'
import type { RatePair } from '../rate-limits.ts'
import type { RootFolder } from '../root-folder.ts'
import type { ServiceCounts } from '../measures/service-counts.ts'
import type { TrackerAsker } from '../network/tracker-asker.ts'

/** What all swarms of one service have in common. */
export interface SwarmSurroundings {
  readonly root: RootFolder
  readonly peerId: PeerId
  readonly client: string
  /** Known once we listen. */
  peerPort(): number
  readonly clientPorts: ClientPorts
  readonly dialGate: DialGate
  readonly trackers: TrackerAsker
  readonly policy: SwarmPolicy
  readonly network: Network
  /** Of all swarms together. */
  readonly limits: RatePair
  readonly random: () => number
  readonly counts: ServiceCounts
  /** For what peers ask for. */
  readonly readMemory: ReadMemory
  log(event: string, fields: Record<string, unknown>): void
  tell(news: ServiceNews): void
  /** Our part in the swarm changed: bytes we still need, or null when we are not in it. */
  onOwnPart(torrent: Pick<Metainfo, 'infoHash' | 'isPrivate'>, left: number | null): void
}
