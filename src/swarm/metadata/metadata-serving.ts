/**
 * Gives the metadata to peers that came by a magnet link (BEP 9): the info dictionary in pieces, each on request. Whoever knows the
 * info hash may have it, so that each peer gets it a few times, and at a rate that no reader falls behind.
 */
import {
  METADATA_NAME,
  MAX_METADATA_MESSAGE,
  METADATA_PIECE_LENGTH,
  decodeMetadataMessage,
  encodeMetadataMessage,
  metadataPieces,
} from '../../protocol/index.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import type { ExtensionOffer, ExtensionPart } from '../torrent/extensions.ts'
import { PeerFault, type SwarmContext } from '../torrent/swarm-context.ts'

/** For torrents that are not private: in those, the info hash alone must not open what the tracker keeps closed. */
export const METADATA_OFFER: ExtensionOffer = { name: METADATA_NAME, id: 2, maxBytes: MAX_METADATA_MESSAGE }

/** Pieces to a peer in a second, and at once: half a MiB. */
const PIECES_A_SECOND = 32
/** Requests of a peer that wait; what is asked beyond is rejected. */
const MOST_WAITING = 128
/** A peer may have it so many times in a while, and some pieces more: those of a small one that were lost. */
const TIMES = 3
const EXTRA_PIECES = 16
const WHILE_MS = 10 * 60_000
/** Rejects of one session: nobody who wants the metadata gets so many. */
const MOST_REJECTS = 1000
/** Answers to what we did not ask. */
const MOST_UNASKED = 16

interface Account {
  readonly waiting: number[]
  /** Pieces that may go out now; fractions while they come in. */
  room: number
  roomAt: number
  /** Pieces since `since`. */
  given: number
  since: number
  rejects: number
  unasked: number
}

export interface MetadataServingPorts {
  send(session: PeerSession, payload: Buffer, now: number): void
}

export class MetadataServing implements ExtensionPart {
  readonly #swarm: SwarmContext
  readonly #metadata: Buffer | null
  readonly #ports: MetadataServingPorts
  readonly #accounts = new Map<PeerKey, Account>()

  /** @param metadata null: we have none yet, and say so to all that ask */
  constructor(swarm: SwarmContext, metadata: Buffer | null, ports: MetadataServingPorts) {
    this.#swarm = swarm
    this.#metadata = metadata
    this.#ports = ports
  }

  /** It only asks. */
  agreed(): void {}

  /** @throws PeerFault `metadata-flood`, `unexpected-message`; ProtocolError */
  received(session: PeerSession, payload: Buffer, now: number): void {
    const message = decodeMetadataMessage(payload)
    if (message === null) return
    const account = this.#account(session, now)
    if (message.type === 'request') return this.requested(session, message.piece, now)
    if (++account.unasked > MOST_UNASKED) throw new PeerFault('unexpected-message')
  }

  /** @throws PeerFault `metadata-flood` */
  requested(session: PeerSession, piece: number, now: number): void {
    const account = this.#account(session, now)
    if (now - account.since >= WHILE_MS) Object.assign(account, { given: 0, since: now })
    const count = metadataPieces(this.#metadata?.length ?? 0)
    const allowed = TIMES * count + EXTRA_PIECES - account.given - account.waiting.length
    if (piece >= count || allowed <= 0 || account.waiting.length >= MOST_WAITING) {
      if (++account.rejects > MOST_REJECTS) throw new PeerFault('metadata-flood')
      return this.#ports.send(session, encodeMetadataMessage({ type: 'reject', piece }), now)
    }
    account.waiting.push(piece)
    this.#serve(session, account, now)
  }

  left(session: PeerSession): void {
    this.#accounts.delete(session.key)
  }

  tick(now: number): void {
    for (const [peer, account] of this.#accounts) {
      const session = this.#swarm.sessions.get(peer)
      if (session) this.#serve(session, account, now)
    }
  }

  #serve(session: PeerSession, account: Account, now: number): void {
    const metadata = this.#metadata
    if (metadata === null || account.waiting.length === 0) return
    account.room = Math.min(PIECES_A_SECOND, account.room + (PIECES_A_SECOND * (now - account.roomAt)) / 1000)
    account.roomAt = now
    for (const piece of account.waiting.splice(0, Math.floor(account.room))) {
      account.room--
      account.given++
      const start = piece * METADATA_PIECE_LENGTH
      const bytes = metadata.subarray(start, start + METADATA_PIECE_LENGTH)
      const data = { type: 'data', piece, totalSize: metadata.length, bytes } as const
      this.#ports.send(session, encodeMetadataMessage(data), now)
    }
  }

  #account(session: PeerSession, now: number): Account {
    let account = this.#accounts.get(session.key)
    if (!account) {
      account = { waiting: [], room: PIECES_A_SECOND, roomAt: now, given: 0, since: now, rejects: 0, unasked: 0 }
      this.#accounts.set(session.key, account)
    }
    return account
  }
}
