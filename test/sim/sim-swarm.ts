/** A whole swarm in virtual time: peers on machines, a tracker, and a watch over what must hold at every instant. */
import assert from 'node:assert/strict'
import { addressKey, type PeerAddress } from '../../src/protocol/index.ts'
import type { AnnounceEvent, TorrentEffect } from '../../src/swarm/index.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { SimClock } from './sim-clock.ts'
import { SimNetwork, type LinkSpeed } from './sim-network.ts'
import { SimPeer, type SimPeerOptions } from './sim-peer.ts'
import { makeHollowTorrent, makeSimTorrent, type SimTorrent } from './sim-torrent.ts'

const MIB = 1024 * 1024

export interface SimSwarmOptions {
  readonly seed: number
  /** Bytes of the torrent. */
  readonly length: number
  readonly pieceLength: number
  /** Blocks are moved without their bytes: for large swarms. */
  readonly hollow?: boolean
  /** Whether tit-for-tat's promises are checked after every transition; unless told otherwise they are. */
  readonly checked?: boolean
}

export interface JoinOptions extends SimPeerOptions {
  readonly name: string
  readonly link?: Partial<LinkSpeed>
  /** ms from now until its first tick, when it announces. */
  readonly firstTickMs?: number
}

const TRACKER_MS = 5
/** Addresses in an answer of the tracker. */
const ANSWER_PEERS = 50

export class SimSwarm {
  readonly clock = new SimClock()
  readonly source: SimTorrent
  readonly peers: SimPeer[] = []
  readonly #seed: number
  readonly #network: SimNetwork
  readonly #random: () => number
  /** Keyed by address, and in a list for drawing lots. */
  readonly #places = new Map<string, number>()
  readonly #members: PeerAddress[] = []
  readonly #checked: boolean
  #trace = 0x811c9dc5

  constructor({ seed, length, pieceLength, hollow = false, checked = true }: SimSwarmOptions) {
    this.#seed = seed
    this.#checked = checked
    this.#random = seededRandom(seed)
    this.#network = new SimNetwork(this.clock, seededRandom(seed + 1_000_003))
    this.source = hollow ? makeHollowTorrent(length, pieceLength) : makeSimTorrent(length, pieceLength, seed)
  }

  /** A number for all that happened: equal for equal seeds. */
  get trace(): number {
    return this.#trace >>> 0
  }

  join({ name, link, firstTickMs, ...options }: JoinOptions): SimPeer {
    const number = this.peers.length + 1
    const address = { host: `10.0.${number >> 8}.${number & 255}`, port: 5000 }
    const machine = this.#network.add(address, { up: 10 * MIB, down: 10 * MIB, latency: 1, ...link })
    const peer = new SimPeer(name, number, this.#seed * 1009 + number, options, {
      machine,
      source: this.source,
      tracker: this,
      // Those who joined first announce first.
      firstTickMs: firstTickMs ?? 20 * (number + this.#random()),
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
      if (event === 'stopped') this.#forget(address)
      else this.#remember(address)
      const others = this.#draw(ANSWER_PEERS, address)
      this.clock.after(TRACKER_MS, () => answer(others))
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

  #remember(address: PeerAddress): void {
    const key = addressKey(address)
    if (this.#places.has(key)) return
    this.#places.set(key, this.#members.length)
    this.#members.push(address)
  }

  #forget(address: PeerAddress): void {
    const place = this.#places.get(addressKey(address))
    const last = this.#members.at(-1)
    if (place === undefined || !last) return
    this.#members[place] = last
    this.#places.set(addressKey(last), place)
    this.#places.delete(addressKey(address))
    this.#members.pop()
  }

  /** So many members by lot, in an order by lot, without the one who asks. */
  #draw(count: number, except: PeerAddress): PeerAddress[] {
    const members = this.#members
    const drawn: PeerAddress[] = []
    for (let at = 0; at < members.length && drawn.length < count; at++) {
      const lot = at + Math.floor(this.#random() * (members.length - at))
      const address = members[lot]
      const moved = members[at]
      if (!address || !moved) continue
      members[at] = address
      members[lot] = moved
      this.#places.set(addressKey(address), at)
      this.#places.set(addressKey(moved), lot)
      if (address !== except) drawn.push(address)
    }
    return drawn
  }

  #observe(peer: SimPeer, effects: readonly TorrentEffect[]): void {
    if (this.#checked) this.#checkSlots(peer)
    for (const effect of effects) {
      this.#record(this.clock.now * 1000)
      this.#record(peer.number)
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
    assert.ok(unchoked <= peer.slots, `${peer.name} unchokes ${unchoked} peers`)
    assert.ok(sources <= 4, `${peer.name} downloads from ${sources} peers`)
    assert.ok(
      unchoked === peer.slots || waiting === 0,
      `${peer.name} has ${unchoked} slots in use while ${waiting} peers wait`,
    )
  }
}
