import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('core-watch.ts', import.meta.url))

interface Watch {
  readonly process: ChildProcess
  readonly said: Promise<string>
}

/** Has a watcher on every core note when it was held up, by whatever it was. Needs root and taskset(1). */
export class StandstillWatch {
  readonly #cores: readonly Watch[]

  constructor() {
    this.#cores = cpus().map((_, core) => {
      const words = ['--pdeathsig', 'KILL', 'taskset', '--cpu-list', String(core), process.execPath, PROGRAM]
      const child = spawn('setpriv', words, { stdio: ['ignore', 'pipe', 'inherit'] })
      return { process: child, said: text(child.stdout) }
    })
  }

  /** Ends it. @returns how long each time was, in milliseconds */
  async stop(): Promise<number[]> {
    const all = this.#cores.map(async ({ process, said }) => {
      process.kill('SIGTERM')
      if (process.exitCode === null) await once(process, 'exit')
      return JSON.parse(await said) as number[]
    })
    return (await Promise.all(all)).flat()
  }
}
