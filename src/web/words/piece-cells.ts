export interface PieceMap {
  readonly total: number
  /** Base64; piece 0 in the highest bit of the first byte. */
  readonly bitfield: string
  readonly availability: readonly number[]
  readonly inProgress: readonly { readonly index: number; readonly blocks: number; readonly received: number }[]
}

/** A run of pieces, drawn as one cell. */
export interface PieceCell {
  readonly first: number
  readonly count: number
  /** Part of them that is here, 0 … 1; a piece on its way counts by its blocks. */
  readonly here: number
  readonly coming: boolean
  /** Connected peers that have the rarest of them. */
  readonly availability: number
}

/** The pieces as at most `most` cells, each of as many pieces as needed. */
export function pieceCells(map: PieceMap, most: number): PieceCell[] {
  const bits = Uint8Array.from(atob(map.bitfield), (character) => character.charCodeAt(0))
  const received = new Map(
    map.inProgress.map(({ index, blocks, received: got }) => [index, blocks > 0 ? got / blocks : 0]),
  )
  const each = Math.max(1, Math.ceil(map.total / most))
  const cells: PieceCell[] = []
  for (let first = 0; first < map.total; first += each) {
    const count = Math.min(each, map.total - first)
    let here = 0
    let coming = false
    let availability = Number.POSITIVE_INFINITY
    for (let piece = first; piece < first + count; piece++) {
      const has = ((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0
      here += has ? 1 : (received.get(piece) ?? 0)
      coming ||= !has && received.has(piece)
      availability = Math.min(availability, map.availability[piece] ?? 0)
    }
    cells.push({ first, count, here: here / count, coming, availability })
  }
  return cells
}

/** The map in a sentence, for who can't see it. */
export function pieceSummary(map: PieceMap & { readonly have: number }): string {
  const cells = pieceCells(map, map.total)
  const missing = cells.filter(({ here }) => here < 1)
  const here = `${map.have} of ${map.total} pieces are here`
  if (missing.length === 0) return `${here}.`
  const nobody = missing.filter(({ availability }) => availability === 0).length
  return nobody === 0
    ? `${here}, ${map.inProgress.length} on their way; connected peers have all that are missing.`
    : `${here}, ${map.inProgress.length} on their way; ${nobody} of the missing ${missing.length} are at no connected peer.`
}
