/**
 * Which blocks to ask of a peer: go on with the piece it is on, else start one that it proposes (BEP 6), else take up one
 * nobody works on, else start a piece (one that somebody waits for, else by the plan, which ordinarily is random while we
 * have none to give, then rarest first), else share a piece in progress, and when every missing block is asked of
 * somebody, ask an idle peer for the stragglers too (endgame, BEP 3).
 *
 * Invariant: a piece is wanted (in the rarity order), in progress (has an assembly), had or switched off; never two of
 * these, but that one switched off while in progress is ended.
 */
import {
  BLOCK_LENGTH,
  LONG_BLOCK_LENGTH,
  type Bitfield,
  type BlockRange,
  type PieceIndex,
} from '../../protocol/index.ts'
import { PieceAssembly } from './piece-assembly.ts'
import { type PieceOrder, PiecePlan } from './piece-plan.ts'
import { RarityOrder } from './rarity-order.ts'

/** Pieces taken at random before rarest first begins: any whole piece makes us a trader soon. */
const RANDOM_FIRST_PIECES = 4
/** Stragglers asked twice at a time by one idle peer: bounds what arrives in vain. */
const ENDGAME_BLOCKS = 2
/**
 * A request is no straggler before: a pipeline holds about one second of blocks (see RequestQueue). A block asked twice
 * mostly comes twice, for what is in the other's socket can not be cancelled. Simulated swarms without this patience
 * were done 2 % earlier and took 3 % more bytes.
 */
const ENDGAME_PATIENCE_MS = 1000

/** What the picker needs to know of a peer. */
export interface PickPeer {
  readonly key: number
  readonly pieces: Bitfield
  readonly peerChoking: boolean
  readonly allowedFast: ReadonlySet<PieceIndex>
  /** Pieces that it proposes (BEP 6). */
  readonly suggested: ReadonlySet<PieceIndex>
  /** Pieces of which it would not give a block just now. */
  readonly refused: ReadonlySet<PieceIndex>
  /** Blocks that were asked of it before and came to nothing. */
  readonly givenUp: ReadonlySet<number>
  readonly requests: { has(block: number): boolean; readonly size: number }
}

export interface PickerTorrent {
  readonly pieceCount: number
  readonly pieceLength: number
  readonly length: number
}

export class PiecePicker {
  readonly rarity: RarityOrder
  readonly assemblies = new Map<PieceIndex, PieceAssembly>()
  readonly plan = new PiecePlan()
  readonly #have: Bitfield
  readonly #torrent: PickerTorrent
  readonly #blocksPerPiece: number
  readonly #random: () => number
  readonly #mustBeExclusive: (piece: PieceIndex) => boolean
  #piecesStarted = 0

  /**
   * @param have pieces that are not wanted
   * @param mustBeExclusive whether a piece has to come from one peer alone
   */
  constructor(
    torrent: PickerTorrent,
    have: Bitfield,
    random: () => number,
    mustBeExclusive: (piece: PieceIndex) => boolean,
  ) {
    this.#torrent = torrent
    this.#have = have
    this.#blocksPerPiece = Math.ceil(torrent.pieceLength / BLOCK_LENGTH)
    this.#random = random
    this.#mustBeExclusive = mustBeExclusive
    this.rarity = new RarityOrder(torrent.pieceCount, random)
    for (const piece of have.indices()) this.rarity.remove(piece)
    this.#piecesStarted = have.count
  }

  /** We lack it, and it is not switched off. */
  isWanted(piece: PieceIndex): boolean {
    return !this.#have.has(piece) && !this.plan.isOff(piece)
  }

  /** From now on this is wanted, in this order. */
  follow(order: PieceOrder): void {
    this.plan.order = order
    for (let piece = 0; piece < this.#torrent.pieceCount; piece++) {
      if (this.#have.has(piece) || this.assemblies.has(piece)) continue
      if (this.plan.isOff(piece)) this.rarity.remove(piece)
      else this.rarity.restore(piece)
    }
  }

  /** From which number on to which the blocks in this range go: a whole one, or several in a row; null when no piece has such. */
  idsOf({ index, begin, length }: BlockRange): { readonly first: number; readonly end: number } | null {
    if (index >= this.#torrent.pieceCount || begin % BLOCK_LENGTH !== 0) return null
    const left = this.pieceSize(index) - begin
    if (length < 1 || length > Math.min(LONG_BLOCK_LENGTH, left)) return null
    if (length % BLOCK_LENGTH !== 0 && length !== left) return null
    const first = this.blockId(index, begin / BLOCK_LENGTH)
    return { first, end: first + Math.ceil(length / BLOCK_LENGTH) }
  }

  /** The piece with the fewest blocks among those that nobody goes on with. */
  stranded(): PieceAssembly | null {
    let least: PieceAssembly | null = null
    for (const assembly of this.assemblies.values()) {
      if (assembly.stage !== 'collecting' || assembly.inFlight > 0 || !assembly.bytes) continue
      if (!least || assembly.received < least.received) least = assembly
    }
    return least
  }

  /** One number for a block, over the whole torrent. */
  blockId(piece: PieceIndex, block: number): number {
    return piece * this.#blocksPerPiece + block
  }

  blockAt(id: number): { readonly piece: PieceIndex; readonly block: number } {
    const piece = Math.floor(id / this.#blocksPerPiece)
    return { piece, block: id - piece * this.#blocksPerPiece }
  }

  range(id: number): BlockRange {
    const { piece, block } = this.blockAt(id)
    const begin = block * BLOCK_LENGTH
    return { index: piece, begin, length: Math.min(BLOCK_LENGTH, this.pieceSize(piece) - begin) }
  }

  /**
   * Ranges to ask for these blocks by, in this order: neighbours in a piece become one of up to `longest` bytes. Where such
   * rows may begin is fixed, so that none reaches over the end of what the other side reads from its disk at a time.
   */
  ranges(ids: readonly number[], longest: number): BlockRange[] {
    const blocksPerRow = Math.max(1, Math.floor(longest / BLOCK_LENGTH))
    const ranges: BlockRange[] = []
    for (let at = 0; at < ids.length; ) {
      const first = ids[at++] as number
      const { index, begin } = this.range(first)
      const piece = this.pieceSize(index)
      let end = begin + BLOCK_LENGTH
      while (
        end < piece &&
        (end / BLOCK_LENGTH) % blocksPerRow !== 0 &&
        ids[at] === first + (end - begin) / BLOCK_LENGTH
      ) {
        end += BLOCK_LENGTH
        at++
      }
      ranges.push({ index, begin, length: Math.min(end, piece) - begin })
    }
    return ranges
  }

  pieceSize(piece: PieceIndex): number {
    const { pieceLength, length } = this.#torrent
    return Math.min(pieceLength, length - piece * pieceLength)
  }

  /**
   * Chooses at most `count` blocks to ask of this peer and marks them as requested.
   * @param mayStart false while storage can't keep up: no new piece is begun
   * @returns block ids
   */
  pick(peer: PickPeer, count: number, mayStart: boolean, now: number): number[] {
    const picked: number[] = []
    this.#fromAssemblies(peer, count, picked, now, (assembly) => assembly.lastRequester === peer.key)
    const startable = mayStart ? count : 0
    while (picked.length < startable && this.#startSuggested(peer)) {
      this.#fromAssemblies(peer, count, picked, now, (assembly) => assembly.lastRequester === peer.key)
    }
    this.#fromAssemblies(peer, count, picked, now, (assembly) => assembly.inFlight === 0)
    while (picked.length < startable && this.#start(peer)) {
      this.#fromAssemblies(peer, count, picked, now, (assembly) => assembly.lastRequester === peer.key)
    }
    this.#fromAssemblies(peer, count, picked, now, () => true)
    if (picked.length === 0 && peer.requests.size === 0 && !this.rarity.anyAvailable)
      this.#endgame(peer, count, picked, now)
    return picked
  }

  /** Whether the peer has a piece that could be begun. */
  canStart(peer: PickPeer): boolean {
    return this.rarity.find((piece) => this.#usable(peer, piece)) >= 0
  }

  /** A request is over, by its block or without. */
  release(id: number): void {
    const { piece, block } = this.blockAt(id)
    this.assemblies.get(piece)?.released(block)
  }

  /** The piece is wanted again: its hash was wrong, or it could not be stored. */
  abandon(piece: PieceIndex): void {
    this.assemblies.delete(piece)
    if (!this.plan.isOff(piece)) this.rarity.restore(piece)
  }

  /** We have it now. */
  finished(piece: PieceIndex): void {
    this.assemblies.delete(piece)
  }

  #usable(peer: PickPeer, piece: PieceIndex): boolean {
    return peer.pieces.has(piece) && (!peer.peerChoking || peer.allowedFast.has(piece)) && !peer.refused.has(piece)
  }

  #fromAssemblies(
    peer: PickPeer,
    count: number,
    picked: number[],
    now: number,
    suits: (a: PieceAssembly) => boolean,
  ): void {
    if (picked.length >= count) return
    for (const assembly of this.assemblies.values()) {
      if (assembly.stage !== 'collecting' || !suits(assembly) || !this.#usable(peer, assembly.index)) continue
      if (assembly.exclusive !== null && assembly.exclusive !== peer.key) continue
      while (picked.length < count) {
        const block = assembly.nextOpen()
        if (block < 0) break
        assembly.requested(block, peer.key, now)
        picked.push(this.blockId(assembly.index, block))
      }
      if (picked.length >= count) return
    }
  }

  #start(peer: PickPeer): boolean {
    const usable = (piece: PieceIndex): boolean => this.#usable(peer, piece)
    const piece = this.plan.choose(this.rarity, usable, (passes) =>
      this.#piecesStarted < RANDOM_FIRST_PIECES
        ? this.rarity.findRandom(passes, this.#random)
        : this.rarity.find(passes),
    )
    if (piece < 0) return false
    this.#begin(piece, peer)
    return true
  }

  /** What the peer proposes goes first, as a seeder proposes what nobody else fetches; unless we have an order of our own. */
  #startSuggested(peer: PickPeer): boolean {
    if (!this.plan.isOrdinary) return false
    for (const piece of peer.suggested) {
      if (!this.rarity.wants(piece) || !this.#usable(peer, piece)) continue
      this.#begin(piece, peer)
      return true
    }
    return false
  }

  #begin(piece: PieceIndex, peer: PickPeer): void {
    this.rarity.remove(piece)
    this.#piecesStarted++
    const assembly = new PieceAssembly(piece, this.pieceSize(piece))
    assembly.lastRequester = peer.key
    if (this.#mustBeExclusive(piece)) assembly.exclusive = peer.key
    this.assemblies.set(piece, assembly)
  }

  #endgame(peer: PickPeer, count: number, picked: number[], now: number): void {
    const bound = Math.min(count, ENDGAME_BLOCKS)
    for (const assembly of this.assemblies.values()) {
      if (assembly.stage !== 'collecting' || assembly.exclusive !== null || !this.#usable(peer, assembly.index))
        continue
      // The last blocks of a slow peer's queue are the ones that would come latest.
      for (let block = assembly.blockCount - 1; block >= 0 && picked.length < bound; block--) {
        const id = this.blockId(assembly.index, block)
        if (assembly.has(block) || assembly.requests(block) !== 1 || peer.requests.has(id)) continue
        if (now - assembly.askedAt(block) < ENDGAME_PATIENCE_MS) continue
        // It came in vain once, while the other was still writing it: asking again would only fetch it again.
        if (peer.givenUp.has(id)) continue
        assembly.requested(block, peer.key, now)
        picked.push(id)
      }
    }
  }
}
