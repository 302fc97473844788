import { Worker } from 'node:worker_threads'

interface Waiting {
  readonly resolve: (digest: Buffer) => void
  readonly reject: (error: Error) => void
}

/**
 * A thread that computes SHA-1 of bytes in shared memory: a gigabyte costs most of a second, which the sockets need on
 * the main thread. It is started with the first piece, and holds the process open only while there is work.
 */
export class HashThread {
  #worker: Worker | null = null
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  /** The bytes must not change until it resolves. */
  hash(bytes: Uint8Array<SharedArrayBuffer>): Promise<Buffer> {
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#lastId
    if (this.#waiting.size === 0) worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, bytes })
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('./hash-worker.js', import.meta.url), {
      // It holds nothing of its own: the bytes are shared.
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
    })
    worker.on('message', ({ id, digest }: { id: number; digest: Uint8Array }) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) worker.unref()
      waiting?.resolve(Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength))
    })
    worker.on('error', (error: Error) => this.#ended(error))
    worker.on('exit', () => this.#ended(new Error('the hash thread ended')))
    return worker
  }

  /** The next piece starts a new one. */
  #ended(error: Error): void {
    this.#worker = null
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(error)
  }
}
