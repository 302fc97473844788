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
    for (let block = session.uploads.next(); block; block = session.uploads.next()) {
      this.#swarm.emit({
        type: 'send-block',
        peer: session.key,
        index: block.index,
        begin: block.begin,
        length: block.length,
      })
    }
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
