/** The membership with all that it means to this service: its name in the network, its swarms, its tracker, its views. */
import { monotonicNow, wallClock } from '../../io/index.ts'
import type { RegistryPeer, TrackerRegistry } from '../../network/index.ts'
import { peerIdBytes, type InfoHash, type PeerAddress } from '../../protocol/index.ts'
import type { SwarmView } from '../face.ts'
import { newMemberId, saveIdentity } from '../identity.ts'
import { MemberPeers } from './member-peers.ts'
import { Network, type NetworkOptions } from './network.ts'
import type { MemberView, NetworkView } from '../network-face.ts'
import { viewMembers, viewNetwork } from './network-view.ts'
import type { RootFolder } from '../root-folder.ts'
import type { ServiceConfig } from '../service-config.ts'
import { OWN_KIND } from '../version.ts'

type Given = 'memberId' | 'peerId' | 'peerPort' | 'clientPorts' | 'dialGate' | 'onBug'

export interface NeighbourhoodOptions extends Pick<NetworkOptions, Given> {
  readonly root: RootFolder
  readonly tracker: TrackerRegistry
  readonly startedAt: Date
  /** A swarm of ours; undefined: it is none. */
  swarm(infoHash: InfoHash): { readonly name: string; readonly isPrivate: boolean } | undefined
  /** A member, or who announced itself to our tracker, is in this swarm, perhaps one of ours. */
  onPeer(infoHash: InfoHash, address: PeerAddress, source: 'members' | 'tracker'): void
}

export class Neighbourhood {
  readonly network: Network
  readonly #config: ServiceConfig
  readonly #options: NeighbourhoodOptions
  readonly #peers: MemberPeers

  constructor(config: ServiceConfig, options: NeighbourhoodOptions) {
    this.#config = config
    this.#options = options
    this.network = new Network({
      ...options,
      ...(config.host === undefined ? {} : { host: config.host }),
      apiPort: config.apiPort,
      seeds: config.peers,
      random: Math.random,
      peerPort: () => options.peerPort(),
      log: config.log,
      onBug: (error) => options.onBug(error),
      onChanged: (id) => this.#peers.changed(id, this.network.membership.member(id), monotonicNow()),
      onClash: () => void this.#takeAnotherId(),
    })
    this.#peers = new MemberPeers({
      tracker: options.tracker,
      ownId: () => this.network.membership.id,
      ownAddresses: () => this.network.own.addresses(monotonicNow()),
      isPrivate: (infoHash) => options.swarm(infoHash)?.isPrivate ?? false,
      onPeer: (infoHash, address) => options.onPeer(infoHash, address, 'members'),
    })
  }

  get memberId(): string {
    return this.network.membership.id
  }

  /** At least once a second, with our swarms as they are. */
  tick(swarms: readonly SwarmView[], now: number): void {
    this.network.tick(swarms, now)
    this.#peers.refresh(() => this.network.membership.members(), now)
  }

  /** We are in this swarm. */
  joined(infoHash: InfoHash): void {
    this.#peers.joined(infoHash)
  }

  /** Somebody new announced itself to our tracker. If it is one of our kind, it is a member, of whom we may not have heard. */
  announced(peer: RegistryPeer): void {
    this.#options.onPeer(peer.infoHash, { host: peer.host, port: peer.port }, 'tracker')
    if (peerIdBytes(peer.peerId).toString('latin1').startsWith(OWN_KIND)) this.network.hint(peer)
  }

  /** Members that have all of a torrent, connected to us or not. */
  seeders(infoHash: InfoHash): PeerAddress[] {
    return this.#peers.seeders(infoHash)
  }

  view(): NetworkView {
    return viewNetwork(this.network, this.#options.peerPort(), this.#options.startedAt, monotonicNow())
  }

  members(): MemberView[] {
    const nameOf = (infoHash: InfoHash): string | null => this.#options.swarm(infoHash)?.name ?? null
    return viewMembers(this.network, nameOf, monotonicNow(), wallClock().getTime())
  }

  /** Our state folder was copied from another machine's, or somebody spoiled our id. */
  async #takeAnotherId(): Promise<void> {
    const { log } = this.#config
    const before = this.memberId
    const id = newMemberId()
    this.network.rename(id)
    log('member.renamed', { before, id, reason: 'another machine uses the same id, or speaks in its name' })
    try {
      await saveIdentity(this.#options.root, id)
    } catch (error) {
      log('settings.unsaved', { reason: error instanceof Error ? error.message : String(error) })
    }
  }
}
