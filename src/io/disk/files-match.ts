import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '../../swarm/ports.ts'
import { checkElements } from './open-beneath.ts'
import { errorCode, storageFailure } from './storage-failure.ts'
import type { StoredFile } from './stored-file.ts'

/** `missing`: at least one file isn't there. `wrong-size`: all are, at least one is longer or shorter. */
export type FilesMatch = 'missing' | 'wrong-size' | 'present'

/**
 * Do these files exist with these sizes? Looks at no content.
 * @throws StorageError `ELOOP` for a link on the way, `not-a-file` for what is no regular file
 */
export async function filesMatch(directory: string, files: readonly StoredFile[]): Promise<FilesMatch> {
  const sizes = await fileSizes(directory, files)
  let match: FilesMatch = 'present'
  for (const [index, file] of files.entries()) {
    if (file.padding) continue
    if (sizes[index] === null) return 'missing'
    if (sizes[index] !== file.length) match = 'wrong-size'
  }
  return match
}

/** The size of each file, null where there is none (padding files: always). Errors as `filesMatch`. */
export async function fileSizes(directory: string, files: readonly StoredFile[]): Promise<(number | null)[]> {
  const folders = new Map<string, Promise<boolean>>()
  const sizes: (number | null)[] = []
  for (const file of files) sizes.push(file.padding ? null : await fileSize(directory, file.path, folders))
  return sizes
}

async function fileSize(
  directory: string,
  elements: readonly string[],
  folders: Map<string, Promise<boolean>>,
): Promise<number | null> {
  checkElements(directory, elements)
  let folder = directory
  for (const element of elements.slice(0, -1)) {
    folder = join(folder, element)
    const known = folders.get(folder) ?? isFolder(folder)
    folders.set(folder, known)
    if (!(await known)) return null
  }
  const path = join(directory, ...elements)
  const facts = await look(path)
  if (facts === null) return null
  if (!facts.isFile()) throw new StorageError('not-a-file', 'open', path)
  return facts.size
}

async function isFolder(path: string): Promise<boolean> {
  const facts = await look(path)
  if (facts === null) return false
  if (!facts.isDirectory()) throw new StorageError('ENOTDIR', 'open', path)
  return true
}

async function look(path: string) {
  const facts = await lstat(path).catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return null
    throw storageFailure('open', path, cause)
  })
  if (facts?.isSymbolicLink() === true) throw new StorageError('ELOOP', 'open', path)
  return facts
}
