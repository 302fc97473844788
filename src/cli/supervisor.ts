/**
 * Words to systemd (sd_notify): ready, reloading, stopping, alive. Node has no datagram sockets of the Unix kind, so
 * `systemd-notify` says them; it costs some 15 ms of processor time each. Without systemd nothing is said.
 */
import { execFile } from 'node:child_process'
import type { Environment } from './config/effective-settings.ts'
import type { Log } from './event-log.ts'

export interface SupervisorOptions {
  readonly environment: Environment
  /** Ours and our parent's: the launcher may be the one that systemd started. */
  readonly pids: readonly number[]
  readonly log: Log
  /** Runs systemd-notify with these words; rejects when it did not work. */
  readonly notify?: (words: readonly string[]) => Promise<void>
}

export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #listens: boolean
  readonly #notify: (words: readonly string[]) => Promise<void>
  #watchdog: NodeJS.Timeout | null = null
  #asking = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#listens = (options.environment['NOTIFY_SOCKET'] ?? '') !== ''
    this.#notify = options.notify ?? runNotify
  }

  /** Half of the time after which systemd takes silence for death; null when it does not ask. */
  get watchdogMs(): number | null {
    const { environment, pids } = this.#options
    const microseconds = Number(environment['WATCHDOG_USEC'] ?? 0)
    const pid = environment['WATCHDOG_PID']
    const meant = pid === undefined || pid === '' || pids.includes(Number(pid))
    return this.#listens && meant && microseconds > 0 ? microseconds / 2000 : null
  }

  ready(status: string): Promise<void> {
    return this.#say('READY=1', `STATUS=${status}`)
  }

  reloading(): Promise<void> {
    return this.#say('RELOADING=1', 'STATUS=reading the settings again')
  }

  stopping(): Promise<void> {
    this.close()
    return this.#say('STOPPING=1', 'STATUS=leaving the swarms')
  }

  /**
   * Tells systemd, as often as it wants, that we live: only after `isHealthy` has resolved, which it can't when the event
   * loop hangs, and must not when something else that matters does.
   * @param isHealthy resolves with a line that says what goes on
   */
  watch(isHealthy: () => Promise<string>): void {
    const every = this.watchdogMs
    if (every === null) return
    const ask = (): void => {
      if (this.#asking) return
      this.#asking = true
      isHealthy()
        .then((status) => this.#say('WATCHDOG=1', `STATUS=${status}`))
        .catch((error: unknown) => this.#options.log('service.unhealthy', { error }))
        .finally(() => {
          this.#asking = false
        })
    }
    this.#watchdog = setInterval(ask, every)
    this.#watchdog.unref()
    ask()
  }

  close(): void {
    if (this.#watchdog) clearInterval(this.#watchdog)
    this.#watchdog = null
  }

  async #say(...words: readonly string[]): Promise<void> {
    if (!this.#listens) return
    try {
      await this.#notify(words)
    } catch (error) {
      this.#options.log('service.notify-failed', { words, error })
    }
  }
}

const NOTIFY_TIMEOUT_MS = 10_000

function runNotify(words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('systemd-notify', [...words], { timeout: NOTIFY_TIMEOUT_MS }, (error) =>
      error ? reject(error) : resolve(),
    )
  })
}
