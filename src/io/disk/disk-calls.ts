import * as fs from 'node:fs'
import { isForPieceThread, pieceThread } from './piece-thread.ts'

/**
 * The few system calls that decide what survives a power cut, on plain file descriptors. It is a port so that the
 * very code that orders them can be run on a disk that loses what wasn't synced. Rejects with the system's own error.
 */
export interface DiskCalls {
  open(path: string, flags: number, mode?: number): Promise<number>
  close(fd: number): Promise<void>
  /** Bytes read, which may be fewer than asked; 0 at the end of the file. */
  read(fd: number, target: Uint8Array, position: number): Promise<number>
  /** Bytes written, which may be fewer than given. */
  write(fd: number, bytes: Uint8Array, position: number): Promise<number>
  stat(fd: number): Promise<FileFacts>
  /** fdatasync: the bytes, and what is needed to find them again. */
  datasync(fd: number): Promise<void>
  /** fsync, of a file or a folder. */
  sync(fd: number): Promise<void>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /**
   * Gives a file to the owner of its folder, when we are root: a command of root's in the state of a service must leave
   * it such that the service can go on, as far as the file system can. Without this call nobody is root.
   */
  adopt?(fd: number, folder: string): Promise<void>
}

export interface FileFacts {
  readonly size: number
  isFile(): boolean
}

type Settle = (error?: Error | null) => void

const settled = (call: (settle: Settle) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(error)
      else resolve()
    })
  })

/** The real thing. Callbacks on raw descriptors: measured to cost less than `FileHandle`, and nothing is copied. */
export const systemCalls: DiskCalls = {
  open: (path, flags, mode = 0o666) =>
    new Promise((resolve, reject) => {
      fs.open(path, flags, mode, (error, fd) => {
        if (error) reject(error)
        else resolve(fd)
      })
    }),
  close: (fd) => settled((settle) => fs.close(fd, settle)),
  read: (fd, target, position) =>
    new Promise((resolve, reject) => {
      fs.read(fd, target, 0, target.length, position, (error, count) => {
        if (error) reject(error)
        else resolve(count)
      })
    }),
  write: (fd, bytes, position) => {
    if (isForPieceThread(bytes)) return pieceThread.write(fd, bytes, position)
    return new Promise((resolve, reject) => {
      fs.write(fd, bytes, 0, bytes.length, position, (error, count) => {
        if (error) reject(error)
        else resolve(count)
      })
    })
  },
  stat: (fd) =>
    new Promise((resolve, reject) => {
      fs.fstat(fd, (error, facts) => {
        if (error) reject(error)
        else resolve(facts)
      })
    }),
  datasync: (fd) => settled((settle) => fs.fdatasync(fd, settle)),
  sync: (fd) => settled((settle) => fs.fsync(fd, settle)),
  rename: (from, to) => settled((settle) => fs.rename(from, to, settle)),
  unlink: (path) => settled((settle) => fs.unlink(path, settle)),
  adopt: async (fd, folder) => {
    if (process.geteuid?.() !== 0) return
    const { uid, gid } = await fs.promises.stat(folder)
    if (uid === 0) return
    // Some file systems know no owners.
    await settled((settle) => fs.fchown(fd, uid, gid, settle)).catch(() => {})
  },
}
