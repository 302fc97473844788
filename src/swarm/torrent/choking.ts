/** Carries out the choker's decisions, in rounds and whenever a slot falls free, and keeps the record of them. */
import { ChokerLog, type ChokerRecord } from '../choker/choker-log.ts'
import {
  betweenRounds,
  exclusion,
  rankedRate,
  rechoke,
  retold,
  slotsAreAtRest,
  turnIsOver,
  type ChokeCandidate,
  type ChokeDecision,
  type ChokeMoment,
  type Placement,
} from '../choker/choker.ts'
import { ChokerCounts } from '../choker/choker-counts.ts'
import { FairnessLedger, fairnessOf, type FairnessIndices, type PeerAccount } from '../choker/fairness.ts'
import type { PeerSession } from '../peer/peer-session.ts'
import type { SwarmContext } from './swarm-context.ts'
import type { Uploads } from './uploads.ts'

/** Who has a slot and asks for nothing for so long does not use it: a request is here after one round trip. */
const UNUSED_MS = 1500
/**
 * A seeder waits longer while others take what it has to give: who has sources enough needs some seconds to make room for
 * one more, and else the seeder would serve only those that have no others.
 */
const PATIENT_MS = 10_000

export class Choking {
  readonly log: ChokerLog
  readonly counts = new ChokerCounts()
  readonly #swarm: SwarmContext
  readonly #uploads: Uploads
  readonly #ledger = new FairnessLedger()
  #nextRoundAt: number | null = null
  #slotMayBeFree = false
  /** Until the last tick, in bytes. */
  #uploaded = 0
  /** Those that have a slot. */
  #holders: PeerSession[] = []
  /** What they are to us may have changed in this transition. */
  readonly #changed = new Set<PeerSession>()

  constructor(swarm: SwarmContext, uploads: Uploads) {
    this.#swarm = swarm
    this.#uploads = uploads
    this.log = swarm.options.chokerLog ?? new ChokerLog()
  }

  get unchoked(): number {
    let count = 0
    for (const session of this.#swarm.sessions.values()) if (!session.amChoking) count++
    return count
  }

  /** When the next round is, in ms; null before the first tick. */
  get nextRoundAt(): number | null {
    return this.#nextRoundAt
  }

  /** When a round next gives the optimistic slot to somebody else, in ms; null before the first tick, or when nobody has it. */
  get nextOptimisticAt(): number | null {
    const { choker } = this.#swarm.options
    let round = this.#nextRoundAt
    const turn = [...this.#swarm.sessions.values()].find(({ slot }) => slot === 'optimistic')
    if (round === null || !turn) return null
    while (!turnIsOver(turn.slotSince, round, choker)) round += choker.roundMs
    return round
  }

  /** The swarm as the choker sees it now. */
  look(now: number): ChokeMoment {
    const { sessions, seeding, options } = this.#swarm
    const candidates = Array.from(sessions.values(), (session) => snapshot(session, seeding, now))
    return { candidates, seeding, now, random: options.random }
  }

  /** What each peer gave and was given, those that left too. */
  accounts(now: number): PeerAccount[] {
    return this.#ledger.accounts(this.#swarm.sessions.values(), now)
  }

  fairness(now: number): FairnessIndices {
    return fairnessOf(this.accounts(now))
  }

  /** Something changed that may free a slot, or make a peer wait for one: looked at when the transition ends. */
  slotMayBeFree(): void {
    this.#slotMayBeFree = true
  }

  /** The same, when it is about this peer alone: in a crowd somebody's interest changes all the time. */
  standingChanged(session: PeerSession): void {
    this.#changed.add(session)
  }

  left(session: PeerSession, now: number): void {
    this.#holders = this.#holders.filter((holder) => holder !== session)
    session.slots.to('idle', now)
    this.#ledger.left(session, now)
    this.#slotMayBeFree = true
  }

  tick(now: number): void {
    const { choker } = this.#swarm.options
    this.#reckonUse(now)
    this.#findUnused(now)
    this.#nextRoundAt ??= now + choker.roundMs
    if (now < this.#nextRoundAt) return
    this.#nextRoundAt = now + choker.roundMs
    this.counts.rounds++
    const moment = this.look(now)
    const decisions = rechoke(moment, choker)
    this.#record('round', moment, decisions)
    this.#applyAll(decisions, now)
    for (const session of this.#swarm.sessions.values()) session.unused = false
  }

  /** The end of a transition. */
  settle(now: number): void {
    if (!this.#slotMayBeFree && this.#changed.size === 0) return
    const { sessions, seeding, options } = this.#swarm
    // While every slot is taken and used, nobody else's standing matters.
    const all = this.#slotMayBeFree || !this.#allSlotsAreUsed
    const peers = all ? [...sessions.values()] : [...new Set([...this.#holders, ...this.#changed])]
    this.#slotMayBeFree = false
    this.#changed.clear()
    const placements = peers.map(placement)
    if (slotsAreAtRest(placements, seeding, options.choker)) {
      for (const session of peers) keepTime(session, seeding, now)
      return this.#tell(retold(placements, seeding, options.choker), now)
    }
    const moment = this.look(now)
    const { lost, filled, told } = betweenRounds(moment, options.choker)
    this.#tell(told, now)
    if (lost.length > 0) {
      this.#record('lost-slot', moment, lost)
      this.#applyAll(lost, now)
    }
    if (filled.length > 0) {
      this.#record('free-slot', lost.length > 0 ? this.look(now) : moment, filled)
      this.#applyAll(filled, now)
    }
  }

  /** No slot changes hands by these. */
  #tell(decisions: readonly ChokeDecision[], now: number): void {
    for (const decision of decisions) {
      const session = this.#swarm.sessions.get(decision.key)
      if (session) this.#apply(session, decision, now)
    }
  }

  get #allSlotsAreUsed(): boolean {
    return this.#holders.length >= this.#swarm.options.choker.slots && this.#holders.every(({ unused }) => !unused)
  }

  /** How much of our uplink those with a slot have had since the last tick. */
  #reckonUse(now: number): void {
    const { seeding, upload, sessions } = this.#swarm
    const equalPart = (upload.total - this.#uploaded) / Math.max(1, this.#holders.length)
    this.#uploaded = upload.total
    for (const session of sessions.values()) {
      const taken = session.upload.total
      if (seeding && session.slot !== null) session.use.held(taken, equalPart, now)
      else session.use.skip(taken)
    }
  }

  #findUnused(now: number): void {
    const isTaken = this.#holders.some(({ lastServedAt }) => now - lastServedAt < PATIENT_MS)
    const unusedMs = this.#swarm.seeding && isTaken ? PATIENT_MS : UNUSED_MS
    for (const session of this.#swarm.sessions.values()) {
      if (session.slot === null || session.unused || !session.uploads.isIdle) continue
      if (now - Math.max(session.slotSince, session.lastServedAt) < unusedMs) continue
      session.unused = true
      this.#slotMayBeFree = true
    }
  }

  #record(kind: ChokerRecord['kind'], moment: ChokeMoment, decisions: readonly ChokeDecision[]): void {
    const { now, seeding, candidates } = moment
    const decided = new Map(decisions.map((decision) => [decision.key, decision]))
    const verdicts = candidates.flatMap((candidate) => {
      const session = this.#swarm.sessions.get(candidate.key)
      if (!session) return []
      const { address, peerId, verdict } = session
      const rate = rankedRate(candidate, seeding)
      if (kind === 'round') session.rankedRate = rate
      return { address, peerId, candidate, rankedRate: rate, decision: decided.get(candidate.key) ?? verdict }
    })
    const { slots } = this.#swarm.options.choker
    const record = this.log.add({ kind, at: now, seeding, slots, verdicts, fairness: this.fairness(now) })
    this.#swarm.emit({ type: 'choker-round', record })
  }

  /** Chokes go before unchokes, so that at no instant more than the slots are unchoked. */
  #applyAll(decisions: readonly ChokeDecision[], now: number): void {
    const inOrder = [...decisions].sort((a, b) => Number(a.slot !== null) - Number(b.slot !== null))
    this.#tell(inOrder, now)
    this.#holders = Array.from(this.#swarm.sessions.values()).filter(({ slot }) => slot !== null)
    if (decisions.length > 0) this.#uploads.slotsChanged(now)
  }

  #apply(session: PeerSession, decision: ChokeDecision, now: number): void {
    this.counts.decided(decision.code)
    session.verdict = decision
    if (decision.slot !== session.slot) session.slotSince = now
    session.slot = decision.slot
    const choke = decision.slot === null
    if (choke !== session.amChoking) {
      session.amChoking = choke
      if (choke) {
        session.chokedRequests = 0
        this.#swarm.send(session, { type: 'choke' }, now)
        this.#uploads.dropQueue(session, now)
      } else {
        this.counts.waits.observe((now - session.slots.since) / 1000)
        this.#uploads.unchoked(session, now)
        // How fast it takes shows from here on: the seconds before, in which it could take nothing, are not its fault.
        session.upload.restart(now)
        this.#swarm.send(session, { type: 'unchoke' }, now)
      }
    }
    keepTime(session, this.#swarm.seeding, now)
  }
}

function snapshot(session: PeerSession, seeding: boolean, now: number): ChokeCandidate {
  keepTime(session, seeding, now)
  return {
    ...placement(session),
    downloadRate: session.download.rate(now),
    uploadRate: session.upload.rate(now),
    since: session.slot === null ? session.slots.since : session.slotSince,
    connectedAt: session.connectedAt,
    freeRides: session.freeRides,
    askedInVain: session.askedInVain,
    usedRate: session.use.rate(now),
  }
}

const placement = (session: PeerSession): Placement => ({
  key: session.key,
  interested: session.peerInterested,
  seeder: session.isSeeder,
  uploadOnly: session.uploadOnly,
  snubbed: session.snubbed,
  slot: session.slot,
  code: session.verdict.code,
  unused: session.unused,
})

/** Its wait, or its turn, is counted from now on. */
function keepTime(session: PeerSession, seeding: boolean, now: number): void {
  const waits = exclusion(placement(session), seeding) === null
  session.slots.to(session.slot !== null ? 'served' : waits ? 'waiting' : 'idle', now)
}
