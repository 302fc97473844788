/**
 * A torrent made of noise: its bytes, and what the engine knows of them; or one of which only the numbers exist, for large
 * swarms, whose pieces are never read, written or hashed.
 */
import { createHash } from 'node:crypto'
import { infoHashFromBytes } from '../../src/protocol/index.ts'
import type { TorrentShape } from '../../src/swarm/torrent/swarm-context.ts'
import { seededRandom } from '../support/seeded-random.ts'

export const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest()

export interface SimTorrent {
  readonly shape: TorrentShape
  /** Null: blocks are moved without their bytes. */
  readonly content: Buffer | null
}

export function makeSimTorrent(length: number, pieceLength: number, seed: number): SimTorrent {
  const random = seededRandom(seed)
  const content = Buffer.alloc(length)
  for (let at = 0; at + 4 <= length; at += 4) content.writeUInt32LE(Math.floor(random() * 2 ** 32), at)
  const pieceCount = Math.ceil(length / pieceLength)
  const hashes = Array.from({ length: pieceCount }, (_, piece) =>
    sha1(content.subarray(piece * pieceLength, (piece + 1) * pieceLength)),
  )
  return { shape: shapeOf(length, pieceLength, Buffer.concat(hashes)), content }
}

export function makeHollowTorrent(length: number, pieceLength: number): SimTorrent {
  const pieceHashes = Buffer.alloc(20 * Math.ceil(length / pieceLength))
  return { shape: shapeOf(length, pieceLength, pieceHashes), content: null }
}

const shapeOf = (length: number, pieceLength: number, pieceHashes: Buffer): TorrentShape => ({
  infoHash: infoHashFromBytes(sha1(pieceHashes)),
  pieceCount: Math.ceil(length / pieceLength),
  pieceLength,
  length,
  pieceHashes,
})
