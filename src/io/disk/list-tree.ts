import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkElements } from './open-beneath.ts'
import { errorCode, storageFailure } from './storage-failure.ts'

/** A regular file below a folder. */
export interface ListedFile {
  readonly path: readonly string[]
  readonly length: number
}

/**
 * The file `directory/name`, or all files in that folder, by path. Links and what else is no file are passed over: what
 * they lead to was not meant to be shared. Null when there is nothing of that name.
 * @throws StorageError `EINVAL` when the name would leave the folder
 */
export async function listTree(directory: string, name: string): Promise<ListedFile[] | null> {
  checkElements(directory, [name])
  try {
    const facts = await lstat(join(directory, name))
    if (facts.isFile()) return [{ path: [name], length: facts.size }]
    if (!facts.isDirectory()) return null
    const found: ListedFile[] = []
    await walk(directory, [name], found)
    return found
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw storageFailure('list', join(directory, name), error)
  }
}

async function walk(directory: string, folder: readonly string[], found: ListedFile[]): Promise<void> {
  const entries = await readdir(join(directory, ...folder), { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = [...folder, entry.name]
    if (entry.isDirectory()) await walk(directory, path, found)
    else if (entry.isFile()) found.push({ path, length: (await lstat(join(directory, ...path))).size })
  }
}
