/** What a .torrent says, checked: types and limits. */

import type { InfoHash } from '../ids.ts'

/** A torrent, BitTorrent v1 (BEP 3). Every name in it is safe to use as a name of a file; see `sanitisePathElement`. */
export interface Metainfo {
  /** SHA-1 of `infoBytes`. */
  readonly infoHash: InfoHash
  /** The file, or the directory of the files: one path element. */
  readonly name: string
  /** Bytes in each piece but the last. */
  readonly pieceLength: number
  /** Bytes in all files together, padding included. More than 0. */
  readonly length: number
  readonly pieceCount: number
  /** SHA-1 of each piece, 20 bytes each. */
  readonly pieceHashes: Buffer
  /** In torrent order, also those of zero length, which still have to be made on disk. */
  readonly files: readonly MetainfoFile[]
  /** BEP 27: peers only from the trackers, no DHT, no PEX, no LSD. */
  readonly isPrivate: boolean
  /** The files are in a directory called `name`. */
  readonly multiFile: boolean
  /**
   * Tiers of trackers, from the announce-list if it has any, else from `announce` (BEP 12). As written: URLs, or a bare
   * `host[:port]`, or nonsense.
   */
  readonly announceTiers: readonly (readonly string[])[]
  /** Written by who knows whom: hostile text. */
  readonly comment?: string
  /** Program that made the torrent: hostile text. */
  readonly createdBy?: string
  /** Unix time in seconds. */
  readonly creationDate?: number
  /** The info dictionary as it was written, unknown and unsorted keys included. */
  readonly infoBytes: Buffer
  /** The whole .torrent as it was written. */
  readonly raw: Buffer
}

export interface MetainfoFile {
  /** Path elements below `name`; in a single-file torrent `[name]`. No two files of a torrent get in each other's way. */
  readonly path: readonly string[]
  /** Bytes. */
  readonly length: number
  /** Where the file starts in the torrent, in bytes. */
  readonly offset: number
  /** BEP 47: zeros that align the next file to a piece. Hashed with the rest, never put on disk. */
  readonly padding: boolean
}

/** What a torrent may have at most. A real one of a terabyte stays well below. */
export const METAINFO_LIMITS = {
  /** Bytes of the .torrent. */
  torrentLength: 10 * 1024 * 1024,
  bencodeTokens: 3_000_000,
  pieces: 2 ** 20,
  /** Bytes. */
  pieceLength: 64 * 1024 * 1024,
  files: 100_000,
  pathDepth: 100,
  /** In all paths together. */
  pathElements: 1_000_000,
  trackers: 1000,
  /** Characters of a tracker's URL. */
  trackerLength: 2048,
  /** Bytes kept of a comment. */
  textLength: 4096,
} as const

/** Bytes of a SHA-1. */
export const PIECE_HASH_LENGTH = 20
