/**
 * Which pieces are wanted, and which of those first: wishes of the moment (somebody waits for these very bytes), then by
 * level, and within one in the order of the torrent or rarest first.
 */
import type { PieceIndex } from '../../protocol/index.ts'
import type { RarityOrder } from './rarity-order.ts'

/** `off`: not wanted at all. */
export const PIECE_LEVELS = { off: 0, low: 1, normal: 2, high: 3 } as const

const RISING: readonly number[] = [PIECE_LEVELS.high, PIECE_LEVELS.normal, PIECE_LEVELS.low]

export interface PieceOrder {
  /** A level for each piece; null: all are normal. */
  readonly levels: Uint8Array | null
  /** From the first piece to the last, and not rarest first. */
  readonly sequential: boolean
}

export class PiecePlan {
  order: PieceOrder = { levels: null, sequential: false }
  /** Pieces that somebody waits for, the most urgent first. */
  wishes: readonly PieceIndex[] = []

  /** Nothing speaks for one piece more than for another. */
  get isOrdinary(): boolean {
    return this.wishes.length === 0 && this.order.levels === null && !this.order.sequential
  }

  isOff(piece: PieceIndex): boolean {
    return this.order.levels !== null && this.order.levels[piece] === PIECE_LEVELS.off
  }

  /**
   * The piece to begin next among those that pass, or -1.
   * @param ordinary how to choose where nothing speaks for one
   */
  choose(
    rarity: RarityOrder,
    passes: (piece: PieceIndex) => boolean,
    ordinary: (passes: (piece: PieceIndex) => boolean) => PieceIndex,
  ): PieceIndex {
    for (const piece of this.wishes) if (rarity.wants(piece) && passes(piece)) return piece
    const { levels, sequential } = this.order
    const inLevel = sequential ? (suits: typeof passes) => rarity.findLowest(suits) : ordinary
    if (levels === null) return inLevel(passes)
    for (const level of RISING) {
      const piece = inLevel((each) => levels[each] === level && passes(each))
      if (piece >= 0) return piece
    }
    return -1
  }
}
