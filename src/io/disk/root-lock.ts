import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, readdir, rename, rmdir, unlink } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { systemCalls } from './disk-calls.ts'
import { makeFolders } from './make-folders.ts'
import { errorCode } from './storage-failure.ts'

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY

/** Another process works on this root. */
export class RootLockedError extends Error {
  override readonly name = 'RootLockedError'
  readonly root: string
  readonly pid: number

  constructor(root: string, pid: number) {
    super(`${root} is in use by process ${pid}: stop it first, or give this one another --root`)
    this.root = root
    this.pid = pid
  }
}

/**
 * One process a root. The lock is a folder, `ROOT/.swarmd/lock`, that holds the socket its owner listens on, named
 * after the owner: `PID-RANDOM`.
 *
 * - It is taken by renaming a folder of one's own, with the listening socket already in it, to that name. The system
 *   does this only while no such folder is there or it is empty: of any number of starters one gets it.
 * - Its owner died, however it died, when nobody answers on the socket. Then that one socket is unlinked by its name,
 *   which nobody else ever uses, so a starter that is late can't remove the lock of one that was quicker.
 */
export class RootLock {
  /** Raw: a lock that nobody refers to any more is still held. */
  readonly #folder: number
  readonly #server: Server
  readonly #path: string
  #released = false

  private constructor(folder: number, server: Server, path: string) {
    this.#folder = folder
    this.#server = server
    this.#path = path
  }

  /** Held until `release` or the end of the process. @throws RootLockedError; the system's error when it can't be made */
  static async acquire(root: string): Promise<RootLock> {
    const state = join(root, '.swarmd')
    await makeFolders(state, 0o700)
    const path = join(state, 'lock')
    const name = `${process.pid}-${randomBytes(8).toString('hex')}`
    const own = `${path}.${name}`
    await mkdir(own, { mode: 0o700 })
    const folder = await systemCalls.open(own, FOLDER)
    let server: Server | null = null
    try {
      // By the folder's descriptor: a socket's path is limited to 107 bytes, and it stays right after the rename.
      server = await listen(`/proc/self/fd/${folder}/${name}`)
      while (!(await renamed(own, path))) await removeStale(root, path)
      return new RootLock(folder, server, path)
    } catch (error) {
      if (server !== null) await closed(server)
      await systemCalls.close(folder)
      await rmdir(own).catch(() => {})
      throw error
    }
  }

  async release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    // Closing unlinks the socket; then the folder is empty, unless the next one has it already.
    await closed(this.#server)
    await systemCalls.close(this.#folder)
    await rmdir(this.#path).catch(() => {})
  }
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    // For good: that a connection can't be accepted, for want of descriptors say, is no harm later.
    server.on('error', reject)
    server.listen(path, resolve)
  })
  server.unref()
  return server
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

/** False while somebody's socket is in the lock. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/** @throws RootLockedError when the owner lives */
async function removeStale(root: string, path: string): Promise<void> {
  const folder = await systemCalls.open(path, FOLDER).catch(missing)
  if (folder === null) return
  try {
    for (const name of await readdir(path).catch(none)) {
      const socket = `/proc/self/fd/${folder}/${name}`
      if (await answers(socket)) throw new RootLockedError(root, Number.parseInt(name, 10))
      await unlink(socket).catch(missing)
    }
  } finally {
    await systemCalls.close(folder)
  }
}

/** Does a process listen there? One that is stopped or busy does: the system accepts for it. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => {
      resolve(!['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(errorCode(error)))
    })
  })
}

function missing(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null
  throw error
}

function none(error: unknown): string[] {
  if (errorCode(error) === 'ENOENT') return []
  throw error
}
