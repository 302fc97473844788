/**
 * What we take: which pieces each peer has, which blocks are asked of whom, and a block's way from its request through
 * its piece, the hash and the store to a `have`. The order is requested -> received -> verified -> stored; only a stored
 * piece is had, told and served.
 */
import { BLOCK_LENGTH, type Bitfield, type BlockRange, type PieceIndex } from '../../protocol/index.ts'
import type { PeerSession } from '../peer/peer-session.ts'
import type { PieceAssembly } from '../piece-picker/piece-assembly.ts'
import { PieceBuffers } from '../piece-picker/piece-buffers.ts'
import { PiecePicker } from '../piece-picker/piece-picker.ts'
import type { PieceOrder } from '../piece-picker/piece-plan.ts'
import { SmartBan } from '../smart-ban.ts'
import { Arrivals } from './arrivals.ts'
import { Haves } from './haves.ts'
import { Interest } from './interest.ts'
import { Sources } from './sources.ts'
import { PeerFault, type SwarmContext } from './swarm-context.ts'
import { forgetWriters } from './writers.ts'

const HASH_LENGTH = 20

export class Downloads {
  readonly picker: PiecePicker
  readonly sources: Sources
  readonly buffers: PieceBuffers
  readonly arrivals: Arrivals
  readonly #haves: Haves
  readonly #interest: Interest
  readonly #swarm: SwarmContext
  readonly #smartBan: SmartBan
  readonly #ban: (banKey: string, reason: string, now: number) => void
  /** Every piece that somebody has is in progress. */
  #allStarted = false

  constructor(swarm: SwarmContext, ban: (banKey: string, reason: string, now: number) => void) {
    this.#swarm = swarm
    this.#ban = ban
    this.buffers = new PieceBuffers(swarm.shape.pieceLength)
    this.#smartBan = new SmartBan(swarm.options.sha1)
    this.picker = new PiecePicker(swarm.shape, swarm.have, swarm.options.random, (piece) =>
      this.#smartBan.isSuspect(piece),
    )
    this.arrivals = new Arrivals({
      swarm,
      picker: this.picker,
      buffers: this.buffers,
      askAgain: () => this.#askAgain(),
    })
    this.sources = new Sources(swarm, (session, now) => this.#giveUp(session, now))
    this.#haves = new Haves(swarm)
    this.#interest = new Interest(swarm, this.sources)
  }

  /** @throws PeerFault 'invalid-have' */
  heardHave(session: PeerSession, piece: PieceIndex, now: number): void {
    if (!this.#swarm.isPiece(piece)) throw new PeerFault('invalid-have')
    session.heardPieces = true
    if (!session.pieces.set(piece)) return
    this.picker.rarity.increment(piece)
    session.nothingToAsk = false
    if (!this.picker.isWanted(piece)) return
    session.wantedPieces++
    this.#interest.show(session, now)
  }

  /**
   * The peer's word about its pieces. BEP 3 has it once, at the start, but aria2 says it again in place of many haves: what
   * it says later is added. One that adds nothing is refused, or a flood of them would keep us busy.
   * @throws PeerFault 'unexpected-message'
   */
  heardAll(session: PeerSession, pieces: Bitfield, now: number): void {
    if (session.pieces.isEmpty && pieces.isFull) {
      session.countedAsSeeder = true
      this.picker.rarity.seederJoined()
    }
    const before = session.pieces.count
    for (const piece of pieces.indices()) {
      if (!session.pieces.set(piece)) continue
      if (!session.countedAsSeeder) this.picker.rarity.increment(piece)
      if (this.picker.isWanted(piece)) session.wantedPieces++
    }
    if (session.heardPieces && session.pieces.count === before) throw new PeerFault('unexpected-message')
    session.heardPieces = true
    session.nothingToAsk = false
    this.#interest.show(session, now)
  }

  unchoked(session: PeerSession, now: number): void {
    session.peerChoking = false
    session.refused.clear()
    session.nothingToAsk = false
    this.sources.offered(session, now)
  }

  choked(session: PeerSession): void {
    session.peerChoking = true
    // With BEP 6 each request is answered by a reject; without it a choke means that all are void.
    if (!session.fast) {
      for (const id of session.requests.blocks()) session.givenUp.add(id)
      this.#releaseAll(session)
    }
    if (session.requests.size === 0) this.#abandonExclusive(session)
    if (!session.serves) this.sources.remove(session)
  }

  allowedFast(session: PeerSession, piece: PieceIndex): void {
    if (!this.#swarm.isPiece(piece)) throw new PeerFault('invalid-allowed-fast')
    // It names its set once, and a set is small: a longer one is not worth remembering.
    if (session.allowedFast.size >= 64) return
    session.allowedFast.add(piece)
    session.nothingToAsk = false
    this.sources.mayChange()
  }

  rejected(session: PeerSession, block: BlockRange): void {
    const ids = this.picker.idsOf(block)
    if (!ids) return
    let refused = 0
    for (let id = ids.first; id < ids.end; id++) {
      session.givenUp.delete(id)
      if (!session.requests.remove(id)) continue
      this.picker.release(id)
      refused++
    }
    if (refused === 0) return
    this.#askAgain()
    this.#swarm.counters.requests.rejected += refused
    if (!session.peerChoking) session.refused.add(block.index)
    const assembly = this.picker.assemblies.get(block.index)
    if (assembly?.exclusive === session.key && assembly.inFlight === 0) this.#abandon(assembly)
  }

  hashed(index: PieceIndex, hash: Uint8Array, now: number): void {
    const assembly = this.picker.assemblies.get(index)
    if (assembly?.stage !== 'verifying' || !assembly.bytes) return
    const expected = this.#swarm.shape.pieceHashes.subarray(index * HASH_LENGTH, (index + 1) * HASH_LENGTH)
    if (expected.equals(hash)) {
      for (const guilty of this.#smartBan.passed(index, assembly.bytes)) this.#ban(guilty, 'piece-poisoning', now)
      assembly.stage = 'storing'
      this.#swarm.emit({ type: 'store', index, bytes: assembly.bytes })
      return
    }
    this.#swarm.counters.hashFailures++
    this.#swarm.emit({ type: 'hash-failed', index })
    const guilty = this.#smartBan.failed(assembly, assembly.bytes)
    this.#abandon(assembly)
    for (const banKey of guilty) this.#ban(banKey, 'piece-poisoning', now)
  }

  /** @returns whether that was the last piece. */
  stored(index: PieceIndex, now: number): boolean {
    const assembly = this.picker.assemblies.get(index)
    if (assembly?.stage !== 'storing' || !assembly.bytes) return false
    this.buffers.giveBack(assembly.bytes)
    this.picker.finished(index)
    this.#swarm.have.set(index)
    this.#swarm.counters.downloaded += assembly.length
    this.#haves.got(index, now)
    for (const session of this.#swarm.sessions.values()) {
      if (!session.pieces.has(index) || this.picker.plan.isOff(index)) continue
      session.wantedPieces--
      this.#interest.show(session, now)
    }
    this.#askAgain()
    return this.#swarm.have.isFull
  }

  storeFailed(index: PieceIndex): void {
    const assembly = this.picker.assemblies.get(index)
    if (assembly?.stage === 'storing') this.#abandon(assembly)
  }

  /** What is wanted, and in what order, is another. */
  follow(order: PieceOrder, now: number): void {
    this.picker.follow(order)
    for (const session of this.#swarm.sessions.values()) {
      session.wantedPieces = 0
      for (const piece of session.pieces.indices()) if (this.picker.isWanted(piece)) session.wantedPieces++
      this.#interest.show(session, now)
    }
    this.#askAgain()
  }

  /** Somebody waits for these pieces, the first most. */
  wish(pieces: readonly PieceIndex[]): void {
    this.picker.plan.wishes = pieces
    this.#askAgain()
  }

  storagePressure(high: boolean): void {
    this.#swarm.storagePressure = high
    if (!high) this.#askAgain()
  }

  left(session: PeerSession): void {
    session.receiving = null
    this.#releaseAll(session)
    this.#abandonExclusive(session)
    this.sources.remove(session)
    if (session.countedAsSeeder) this.picker.rarity.seederLeft()
    else for (const piece of session.pieces.indices()) this.picker.rarity.decrement(piece)
  }

  tick(now: number): void {
    this.sources.tick(now)
    this.#interest.tick(now)
    this.#haves.tick(now)
    this.buffers.tick(now)
    for (const session of this.#swarm.sessions.values()) session.refused.clear()
    this.#askAgain()
    for (const assembly of [...this.picker.assemblies.values()]) {
      if (assembly.stage !== 'collecting' || assembly.exclusive === null || assembly.inFlight > 0) continue
      // Its one peer is no longer asked: somebody else must have the chance.
      if (!this.#swarm.sessions.get(assembly.exclusive)?.isSource) this.#abandon(assembly)
    }
  }

  /** The end of a transition: every source gets as many requests as its pipeline takes, in one write. */
  settle(now: number): void {
    if (this.#swarm.seeding) return
    this.sources.settle(now)
    this.#interest.settle(now)
    const allStarted = !this.picker.rarity.anyAvailable
    if (allStarted && !this.#allStarted) this.#askAgain()
    this.#allStarted = allStarted
    for (const session of this.sources) {
      if (session.nothingToAsk || session.givesWay || session.requests.room <= 0) continue
      const picked = this.#pick(session, now)
      if (picked.length === 0) {
        session.nothingToAsk = true
        continue
      }
      if (session.requests.size === 0) session.lastBlockAt = now
      for (const id of picked) {
        session.requests.add(id, now)
        session.givenUp.delete(id)
      }
      session.lastSentAt = now
      this.#swarm.counters.requests.sent += picked.length
      this.#swarm.downloadBudget.spend(picked.length * BLOCK_LENGTH)
      this.#haves.tell(session, now)
      const blocks = this.picker.ranges(picked, Math.min(session.longestRequest, session.requests.longestRequest))
      this.#swarm.emit({ type: 'send-requests', peer: session.key, kind: 'request', blocks })
    }
  }

  #pick(session: PeerSession, now: number): number[] {
    // Under a limit each source may ask for its part of what is left.
    const allowed = this.#swarm.downloadBudget.left(now) / BLOCK_LENGTH / this.sources.size
    const room = Math.min(session.requests.room, Math.ceil(allowed))
    if (room <= 0) return []
    if (this.#swarm.storagePressure) return this.picker.pick(session, room, false, now)
    const { maxAssemblyBytes } = this.#swarm.options.limits
    const full = this.buffers.bytesTaken >= maxAssemblyBytes
    const picked = this.picker.pick(session, room, !full, now)
    if (!full || picked.length > 0 || session.requests.size > 0 || !this.picker.canStart(session)) return picked
    return this.#dropStranded() ? this.picker.pick(session, room, true, now) : picked
  }

  /** Pieces that nobody goes on with, because who has them left, must not take all the memory for ever. */
  #dropStranded(): boolean {
    const stranded = this.picker.stranded()
    if (stranded) this.#abandon(stranded)
    return stranded !== null
  }

  /** The peer lets us wait: its blocks are asked of others; it may still send them. */
  #giveUp(session: PeerSession, now: number): void {
    const ids = [...session.requests.blocks()]
    if (ids.length === 0) return
    this.arrivals.detach(session)
    this.#swarm.emit({
      type: 'send-requests',
      peer: session.key,
      kind: 'cancel',
      blocks: ids.map((id) => this.picker.range(id)),
    })
    session.lastSentAt = now
    this.#swarm.counters.requests.cancelled += ids.length
    for (const id of ids) session.givenUp.add(id)
    this.#releaseAll(session)
    this.#abandonExclusive(session)
    session.requests.backOff()
  }

  #releaseAll(session: PeerSession): void {
    for (const id of session.requests.blocks()) this.picker.release(id)
    session.requests.clear()
    this.#askAgain()
  }

  /** A piece that had to come from this peer alone starts anew with another. */
  #abandonExclusive(session: PeerSession): void {
    for (const assembly of [...this.picker.assemblies.values()]) {
      if (assembly.exclusive === session.key && assembly.stage === 'collecting') this.#abandon(assembly)
    }
  }

  #abandon(assembly: PieceAssembly): void {
    this.#swarm.waste(assembly.stage === 'verifying' ? 'hash-failed' : 'abandoned', assembly.dropBlocks())
    if (assembly.bytes) {
      if (forgetWriters(this.#swarm.sessions.values(), assembly)) this.buffers.lose()
      else this.buffers.giveBack(assembly.bytes)
    }
    for (const session of this.#swarm.sessions.values()) this.#forgetRequests(session, assembly)
    this.picker.abandon(assembly.index)
    this.#askAgain()
  }

  #forgetRequests(session: PeerSession, assembly: PieceAssembly): void {
    if (assembly.inFlight === 0) return
    for (const id of [...session.requests.blocks()]) {
      const { piece, block } = this.picker.blockAt(id)
      if (piece !== assembly.index) continue
      session.requests.remove(id)
      assembly.released(block)
      session.givenUp.add(id)
    }
  }

  #askAgain(): void {
    for (const session of this.sources) session.nothingToAsk = false
  }
}
