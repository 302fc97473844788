import { writeSync } from 'node:fs'

/** How long a reader of the log may hold up the service, once: whoever is alive reads on within that. */
const PATIENCE_MS = 100
const PAUSE_MS = 1

/**
 * stderr, for the log. A line is the system's before `write` returns, so that a crash loses none. A pipe or a socket (the
 * journal's is one) that is full is waited for, but not for long: nobody who does not read the log (a journal that hangs, a
 * pager) may stop the service. Then there is no room for lines until somebody reads.
 */
export class StderrLines {
  readonly #fd: number
  readonly #pause = new Int32Array(new SharedArrayBuffer(4))
  /** Of a line of which a part is written. */
  #rest: Buffer | null = null
  #isStuck = false

  /** @param stderr `process.stderr`: by opening it Node has made the descriptor one that does not block */
  constructor(stderr: { readonly fd: number }) {
    this.#fd = stderr.fd
  }

  /** @returns whether there was room for it */
  write(line: string): boolean {
    if (this.#rest !== null && this.#put(this.#rest) !== 'whole') return false
    return this.#put(Buffer.from(line)) !== 'nothing'
  }

  #put(bytes: Buffer): 'whole' | 'part' | 'nothing' {
    let written = 0
    for (let waited = 0; written < bytes.length; ) {
      try {
        written += writeSync(this.#fd, bytes, written)
      } catch (error) {
        const isFull = (error as NodeJS.ErrnoException).code === 'EAGAIN'
        if (isFull && !this.#isStuck && waited < PATIENCE_MS) {
          Atomics.wait(this.#pause, 0, 0, PAUSE_MS)
          waited += PAUSE_MS
          continue
        }
        this.#isStuck = true
        // When nobody is there to read any more there is no rest to write either.
        this.#rest = isFull && (written > 0 || bytes === this.#rest) ? bytes.subarray(written) : null
        return written > 0 ? 'part' : 'nothing'
      }
    }
    this.#isStuck = false
    this.#rest = null
    return 'whole'
  }
}
