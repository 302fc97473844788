/** The log: one event a line, for the journal and for `jq`, or for a person at a terminal. */
import { levelOf, type LogLevel } from './log-level.ts'
import { LogThrottle } from './log-throttle.ts'
import { withoutSecrets } from './log-secrets.ts'
import { printableJson } from './terminal/printable.ts'

export type Log = (event: string, fields: Record<string, unknown>) => void

export interface EventLogOptions {
  /** Gets one whole line at a time. */
  readonly write: (line: string, level: LogLevel) => void
  readonly format: 'json' | 'lines'
  readonly now?: () => Date
  /** Milliseconds that only go forward. */
  readonly monotonic?: () => number
}

/**
 * Writes events. The same event for the same reason is written ten times in ten seconds, then counted; secrets never
 * are.
 */
export function eventLog({
  write,
  format,
  now = () => new Date(),
  monotonic = () => performance.now(),
}: EventLogOptions): Log {
  const throttle = new LogThrottle()
  const line = format === 'json' ? jsonLine : plainLine
  const put: Log = (event, fields) => write(line(now(), event, withoutSecrets(plain(fields))), levelOf(event))
  return (event, fields) => {
    const at = monotonic()
    for (const { event: quieted, reason, count } of throttle.ended(at)) {
      put('log.suppressed', { of: quieted, ...(reason === null ? {} : { reason }), count })
    }
    if (throttle.admits(event, fields['reason'], at)) put(event, fields)
  }
}

type Plain = Readonly<Record<string, unknown>>

const jsonLine = (time: Date, event: string, fields: Plain): string =>
  `${printableJson({ time: time.toISOString(), level: levelOf(event), event, ...fields })}\n`

/** `14:03:59 peer.closed socket=5001 peer=10.0.0.251:5000 reason=remote-closed` */
function plainLine(time: Date, event: string, fields: Plain): string {
  const words = Object.entries(fields).map(([name, value]) => {
    const isPlain = typeof value === 'string' && /^[\w.:/@+-]+$/.test(value)
    return `${name}=${isPlain ? value : printableJson(value)}`
  })
  return `${[time.toTimeString().slice(0, 8), event, ...words].join(' ')}\n`
}

/** As JSON has it; with what JSON can't say by itself. */
function plain(fields: Record<string, unknown>): Plain {
  return JSON.parse(JSON.stringify(fields, replacer)) as Plain
}

function replacer(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Error) return value.stack ?? value.message
  return value
}
