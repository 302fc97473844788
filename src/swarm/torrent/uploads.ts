/** What we give: requests come in, wait their turn, and leave as blocks while the peer reads. */
import type { BlockRange, PieceIndex } from '../../protocol/index.ts'
import { BLOCK_LENGTH } from '../../protocol/index.ts'
import type { PeerSession } from '../peer/peer-session.ts'
import { Suggestions } from './suggestions.ts'
import { PeerFault, type SwarmContext } from './swarm-context.ts'

/** Requests may cross our choke message on the way: those are nobody's fault. */
const CHOKE_GRACE_MS = 2_000
/** Requests while choked, after the grace time, before the peer is sent away. */
const CHOKED_REQUESTS_LIMIT = 300

export class Uploads {
  readonly #swarm: SwarmContext
  readonly #suggestions: Suggestions
  /** Where the last turn under a limit ended. */
  #lastServed = 0

  /** @param availability how many connected peers have a piece */
  constructor(swarm: SwarmContext, availability: (piece: PieceIndex) => number) {
    this.#swarm = swarm
    this.#suggestions = new Suggestions(swarm, availability)
  }

  /** Before the peer hears that it has a slot, it hears what to use it for. */
  unchoked(session: PeerSession, now: number): void {
    this.#suggestions.offer(session, now)
  }

  left(session: PeerSession): void {
    this.#suggestions.withdraw(session)
  }

  /** @throws PeerFault for a range that no piece has, and for a flood while choked. */
  requested(session: PeerSession, block: BlockRange, now: number): void {
    this.#checkRange(block)
    const serves = this.#swarm.have.has(block.index) && !session.amChoking
    if (
      session.amChoking &&
      now - session.chokedAt > CHOKE_GRACE_MS &&
      ++session.chokedRequests > CHOKED_REQUESTS_LIMIT
    ) {
      throw new PeerFault('request-flood')
    }
    if (!serves || !session.uploads.push(block)) return this.#reject(session, block, now)
    session.lastServedAt = now
    session.unused = false
    this.#suggestions.asked(session, block.index, now)
    this.serve(session)
  }

  cancelled(session: PeerSession, block: BlockRange, now: number): void {
    this.#checkRange(block)
    // BEP 6: every request is answered, by its piece or by a reject, a cancelled one too.
    if (session.uploads.cancel(block)) this.#reject(session, block, now)
  }

  sent(session: PeerSession, bytes: number, now: number): void {
    session.uploads.sent(bytes)
    session.lastServedAt = now
    session.upload.add(bytes, now)
    session.givenAt ??= now
    session.lastSentAt = now
    this.#swarm.upload.add(bytes, now)
    this.serve(session)
  }

  unreadable(session: PeerSession, block: BlockRange, now: number): void {
    session.uploads.sent(block.length)
    this.#reject(session, block, now)
    this.serve(session)
  }

  /** We choke the peer: what it had asked is void, and it is told so (BEP 6). */
  dropQueue(session: PeerSession, now: number): void {
    this.#suggestions.withdraw(session)
    for (const block of session.uploads.clear()) this.#reject(session, block, now)
  }

  serve(session: PeerSession): void {
    // Under a limit blocks go out at the ticks, shared out among the peers.
    if (this.#swarm.uploadBudget.isLimited) return
    for (let block = session.uploads.next(); block; block = session.uploads.next()) this.#send(session, block)
  }

  /** Under a limit: one block for each who waits, in turn, until what may be sent is used up. */
  tick(now: number): void {
    const { uploadBudget } = this.#swarm
    let waiting = [...this.#swarm.sessions.values()].filter(({ uploads }) => uploads.size > 0)
    const first = waiting.findIndex(({ key }) => key > this.#lastServed)
    if (first > 0) waiting = [...waiting.slice(first), ...waiting.slice(0, first)]
    while (waiting.length > 0) {
      const served: PeerSession[] = []
      for (const session of waiting) {
        if (uploadBudget.left(now) <= 0) return
        const block = session.uploads.next()
        if (!block) continue
        this.#lastServed = session.key
        uploadBudget.spend(block.length)
        this.#send(session, block)
        served.push(session)
      }
      waiting = served
    }
  }

  #send(session: PeerSession, { index, begin, length }: BlockRange): void {
    this.#swarm.emit({ type: 'send-block', peer: session.key, index, begin, length })
  }

  #checkRange({ index, begin, length }: BlockRange): void {
    if (!this.#swarm.isPiece(index)) throw new PeerFault('invalid-request')
    if (length < 1 || length > BLOCK_LENGTH) throw new PeerFault('invalid-request')
    if (begin + length > this.#swarm.pieceSize(index)) throw new PeerFault('invalid-request')
  }

  /** A peer without BEP 6 has no word for no: it learns by our choke. */
  #reject(session: PeerSession, { index, begin, length }: BlockRange, now: number): void {
    if (session.fast) this.#swarm.send(session, { type: 'reject', index, begin, length }, now)
  }
}
