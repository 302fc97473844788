/** Reads pieces back and compares their SHA-1: the whole torrent, or a sample. */
import { hashPiece } from '../../io/index.ts'
import { Bitfield, pieceSize, type Metainfo } from '../../protocol/index.ts'
import { StorageError, type PieceStore } from '../../swarm/index.ts'

const HASH_LENGTH = 20

/**
 * The pieces among `indices` that are right on disk.
 * @param progress called with the number of pieces looked at
 * @throws StorageError for trouble other than a file that is too short, whose pieces simply count as missing
 */
export async function verifyPieces(
  store: PieceStore,
  metainfo: Metainfo,
  indices: Iterable<number>,
  progress: (checked: number) => void,
  signal: AbortSignal,
): Promise<Bitfield> {
  const right = new Bitfield(metainfo.pieceCount)
  const buffer = Buffer.from(new SharedArrayBuffer(metainfo.pieceLength))
  let checked = 0
  for (const index of indices) {
    signal.throwIfAborted()
    const bytes = buffer.subarray(0, pieceSize(metainfo, index))
    if (await isRight(store, metainfo, index, bytes)) right.set(index)
    progress(++checked)
  }
  return right
}

async function isRight(store: PieceStore, metainfo: Metainfo, index: number, bytes: Buffer): Promise<boolean> {
  try {
    await store.read(index * metainfo.pieceLength, bytes)
  } catch (error) {
    if (error instanceof StorageError && error.code === 'short-read') return false
    throw error
  }
  const hash = await hashPiece(bytes)
  return hash.equals(metainfo.pieceHashes.subarray(index * HASH_LENGTH, (index + 1) * HASH_LENGTH))
}

/** At most `count` of the pieces, spread evenly, first and last among them. */
export function sample(have: Bitfield, count: number): number[] {
  const all = [...have.indices()]
  if (all.length <= count) return all
  const step = (all.length - 1) / (count - 1)
  return Array.from({ length: count }, (_, at) => all[Math.round(at * step)] ?? 0)
}
