/**
 * Metainfo: what a .torrent says about files and their pieces (BEP 3).
 *
 * Invariant: a Metainfo that exists is whole and safe. Lengths, piece count and hashes agree; every path stays below
 * its root; the info hash is that of the bytes as they came.
 *
 * May import: bencode, ids.ts and protocol-error.ts.
 */
export {
  choosePieceLength,
  createMetainfo,
  type NewTorrent,
  type NewTorrentRemarks,
  wrapInfo,
} from './create-metainfo.ts'
export { fileSlices, type FileSlice, pieceSize } from './file-slices.ts'
export { METAINFO_LIMITS, type Metainfo, type MetainfoFile } from './metainfo.ts'
export { parseMetainfo } from './parse-metainfo.ts'
export { sanitisePathElement } from './sanitise-path-element.ts'
