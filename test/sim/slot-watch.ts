/** Looks once a virtual second who waits for a slot, and for how long it has done so: whether anybody starves. */
import type { SimPeer } from './sim-peer.ts'
import type { SimSwarm } from './sim-swarm.ts'

const LOOK_MS = 1000

export class SlotWatch {
  /** ms: the longest wait for a slot at a peer that has everything. */
  longestAtSeeder = 0
  readonly #swarm: SimSwarm
  readonly #waitingSince = new Map<SimPeer, number>()
  readonly #longest = new Map<SimPeer, number>()

  constructor(swarm: SimSwarm) {
    this.#swarm = swarm
    this.#look()
  }

  /** ms: the longest time in which the peer was interested in somebody and had a slot nowhere. */
  longest(peer: SimPeer): number {
    return this.#longest.get(peer) ?? 0
  }

  #look(): void {
    const { clock, peers } = this.#swarm
    for (const peer of peers) {
      if (peer.left || peer.machine.frozen) continue
      if (peer.done) this.#lookAtSeeder(peer, clock.now)
      else this.#lookAtLeecher(peer, clock.now)
    }
    clock.after(LOOK_MS, () => this.#look())
  }

  #lookAtLeecher(peer: SimPeer, now: number): void {
    let interested = false
    let served = false
    for (const session of peer.torrent.sessions.values()) {
      if (!session.amInterested) continue
      interested = true
      if (!session.peerChoking) served = true
    }
    if (!interested || served) {
      this.#waitingSince.delete(peer)
      return
    }
    const since = this.#waitingSince.get(peer) ?? now
    this.#waitingSince.set(peer, since)
    this.#longest.set(peer, Math.max(this.longest(peer), now - since + LOOK_MS))
  }

  #lookAtSeeder(peer: SimPeer, now: number): void {
    for (const session of peer.torrent.sessions.values()) {
      if (!session.amChoking || !session.peerInterested || session.isSeeder) continue
      const waited = now - session.slots.since
      this.longestAtSeeder = Math.max(this.longestAtSeeder, waited)
    }
  }
}
