/**
 * In whom we say that we are interested. Not in everybody who has what we lack: BEP 3 wants interest kept up to date, so that
 * others "know which peers will start downloading immediately if unchoked"; and who has as many sources as it may have, all of
 * them good, asks nobody else. It says so, and the slot that it could not use goes to somebody who can. In simulated crowds of
 * 100, where all showed interest in all, more than half of the slots at uplinks that were idle in the first 30 s were held by
 * peers that had enough; and later on now and then somebody had no slot anywhere for 12 to 20 s, gave all the while, and came last.
 *
 * Who has unchoked us is tried in its turn; so interest stays until it chokes us, for want of use. And who gave more than it got is
 * not content with any four: fast peers would never find each other.
 */
import type { PeerSession } from '../peer/peer-session.ts'
import type { Sources } from './sources.ts'
import type { SwarmContext } from './swarm-context.ts'

/** Interest is not withdrawn before: what there is use for changes from moment to moment. */
const CONTENT_MS = 1000
/** Of what we gave: who got less than that in return looks for somebody better, however alike its sources are. */
const FAIR_RETURN = 0.9

export class Interest {
  readonly #swarm: SwarmContext
  readonly #sources: Sources
  /** One more that unchoked us would be asked. */
  #isOpen = true
  /** When there was use for one more the last time, in ms. */
  #openAt = 0

  constructor(swarm: SwarmContext, sources: Sources) {
    this.#swarm = swarm
    this.#sources = sources
  }

  /** What the peer has that we lack may be another. */
  show(session: PeerSession, now: number): void {
    const wouldAsk = this.#isOpen || !session.peerChoking || this.#sources.havePlaceFor(session)
    const interested = session.wantedPieces > 0 && wouldAsk
    if (interested === session.amInterested) return
    session.amInterested = interested
    this.#swarm.send(session, { type: interested ? 'interested' : 'not-interested' }, now)
    if (interested) this.#sources.mayChange()
    else this.#sources.remove(session)
  }

  tick(now: number): void {
    const { download, upload } = this.#swarm
    const isShort = download.total < FAIR_RETURN * upload.total
    if (isShort || this.#sources.haveUseForAnother(now)) this.#openAt = now
    this.#isOpen = now - this.#openAt < CONTENT_MS
    this.#showAll(now)
  }

  /** The end of a transition: a free place waits for no tick. */
  settle(now: number): void {
    if (this.#isOpen || !this.#sources.haveRoom) return
    this.#isOpen = true
    this.#openAt = now
    this.#showAll(now)
  }

  #showAll(now: number): void {
    for (const session of this.#swarm.sessions.values()) this.show(session, now)
  }
}
