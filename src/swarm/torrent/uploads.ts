/** What we give: requests come in, wait their turn, and leave as blocks while the peer reads. */
import { BLOCK_LENGTH, type BlockRange, type PieceIndex } from '../../protocol/index.ts'
import { uplinkShares } from '../choker/shares.ts'
import type { PeerSession } from '../peer/peer-session.ts'
import { UPLOAD_QUEUE_LIMIT } from '../peer/upload-queue.ts'
import { PeakRate } from '../rate/peak-rate.ts'
import { SharedUplink } from './shared-uplink.ts'
import { Suggestions } from './suggestions.ts'
import { PeerFault, type SwarmContext } from './swarm-context.ts'

/**
 * Requests may cross our choke message on the way, and those of a slow uplink stand behind the blocks that it sends us for
 * many seconds: no time tells who floods. But it can't have more of them on the way than we take (`reqq`), and one for each
 * block that the system still held for it when we choked it, some 4 MiB.
 */
const CHOKED_REQUESTS_LIMIT = UPLOAD_QUEUE_LIMIT + 300
/** Shares that differ by less are as good as equal: then TCP may divide the link. */
const UNLIKE = 1.25
/** Bytes per second. An uplink that is faster is not what is short, and dividing it would cost more than it brings. */
const FAST_UPLINK = 40 * 1024 * 1024
/** From one tick to the next. */
const TICK_SECONDS = 1
/** Bytes per second. On slower ones what the system holds for a peer takes so long that it has to be waited for. */
const SLOW_UPLINK = 8 * 1024 * 1024

export class Uploads {
  readonly #swarm: SwarmContext
  readonly #suggestions: Suggestions
  readonly #uplink = new SharedUplink()
  readonly #peak: PeakRate
  /** Those that have a slot. */
  #holders: PeerSession[] = []
  /** The uplink is divided by shares. */
  #shared = false
  #dividesUplink = false

  /** @param availability how many connected peers have a piece */
  constructor(swarm: SwarmContext, availability: (piece: PieceIndex) => number) {
    this.#swarm = swarm
    this.#suggestions = new Suggestions(swarm, availability)
    this.#peak = new PeakRate(0, swarm.options.now)
  }

  /** Shares are not alike, and the uplink is slow: what the system holds would leave in TCP's order, and by equal parts. */
  get dividesUplink(): boolean {
    return this.#dividesUplink
  }

  /** Before the peer hears that it has a slot, it hears what to use it for. */
  unchoked(session: PeerSession, now: number): void {
    session.uploads.turn = 0
    this.#suggestions.offer(session, now)
  }

  left(session: PeerSession, now: number): void {
    this.#suggestions.withdraw(session)
    if (session.slot !== null) this.slotsChanged(now)
  }

  /** @throws PeerFault for a range that no piece has, and for a flood while choked. */
  requested(session: PeerSession, block: BlockRange, now: number): void {
    this.#checkRange(session, block)
    const serves = this.#swarm.have.has(block.index) && !session.amChoking
    if (session.amChoking && ++session.chokedRequests > CHOKED_REQUESTS_LIMIT) throw new PeerFault('request-flood')
    const wasIdle = session.uploads.isIdle
    if (!serves || !session.uploads.push(block)) return this.#reject(session, block, now)
    if (this.#shared && wasIdle) this.#uplink.joins(session, this.#holders)
    session.lastServedAt = now
    session.unused = false
    this.#suggestions.asked(session, block.index, now)
    this.#serve(session, now)
  }

  cancelled(session: PeerSession, block: BlockRange, now: number): void {
    this.#checkRange(session, block)
    // BEP 6: every request is answered, by its piece or by a reject, a cancelled one too.
    if (!session.uploads.cancel(block)) return
    this.#reject(session, block, now)
    // Others may have waited for it.
    if (session.uploads.size === 0) this.#serve(session, now)
  }

  sent(session: PeerSession, bytes: number, now: number): void {
    session.uploads.sent(bytes)
    session.lastServedAt = now
    session.upload.add(bytes, now)
    // A seeder is owed nothing.
    if (!this.#swarm.seeding) session.debt.took(bytes)
    session.lastSentAt = now
    this.#swarm.upload.add(bytes, now)
    this.#serve(session, now)
  }

  unreadable(session: PeerSession, block: BlockRange, now: number): void {
    session.uploads.sent(block.length)
    this.#reject(session, block, now)
    this.#serve(session, now)
  }

  /** We choke the peer: what it had asked is void, and it is told so (BEP 6). */
  dropQueue(session: PeerSession, now: number): void {
    this.#suggestions.withdraw(session)
    for (const block of session.uploads.clear()) this.#reject(session, block, now)
  }

  /** Slots changed hands. */
  slotsChanged(now: number): void {
    this.#holders = Array.from(this.#swarm.sessions.values()).filter(({ slot }) => slot !== null)
    this.#shareOut(now)
    this.#serveAll(now)
  }

  /** Time has passed: what peers gave is another, and what they take; under a limit more may leave. */
  tick(now: number): void {
    this.#peak.observe(this.#swarm.upload.total, now)
    this.#uplink.capacity = this.#peak.rate
    this.#shareOut(now)
    this.#capFreeRiders()
    this.#serveAll(now)
  }

  /** Who was held up until now, by a limit or by others, has nothing under way that would bring its turn. */
  #serveAll(now: number): void {
    if (this.#shared || this.#swarm.uploadBudget.isLimited) return this.#serveShared(now)
    for (const session of this.#holders) this.#serve(session, now)
  }

  /** What each gets, from now on, by what it gave until now. */
  #shareOut(now: number): void {
    const { uploadBudget, seeding } = this.#swarm
    const holders = this.#holders.map(({ slot, download, freeRides, askedInVain }) => ({
      slot,
      downloadRate: download.rate(now),
      freeRides,
      askedInVain,
    }))
    const shares = uplinkShares(holders, seeding)
    for (const [at, session] of this.#holders.entries()) session.share = shares[at] ?? 0
    const { rate } = this.#peak
    const unlike = Math.max(...shares) > UNLIKE * Math.min(...shares)
    // Until it is known what leaves, nobody is held up.
    const shared = uploadBudget.isLimited || (unlike && rate > 0 && rate < FAST_UPLINK)
    if (shared && !this.#shared) this.#uplink.begin(this.#holders, this.#peak.rate, now)
    this.#shared = shared
    this.#dividesUplink = unlike && rate > 0 && rate < SLOW_UPLINK
    for (const session of this.#holders) {
      session.uploads.fit(Math.max(session.upload.rate(now), session.share * rate), shared)
    }
  }

  /** What is not theirs is not theirs either while nobody else wants it. */
  #capFreeRiders(): void {
    for (const { uploads, freeRides, share } of this.#holders) {
      const capped = freeRides && this.#shared && !this.#swarm.seeding
      uploads.allow(capped ? share * this.#peak.rate * TICK_SECONDS : Number.POSITIVE_INFINITY)
    }
  }

  #serve(session: PeerSession, now: number): void {
    if (this.#shared || this.#swarm.uploadBudget.isLimited) return this.#serveShared(now)
    for (let block = session.uploads.next(); block; block = session.uploads.next()) this.#send(session, block)
  }

  /** Whose turn it is, until nobody may have more now. What a limit lets pass is sent at once, or at the next tick. */
  #serveShared(now: number): void {
    const { uploadBudget } = this.#swarm
    while (uploadBudget.left(now) > 0 && this.#sendNext(uploadBudget.isLimited, now)) continue
  }

  /** Rows go out block by block, or who asks for long ones would hold up all others. @returns whether somebody was to have a block. */
  #sendNext(limited: boolean, now: number): boolean {
    const session = this.#uplink.next(this.#holders, limited, now)
    const block = session?.uploads.next(BLOCK_LENGTH)
    if (!session || !block) return false
    this.#uplink.sent(session, block.length, now)
    this.#swarm.uploadBudget.spend(block.length)
    this.#send(session, block)
    return true
  }

  #send(session: PeerSession, { index, begin, length }: BlockRange): void {
    this.#swarm.emit({ type: 'send-block', peer: session.key, index, begin, length })
  }

  #checkRange({ longestRequest }: PeerSession, { index, begin, length }: BlockRange): void {
    if (!this.#swarm.isPiece(index)) throw new PeerFault('invalid-request')
    if (length < 1 || length > longestRequest) throw new PeerFault('invalid-request')
    if (begin + length > this.#swarm.pieceSize(index)) throw new PeerFault('invalid-request')
  }

  /** A peer without BEP 6 has no word for no: it learns by our choke. */
  #reject(session: PeerSession, { index, begin, length }: BlockRange, now: number): void {
    if (session.fast) this.#swarm.send(session, { type: 'reject', index, begin, length }, now)
  }
}
