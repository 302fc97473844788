import { lstat } from 'node:fs/promises'
import { errorCode, storageFailure } from './storage-failure.ts'

/** Whether anything has this name: a file, a folder, a link to nowhere. @throws StorageError when that can't be told */
export async function pathExists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw storageFailure('stat', path, error)
  }
}
