import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

const TOUCH = 'for (let left = Number(process.argv[1]); left > 0; left -= 64) kept.push(Buffer.alloc(64 << 20, 1))'

/**
 * Has so many MiB of the machine's free memory written to once. A virtual machine gives free memory back to its host after
 * some seconds (free page reporting), and whoever is first to touch it again waits for the host, 0.6 s and more for each
 * GiB: without this a transfer is the slower the longer the machine was idle before.
 */
export async function warmMemory(mebibytes: number): Promise<void> {
  await run(process.execPath, ['-e', `const kept = []; ${TOUCH}`, String(mebibytes)])
}
