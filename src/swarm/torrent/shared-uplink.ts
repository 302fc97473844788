/**
 * Divides our uplink by shares. Weighted fair queueing: every block sent moves its peer's `turn` on by the block's length
 * over the peer's share, and whose turn is lowest is served next.
 *
 * Under a limit that is all: so many bytes may leave, and they go by turns. Without one nobody tells us how fast the uplink is.
 * Then the kernel takes whatever it is given, and TCP divides the link, equally, among all that have something to send. So
 * nobody is served that is ahead of the lowest turn by more than a little: who has a large share sends all the time, as fast
 * as TCP can, and the others send when it has moved on. No clock paces this, and the link is as full as one TCP
 * connection can make it.
 *
 * Unless the one that all wait for can't take its share, because *its* downlink is slow. So the others only wait while
 * as much leaves as was seen to leave in the last seconds (`PeakRate`); what is missing to that goes to whoever can take it.
 * As long as that happens, more is tried for a moment every 20 s. What it could not take is kept for a peer for two seconds, no longer.
 */
import type { PeerSession } from '../peer/peer-session.ts'

/** Who waits for others may be ahead of them by what leaves in this time, and by two blocks at least. */
const AHEAD_SECONDS = 0.1
const LEAST_AHEAD = 2 * 16_384
/** So far a peer may fall behind before its claim is void. */
const BEHIND_SECONDS = 2
/** Of the most that was seen so much is to leave at least: then nobody needs to be let pass. */
const FULL = 0.85
/** While peers have to be let pass, more is tried so often and so long: or nobody would find out what the uplink can do. */
const PROBE_EVERY_MS = 20_000
const PROBE_MS = 2000
const PROBE = 2
/** Room that was not used is kept until the next tick; what left in one stroke is forgiven after a while. */
const SAVED_SECONDS = 1.2
const OWED_SECONDS = 0.5

export class SharedUplink {
  /** Bytes per second: the most that was seen to leave. */
  #capacity = 0
  /** Bytes that are missing to that; less than 0 while none are. */
  #missing = 0
  #at = 0
  /** When somebody was let pass for the last time. */
  #passedAt = Number.NEGATIVE_INFINITY
  /** The turn of whoever was served last: where all stand while nobody else waits. */
  #reached = 0

  /** Begins anew, with nobody ahead. */
  begin(sessions: Iterable<PeerSession>, capacity: number, now: number): void {
    for (const { uploads } of sessions) uploads.turn = 0
    this.#capacity = capacity
    this.#missing = 0
    this.#reached = 0
    this.#at = now
  }

  set capacity(bytesPerSecond: number) {
    this.#capacity = bytesPerSecond
  }

  /** The peer asks again after a while in which it asked for nothing: it has saved up little by that. */
  joins({ uploads }: PeerSession, sessions: Iterable<PeerSession>): void {
    let lowest = Number.POSITIVE_INFINITY
    for (const other of sessions) {
      if (other.uploads !== uploads && !other.uploads.isIdle) lowest = Math.min(lowest, other.uploads.turn)
    }
    if (lowest === Number.POSITIVE_INFINITY) lowest = this.#reached
    uploads.turn = Math.max(uploads.turn, lowest - this.#ahead)
  }

  /**
   * Who is to have the next block; null while nobody can take one, or who can has to wait for others.
   *
   * @param limited so many bytes may leave whoever takes them: nobody has to wait
   */
  next(sessions: Iterable<PeerSession>, limited: boolean, now: number): PeerSession | null {
    let lowest = Number.POSITIVE_INFINITY
    let first: PeerSession | null = null
    for (const session of sessions) {
      const { uploads } = session
      if (uploads.isIdle) continue
      lowest = Math.min(lowest, uploads.turn)
      if (uploads.size > 0 && uploads.hasRoom && (!first || uploads.turn < first.uploads.turn)) first = session
    }
    if (!first || first.uploads.turn <= lowest + this.#ahead) return first
    if (!limited && this.#missingNow(now) <= 0) return null
    if (!this.#probes(now)) this.#passedAt = now
    const most = first.uploads.turn - BEHIND_SECONDS * this.#capacity
    for (const { uploads } of sessions) uploads.turn = Math.max(uploads.turn, most)
    return first
  }

  sent({ uploads, share }: PeerSession, bytes: number, now: number): void {
    this.#reached = uploads.turn
    uploads.turn += bytes / share
    this.#missing = this.#missingNow(now) - bytes
  }

  get #ahead(): number {
    return Math.max(LEAST_AHEAD, AHEAD_SECONDS * this.#capacity)
  }

  #probes(now: number): boolean {
    return now % PROBE_EVERY_MS < PROBE_MS && now - this.#passedAt < PROBE_EVERY_MS
  }

  #missingNow(now: number): number {
    const part = this.#probes(now) ? PROBE : FULL
    const missing = this.#missing + (part * this.#capacity * (now - this.#at)) / 1000
    this.#at = now
    this.#missing = Math.max(-OWED_SECONDS * this.#capacity, Math.min(SAVED_SECONDS * this.#capacity, missing))
    return this.#missing
  }
}
