/** Where the bytes of a torrent are: which piece is how long, which range is in which files. */

import type { PieceIndex } from '../ids.ts'
import type { Metainfo } from './metainfo.ts'

/** A part of one file. */
export interface FileSlice {
  /** Number of the file in `Metainfo.files`. Look there whether it is padding. */
  readonly file: number
  /** Byte of the file at which the part starts. */
  readonly fileOffset: number
  /** Bytes; more than 0. */
  readonly length: number
}

/**
 * Bytes in this piece: the piece length, but for the last one, which has what is left.
 *
 * @throws RangeError for a piece that the torrent does not have.
 */
export function pieceSize(meta: Pick<Metainfo, 'length' | 'pieceLength' | 'pieceCount'>, index: PieceIndex): number {
  if (!Number.isInteger(index) || index < 0 || index >= meta.pieceCount) {
    throw new RangeError(`piece ${index} of ${meta.pieceCount}`)
  }
  return Math.min(meta.pieceLength, meta.length - index * meta.pieceLength)
}

/**
 * The parts of files that hold these bytes of the torrent, in order and without gaps. Files of zero length have none.
 *
 * @throws RangeError for a range that is not inside the torrent.
 */
export function fileSlices(meta: Pick<Metainfo, 'length' | 'files'>, offset: number, length: number): FileSlice[] {
  if (!(offset >= 0 && length >= 0 && offset + length <= meta.length)) {
    throw new RangeError(`bytes ${offset} to ${offset + length} of ${meta.length}`)
  }
  const slices: FileSlice[] = []
  const end = offset + length
  let at = offset
  for (let index = fileAt(meta.files, offset); at < end; index++) {
    const file = meta.files[index]!
    const fileOffset = at - file.offset
    const taken = Math.min(end - at, file.length - fileOffset)
    if (taken > 0) slices.push({ file: index, fileOffset, length: taken })
    at += taken
  }
  return slices
}

/** The last file that starts at or before this offset, by bisection: a torrent has up to 100,000 of them. */
function fileAt(files: Metainfo['files'], offset: number): number {
  let low = 0
  let high = files.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (files[middle]!.offset <= offset) low = middle
    else high = middle - 1
  }
  return low
}
