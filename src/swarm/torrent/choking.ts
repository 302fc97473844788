/** Carries out the choker's decisions, in rounds and whenever a slot falls free. */
import {
  exclusion,
  fillFreeSlots,
  rechoke,
  type ChokeCandidate,
  type ChokeDecision,
  type ChokeRound,
} from '../choker/choker.ts'
import { ChokerCounts } from '../choker/choker-counts.ts'
import type { PeerSession } from '../peer/peer-session.ts'
import type { SwarmContext } from './swarm-context.ts'
import type { Uploads } from './uploads.ts'

export class Choking {
  readonly counts = new ChokerCounts()
  readonly #swarm: SwarmContext
  readonly #uploads: Uploads
  #nextRoundAt: number | null = null
  #slotMayBeFree = false

  constructor(swarm: SwarmContext, uploads: Uploads) {
    this.#swarm = swarm
    this.#uploads = uploads
  }

  get unchoked(): number {
    let count = 0
    for (const session of this.#swarm.sessions.values()) if (!session.amChoking) count++
    return count
  }

  /** Something changed that may let a waiting peer in: looked at when the transition ends. */
  slotMayBeFree(): void {
    this.#slotMayBeFree = true
  }

  /** The peer is no longer what it was: if it needs no slot now, that one is for somebody else, at once. */
  reconsider(session: PeerSession, now: number): void {
    const excluded = exclusion(snapshot(session, now), this.#swarm.seeding)
    if (excluded && session.slot !== null) this.#apply(session, excluded, now)
    this.#slotMayBeFree = true
  }

  tick(now: number): void {
    this.#nextRoundAt ??= now + this.#swarm.options.choker.roundMs
    if (now < this.#nextRoundAt) return
    this.#nextRoundAt = now + this.#swarm.options.choker.roundMs
    this.counts.rounds++
    this.#applyAll(rechoke(this.#round(now), this.#swarm.options.choker), now)
  }

  /** The end of a transition. */
  settle(now: number): void {
    if (!this.#slotMayBeFree) return
    this.#slotMayBeFree = false
    this.#applyAll(fillFreeSlots(this.#round(now), this.#swarm.options.choker), now)
  }

  #round(now: number): ChokeRound {
    const candidates = Array.from(this.#swarm.sessions.values(), (session) => snapshot(session, now))
    return { candidates, seeding: this.#swarm.seeding, now, random: this.#swarm.options.random }
  }

  /** Chokes go before unchokes, so that at no instant more than the slots are unchoked. */
  #applyAll(decisions: readonly ChokeDecision[], now: number): void {
    const inOrder = [...decisions].sort((a, b) => Number(a.slot !== null) - Number(b.slot !== null))
    for (const decision of inOrder) {
      const session = this.#swarm.sessions.get(decision.key)
      if (session) this.#apply(session, decision, now)
    }
  }

  #apply(session: PeerSession, decision: ChokeDecision, now: number): void {
    session.slot = decision.slot
    session.chokeReason = decision.reason
    session.chokeCode = decision.code
    session.chokeRank = decision.rank
    this.counts.decided(decision.code)
    const choke = decision.slot === null
    if (choke === session.amChoking) return
    session.amChoking = choke
    if (choke) {
      session.chokedAt = now
      session.chokedRequests = 0
      this.#swarm.send(session, { type: 'choke' }, now)
      this.#uploads.dropQueue(session, now)
    } else {
      this.counts.waits.observe((now - Math.max(session.chokedAt, session.interestedAt)) / 1000)
      session.unchokedAt = now
      this.#swarm.send(session, { type: 'unchoke' }, now)
    }
  }
}

const snapshot = (session: PeerSession, now: number): ChokeCandidate => ({
  key: session.key,
  interested: session.peerInterested,
  seeder: session.isSeeder || session.uploadOnly,
  snubbed: session.snubbed,
  downloadRate: session.download.rate(now),
  uploadRate: session.upload.rate(now),
  slot: session.slot,
  since: session.slot === null ? Math.max(session.chokedAt, session.interestedAt) : session.unchokedAt,
  connectedAt: session.connectedAt,
})
