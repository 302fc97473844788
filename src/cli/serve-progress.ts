import type { RunningService } from '../service/index.ts'
import type { BarStyle } from './terminal/bar.ts'
import { type LiveClock, LiveLines, type LiveTerminal } from './terminal/live-lines.ts'
import { progressLines } from './terminal/progress-lines.ts'

/** How often the service is looked at. */
const LOOK_MS = 250
/** Bars take no more than this part of the window: the lines above them matter too. */
const PART_OF_ROWS = 0.5

export interface ServeProgressOptions {
  readonly terminal: LiveTerminal
  readonly clock: LiveClock
  readonly style: BarStyle
}

/** The bars at the bottom of the terminal in which the service runs; its lines go on above them. */
export class ServeProgress {
  readonly #options: ServeProgressOptions
  readonly #live: LiveLines
  #cancel: (() => void) | null = null

  constructor(options: ServeProgressOptions) {
    this.#options = options
    this.#live = new LiveLines(options.terminal, options.clock)
  }

  /** @param text whole lines */
  write(text: string): void {
    this.#live.above(text)
  }

  begin(service: Pick<RunningService, 'swarms' | 'peers'>): void {
    const look = (): void => {
      this.#live.show(this.#lines(service))
      this.#cancel = this.#options.clock.after(LOOK_MS, look)
    }
    look()
  }

  end(): void {
    this.#cancel?.()
    this.#live.show([])
    this.#live.end()
  }

  /** Of what is still to come, and of what somebody gets from us now. */
  #lines(service: Pick<RunningService, 'swarms' | 'peers'>): string[] {
    const { terminal, style } = this.#options
    const moving = service.swarms().filter(({ progress, downloadRate, uploadRate, state }) => {
      return state !== 'stopped' && (progress < 1 || downloadRate > 0 || uploadRate > 0)
    })
    const swarms = moving.map((swarm) => ({ ...swarm, peers: service.peers(swarm.infoHash) }))
    const rows = Math.max(1, Math.floor(terminal.rows * PART_OF_ROWS))
    return progressLines(swarms, { ...style, columns: terminal.columns, rows })
  }
}
