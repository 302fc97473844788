import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'swarmd-test-'

/** A new empty folder, in memory (/dev/shm) where there is such a place; gone with all it holds when disposed. */
export class ScratchFolder implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(): Promise<ScratchFolder> {
    const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
    await removeLeftOvers(base)
    const path = await mkdtemp(join(base, `${PREFIX}${process.pid}-`))
    // Programs that drop root go on reading in it.
    await chmod(path, 0o755)
    return new ScratchFolder(path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Folders of test runs that were killed before they could tidy up: in memory they would fill it. */
const removeLeftOvers = async (base: string): Promise<void> => {
  for (const name of await readdir(base)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await rm(join(base, name), { recursive: true, force: true })
  }
}
