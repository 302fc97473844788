/**
 * Gets the metadata from peers that say they have it (BEP 9), some of which lie. The info hash tells right from wrong, but only of
 * the whole, and nobody knows its size:
 *
 * - Peers that claim different sizes share nothing: each size is a try of its own, side by side with the others.
 * - A try whose hash is wrong and that one peer sent alone convicts that peer. If several sent it, this size is from then on tried
 *   with each of them alone, and what the right one says convicts those that lied before.
 * - All tries together take no more than `MAX_HELD_BYTES`; when that does not suffice, the smaller ones and those that more
 *   machines vouch for come first, and who had its turn makes room for who had none.
 */
import {
  METADATA_PIECE_LENGTH,
  MAX_METADATA_LENGTH,
  decodeMetadataMessage,
  encodeMetadataMessage,
  infoHashBytes,
  metadataPieceSize,
  type InfoHash,
  type MetadataMessage,
  type Sha1,
} from '../../protocol/index.ts'
import type { CloseReason } from '../peer/close-reason.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import { PeerFault } from '../torrent/swarm-context.ts'
import { MetadataAttempt, type Evidence } from './metadata-attempt.ts'

/** Of all tries at a time: three of the largest, or hundreds of usual ones. */
const MAX_HELD_BYTES = 32 * 1024 * 1024
/** Pieces asked of one peer at a time. */
const IN_FLIGHT = 4
/** A request that was not answered. */
const TIMEOUT_MS = 10_000
/** A piece that is owed for so long is asked of another as well, when there is nothing else to ask. */
const SECOND_ASK_MS = 3_000
/** A peer that did not answer, or would not, is left alone for so long, then twice as long. */
const REST_MS = 5_000
const STRIKES = 3
const LONG_REST_MS = 60_000
/** A turn when others wait: so long, and longer for what is larger (64 KiB/s). */
const TURN_MS = 20_000
const TURN_BYTES_PER_MS = 64
/** A try that nobody can go on with is kept for so long: who left may come back. */
const KEPT_MS = 5 * 60_000
/** Handshakes of one peer with another size than before; pieces of one peer that nobody asked for. */
const MOST_CLAIMS = 8
const MOST_UNASKED = 16
/** Sizes that are remembered for their lies, and tries for their turns. */
const MOST_REMEMBERED = 256

export interface MetadataPorts {
  send(session: PeerSession, payload: Buffer, now: number): void
  ban(banKey: string, reason: CloseReason, now: number): void
  close(session: PeerSession, reason: CloseReason, now: number): void
  /** The peer asks us, who have nothing yet. */
  asked(session: PeerSession, piece: number, now: number): void
  /** It is here, and its hash is right. */
  found(bytes: Buffer, now: number): void
}

interface Source {
  readonly session: PeerSession
  size: number
  claims: number
  /** Pieces it was asked for, and when. */
  readonly asked: Map<number, number>
  /** Pieces it was asked for too long ago. */
  readonly late: Set<number>
  strikes: number
  /** It is asked for nothing before. */
  restUntil: number
  unasked: number
}

export interface MetadataProgress {
  /** Pieces of the try that is furthest. 0 of 0: nobody has said a size yet. */
  readonly have: number
  readonly pieces: number
  /** Connected peers that say they have it. */
  readonly sources: number
  /** Of those that say so, who claim more than we take. */
  readonly tooLarge: number
}

export class MetadataFetch {
  readonly #infoHash: Buffer
  readonly #sha1: Sha1
  readonly #ports: MetadataPorts
  readonly #sources = new Map<PeerKey, Source>()
  /** By size, and by peer where each has to do it alone. */
  readonly #attempts = new Map<string, MetadataAttempt>()
  /** Turns that were had, by the same name. */
  readonly #turns = new Map<string, number>()
  /** Sizes for which peers together sent something wrong, and who sent what. */
  readonly #distrusted = new Map<number, readonly Evidence[]>()
  readonly #tooLarge = new Set<PeerKey>()
  #isFound = false

  constructor(infoHash: InfoHash, sha1: Sha1, ports: MetadataPorts) {
    this.#infoHash = infoHashBytes(infoHash)
    this.#sha1 = sha1
    this.#ports = ports
  }

  isSource(peer: PeerKey): boolean {
    return this.#sources.has(peer)
  }

  get progress(): MetadataProgress {
    let best: MetadataAttempt | null = null
    for (const attempt of this.#attempts.values()) if (!best || attempt.have > best.have) best = attempt
    return {
      have: best?.have ?? 0,
      pieces: best?.pieces ?? 0,
      sources: this.#sources.size,
      tooLarge: this.#tooLarge.size,
    }
  }

  /** Bytes of all that came and is kept: never more than `MAX_HELD_BYTES`. */
  get heldBytes(): number {
    let bytes = 0
    for (const { have } of this.#attempts.values()) bytes += have * METADATA_PIECE_LENGTH
    return bytes
  }

  /** The peer speaks `ut_metadata`, and says how long the metadata is. @throws PeerFault */
  claimed(session: PeerSession, size: number, now: number): void {
    const known = this.#sources.get(session.key)
    if (known?.size === size || this.#isFound) return
    if (known && ++known.claims > MOST_CLAIMS) throw new PeerFault('unexpected-message')
    this.#tooLarge.delete(session.key)
    if (size > MAX_METADATA_LENGTH) {
      this.left(session)
      this.#tooLarge.add(session.key)
      return
    }
    if (known) {
      this.#dropSolo(known)
      known.size = size
      known.asked.clear()
      return
    }
    const nothing = { asked: new Map<number, number>(), late: new Set<number>(), strikes: 0, unasked: 0, claims: 1 }
    this.#sources.set(session.key, { session, size, restUntil: now, ...nothing })
  }

  left(session: PeerSession): void {
    this.#tooLarge.delete(session.key)
    const source = this.#sources.get(session.key)
    if (!source) return
    this.#dropSolo(source)
    this.#sources.delete(session.key)
  }

  /** @throws PeerFault, ProtocolError */
  received(session: PeerSession, payload: Buffer, now: number): void {
    const message = decodeMetadataMessage(payload)
    if (message === null) return
    if (message.type === 'request') return this.#ports.asked(session, message.piece, now)
    const source = this.#sources.get(session.key)
    // It may have said meanwhile that it has no metadata.
    if (!source || this.#isFound) return
    const wasAsked = source.asked.delete(message.piece)
    if (!wasAsked && !source.late.delete(message.piece)) {
      if (++source.unasked > MOST_UNASKED) throw new PeerFault('unexpected-message')
      return
    }
    if (message.type === 'data') this.#data(source, message, now)
    else if (wasAsked) this.#rest(source, now)
  }

  tick(now: number): void {
    for (const source of [...this.#sources.values()]) {
      let isSilent = false
      for (const [piece, at] of source.asked) {
        if (now - at < TIMEOUT_MS) continue
        source.asked.delete(piece)
        source.late.add(piece)
        isSilent = true
      }
      if (!isSilent) continue
      this.#rest(source, now)
      // It holds a place that another could have.
      if (source.restUntil - now >= LONG_REST_MS) this.#ports.close(source.session, 'metadata-timeout', now)
    }
    for (const [name, attempt] of this.#attempts) {
      if (now - attempt.startedAt >= KEPT_MS && this.#sourcesOf(attempt).length === 0) this.#attempts.delete(name)
    }
  }

  /** Begins what can be begun, and asks for what can be asked. */
  settle(now: number): void {
    if (this.#isFound || this.#sources.size === 0) return
    this.#begin(now)
    for (const attempt of this.#attempts.values()) this.#ask(attempt, now)
  }

  #data(source: Source, message: Extract<MetadataMessage, { type: 'data' }>, now: number): void {
    const { piece, totalSize, bytes } = message
    if ((totalSize ?? source.size) !== source.size || bytes.length !== metadataPieceSize(source.size, piece)) {
      throw new PeerFault('invalid-metadata')
    }
    source.strikes = 0
    const attempt = this.#attempts.get(this.#nameFor(source))
    if (!attempt) return
    attempt.put(piece, bytes, source.session.banKey)
    if (attempt.isWhole) this.#check(attempt, now)
  }

  #check(attempt: MetadataAttempt, now: number): void {
    const bytes = attempt.bytes()
    if (this.#infoHash.equals(this.#sha1(bytes))) return this.#found(bytes, now)
    const suppliers = attempt.suppliers
    this.#end(attempt)
    const [only] = suppliers
    if (only !== undefined && suppliers.size === 1) return this.#ports.ban(only, 'metadata-poisoning', now)
    remember(this.#distrusted, attempt.size, attempt.evidence(this.#sha1))
  }

  #found(bytes: Buffer, now: number): void {
    this.#isFound = true
    const liars = new Set<string>()
    for (const { piece, banKey, digest } of this.#distrusted.get(bytes.length) ?? []) {
      const start = piece * METADATA_PIECE_LENGTH
      const right = this.#sha1(bytes.subarray(start, start + METADATA_PIECE_LENGTH))
      if (Buffer.compare(right, digest) !== 0) liars.add(banKey)
    }
    this.#attempts.clear()
    for (const banKey of liars) this.#ports.ban(banKey, 'metadata-poisoning', now)
    this.#ports.found(bytes, now)
  }

  /** By order of merit, as many tries as may be held. */
  #begin(now: number): void {
    const waiting = new Map<string, Source[]>()
    for (const source of this.#sources.values()) {
      const name = this.#nameFor(source)
      if (this.#attempts.has(name) || source.restUntil > now) continue
      const others = waiting.get(name)
      if (others) others.push(source)
      else waiting.set(name, [source])
    }
    const order = Array.from(waiting, ([name, sources]) => ({
      name,
      size: sources[0]?.size ?? 0,
      only: this.#distrusted.has(sources[0]?.size ?? 0) ? (sources[0]?.session.key ?? null) : null,
      turns: this.#turns.get(name) ?? 0,
      vouchers: new Set(sources.map(({ session }) => session.banKey)).size,
    })).sort((a, b) => a.turns - b.turns || b.vouchers - a.vouchers || a.size - b.size)
    for (const { name, size, only } of order) {
      if (!this.#makeRoom(size, now)) continue
      this.#attempts.set(name, new MetadataAttempt(size, only, now))
    }
  }

  /** Ends tries whose turn is over, the largest first, until there is room. @returns false when there is none */
  #makeRoom(size: number, now: number): boolean {
    let held = 0
    for (const attempt of this.#attempts.values()) held += attempt.size
    if (held + size <= MAX_HELD_BYTES) return true
    const over = Array.from(this.#attempts.values()).filter((attempt) => {
      const turn = TURN_MS + attempt.size / TURN_BYTES_PER_MS
      return now - attempt.startedAt >= turn || this.#sourcesOf(attempt).length === 0
    })
    over.sort((a, b) => b.size - a.size)
    for (const attempt of over) {
      this.#end(attempt)
      held -= attempt.size
      if (held + size <= MAX_HELD_BYTES) return true
    }
    return false
  }

  #ask(attempt: MetadataAttempt, now: number): void {
    const sources = this.#sourcesOf(attempt).filter(({ restUntil }) => restUntil <= now)
    const askedAt = new Map<number, number>()
    for (const { asked } of this.#sourcesOf(attempt)) for (const [piece, at] of asked) askedAt.set(piece, at)
    // In turns, so that all of them work.
    for (let round = 0; round < IN_FLIGHT; round++) {
      for (const source of sources) {
        if (source.asked.size > round) continue
        const piece = nextPiece(attempt, source, askedAt, now)
        if (piece === null) continue
        askedAt.set(piece, now)
        source.asked.set(piece, now)
        this.#ports.send(source.session, encodeMetadataMessage({ type: 'request', piece }), now)
      }
    }
  }

  #rest(source: Source, now: number): void {
    source.strikes++
    const isLong = source.strikes >= STRIKES
    if (isLong) source.strikes = 0
    source.restUntil = now + (isLong ? LONG_REST_MS : REST_MS * source.strikes)
  }

  #nameFor({ size, session }: Source): string {
    return this.#distrusted.has(size) ? `${size} ${session.key}` : String(size)
  }

  #sourcesOf(attempt: MetadataAttempt): Source[] {
    if (attempt.only !== null) {
      const source = this.#sources.get(attempt.only)
      return source?.size === attempt.size ? [source] : []
    }
    return Array.from(this.#sources.values()).filter(({ size }) => size === attempt.size)
  }

  /** It failed, or gives way: what was asked for it may still come, and counts for nothing. */
  #end(attempt: MetadataAttempt): void {
    for (const [name, each] of this.#attempts) {
      if (each !== attempt) continue
      this.#attempts.delete(name)
      remember(this.#turns, name, (this.#turns.get(name) ?? 0) + 1)
    }
    for (const { asked, late } of this.#sourcesOf(attempt)) {
      for (const piece of asked.keys()) late.add(piece)
      asked.clear()
    }
  }

  #dropSolo(source: Source): void {
    if (this.#distrusted.has(source.size)) this.#attempts.delete(this.#nameFor(source))
  }
}

/** A piece that is neither here nor asked of anybody; else one that another has owed for long. */
function nextPiece(
  attempt: MetadataAttempt,
  source: Source,
  askedAt: ReadonlyMap<number, number>,
  now: number,
): number | null {
  let owed: number | null = null
  for (let piece = 0; piece < attempt.pieces; piece++) {
    if (attempt.has(piece) || source.asked.has(piece)) continue
    const at = askedAt.get(piece)
    if (at === undefined) return piece
    if (owed === null && now - at >= SECOND_ASK_MS) owed = piece
  }
  return owed
}

/** The oldest is forgotten when there are too many. */
function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MOST_REMEMBERED && oldest !== undefined) map.delete(oldest)
}
