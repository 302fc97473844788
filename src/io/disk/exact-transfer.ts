import { StorageError } from '../../swarm/ports.ts'
import type { DiskCalls } from './disk-calls.ts'
import { storageFailure } from './storage-failure.ts'

/** Fills the whole target. @throws StorageError `short-read` when the file ends before. */
export async function readExactly(
  calls: DiskCalls,
  fd: number,
  path: string,
  target: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0
  while (done < target.length) {
    const rest = done === 0 ? target : target.subarray(done)
    let count: number
    try {
      count = await calls.read(fd, rest, position + done)
    } catch (cause) {
      throw storageFailure('read', path, cause)
    }
    if (count === 0) throw new StorageError('short-read', 'read', path)
    done += count
  }
}

/** Writes all the bytes, however many calls it takes. @throws StorageError */
export async function writeExactly(
  calls: DiskCalls,
  fd: number,
  path: string,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const rest = done === 0 ? bytes : bytes.subarray(done)
    try {
      done += await calls.write(fd, rest, position + done)
    } catch (cause) {
      throw storageFailure('write', path, cause)
    }
  }
}
