import { addressKey } from '../protocol/index.ts'
import type { InfoHash, PeerAddress, PeerId } from '../protocol/index.ts'

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

export interface SwarmCounts {
  /** Seeders. */
  readonly complete: number
  /** Everybody else. */
  readonly incomplete: number
  /** How often a peer told that it became complete. */
  readonly downloaded: number
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

  counts(): SwarmCounts {
    let complete = this.ownPeer?.left === 0 ? 1 : 0
    for (const peer of this.#peers.values()) if (peer.left === 0) complete++
    const all = this.#peers.size + (this.ownPeer === null ? 0 : 1)
    return { complete, incomplete: all - complete, downloaded: this.#downloaded }
  }

  /** @returns true for somebody new: a new address, or another peer at a known one. */
  put(peer: RegistryPeer): boolean {
    const key = addressKey(peer)
    const before = this.#peers.get(key)
    this.#peers.delete(key)
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
    this.#peers.delete(key)
    return peer
  }

  /** Removes the longest silent peers of this host until `most` are left. @returns those removed. */
  trimHost(host: string, most: number): RegistryPeer[] {
    const atHost = [...this.#peers.values()].filter((peer) => peer.host === host)
    return this.#removeAll(atHost.slice(0, Math.max(0, atHost.length - most)))
  }

  /** Removes the longest silent peers until `most` are left. @returns those removed. */
  trim(most: number): RegistryPeer[] {
    return this.#removeAll([...this.#peers.values()].slice(0, Math.max(0, this.#peers.size - most)))
  }

  /** Removes the peers not heard of since then. @returns those removed. */
  expire(silentSince: number): RegistryPeer[] {
    const silent: RegistryPeer[] = []
    for (const peer of this.#peers.values()) {
      if (peer.seenAt >= silentSince) break
      silent.push(peer)
    }
    return this.#removeAll(silent)
  }

  #removeAll(peers: RegistryPeer[]): RegistryPeer[] {
    for (const peer of peers) this.#peers.delete(addressKey(peer))
    return peers
  }
}
