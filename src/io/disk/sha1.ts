import { createHash, hash } from 'node:crypto'
import { isForPieceThread, pieceThread } from './piece-thread.ts'

const SLICE_BYTES = 1024 * 1024

/** SHA-1 of the bytes: 20 bytes. Blocks the thread for about half a millisecond a MiB. */
export function sha1(bytes: Uint8Array): Buffer {
  return hash('sha1', bytes, 'buffer')
}

/**
 * SHA-1 of a piece of any size, while other work goes on: in a thread of its own when the bytes are in shared memory,
 * else here, a MiB at a time. The bytes must not change meanwhile.
 */
export async function hashPiece(bytes: Uint8Array): Promise<Buffer> {
  if (isForPieceThread(bytes)) return pieceThread.hash(bytes)
  const digest = createHash('sha1')
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve))
    digest.update(bytes.subarray(start, start + SLICE_BYTES))
  }
  return digest.digest()
}
