/** A whole swarm in virtual time: peers on machines, a tracker, and a watch over what must hold at every instant. */
import assert from 'node:assert/strict'
import { addressKey, type PeerAddress } from '../../src/protocol/index.ts'
import type { AnnounceEvent, TorrentEffect } from '../../src/swarm/index.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { SimClock } from './sim-clock.ts'
import { SimNetwork, type LinkSpeed } from './sim-network.ts'
import { SimPeer, type SimPeerOptions } from './sim-peer.ts'
import { makeSimTorrent, type SimTorrent } from './sim-torrent.ts'

const MIB = 1024 * 1024

export interface SimSwarmOptions {
  readonly seed: number
  /** Bytes of the torrent. */
  readonly length: number
  readonly pieceLength: number
}

export interface JoinOptions extends SimPeerOptions {
  readonly name: string
  readonly link?: Partial<LinkSpeed>
}

const TRACKER_MS = 5

export class SimSwarm {
  readonly clock = new SimClock()
  readonly source: SimTorrent
  readonly peers: SimPeer[] = []
  readonly #seed: number
  readonly #network: SimNetwork
  readonly #random: () => number
  readonly #members = new Map<string, PeerAddress>()
  #trace = 0x811c9dc5

  constructor({ seed, length, pieceLength }: SimSwarmOptions) {
    this.#seed = seed
    this.#random = seededRandom(seed)
    this.#network = new SimNetwork(this.clock, seededRandom(seed + 1_000_003))
    this.source = makeSimTorrent(length, pieceLength, seed)
  }

  /** A number for all that happened: equal for equal seeds. */
  get trace(): number {
    return this.#trace >>> 0
  }

  join({ name, link, ...options }: JoinOptions): SimPeer {
    const number = this.peers.length + 1
    const address = { host: `10.0.${number >> 8}.${number & 255}`, port: 5000 }
    const machine = this.#network.add(address, { up: 10 * MIB, down: 10 * MIB, latency: 1, ...link })
    const peer = new SimPeer(name, this.#seed * 1009 + number, options, {
      machine,
      source: this.source,
      tracker: this,
      // Those who joined first announce first.
      firstTickMs: 20 * (number + this.#random()),
      observer: (observed, effects) => this.#observe(observed, effects),
    })
    this.peers.push(peer)
    return peer
  }

  peer(name: string): SimPeer {
    const found = this.peers.find((one) => one.name === name)
    assert.ok(found, `there is no peer ${name}`)
    return found
  }

  /** Goes on until it is so; fails when it is not after `seconds` of virtual time. */
  runUntil(what: string, done: () => boolean, seconds: number): void {
    const reached = this.clock.runUntil(done, this.clock.now + seconds * 1000)
    assert.ok(reached, `not within ${seconds} s: ${what}\n${this.describe()}`)
  }

  run(seconds: number): void {
    this.clock.runUntil(() => false, this.clock.now + seconds * 1000)
  }

  /** All that take part and are not frozen come to have everything, with the right bytes. */
  runToCompletion(seconds: number): void {
    const alive = (): SimPeer[] => this.peers.filter((peer) => !peer.left && !peer.machine.frozen)
    this.runUntil('all are complete', () => alive().every((peer) => peer.done), seconds)
    for (const peer of alive()) assert.ok(peer.isIntact, `${peer.name} has wrong bytes`)
  }

  announce(from: SimPeer, event: AnnounceEvent | undefined, answer: (peers: readonly PeerAddress[]) => void): void {
    this.clock.after(TRACKER_MS, () => {
      const { address } = from.machine
      const key = addressKey(address)
      if (event === 'stopped') this.#members.delete(key)
      else this.#members.set(key, address)
      const others = Array.from(this.#members.values()).filter((other) => other !== address)
      others.sort(() => this.#random() - 0.5)
      this.clock.after(TRACKER_MS, () => answer(others.slice(0, 50)))
    })
  }

  /** For a failed run. */
  describe(): string {
    const lines = this.peers.map((peer) => {
      const { torrent } = peer
      const sessions = Array.from(
        torrent.sessions.values(),
        (session) =>
          `${session.address.host}${session.peerChoking ? '' : ' unchokes us'}${session.amChoking ? '' : ' unchoked'}${
            session.snubbed ? ' snubbed' : ''
          } ${session.requests.size} asked`,
      )
      return `${peer.name}: ${torrent.have.count} pieces, ${torrent.picker.assemblies.size} on their way; ${sessions.join('; ')}`
    })
    return [`at ${Math.round(this.clock.now)} ms`, ...lines].join('\n')
  }

  #observe(peer: SimPeer, effects: readonly TorrentEffect[]): void {
    this.#checkSlots(peer)
    for (const effect of effects) {
      this.#record(this.clock.now * 1000)
      this.#record(Number(peer.machine.address.host.split('.')[3]))
      this.#record(effect.type.length * 31 + effect.type.charCodeAt(0))
      if ('peer' in effect) this.#record(effect.peer)
      if ('index' in effect) this.#record(effect.index)
      if (effect.type === 'send-requests') for (const block of effect.blocks) this.#record(block.index + block.begin)
    }
  }

  #record(value: number): void {
    this.#trace = Math.imul(this.#trace ^ Math.round(value), 0x01000193)
  }

  /** What tit-for-tat promises, at the end of every transition. */
  #checkSlots(peer: SimPeer): void {
    const { torrent } = peer
    let unchoked = 0
    let sources = 0
    let waiting = 0
    for (const session of torrent.sessions.values()) {
      if (!session.amChoking) unchoked++
      if (session.isSource) sources++
      const needsSlot = session.peerInterested && !session.isSeeder && !session.uploadOnly
      if (session.amChoking && needsSlot && (!session.snubbed || torrent.have.isFull)) waiting++
    }
    assert.ok(unchoked <= 4, `${peer.name} unchokes ${unchoked} peers`)
    assert.ok(sources <= 4, `${peer.name} downloads from ${sources} peers`)
    assert.ok(unchoked === 4 || waiting === 0, `${peer.name} has ${unchoked} slots in use while ${waiting} peers wait`)
  }
}
