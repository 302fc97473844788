import { createHash, hash } from 'node:crypto'
import { HashThread } from './hash-thread.ts'

const SLICE_BYTES = 1024 * 1024
/** Below this, handing the bytes over costs more than hashing them. */
const THREAD_FROM_BYTES = 128 * 1024

const thread = new HashThread()

/** SHA-1 of the bytes: 20 bytes. Blocks the thread for about half a millisecond a MiB. */
export function sha1(bytes: Uint8Array): Buffer {
  return hash('sha1', bytes, 'buffer')
}

/**
 * SHA-1 of a piece of any size, while other work goes on: in a thread of its own when the bytes are in shared memory,
 * else here, a MiB at a time. The bytes must not change meanwhile.
 */
export async function hashPiece(bytes: Uint8Array): Promise<Buffer> {
  if (bytes.length < THREAD_FROM_BYTES) return sha1(bytes)
  if (isShared(bytes)) return thread.hash(bytes)
  const digest = createHash('sha1')
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve))
    digest.update(bytes.subarray(start, start + SLICE_BYTES))
  }
  return digest.digest()
}

const isShared = (bytes: Uint8Array): bytes is Uint8Array<SharedArrayBuffer> =>
  bytes.buffer instanceof SharedArrayBuffer
