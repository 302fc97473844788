import { addressKey } from '../protocol/index.ts'
import type { InfoHash, PeerAddress, PeerId, ScrapeCounts } from '../protocol/index.ts'

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

/**
 * The peers that announced themselves for one torrent.
 *
 * Invariant: the peers are in the order in which they were last heard of, so the first is the first to go.
 */
export class TrackerSwarm {
  readonly infoHash: InfoHash
  ownPeer: OwnPeer | null = null
  /** By address: a peer that started again, with a new id, is no second peer. */
  readonly #peers = new Map<string, RegistryPeer>()
  #seeders = 0
  #downloaded = 0

  constructor(infoHash: InfoHash) {
    this.infoHash = infoHash
  }

  /** Number of peers, ours not counted. */
  get size(): number {
    return this.#peers.size
  }

  /** Peers, longest silent first; ours is not among them. */
  peers(): IterableIterator<RegistryPeer> {
    return this.#peers.values()
  }

  /** Ours counts as well. */
  counts(): ScrapeCounts {
    const complete = this.#seeders + (this.ownPeer?.left === 0 ? 1 : 0)
    const all = this.#peers.size + (this.ownPeer === null ? 0 : 1)
    return { complete, incomplete: all - complete, downloaded: this.#downloaded }
  }

  /** @returns true for somebody new: a new address, or another peer at a known one. */
  put(peer: RegistryPeer): boolean {
    const key = addressKey(peer)
    const before = this.#peers.get(key)
    if (before !== undefined) {
      if (before.left === 0) this.#seeders--
      this.#peers.delete(key)
    }
    if (peer.left === 0) this.#seeders++
    this.#peers.set(key, peer)
    return before?.peerId !== peer.peerId
  }

  /** Counts a download, once for each peer that wasn't known to be complete. To be called before `put`. */
  countCompleted(peer: RegistryPeer): void {
    if (this.#peers.get(addressKey(peer))?.left !== 0) this.#downloaded++
  }

  /** A peer takes back its own announce only: a late `stopped` must not remove the one that started after it. */
  remove(address: PeerAddress, peerId: PeerId): RegistryPeer | undefined {
    const key = addressKey(address)
    const peer = this.#peers.get(key)
    if (peer?.peerId !== peerId) return undefined
    this.#delete(key, peer)
    return peer
  }

  /** Removes the longest silent peers of this host until `most` are left. @returns those removed. */
  trimHost(host: string, most: number): readonly RegistryPeer[] {
    if (this.#peers.size <= most) return NONE
    let atHost = 0
    for (const peer of this.#peers.values()) if (peer.host === host) atHost++
    return atHost <= most ? NONE : this.#removeFirst(atHost - most, (peer) => peer.host === host)
  }

  /** Removes the longest silent peers until `most` are left. @returns those removed. */
  trim(most: number): readonly RegistryPeer[] {
    return this.#peers.size <= most ? NONE : this.#removeFirst(this.#peers.size - most, () => true)
  }

  /** Removes the peers not heard of since then. @returns those removed. */
  expire(silentSince: number): readonly RegistryPeer[] {
    let silent: RegistryPeer[] | null = null
    for (const [key, peer] of this.#peers) {
      if (peer.seenAt >= silentSince) break
      this.#delete(key, peer)
      silent ??= []
      silent.push(peer)
    }
    return silent ?? NONE
  }

  #removeFirst(count: number, isMeant: (peer: RegistryPeer) => boolean): RegistryPeer[] {
    const removed: RegistryPeer[] = []
    for (const [key, peer] of this.#peers) {
      if (removed.length === count) break
      if (!isMeant(peer)) continue
      this.#delete(key, peer)
      removed.push(peer)
    }
    return removed
  }

  #delete(key: string, peer: RegistryPeer): void {
    this.#peers.delete(key)
    if (peer.left === 0) this.#seeders--
  }
}

/** Most announces remove nobody. */
const NONE: readonly RegistryPeer[] = []
