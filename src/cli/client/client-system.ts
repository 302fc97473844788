import { isatty } from 'node:tty'

/** What a client command touches of the process it runs in. */
export interface ClientSystem {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: ClientStream
  readonly stderr: ClientStream
  /** Aborted when nobody reads what we write any more (`| head`): what would go on for ever has to end then. */
  readonly unread: AbortSignal
  /** Monotonic milliseconds. */
  now(): number
  /** Wall clock. */
  date(): Date
  sleep(ms: number): Promise<void>
  out(text: string): void
  err(text: string): void
}

export interface ClientStream {
  readonly isTTY: boolean
  /** Cells of a line. */
  readonly columns: number
  readonly rows: number
}

/** This very process. */
export function processSystem(): ClientSystem {
  return {
    env: process.env,
    stdout: stream(process.stdout, 1),
    stderr: stream(process.stderr, 2),
    unread: unread(),
    now: () => performance.now(),
    date: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  }
}

function unread(): AbortSignal {
  const controller = new AbortController()
  for (const each of [process.stdout, process.stderr]) each.once('error', () => controller.abort())
  return controller.signal
}

/** Looked at anew each time: windows change. */
function stream(of: NodeJS.WriteStream, descriptor: number): ClientStream {
  return {
    get isTTY() {
      return isatty(descriptor)
    },
    get columns() {
      return of.columns || 80
    },
    get rows() {
      return of.rows || 24
    },
  }
}
