import { constants } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import { StorageError } from '../../swarm/ports.ts'
import { systemCalls } from './disk-calls.ts'
import { readExactly } from './exact-transfer.ts'
import { makeFolders } from './make-folders.ts'
import { readWhole, replaceFile } from './replace-file.ts'
import { errorCode, storageFailure, told } from './storage-failure.ts'

/** Writes a small file such that a crash leaves the old or the new content, whole. @throws StorageError */
export function writeWholeFile(path: string, bytes: Uint8Array): Promise<void> {
  return replaceFile(systemCalls, path, bytes)
}

/** The content of a small file of our own, or null when there is none. @throws StorageError */
export function readWholeFile(path: string): Promise<Buffer | null> {
  return readWhole(systemCalls, path)
}

/** Makes the folder and those above it. @throws StorageError */
export async function makeFolder(path: string, mode = 0o755): Promise<void> {
  await told('mkdir', path, makeFolders(path, mode))
}

/** The names in the folder; none when it isn't there. @throws StorageError */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw storageFailure('list', path, error)
  }
}

/**
 * A file that the user names, below a folder that is not to be left: links on the way count as what they lead to.
 * `outside` when it leads out, `missing` when there is none, `too-large` above `maxBytes`.
 * @throws StorageError
 */
export async function readFileBelow(
  folder: string,
  name: string,
  maxBytes: number,
): Promise<Buffer | 'outside' | 'missing' | 'too-large'> {
  try {
    const root = await realpath(folder)
    const path = await realpath(`${root}/${name}`)
    if (!path.startsWith(`${root}/`)) return 'outside'
    const fd = await systemCalls.open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const facts = await systemCalls.stat(fd)
      if (!facts.isFile()) return 'missing'
      if (facts.size > maxBytes) return 'too-large'
      const bytes = Buffer.alloc(facts.size)
      await readExactly(systemCalls, fd, path, bytes, 0)
      return bytes
    } finally {
      await systemCalls.close(fd)
    }
  } catch (error) {
    if (error instanceof StorageError) throw error
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return 'missing'
    throw storageFailure('read', name, error)
  }
}
