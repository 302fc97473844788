import { createHash } from 'node:crypto'
import { copyFile, link, lstat, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StorageError } from '../../swarm/ports.ts'
import { systemCalls } from './disk-calls.ts'
import { syncFolder } from './replace-file.ts'
import { errorCode, storageFailure } from './storage-failure.ts'

export interface Move {
  readonly from: string
  /** Its folder must exist. */
  readonly to: string
}

/**
 * Moves a file or a folder to where it belongs: whole or not at all, durably, and never over something. Its content
 * must have been synced. Across file systems it is first copied to a hidden `.swarmd-incoming-…` beside `to`.
 * Called again after a crash it finishes what it began.
 * @throws StorageError `EEXIST` when `to` is there already
 */
export async function moveIntoPlace({ from, to }: Move): Promise<void> {
  try {
    if (!(await finishedEarlier(from, to))) {
      await place(from, to).catch(async (cause: unknown) => {
        if (errorCode(cause) !== 'EXDEV') throw cause
        await copyAcross(from, to)
      })
    }
    await syncFolder(systemCalls, dirname(to))
    await syncFolder(systemCalls, dirname(from))
  } catch (cause) {
    throw storageFailure('move', to, cause)
  }
}

/** A file has two names for a moment; a crash just then leaves both. Anything else at `to` is not ours. */
async function finishedEarlier(from: string, to: string): Promise<boolean> {
  const there = await factsOf(to)
  if (there === null) return false
  const ours = await factsOf(from)
  if (ours === null || !ours.isFile() || ours.dev !== there.dev || ours.ino !== there.ino) {
    throw new StorageError('EEXIST', 'move', to)
  }
  await dropName(from, to)
  return true
}

/** Within one file system. A hard link, unlike a rename, can't take the place of a file that appeared just now. */
async function place(from: string, to: string): Promise<void> {
  if ((await lstat(from)).isFile() && (await linked(from, to))) {
    await dropName(from, to)
    return
  }
  await rename(from, to).catch((cause: unknown) => {
    const taken = ['ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes(errorCode(cause))
    throw taken ? new StorageError('EEXIST', 'move', to, cause) : cause
  })
}

/** A power cut must not take both names: not every file system keeps the order of changes to two folders. */
async function dropName(from: string, to: string): Promise<void> {
  await syncFolder(systemCalls, dirname(to))
  await unlink(from)
}

/** False when this file system has no hard links. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (cause) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(cause))) return false
    throw cause
  }
}

async function copyAcross(from: string, to: string): Promise<void> {
  // Always the same name, so that what a crash left is found and replaced; a digest, as a name's length is limited.
  const mark = createHash('sha1').update(basename(to)).digest('hex').slice(0, 16)
  const temporary = join(dirname(to), `.swarmd-incoming-${mark}`)
  await rm(temporary, { recursive: true, force: true })
  try {
    await copyTree(from, temporary)
    await place(temporary, to)
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true })
    throw cause
  }
  await syncFolder(systemCalls, dirname(to))
  await rm(from, { recursive: true, force: true })
}

/** Regular files and folders only, all of them synced. */
async function copyTree(from: string, to: string): Promise<void> {
  const facts = await lstat(from)
  if (facts.isDirectory()) {
    await mkdir(to)
    for (const name of await readdir(from)) await copyTree(join(from, name), join(to, name))
    await syncFolder(systemCalls, to)
    return
  }
  if (!facts.isFile()) throw new StorageError('not-a-file', 'move', from)
  await copyFile(from, to)
  const copy = await open(to, 'r')
  try {
    await copy.sync()
  } finally {
    await copy.close()
  }
}

async function factsOf(path: string) {
  return lstat(path).catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return null
    throw cause
  })
}
