/** The log: one event a line, for the journal and for `jq`, or for a person at a terminal. pino writes it. */
import { pino, type DestinationStream, type Logger } from 'pino'
import { LEVELS, levelOf, type LogLevel } from './log-level.ts'
import { LogThrottle } from './log-throttle.ts'
import { withoutSecrets } from './log-secrets.ts'
import { escapeSteering, printableJson } from './terminal/printable.ts'

export type Log = (event: string, fields: Record<string, unknown>) => void

export interface EventLogOptions {
  /** Gets one whole line at a time. @returns whether there was room for it */
  readonly write: (line: string, level: LogLevel) => boolean
  readonly format: 'json' | 'lines'
  /** Of less weight nothing is written; `info` if left out. */
  readonly level?: LogLevel
  readonly now?: () => Date
  /** Milliseconds that only go forward. */
  readonly monotonic?: () => number
}

/**
 * Writes events. The same event for the same reason is written ten times in ten seconds, then counted; secrets never
 * are. What there was no room for is counted too.
 */
export class EventLog {
  readonly #pino: Logger
  readonly #throttle = new LogThrottle()
  readonly #monotonic: () => number
  /** Level of the line that pino writes now. */
  #writing: LogLevel = 'info'
  #lost = 0

  constructor(options: EventLogOptions) {
    const { format, level = 'info', now = () => new Date(), monotonic = () => performance.now() } = options
    this.#monotonic = monotonic
    const written = format === 'json' ? (line: string) => line : plainLine
    const destination: DestinationStream = {
      write: (line) => {
        if (!options.write(written(line), this.#writing)) this.#lost++
      },
    }
    this.#pino = pino(
      {
        level,
        base: null,
        timestamp: () => `,"time":"${now().toISOString()}"`,
        // pino's own `redact` knows fields by their paths; passkeys stand anywhere, also in the midst of sentences.
        formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
        hooks: { streamWrite: escapeSteering },
      },
      destination,
    )
  }

  get level(): LogLevel {
    return LEVELS.find((level) => level === this.#pino.level) ?? 'info'
  }

  set level(level: LogLevel) {
    this.#pino.level = level
  }

  readonly write: Log = (event, fields) => {
    const at = this.#monotonic()
    for (const { event: of, reason, count } of this.#throttle.ended(at)) {
      this.#put('log.suppressed', { of, ...(reason === null ? {} : { reason }), count }, levelOf(of))
    }
    if (!this.#pino.isLevelEnabled(levelOf(event))) return
    if (!this.#throttle.admits(event, fields['reason'], at)) return
    const before = this.#lost
    this.#put(event, fields)
    if (before === 0 || this.#lost > before) return
    this.#lost = 0
    // When errors alone are told, that is what is missing.
    this.#put('log.lost', { count: before }, this.level === 'error' ? 'error' : levelOf('log.lost'))
  }

  #put(event: string, fields: Record<string, unknown>, level = levelOf(event)): void {
    this.#writing = level
    this.#pino[level]({ event, ...fields })
  }
}

/** `14:03:59 peer.closed socket=5001 peer=10.0.0.251:5000 reason=remote-closed` */
function plainLine(json: string): string {
  const { level: _, time, event, ...fields } = JSON.parse(json) as Record<string, unknown>
  const words = Object.entries(fields).map(([name, value]) => {
    const isPlain = typeof value === 'string' && /^[\w.:/@+-]+$/.test(value)
    return `${name}=${isPlain ? value : printableJson(value)}`
  })
  return `${[new Date(String(time)).toTimeString().slice(0, 8), String(event), ...words].join(' ')}\n`
}
