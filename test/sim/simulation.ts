/** One swarm from its first announce until everybody who stays is done: what comes in, who takes part, what came out. */
import { CHOKER_PROFILES, type ChokerProfile, type ChokerSettings } from '../../src/swarm/index.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { lowerBound, type LowerBound } from './lower-bound.ts'
import type { LinkSpeed } from './sim-network.ts'
import type { SimPeer } from './sim-peer.ts'
import { SimSwarm } from './sim-swarm.ts'
import { SlotWatch } from './slot-watch.ts'

/** From the first peer of a kind to its last, in equal steps. */
export interface Spread {
  readonly from: number
  readonly to: number
}

export interface Scenario {
  readonly seed: number
  /** Bytes. */
  readonly size: number
  readonly pieceLength: number
  readonly seeders: number
  readonly leechers: number
  /** They take and never give: a choker without slots. */
  readonly freeRiders: number
  /** Bytes per second that each of them gives for show, to those that it unchokes: and then it has slots. */
  readonly freeRidersGive?: number
  /** Bytes per second; a free rider's are those of the leechers' middle. */
  readonly uplink: Spread
  readonly downlink: Spread
  readonly seederUplink: number
  /** One way between two peers, ms. */
  readonly latency: number
  readonly jitter: number
  /** Share of the frames. */
  readonly loss: number
  /** Share of the leechers that leave in the midst of it, half of them without a word; a new one comes for each. */
  readonly churn: number
  /** Share of the pieces that each leecher and free rider has when it comes, by lot: a swarm that is on its way. */
  readonly begun?: number
  /** Seconds over which they come, by lot. */
  readonly arrivals: number
  readonly profile: ChokerProfile
  /** What a leecher does when it is done. */
  readonly afterwards: 'seed' | 'leave'
  /** For trials of a rule only: other numbers than the product's. */
  readonly choker?: Partial<ChokerSettings>
  readonly maxSources?: number
  /** Whether tit-for-tat's promises are checked after every transition. */
  readonly checked?: boolean
}

export type Role = 'seeder' | 'leecher' | 'free rider' | 'newcomer'

export interface PeerRecord {
  readonly name: string
  readonly role: Role
  /** Bytes per second. */
  readonly uplink: number
  readonly downlink: number
  /** Seconds of virtual time. */
  readonly joinedAt: number
  completedAt: number | null
  leftAt: number | null
  /** Bytes. */
  uploaded: number
  downloaded: number
  wasted: number
  /** Seconds: the longest time that it wanted something of its neighbours and had a slot at none. */
  longestWait: number
}

export interface SimulationResult {
  readonly scenario: Scenario
  readonly bound: LowerBound
  readonly peers: readonly PeerRecord[]
  /** Seconds until the last of those who were there from the start and stayed was done; null: not in time. */
  readonly lastCompletion: number | null
  /** `lastCompletion` by the bound. */
  readonly ratio: number | null
  /** Seconds: the longest time that a peer waited for a slot at a seeder. */
  readonly longestWaitAtSeeder: number
  /** Equal for equal seeds. */
  readonly trace: number
  /** Things that happened: what the simulation costs. */
  readonly steps: number
  readonly virtualSeconds: number
}

/** Past this many times the bound, a swarm counts as stuck. */
const PATIENCE = 40

export class Simulation {
  readonly swarm: SimSwarm
  readonly bound: LowerBound
  readonly #scenario: Scenario
  readonly #random: () => number
  readonly #slots: SlotWatch
  readonly #records = new Map<SimPeer, PeerRecord>()
  /** Who is expected to come and has not yet. */
  #coming = 0

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.#random = seededRandom(scenario.seed * 31 + 17)
    this.swarm = new SimSwarm({
      seed: scenario.seed,
      length: scenario.size,
      pieceLength: scenario.pieceLength,
      hollow: true,
      checked: scenario.checked ?? true,
    })
    this.#slots = new SlotWatch(this.swarm)
    this.#invite()
    this.bound = this.#lowerBound()
    this.#planChurn()
  }

  get records(): ReadonlyMap<SimPeer, PeerRecord> {
    return this.#records
  }

  /** Every peer that stays is done. */
  get isOver(): boolean {
    return this.#coming === 0 && this.swarm.peers.every((peer) => peer.done || peer.left || peer.machine.frozen)
  }

  run(): SimulationResult {
    const { clock } = this.swarm
    const deadline = this.bound.seconds * PATIENCE * 1000 + 600_000
    // Whether it is over can only change when somebody completes or leaves: once a second is often enough to look.
    let over = false
    const look = (): void => {
      over = this.isOver
      clock.after(1000, look)
    }
    clock.after(1000, look)
    clock.runUntil(() => over, deadline)
    return this.result()
  }

  result(): SimulationResult {
    for (const [peer, record] of this.#records) this.#close(peer, record)
    const peers = [...this.#records.values()]
    const stayed = peers.filter(({ role, leftAt, completedAt }) => role === 'leecher' && !(leftAt && !completedAt))
    const times = stayed.map(({ completedAt }) => completedAt)
    const lastCompletion = times.includes(null) ? null : Math.max(...times.map(Number))
    return {
      scenario: this.#scenario,
      bound: this.bound,
      peers,
      lastCompletion,
      ratio: lastCompletion === null ? null : lastCompletion / this.bound.seconds,
      longestWaitAtSeeder: this.#slots.longestAtSeeder / 1000,
      trace: this.swarm.trace,
      steps: this.swarm.clock.steps,
      virtualSeconds: this.swarm.clock.now / 1000,
    }
  }

  #invite(): void {
    const { seeders, leechers, freeRiders, seederUplink, uplink, downlink, arrivals } = this.#scenario
    for (let at = 0; at < seeders; at++) {
      this.#join('seeder', `seeder ${at + 1}`, { up: seederUplink, down: downlink.to }, 0)
    }
    for (let at = 0; at < leechers; at++) {
      const link = { up: step(uplink, at, leechers), down: step(downlink, at, leechers) }
      this.#join('leecher', `leecher ${at + 1}`, link, arrivals * this.#random())
    }
    for (let at = 0; at < freeRiders; at++) {
      const link = { up: (uplink.from + uplink.to) / 2, down: (downlink.from + downlink.to) / 2 }
      this.#join('free rider', `free rider ${at + 1}`, link, arrivals * this.#random())
    }
  }

  #join(role: Role, name: string, { up, down }: { up: number; down: number }, afterSeconds: number): void {
    const { latency, jitter, loss, profile, choker, maxSources, afterwards, freeRidersGive } = this.#scenario
    const { clock } = this.swarm
    const link: LinkSpeed = { up, down, latency: latency / 2, jitter: jitter / 2, loss }
    const settings = { ...CHOKER_PROFILES[profile], ...choker }
    const peer = this.swarm.join({
      name,
      link,
      have: this.#initialPieces(role),
      ...(role !== 'free rider'
        ? { choker: settings }
        : freeRidersGive === undefined
          ? { choker: { ...settings, slots: 0, optimisticSlots: 0 } }
          : { choker: settings, uploadLimit: freeRidersGive }),
      ...(maxSources === undefined ? {} : { limits: { maxSources } }),
      firstTickMs: 1 + afterSeconds * 1000,
      ...(afterwards === 'leave' && role !== 'seeder' ? { onComplete: () => this.#leave(peer) } : {}),
    })
    this.#records.set(peer, {
      name,
      role,
      uplink: up,
      downlink: down,
      joinedAt: clock.now / 1000 + afterSeconds,
      completedAt: null,
      leftAt: null,
      uploaded: 0,
      downloaded: 0,
      wasted: 0,
      longestWait: 0,
    })
  }

  #initialPieces(role: Role): 'all' | 'none' | number[] {
    const { begun = 0 } = this.#scenario
    if (role === 'seeder') return 'all'
    if (begun === 0 || role === 'newcomer') return 'none'
    const { pieceCount } = this.swarm.source.shape
    return Array.from({ length: pieceCount }, (_, piece) => piece).filter(() => this.#random() < begun)
  }

  #leave(peer: SimPeer): void {
    const record = this.#records.get(peer)
    if (record) record.leftAt = this.swarm.clock.now / 1000
    peer.leave()
  }

  /** Who leaves does so while it still would be missed: in the first 80 % of the least time that the swarm needs. */
  #planChurn(): void {
    const { churn, leechers } = this.#scenario
    const leaving = shuffled(
      this.swarm.peers.filter((peer) => this.#records.get(peer)?.role === 'leecher'),
      this.#random,
    ).slice(0, Math.round(churn * leechers))
    leaving.forEach((peer, at) => {
      this.#coming++
      this.swarm.clock.at(this.bound.seconds * 1000 * (0.1 + 0.7 * this.#random()), () => {
        this.#coming--
        const record = this.#records.get(peer)
        if (!record) return
        if (!peer.done) {
          record.leftAt = this.swarm.clock.now / 1000
          if (at % 2 === 0) this.#leave(peer)
          else peer.freeze()
        }
        this.#join('newcomer', `newcomer ${at + 1}`, { up: record.uplink, down: record.downlink }, 0)
      })
    })
  }

  #close(peer: SimPeer, record: PeerRecord): void {
    record.completedAt = record.role === 'seeder' || peer.completedAt === null ? null : peer.completedAt / 1000
    record.uploaded = peer.uploaded
    record.downloaded = peer.torrent.counters.downloaded
    record.wasted = peer.torrent.counters.wasted
    record.longestWait = this.#slots.longest(peer) / 1000
  }

  #lowerBound(): LowerBound {
    const { size, pieceLength } = this.#scenario
    const of = (...roles: Role[]): PeerRecord[] =>
      [...this.#records.values()].filter(({ role }) => roles.includes(role))
    return lowerBound({
      size,
      pieceLength,
      seederUplinks: of('seeder').map(({ uplink }) => uplink),
      leecherUplinks: of('leecher', 'free rider').map(({ role, uplink }) => (role === 'leecher' ? uplink : 0)),
      leecherDownlinks: of('leecher', 'free rider').map(({ downlink }) => downlink),
    })
  }
}

const step = ({ from, to }: Spread, at: number, count: number): number =>
  count < 2 ? from : from + ((to - from) * at) / (count - 1)

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const lots = items.map((item) => ({ item, lot: random() }))
  return lots.sort((a, b) => a.lot - b.lot).map(({ item }) => item)
}
