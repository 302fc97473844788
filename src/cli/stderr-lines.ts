import type { Writable } from 'node:stream'

/** What may wait for a reader that is behind. */
const MAX_WAITING_BYTES = 1024 * 1024

/**
 * stderr, for the log. A line is the system's before `write` returns, so that a crash loses none; only when who reads is behind
 * it waits in memory, up to a bound. Nobody who does not read the log (a journal that hangs, a pager) may hold up the service.
 */
export class StderrLines {
  readonly #stream: Pick<Writable, 'write' | 'writableLength'>

  constructor(stream: Pick<Writable, 'write' | 'writableLength'>) {
    this.#stream = stream
  }

  /** @returns whether there was room for it */
  write(line: string): boolean {
    if (this.#stream.writableLength > MAX_WAITING_BYTES) return false
    this.#stream.write(line)
    return true
  }
}
