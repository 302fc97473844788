import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from './storage-failure.ts'

/**
 * Makes a folder and those above it, where they are not there. Node's own `recursive` never ends where a folder that is
 * there refuses with ENOENT, as /proc does, and some mounts. Rejects with the system's own error.
 */
export async function makeFolders(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode })
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await isFolder(path))) return
    const above = dirname(path)
    if (errorCode(error) !== 'ENOENT' || (await isFolder(above))) throw error
    await makeFolders(above, mode)
    await makeFolders(path, mode)
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )
