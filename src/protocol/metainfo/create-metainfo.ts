/** Making .torrents. */

import { type BencodeDict, type BencodeValue, encodeBencode } from '../bencode/index.ts'
import { METAINFO_LIMITS, PIECE_HASH_LENGTH } from './metainfo.ts'
import { findPathConflict } from './path-conflict.ts'
import { sanitisePathElement } from './sanitise-path-element.ts'

export interface NewTorrent extends NewTorrentRemarks {
  /** Of the file, or of the directory of the files. */
  readonly name: string
  /** In torrent order. Paths as in `MetainfoFile`; lengths in bytes. */
  readonly files: readonly { readonly path: readonly string[]; readonly length: number }[]
  /** Are the files in a directory called `name`? Default: unless the only file's path is `[name]`. */
  readonly multiFile?: boolean
  /** Bytes; see `choosePieceLength`. */
  readonly pieceLength: number
  /** SHA-1 of each piece, 20 bytes each. */
  readonly pieceHashes: Uint8Array
  /** BEP 27. */
  readonly isPrivate?: boolean
}

/** What stands around the info dictionary, and may differ between torrents of one info hash. */
export interface NewTorrentRemarks {
  readonly announceTiers?: readonly (readonly string[])[]
  readonly comment?: string
  readonly createdBy?: string
  /** Unix time in seconds. */
  readonly creationDate?: number
}

const MIN_PIECE_LENGTH = 16 * 1024
const MAX_PIECE_LENGTH = 16 * 1024 * 1024
const MAX_PIECES = 2000

/**
 * A piece length in bytes for so many bytes: the power of two that makes 1000 to 2000 pieces, so that the piece map is
 * fine enough to share by and the torrent is small, but 16 KiB (a block) at least and 16 MiB at most.
 */
export function choosePieceLength(length: number): number {
  let pieceLength = MIN_PIECE_LENGTH
  while (pieceLength < MAX_PIECE_LENGTH && length / pieceLength > MAX_PIECES) pieceLength *= 2
  return pieceLength
}

/**
 * The bytes of a .torrent (BEP 3, 12, 27). Equal content gives an equal info dictionary, and so an equal info hash.
 *
 * @throws RangeError when the torrent would not load, or not under the names given (one with a `/` or a control character).
 */
export function createMetainfo(torrent: NewTorrent): Buffer {
  checkNames(torrent)
  checkPieces(torrent)
  const [first] = torrent.files
  const isOnlyFile = torrent.files.length === 1 && first?.path.length === 1 && first.path[0] === torrent.name
  const multiFile = torrent.multiFile ?? !isOnlyFile
  if (!multiFile && !isOnlyFile) throw new RangeError('a single-file torrent has one file, which has its name')
  const info: BencodeDict = new Map<string, BencodeValue>([
    ['name', Buffer.from(torrent.name)],
    ['piece length', torrent.pieceLength],
    ['pieces', torrent.pieceHashes],
  ])
  if (multiFile) info.set('files', torrent.files.map(fileEntry))
  else info.set('length', first!.length)
  if (torrent.isPrivate === true) info.set('private', 1)
  const bytes = wrapInfo(encodeBencode(info), torrent)
  if (bytes.length > METAINFO_LIMITS.torrentLength)
    throw new RangeError(`a torrent of ${bytes.length} bytes is too large`)
  return bytes
}

/**
 * A .torrent around an info dictionary that is there already, byte for byte: one that came from peers for a magnet link
 * (BEP 9).
 */
export function wrapInfo(infoBytes: Uint8Array, remarks: NewTorrentRemarks = {}): Buffer {
  const around: BencodeDict = new Map()
  const tiers = (remarks.announceTiers ?? []).filter((tier) => tier.length > 0)
  const first = tiers[0]?.[0]
  if (first !== undefined) around.set('announce', Buffer.from(first))
  if (tiers.flat().length > 1) {
    around.set(
      'announce-list',
      tiers.map((tier) => tier.map((url) => Buffer.from(url))),
    )
  }
  if (remarks.comment !== undefined) around.set('comment', Buffer.from(remarks.comment))
  if (remarks.createdBy !== undefined) around.set('created by', Buffer.from(remarks.createdBy))
  if (remarks.creationDate !== undefined) around.set('creation date', remarks.creationDate)
  // All these keys sort before `info`, so that it goes in front of the dictionary's end.
  const head = encodeBencode(around).subarray(0, -1)
  return Buffer.concat([head, Buffer.from('4:info'), infoBytes, Buffer.from('e')])
}

function fileEntry(file: NewTorrent['files'][number]): BencodeDict {
  return new Map<string, BencodeValue>([
    ['length', file.length],
    ['path', file.path.map((element) => Buffer.from(element))],
  ])
}

function checkNames(torrent: NewTorrent): void {
  const paths = torrent.files.map((file) => file.path)
  for (const element of [torrent.name, ...paths.flat()]) {
    if (sanitisePathElement(element) !== element) {
      throw new RangeError(`other machines could not store a file under the name ${JSON.stringify(element)}`)
    }
  }
  if (paths.length > METAINFO_LIMITS.files) throw new RangeError(`${paths.length} files are too many`)
  if (!paths.every((path) => path.length > 0 && path.length <= METAINFO_LIMITS.pathDepth)) {
    throw new RangeError(`a path has 1 to ${METAINFO_LIMITS.pathDepth} elements`)
  }
  const conflict = findPathConflict(paths)
  if (conflict !== null) throw new RangeError(`two files, or a file and a directory, at ${JSON.stringify(conflict)}`)
}

function checkPieces(torrent: NewTorrent): void {
  const { pieceLength } = torrent
  if (!(Number.isInteger(pieceLength) && pieceLength > 0 && pieceLength <= METAINFO_LIMITS.pieceLength)) {
    throw new RangeError(`a piece length of ${pieceLength}`)
  }
  if (!torrent.files.every((file) => Number.isSafeInteger(file.length) && file.length >= 0)) {
    throw new RangeError('a file length that is not a number of bytes')
  }
  const length = torrent.files.reduce((sum, file) => sum + file.length, 0)
  const needed = Math.ceil(length / pieceLength)
  if (needed === 0) throw new RangeError('a torrent needs at least one byte')
  if (needed > METAINFO_LIMITS.pieces) throw new RangeError(`${needed} pieces are too many`)
  if (torrent.pieceHashes.length !== needed * PIECE_HASH_LENGTH) {
    throw new RangeError(`${torrent.pieceHashes.length} bytes of piece hashes for ${needed} pieces`)
  }
}
