import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface LabProcessOptions {
  /** Where stdout and stderr go. */
  readonly logPath: string
  readonly env?: Readonly<Record<string, string>>
  /** Gets every line of stdout, which then isn't in the log. */
  readonly onLine?: (line: string) => void
}

/**
 * A process that a lab started, in a process group of its own. `pid` is the program itself, not a wrapper, so
 * /proc/PID tells what it costs; and the kernel ends it when the test process dies, whatever that died of.
 */
export class LabProcess {
  readonly command: string
  readonly pid: number
  readonly logPath: string
  readonly exited: Promise<ProcessExit>
  #ended = false

  private constructor(command: string, child: ChildProcess, logPath: string) {
    if (child.pid === undefined) throw new Error(`${command} did not start`)
    this.command = command
    this.pid = child.pid
    this.logPath = logPath
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        // Children that outlive it go at once, while the number of the group can't be anyone else's.
        this.signal('SIGKILL')
        this.#ended = true
        resolve({ code, signal })
      })
    })
  }

  /** @param namespace name of the network namespace to run in */
  static start(namespace: string, command: string, args: readonly string[], options: LabProcessOptions): LabProcess {
    const log = openSync(options.logPath, 'a')
    try {
      // Each of these becomes the next one by exec, so the pid stays.
      const words = ['netns', 'exec', namespace, 'setpriv', '--pdeathsig', 'KILL', command, ...args]
      const child = spawn('ip', words, {
        detached: true,
        env: { ...process.env, ...options.env },
        stdio: ['ignore', options.onLine ? 'pipe' : log, log],
      })
      child.once('error', () => undefined)
      if (options.onLine && child.stdout) createInterface({ input: child.stdout }).on('line', options.onLine)
      return new LabProcess(command, child, options.logPath)
    } finally {
      closeSync(log)
    }
  }

  get running(): boolean {
    return !this.#ended
  }

  /** Signals the whole process group; nothing happens when it is gone. */
  signal(name: NodeJS.Signals): void {
    if (this.#ended) return
    try {
      process.kill(-this.pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  /** Asks it to end (SIGTERM), and ends it with its children by force after `graceMs`. */
  async stop(graceMs = 3000): Promise<ProcessExit> {
    this.signal('SIGTERM')
    const patience = new AbortController()
    await Promise.race([this.exited, sleep(graceMs, undefined, { signal: patience.signal }).catch(() => undefined)])
    patience.abort()
    this.signal('SIGKILL')
    return this.exited
  }

  /** The end of what it wrote, for an error message. */
  logTail(length = 3000): string {
    return readFileSync(this.logPath, 'utf8').slice(-length)
  }
}
