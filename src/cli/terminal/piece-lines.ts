export interface PieceMap {
  readonly total: number
  readonly have: number
  /** Base64; piece 0 in the highest bit of the first byte. */
  readonly bitfield: string
  readonly availability: readonly number[]
  readonly inProgress: readonly { readonly index: number }[]
}

const UNICODE = { full: '█', some: '▒', none: '·', coming: '◆' } as const
const ASCII = { full: '#', some: '+', none: '.', coming: '*' } as const
const LINES = 16

/**
 * A map of the pieces, one character for one piece, or for as many as make it fit into 16 lines, and a legend with the
 * availability.
 */
export function pieceLines(map: PieceMap, { columns, unicode }: { columns: number; unicode: boolean }): string[] {
  if (map.total === 0) return ['Not known before the metadata is here.']
  const signs = unicode ? UNICODE : ASCII
  const bits = Buffer.from(map.bitfield, 'base64')
  const has = (piece: number): boolean => ((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0
  const coming = new Set(map.inProgress.map(({ index }) => index))
  const width = Math.max(10, columns - 1)
  const each = Math.max(1, Math.ceil(map.total / (width * LINES)))
  let text = ''
  for (let first = 0; first < map.total; first += each) {
    const group = Array.from({ length: Math.min(each, map.total - first) }, (_, at) => first + at)
    const count = group.filter(has).length
    if (count === group.length) text += signs.full
    else if (group.some((piece) => coming.has(piece))) text += signs.coming
    else text += count > 0 ? signs.some : signs.none
  }
  const lines = Array.from({ length: Math.ceil(text.length / width) }, (_, at) =>
    text.slice(at * width, (at + 1) * width),
  )
  const per = each === 1 ? 'a piece' : `${each} pieces`
  const legend = `${signs.full} here  ${each === 1 ? '' : `${signs.some} in part  `}${signs.coming} coming  ${signs.none} missing  (${per} each)`
  return [...lines, '', legend, `${map.have} of ${map.total} pieces are here; ${availabilityLine(map, has)}`]
}

function availabilityLine({ availability, total }: PieceMap, has: (piece: number) => boolean): string {
  const pieces = Array.from({ length: total }, (_, piece) => piece)
  const peersWith = (piece: number): number => availability[piece] ?? 0
  const rarest = (of: readonly number[]): number =>
    of.reduce((least, piece) => Math.min(least, peersWith(piece)), Number.POSITIVE_INFINITY)
  const missing = pieces.filter((piece) => !has(piece))
  if (missing.length === 0) return `the rarest is at ${rarest(pieces)} connected peers`
  const nobody = missing.filter((piece) => peersWith(piece) === 0).length
  return nobody === 0
    ? `connected peers have all that are missing, the rarest at ${rarest(missing)}`
    : `${nobody} of the missing ${missing.length} are at no connected peer`
}
