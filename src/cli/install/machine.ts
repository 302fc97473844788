/** What installing touches of a machine: some files, and the commands of systemd. */
import { execFile } from 'node:child_process'
import { chmod, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Ran {
  readonly status: number
  readonly out: string
}

export interface Machine {
  readonly isRoot: boolean
  /** Runs it to its end; both of its outputs are in `out`. */
  run(command: string, ...args: readonly string[]): Promise<Ran>
  /** A link counts, wherever it leads. */
  exists(path: string): Promise<boolean>
  /** null when there is no such file. */
  read(path: string): Promise<string | null>
  /** The names in a folder; none when it isn't there. */
  list(path: string): Promise<string[]>
  /** Replaces the file, or the link, as a whole, and makes the folders above it. */
  write(path: string, text: string, mode: number): Promise<void>
  remove(path: string): Promise<void>
  /** The permission bits, null when there is nothing. */
  mode(path: string): Promise<number | null>
  /** Without links. */
  realPath(path: string): Promise<string>
  /** For those who open it themselves. */
  locate(path: string): string
}

/** Long enough for a unit to be ready, or not: its TimeoutStartSec is a minute. */
const RUN_TIMEOUT_MS = 120_000

/** This very machine. @param top before each path: a folder, without links, that stands for `/` */
export function thisMachine(top = ''): Machine {
  const at = (path: string): string => join(top, path)
  return {
    isRoot: process.geteuid?.() === 0,
    run: (command, ...args) =>
      new Promise((resolve) => {
        const child = execFile(command, [...args], { timeout: RUN_TIMEOUT_MS }, (error, out, err) =>
          resolve({ status: child.exitCode ?? (error === null ? 0 : 127), out: `${out}${err}` }),
        )
      }),
    exists: async (path) => (await whenThere(lstat(at(path)))) !== null,
    read: (path) => whenThere(readFile(at(path), 'utf8')),
    list: async (path) => (await whenThere(readdir(at(path)))) ?? [],
    write: async (path, text, mode) => {
      await mkdir(dirname(at(path)), { recursive: true, mode: 0o755 })
      // Beside it, for a link would be followed: that of a masked unit leads to /dev/null.
      const next = `${at(path)}.new`
      await rm(next, { force: true })
      await writeFile(next, text, { flag: 'wx' })
      // Whatever the umask of the shell is.
      await chmod(next, mode)
      await rename(next, at(path))
    },
    remove: (path) => rm(at(path), { force: true }),
    mode: async (path) => (await whenThere(stat(at(path))))?.mode ?? null,
    realPath: async (path) => (await realpath(at(path))).slice(top.length),
    locate: at,
  }
}

async function whenThere<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
