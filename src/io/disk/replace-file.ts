import { constants } from 'node:fs'
import { dirname } from 'node:path'
import type { DiskCalls } from './disk-calls.ts'
import { readExactly, writeExactly } from './exact-transfer.ts'
import { errorCode, storageFailure, told } from './storage-failure.ts'

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = constants

/** Makes the folder's entries durable: a rename or a new file is not before this. @throws StorageError */
export async function syncFolder(calls: DiskCalls, path: string): Promise<void> {
  const fd = await told('open', path, calls.open(path, O_RDONLY | O_DIRECTORY))
  try {
    await told('sync', path, calls.sync(fd))
  } finally {
    await calls.close(fd)
  }
}

export interface ReplaceOptions {
  /** What the file held so far stays readable under this path. */
  readonly keepAs?: string
}

/**
 * Gives the file new content such that a crash at any moment leaves the old or the new, whole: temporary file, fsync,
 * rename, fsync of the folder. With `keepAs` there is a moment at which only that path has the old content. Two calls
 * for one path must not overlap. @throws StorageError
 */
export async function replaceFile(
  calls: DiskCalls,
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  const temporary = `${path}.tmp`
  const flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
  const fd = await told('open', temporary, calls.open(temporary, flags, 0o600))
  try {
    if (calls.adopt) await told('chown', temporary, calls.adopt(fd, dirname(path)))
    await writeExactly(calls, fd, temporary, bytes, 0)
    await told('sync', temporary, calls.sync(fd))
  } finally {
    await calls.close(fd)
  }
  if (options.keepAs !== undefined) {
    await calls.rename(path, options.keepAs).catch((cause: unknown) => {
      if (errorCode(cause) !== 'ENOENT') throw storageFailure('move', path, cause)
    })
  }
  await told('move', path, calls.rename(temporary, path))
  await syncFolder(calls, dirname(path))
}

/** The whole content of a file of ours, or null when there is none. @throws StorageError */
export async function readWhole(calls: DiskCalls, path: string): Promise<Buffer | null> {
  let fd: number
  try {
    fd = await calls.open(path, O_RDONLY | O_NOFOLLOW)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return null
    throw storageFailure('open', path, cause)
  }
  try {
    const { size } = await told('read', path, calls.stat(fd))
    const bytes = Buffer.alloc(size)
    await readExactly(calls, fd, path, bytes, 0)
    return bytes
  } finally {
    await calls.close(fd)
  }
}

/** Removes the file if it is there; not durable before the folder is synced. @throws StorageError */
export async function removeFile(calls: DiskCalls, path: string): Promise<void> {
  await calls.unlink(path).catch((cause: unknown) => {
    if (errorCode(cause) !== 'ENOENT') throw storageFailure('remove', path, cause)
  })
}
