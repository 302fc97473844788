/**
 * The few peers we send requests to (at most four: the other half of tit-for-tat). A free place is taken at once by the
 * fastest peer that would serve us; now and then, and when another unchokes us while it gives little, the slowest source
 * gives way to one that waits, so that a better one can show itself. No block is dropped by that, and no fifth peer sends:
 * whoever gives way is asked for nothing more, and its place is free when the last block that it owes is here; what a slow
 * one still owes after 10 s is asked of others.
 */
import type { PeerSession } from '../peer/peer-session.ts'
import { RATE_WINDOW_SECONDS } from '../rate/rate-meter.ts'
import type { SwarmContext } from './swarm-context.ts'

/** Asked for blocks and silent for so long: snubbed. */
const SNUB_MS = 20_000
/** A snubbed peer may be tried again after this. */
const SNUB_REST_MS = 30_000
/** So long a new source may show itself; only one is tried at a time. */
const TRIAL_MS = 10_000
/** So long one that gives way may take to send what it owes. */
const GIVE_WAY_MS = 10_000
/** Of what the sources give on average: one that gives no more makes room for who has just unchoked us. */
const LITTLE = 1 / 2
/** However good the sources are, somebody else is tried so often: a better one could not show itself otherwise. */
const CURIOUS_MS = 30_000
/** Bytes per second: a source that gives less after its trial, and owes us a block for so long, is asked in vain. */
const NEXT_TO_NOTHING = 8 * 1024
const OWES_MS = 5_000

export class Sources {
  readonly #swarm: SwarmContext
  readonly #giveUp: (session: PeerSession, now: number) => void
  readonly #sources = new Set<PeerSession>()
  #mayChange = false
  /** The one that gives way. */
  #leaving: PeerSession | null = null
  #leavingSince = 0
  /** Who comes in its place; whoever was not tried for longest if nobody in particular. */
  #coming: PeerSession | null = null

  /** @param giveUp takes a peer's unanswered requests back */
  constructor(swarm: SwarmContext, giveUp: (session: PeerSession, now: number) => void) {
    this.#swarm = swarm
    this.#giveUp = giveUp
  }

  get size(): number {
    return this.#sources.size
  }

  get haveRoom(): boolean {
    return this.#sources.size < this.#swarm.options.limits.maxSources
  }

  /** Whether one more peer that unchoked us now would be asked soon. */
  haveUseForAnother(now: number): boolean {
    if (this.haveRoom) return true
    if (this.#leaving) return false
    const sources = [...this.#sources]
    if (sources.some(isIdle)) return true
    const sinceLastCame = now - Math.max(...sources.map(({ sourceSince }) => sourceSince))
    if (sinceLastCame < TRIAL_MS) return false
    const worst = this.#worst(now)
    return sinceLastCame >= CURIOUS_MS || (worst !== null && this.#givesLittle(worst, LITTLE, now))
  }

  /** Whether this very peer would be asked if it unchoked us now, though there is no use for just anybody. */
  havePlaceFor(session: PeerSession): boolean {
    return session.isSource || Array.from(this.#sources).some((source) => claim(session) > claim(source))
  }

  [Symbol.iterator](): IterableIterator<PeerSession> {
    return this.#sources.values()
  }

  mayChange(): void {
    this.#mayChange = true
  }

  /**
   * The peer has unchoked us. It may want its slot back soon if we leave it unused, so it is tried at once if one of our
   * sources gives little beside the others. Who has a better claim than the worst of them is tried if that gives no
   * more than the average.
   */
  offered(session: PeerSession, now: number): void {
    this.#mayChange = true
    if (this.#leaving || session.isSource || session.snubbed || !session.amInterested) return
    if (this.haveRoom) return
    const worst = this.#worst(now)
    if (worst && this.#givesLittle(worst, claim(session) > claim(worst) ? 1 : LITTLE, now))
      this.#giveWay(worst, session, now)
  }

  remove(session: PeerSession): void {
    if (!this.#sources.delete(session)) return
    session.isSource = false
    if (this.#leaving === session) this.#endLeaving()
    this.#mayChange = true
  }

  settle(now: number): void {
    const leaving = this.#leaving
    if (leaving?.requests.size === 0) this.#replace(leaving, this.#coming, now)
    if (!this.#mayChange) return
    this.#mayChange = false
    this.#fill(now)
  }

  tick(now: number): void {
    for (const session of this.#swarm.sessions.values()) this.#checkSnub(session, now)
    for (const session of this.#sources) judge(session, now)
    const leaving = this.#leaving
    if (leaving && now - this.#leavingSince >= GIVE_WAY_MS) {
      this.#giveUp(leaving, now)
      this.#replace(leaving, this.#coming, now)
    }
    const full = this.#sources.size >= this.#swarm.options.limits.maxSources
    if (full && this.#waiting(now).length > 0) this.#rotate(now)
    this.#fill(now)
  }

  #checkSnub(session: PeerSession, now: number): void {
    if (session.requests.size === 0 || now - session.lastBlockAt < SNUB_MS) return
    session.snubbed = true
    session.snubbedAt = now
    session.askedInVain = true
    this.#giveUp(session, now)
    this.remove(session)
  }

  /** Peers that would serve us and are no sources, best first; at equal rates whoever was not asked for longest. */
  #waiting(now: number): PeerSession[] {
    const rested = (session: PeerSession): boolean => !session.snubbed || now - session.snubbedAt > SNUB_REST_MS
    return Array.from(this.#swarm.sessions.values())
      .filter((session) => !session.isSource && session.amInterested && session.serves && rested(session))
      .sort((a, b) => b.download.rate(now) - a.download.rate(now) || a.sourceSince - b.sourceSince)
  }

  #fill(now: number): void {
    const free = this.#swarm.options.limits.maxSources - this.#sources.size
    if (free <= 0) return
    const waiting = this.#waiting(now)
    for (const session of waiting.slice(0, free)) this.#add(session, now)
    // Nobody is left to give way to.
    if (waiting.length <= free) this.#endLeaving()
  }

  #add(session: PeerSession, now: number): void {
    session.isSource = true
    session.sourceSince = now
    session.downloadedBefore = session.download.total
    session.nothingToAsk = false
    this.#sources.add(session)
  }

  /**
   * The source that helps least gives way to who was not tried for longest: an idle one at once; one that works only
   * when nobody is on trial, or the best ones would have to go before the new ones could be compared to them.
   */
  #rotate(now: number): void {
    const worst = this.#worst(now)
    if (!worst) return
    if (isIdle(worst)) return this.#replace(worst, null, now)
    if (this.#leaving || Array.from(this.#sources).some((session) => isOnTrial(session, now))) return
    this.#giveWay(worst, null, now)
  }

  /** The source that helps least, of those that are not on trial; one that nothing can be asked of before all others. */
  #worst(now: number): PeerSession | null {
    let worst: PeerSession | null = null
    for (const session of this.#sources) {
      if (isIdle(session)) return session
      if (isOnTrial(session, now)) continue
      if (!worst || help(session, now) < help(worst, now)) worst = session
    }
    return worst
  }

  /** No more than this part of what the sources give on average. */
  #givesLittle(source: PeerSession, part: number, now: number): boolean {
    const helps = Array.from(this.#sources, (one) => help(one, now))
    const mean = helps.reduce((sum, one) => sum + one, 0) / helps.length
    return help(source, now) <= mean * part
  }

  #giveWay(worst: PeerSession, coming: PeerSession | null, now: number): void {
    if (worst.requests.size === 0) return this.#replace(worst, coming, now)
    worst.givesWay = true
    this.#leaving = worst
    this.#coming = coming
    this.#leavingSince = now
  }

  #replace(worst: PeerSession, coming: PeerSession | null, now: number): void {
    const waiting = this.#waiting(now)
    this.remove(worst)
    if (coming && waiting.includes(coming)) return this.#add(coming, now)
    if (waiting.length === 0) return
    this.#add(
      waiting.reduce((longest, one) => (one.sourceSince < longest.sourceSince ? one : longest)),
      now,
    )
  }

  #endLeaving(): void {
    if (!this.#leaving) return
    this.#leaving.givesWay = false
    this.#leaving.nothingToAsk = false
    this.#leaving = null
    this.#coming = null
  }
}

/** Nothing that it has is to be asked for, and it owes us nothing. */
const isIdle = ({ nothingToAsk, requests }: PeerSession): boolean => nothingToAsk && requests.size === 0

/** What speaks for a peer beside its rate: a seeder wants nothing for what it gives; who has a slot of ours may give in return. */
const claim = ({ isSeeder, slot }: PeerSession): number => (isSeeder ? 2 : slot === null ? 0 : 1)

const isOnTrial = ({ sourceSince }: PeerSession, now: number): boolean => now - sourceSince < TRIAL_MS

/** What it gives when it is asked is remembered while others are asked. */
function judge(session: PeerSession, now: number): void {
  if (isOnTrial(session, now)) return
  if (help(session, now) >= NEXT_TO_NOTHING) session.askedInVain = false
  // Who has little that we lack is asked for little, and is not to blame while it answers.
  else if (now - (session.requests.oldestAt ?? now) >= OWES_MS) session.askedInVain = true
}

/** Bytes per second since it became a source, at most over the rate's window: a newcomer is not judged by its past. */
function help(session: PeerSession, now: number): number {
  const seconds = (now - session.sourceSince) / 1000
  const sinceThen = (session.download.total - session.downloadedBefore) / Math.max(1, seconds)
  return seconds < RATE_WINDOW_SECONDS ? sinceThen : session.download.rate(now)
}
