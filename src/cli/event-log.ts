export type Log = (event: string, fields: Record<string, unknown>) => void

/** One JSON object a line, for the journal and for `jq`. */
export function jsonLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (event, fields) => write(`${JSON.stringify({ time: now().toISOString(), event, ...fields }, replacer)}\n`)
}

/** What JSON can't say by itself. */
function replacer(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Error) return value.stack ?? value.message
  return value
}
