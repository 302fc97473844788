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
 * Who has asked for something just now counts though all of that is in the kernel's hands already: what waits there can't
 * be seen from here.
 *
 * The one that all wait for may not want, or not be able to take, its share. So the others only wait while about as much
 * leaves as was seen to leave in the last seconds (`PeakRate`); when less does, they go on, and nobody waits for who held
 * them up until some seconds later. What it could not take is not kept for it.
 */
import type { PeerSession } from '../peer/peer-session.ts'

/** Who waits for others may be ahead of them by what leaves in this time, and by two blocks at least. */
const AHEAD_SECONDS = 0.1
const LEAST_AHEAD = 2 * 16_384
/** Who asked so lately would send more if the uplink were free: a request follows the block before it after one round trip. */
const ASKS_MS = 600
/** Of the most that was seen so much is to leave at least while peers wait for others. */
const FULL = 0.85
/** Whoever held others up in vain is not waited for so long. */
const CONTENT_MS = 10_000
/** What is missing is made up for until the next tick; what left in one stroke is forgiven after a while. */
const SAVED_SECONDS = 1.2
const OWED_SECONDS = 0.5

export class SharedUplink {
  /** Bytes per second: the most that was seen to leave. */
  #capacity = 0
  /** Bytes that are missing to that; less than 0 while none are. */
  #missing = 0
  #at = 0

  /** Begins anew, with nobody ahead. */
  begin(sessions: Iterable<PeerSession>, capacity: number, now: number): void {
    for (const { uploads } of sessions) {
      uploads.turn = 0
      uploads.contentUntil = 0
    }
    this.#capacity = capacity
    this.#missing = 0
    this.#at = now
  }

  set capacity(bytesPerSecond: number) {
    this.#capacity = bytesPerSecond
  }

  /** The peer asks. After a while in which it asked for nothing it has saved up little by that. */
  asked(session: PeerSession, sessions: Iterable<PeerSession>, now: number): void {
    if (now - session.askedAt < ASKS_MS) return
    let lowest = Number.POSITIVE_INFINITY
    for (const other of sessions) {
      if (other !== session && isWaitedFor(other, now)) lowest = Math.min(lowest, other.uploads.turn)
    }
    if (lowest === Number.POSITIVE_INFINITY) return
    session.uploads.turn = Math.max(session.uploads.turn, lowest - this.#ahead)
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
      if (uploads.size > 0 && uploads.hasRoom && (!first || uploads.turn < first.uploads.turn)) first = session
      if (isWaitedFor(session, now)) lowest = Math.min(lowest, uploads.turn)
    }
    if (!first || first.uploads.turn <= lowest + this.#ahead) return first
    if (!limited && this.#missingNow(now) <= 0) return null
    for (const { uploads } of sessions) {
      if (uploads.turn >= first.uploads.turn) continue
      uploads.turn = first.uploads.turn
      if (!limited) uploads.contentUntil = now + CONTENT_MS
    }
    return first
  }

  sent({ uploads, share }: PeerSession, bytes: number, now: number): void {
    uploads.turn += bytes / share
    this.#missing = this.#missingNow(now) - bytes
  }

  get #ahead(): number {
    return Math.max(LEAST_AHEAD, AHEAD_SECONDS * this.#capacity)
  }

  #missingNow(now: number): number {
    const missing = this.#missing + (FULL * this.#capacity * (now - this.#at)) / 1000
    this.#at = now
    this.#missing = Math.max(-OWED_SECONDS * this.#capacity, Math.min(SAVED_SECONDS * this.#capacity, missing))
    return this.#missing
  }
}

/** Whether others wait for it: it wants more, and could take it for all we know. */
const isWaitedFor = ({ uploads, askedAt }: PeerSession, now: number): boolean =>
  now >= uploads.contentUntil && (uploads.size > 0 || now - askedAt < ASKS_MS)
