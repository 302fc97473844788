import { pieceSize, type Metainfo } from '../../protocol/index.ts'

/** Bytes in pieces that are had. */
export function verifiedBytes(
  metainfo: Metainfo,
  have: { readonly count: number; has(index: number): boolean },
): number {
  const last = metainfo.pieceCount - 1
  const whole = have.count - (have.has(last) ? 1 : 0)
  return whole * metainfo.pieceLength + (have.has(last) ? pieceSize(metainfo, last) : 0)
}
