import { constants } from 'node:fs'
import { lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '../../swarm/ports.ts'
import type { DiskCalls } from './disk-calls.ts'
import { errorCode, storageFailure, told } from './storage-failure.ts'

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/** @throws StorageError `EINVAL` for an element that would leave its folder. Whoever parsed the names saw to it too. */
export function checkElements(directory: string, elements: readonly string[]): void {
  const sound = (element: string): boolean =>
    element !== '' && element !== '.' && element !== '..' && !element.includes('/') && !element.includes('\0')
  if (elements.length === 0 || !elements.every(sound)) {
    throw new StorageError('EINVAL', 'open', join(directory, ...elements))
  }
}

export interface OpenBeneathOptions {
  /** Folders on the way that aren't there are made. Their entries are not yet durable. */
  readonly makeFolders?: boolean
}

/**
 * Opens `directory/e1/e2/…` and follows no symbolic link below `directory`, which itself is the operator's and may be
 * one. Each element is opened within the folder opened before it, so what is swapped on the way can't lead elsewhere.
 * @throws StorageError `ELOOP` when an element is a link
 */
export async function openBeneath(
  calls: DiskCalls,
  directory: string,
  elements: readonly string[],
  flags: number,
  options: OpenBeneathOptions = {},
): Promise<number> {
  checkElements(directory, elements)
  const path = join(directory, ...elements)
  let folder = await calls.open(directory, O_RDONLY | O_DIRECTORY).catch((cause: unknown) => {
    throw storageFailure('open', directory, cause)
  })
  try {
    for (const element of elements.slice(0, -1)) {
      const within = `/proc/self/fd/${folder}/${element}`
      if (options.makeFolders === true) await makeFolder(within)
      const next = await calls.open(within, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(async (cause: unknown) => {
        // With O_DIRECTORY the kernel says ENOTDIR of a link as well.
        throw (await isLink(within)) ? new StorageError('ELOOP', 'open', path, cause) : cause
      })
      const previous = folder
      folder = next
      await calls.close(previous)
    }
    // O_NONBLOCK: a planted FIFO must not hold a thread for ever. It means nothing to regular files.
    return await calls.open(`/proc/self/fd/${folder}/${elements.at(-1) ?? ''}`, flags | O_NOFOLLOW | O_NONBLOCK)
  } catch (cause) {
    throw storageFailure('open', path, cause)
  } finally {
    await calls.close(folder)
  }
}

/** As `openBeneath`, for a regular file. @throws StorageError `not-a-file` when it is something else */
export async function openRegularFile(
  calls: DiskCalls,
  directory: string,
  elements: readonly string[],
  flags: number,
  options: OpenBeneathOptions = {},
): Promise<number> {
  const path = join(directory, ...elements)
  const fd = await openBeneath(calls, directory, elements, flags, options)
  try {
    const facts = await told('open', path, calls.stat(fd))
    if (!facts.isFile()) throw new StorageError('not-a-file', 'open', path)
    return fd
  } catch (error) {
    await calls.close(fd)
    throw error
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch((cause: unknown) => {
    if (errorCode(cause) !== 'EEXIST') throw cause
  })
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => facts.isSymbolicLink(),
    () => false,
  )
}
