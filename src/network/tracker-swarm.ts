import type { InfoHash, IpFamily, PeerAddress, PeerId } from '../protocol/index.ts'
import { endpointKey } from './endpoint-key.ts'
import { networkOf } from './nearness.ts'
import { MAX_PACKED, PackedPeers } from './packed-peers.ts'
import { RecencyList } from './recency-list.ts'
import type { Recent } from './recency-list.ts'
import { Tally } from './tally.ts'

/** A peer that announced itself. */
export interface RegistryPeer extends PeerAddress {
  readonly infoHash: InfoHash
  readonly peerId: PeerId
  /** Bytes it still needs: 0 is a seeder. */
  readonly left: number
  /** When it last announced, in the milliseconds of `now`. */
  readonly seenAt: number
}

/** The peer of this very service in a swarm. It has no host: that is whatever address the asker reached us at. */
export interface OwnPeer {
  readonly peerId: PeerId
  readonly port: number
  /** Bytes still needed: 0 is a seeder. */
  readonly left: number
}

/** A peer as it is kept: the next announce of the same one writes into it. */
export class KeptPeer implements RegistryPeer, Recent<KeptPeer> {
  readonly infoHash: InfoHash
  readonly host: string
  readonly port: number
  readonly family: IpFamily
  readonly network: number | string
  peerId: PeerId
  left: number
  seenAt: number
  older: KeptPeer | null = null
  newer: KeptPeer | null = null

  constructor({ infoHash, host, port, peerId, left, seenAt }: RegistryPeer) {
    this.infoHash = infoHash
    this.host = host
    this.port = port
    this.family = host.includes(':') ? 6 : 4
    this.network = networkOf(host)
    this.peerId = peerId
    this.left = left
    this.seenAt = seenAt
  }
}

/**
 * The peers that announced themselves for one torrent.
 *
 * Invariant: the peers are in the order in which they were last heard of, so the first is the first to go.
 */
export class TrackerSwarm implements Recent<TrackerSwarm> {
  readonly infoHash: InfoHash
  /** Ours: it stays, whoever announces what. */
  registered = false
  ownPeer: OwnPeer | null = null
  older: TrackerSwarm | null = null
  newer: TrackerSwarm | null = null
  /** By address: a peer that started again, with a new id, is no second peer. */
  readonly #peers = new Map<number | string, KeptPeer>()
  readonly #order = new RecencyList<KeptPeer>()
  /** undefined: not made since the peers changed. */
  #packed: PackedPeers | null | undefined
  /** By peer id: who is there at an address of each family is one peer. */
  readonly #ids = new Tally<PeerId>()
  readonly #seeders = new Tally<PeerId>()
  #downloaded = 0

  constructor(infoHash: InfoHash) {
    this.infoHash = infoHash
  }

  /** Number of addresses with a peer, ours not counted. */
  get size(): number {
    return this.#peers.size
  }

  /** Seeders, ours among them. */
  get complete(): number {
    return this.#seeders.size + (this.ownPeer?.left === 0 ? 1 : 0)
  }

  /** Everybody else, ours among them. */
  get incomplete(): number {
    return this.#ids.size + (this.ownPeer === null ? 0 : 1) - this.complete
  }

  /** How often a peer told that it became complete. */
  get downloaded(): number {
    return this.#downloaded
  }

  /** Whoever was heard of longest ago; ours is not among them. */
  get oldest(): KeptPeer | null {
    return this.#order.oldest
  }

  /** Peers, longest silent first; ours is not among them. Each is as it is now, and changes with its next announce. */
  peers(): Iterable<RegistryPeer> {
    return this.#order
  }

  /** The same as bytes; null when they can't be. */
  get packed(): PackedPeers | null {
    if (this.#packed === undefined) this.#packed = this.size > MAX_PACKED ? null : PackedPeers.of(this.#order)
    return this.#packed
  }

  /** Somebody is there. @returns the peer, when it is somebody new: a new address, or another peer at a known one. */
  put(host: string, port: number, peerId: PeerId, left: number, now: number): RegistryPeer | null {
    const key = endpointKey(host, port)
    const known = this.#peers.get(key)
    if (known === undefined) {
      const peer = new KeptPeer({ infoHash: this.infoHash, host, port, peerId, left, seenAt: now })
      this.#peers.set(key, peer)
      this.#order.add(peer)
      this.#packed = undefined
      this.#count(peer)
      return peer
    }
    const isNew = known.peerId !== peerId
    if (isNew) this.#packed = undefined
    if (isNew || (known.left === 0) !== (left === 0)) {
      this.#discount(known)
      known.peerId = peerId
      known.left = left
      this.#count(known)
    }
    known.left = left
    known.seenAt = now
    this.#order.touch(known)
    return isNew ? known : null
  }

  /** Counts a download, once for each peer that wasn't known to be complete. To be called before `put`. */
  countCompleted(host: string, port: number): void {
    if (this.#peers.get(endpointKey(host, port))?.left !== 0) this.#downloaded++
  }

  /** A peer takes back its own announce only: a late `stopped` must not remove the one that started after it. */
  remove(host: string, port: number, peerId: PeerId): RegistryPeer | undefined {
    const peer = this.#peers.get(endpointKey(host, port))
    if (peer?.peerId !== peerId) return undefined
    this.#remove(peer)
    return peer
  }

  /** Removes the longest silent peers of this host until `most` are left. @returns those removed. */
  trimHost(host: string, most: number): readonly RegistryPeer[] {
    if (this.#peers.size <= most) return NONE
    let atHost = 0
    for (let peer = this.#order.oldest; peer !== null; peer = peer.newer) if (peer.host === host) atHost++
    return atHost <= most ? NONE : this.#removeFirst(atHost - most, (peer) => peer.host === host)
  }

  /** Removes the longest silent peers until `most` are left. @returns those removed. */
  trim(most: number): readonly RegistryPeer[] {
    return this.#peers.size <= most ? NONE : this.#removeFirst(this.#peers.size - most, () => true)
  }

  /** Removes the peers not heard of since then. @returns those removed. */
  expire(silentSince: number): readonly RegistryPeer[] {
    let silent: RegistryPeer[] | null = null
    for (let peer = this.#order.oldest; peer !== null && peer.seenAt < silentSince; peer = this.#order.oldest) {
      this.#remove(peer)
      silent ??= []
      silent.push(peer)
    }
    return silent ?? NONE
  }

  #removeFirst(count: number, isMeant: (peer: RegistryPeer) => boolean): RegistryPeer[] {
    const removed: RegistryPeer[] = []
    for (const peer of this.#order) {
      if (removed.length === count) break
      if (!isMeant(peer)) continue
      this.#remove(peer)
      removed.push(peer)
    }
    return removed
  }

  #remove(peer: KeptPeer): void {
    this.#peers.delete(endpointKey(peer.host, peer.port))
    this.#order.remove(peer)
    this.#packed = undefined
    this.#discount(peer)
  }

  #count({ peerId, left }: KeptPeer): void {
    this.#ids.add(peerId)
    if (left === 0) this.#seeders.add(peerId)
  }

  #discount({ peerId, left }: KeptPeer): void {
    this.#ids.remove(peerId)
    if (left === 0) this.#seeders.remove(peerId)
  }
}

/** Most announces remove nobody. */
const NONE: readonly RegistryPeer[] = []
