import { printable } from '../terminal/printable.ts'
import { formatDuration, formatPercent, formatRate } from '../terminal/quantities.ts'
import type { Swarm } from './api-client.ts'

/** Between two lines about a swarm of which nothing is new but its rate. */
const QUIET_MS = 10_000
const STEP = 0.1

/** Progress for a pipe or a log: a line when the state changes, at every tenth, and every ten seconds. */
export class ProgressLog {
  readonly #write: (line: string) => void
  readonly #told = new Map<string, { state: string; step: number; at: number }>()

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  /** @param now milliseconds */
  tell(swarms: readonly Swarm[], now: number): void {
    for (const swarm of swarms) {
      const step = Math.floor(swarm.progress / STEP + 1e-9)
      const last = this.#told.get(swarm.infoHash)
      const isMoving = swarm.downloadRate > 0 || swarm.uploadRate > 0
      const isDue = last !== undefined && isMoving && now - last.at >= QUIET_MS
      if (last !== undefined && last.state === swarm.state && last.step === step && !isDue) continue
      this.#told.set(swarm.infoHash, { state: swarm.state, step, at: now })
      this.#write(progressLine(swarm))
    }
  }
}

/** `lab.img: 62 %, 104 MB/s down, 52.1 MB/s up, 3 min 20 s left; downloading from 3 of 5 peers` */
export function progressLine(swarm: Swarm): string {
  const left = swarm.etaSeconds === null || swarm.progress >= 1 ? '' : `, ${formatDuration(swarm.etaSeconds)} left`
  const rates = `${formatRate(swarm.downloadRate)} down, ${formatRate(swarm.uploadRate)} up`
  const reason = `${swarm.state}: ${swarm.stateReason}`
  return printable(`${swarm.name}: ${formatPercent(swarm.progress)}, ${rates}${left}; ${reason}`)
}
