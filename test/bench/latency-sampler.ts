import { fileURLToPath } from 'node:url'
import type { LabHost } from '../support/lab-host.ts'
import type { LabProcess } from '../support/lab-process.ts'

const PROBE = fileURLToPath(new URL('latency-probe.ts', import.meta.url))

export interface LatencyReport {
  /** Answered requests. */
  readonly requests: number
  /** How long each took that was due, those too that had to wait for a slow one before them. */
  readonly milliseconds: readonly number[]
}

/** Asks an API on its own host again and again, while something else goes on. */
export class LatencySampler {
  readonly #process: LabProcess
  #report: LatencyReport | undefined

  constructor(host: LabHost, path: string, apiPort = 5080) {
    this.#process = host.spawn(process.execPath, [PROBE, `http://127.0.0.1:${apiPort}${path}`], {
      onLine: (line) => {
        this.#report = JSON.parse(line) as LatencyReport
      },
    })
  }

  /** @throws Error when it had no answer at all */
  async stop(): Promise<LatencyReport> {
    await this.#process.stop()
    if (!this.#report) throw new Error(`the latency probe said nothing: ${this.#process.logTail()}`)
    return this.#report
  }
}
