import { constants, ftruncate } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { DiskCalls } from './disk-calls.ts'
import { fileSizes } from './files-match.ts'
import { openBeneath, openRegularFile } from './open-beneath.ts'
import { syncFolder } from './replace-file.ts'
import { told } from './storage-failure.ts'
import type { StoredFile } from './stored-file.ts'

const { O_CREAT, O_DIRECTORY, O_RDONLY, O_RDWR } = constants
const setLength = promisify(ftruncate)

/**
 * Makes the files that are missing or have another size: sparse, of full length, their names durable. See
 * `FileStoreOptions` for `beforeAltering`. @throws StorageError
 */
export async function createFiles(
  calls: DiskCalls,
  directory: string,
  files: readonly StoredFile[],
  beforeAltering?: (files: readonly number[]) => Promise<void>,
): Promise<void> {
  const sizes = await fileSizes(directory, files)
  const altered = [...files.keys()].filter((index) => {
    const file = files[index]
    return file !== undefined && !file.padding && sizes[index] !== file.length
  })
  if (altered.length > 0) await beforeAltering?.(altered)
  await makeDirectory(calls, directory)
  const folders = new Map<string, readonly string[]>()
  for (const index of altered) {
    const file = files[index]
    if (file === undefined) continue
    const path = join(directory, ...file.path)
    const fd = await openRegularFile(calls, directory, file.path, O_RDWR | O_CREAT, { makeFolders: true })
    try {
      await told('write', path, setLength(fd, file.length))
    } finally {
      await calls.close(fd)
    }
    for (let depth = file.path.length - 1; depth > 0; depth--) {
      const folder = file.path.slice(0, depth)
      folders.set(folder.join('/'), folder)
    }
  }
  // A record must never name a piece of a file whose name a power cut can still take away.
  for (const folder of folders.values()) {
    const fd = await openBeneath(calls, directory, folder, O_RDONLY | O_DIRECTORY)
    try {
      await told('sync', join(directory, ...folder), calls.sync(fd))
    } finally {
      await calls.close(fd)
    }
  }
  if (altered.length > 0) await syncFolder(calls, directory)
}

/** Makes the folder and those above it as needed, durably. */
async function makeDirectory(calls: DiskCalls, directory: string): Promise<void> {
  const first = await told('open', directory, mkdir(directory, { recursive: true }))
  if (first === undefined) return
  for (let path = directory; path.length >= first.length; path = dirname(path)) await syncFolder(calls, dirname(path))
}
