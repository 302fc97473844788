import { signal } from '@preact/signals'

export interface LogEntry {
  /** RFC 3339. */
  readonly time: string
  readonly seq: number
  readonly infoHash: string
  readonly text: string
}

const MOST = 500

/** What happened while the page was open, newest first. */
export const log = signal<readonly LogEntry[]>([])

export function note(entry: LogEntry): void {
  log.value = [entry, ...log.value].slice(0, MOST)
}
