import { addressKey, type InfoHash, type PeerAddress } from '../ids.ts'
import { pieceSize } from '../metainfo/file-slices.ts'
import { METAINFO_LIMITS, PIECE_HASH_LENGTH, type Metainfo } from '../metainfo/metainfo.ts'

/**
 * A file (or folder of files) in pieces, and where each is. A torrent may have a million pieces, so a manifest has a run of
 * them, and says with which number the next run begins.
 */
export interface Manifest {
  /** Of the torrent: one element of a path. */
  readonly name: string
  /** Bytes in all pieces together. */
  readonly length: number
  /** Bytes in each piece but the last. */
  readonly pieceLength: number
  readonly pieceCount: number
  readonly infoHash: InfoHash
  /** BEP 27. Such ones are never handed out by name. */
  readonly isPrivate: boolean
  /** One after the other, at least one. */
  readonly pieces: readonly ManifestPiece[]
  /** Number of the first piece after these; null when these are the last. */
  readonly nextPiece: number | null
}

export interface ManifestPiece {
  /** From 1: piece 0 of the peer wire is number 1 here. */
  readonly number: number
  /** 40 hex digits. */
  readonly sha1: string
  /** Bytes. */
  readonly length: number
  /** Where those who have it let others in, as far as the teller knows; no more than `MANIFEST_LIMITS.holders`. */
  readonly holders: readonly PeerAddress[]
}

/** Several torrents of one name, of which the asker has to choose. */
export interface NameChoice {
  readonly name: string
  readonly candidates: readonly NameCandidate[]
}

export interface NameCandidate {
  readonly infoHash: InfoHash
  /** Bytes. */
  readonly length: number
}

export const MANIFEST_LIMITS = {
  /** Bytes of any answer. */
  bytes: 512 * 1024,
  /** Pieces in one answer; with the longest name and all holders that is some 350 KiB. */
  pieces: 256,
  /** Of one piece. */
  holders: 16,
  /** Torrents of one name. */
  candidates: 16,
  /** Bytes of a name, in UTF-8. */
  nameBytes: 240,
} as const

/** The manifest as it travels, and as the API shows it. */
export interface ManifestJson {
  readonly name: string
  readonly length: number
  readonly pieceLength: number
  readonly pieceCount: number
  readonly infoHash: InfoHash
  readonly isPrivate: boolean
  readonly pieces: readonly {
    readonly number: number
    readonly name: string
    readonly length: number
    readonly sha1: string
    readonly holders: readonly string[]
  }[]
  readonly nextPiece: number | null
}

/**
 * A run of a torrent's pieces for its manifest.
 * @param from number of the first, from 1; behind the last there are none
 * @param holdersOf who has this piece (by its index, from 0); those beyond the limit are left out
 */
export function manifestPieces(
  metainfo: Pick<Metainfo, 'length' | 'pieceLength' | 'pieceCount' | 'pieceHashes'>,
  from: number,
  count: number,
  holdersOf: (index: number) => readonly PeerAddress[],
): Pick<Manifest, 'pieces' | 'nextPiece'> {
  const end = Math.min(metainfo.pieceCount, from - 1 + Math.min(count, MANIFEST_LIMITS.pieces))
  const pieces: ManifestPiece[] = []
  for (let index = from - 1; index < end; index++) {
    const hashAt = index * PIECE_HASH_LENGTH
    pieces.push({
      number: index + 1,
      sha1: metainfo.pieceHashes.toString('hex', hashAt, hashAt + PIECE_HASH_LENGTH),
      length: pieceSize(metainfo, index),
      holders: holdersOf(index).slice(0, MANIFEST_LIMITS.holders),
    })
  }
  return { pieces, nextPiece: end < metainfo.pieceCount ? end + 1 : null }
}

export function manifestJson(manifest: Manifest): ManifestJson {
  const { name, pieces } = manifest
  return {
    name,
    length: manifest.length,
    pieceLength: manifest.pieceLength,
    pieceCount: manifest.pieceCount,
    infoHash: manifest.infoHash,
    isPrivate: manifest.isPrivate,
    pieces: pieces.map(({ number, length, sha1, holders }) => {
      return { number, name: `${name}.${number}`, length, sha1, holders: holders.map(addressKey) }
    }),
    nextPiece: manifest.nextPiece,
  }
}

export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(JSON.stringify(manifestJson(manifest)))
}

export function encodeNameChoice({ name, candidates }: NameChoice): Buffer {
  return Buffer.from(JSON.stringify({ name, candidates: candidates.slice(0, MANIFEST_LIMITS.candidates) }))
}

/** Most pieces that a torrent can have. */
export const MAX_PIECES = METAINFO_LIMITS.pieces
