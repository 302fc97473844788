import { Worker } from 'node:worker_threads'

interface Waiting {
  readonly resolve: (result: Uint8Array | number) => void
  readonly reject: (error: Error) => void
}

/** `result`: the digest, or the bytes written; without it the system's error. */
interface Outcome {
  readonly id: number
  readonly result?: Uint8Array | number
  readonly message?: string
  readonly code?: string
}

/**
 * A thread that computes SHA-1 of pieces and writes them, from shared memory: a gigabyte costs most of a second each, which
 * the sockets need on the main thread. One thread for both: writes of several at a time into one file wait for its lock
 * spinning, which costs more than the writes (measured on tmpfs: a quarter of a second a gigabyte). It is started when it is
 * told to get ready, or else with the first piece, and holds the process open only while there is work.
 */
export class PieceThread {
  #worker: Worker | null = null
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  /** Pieces are on their way: a thread takes some time to start, in which the first of them may come. */
  getReady(): void {
    if (this.#worker !== null) return
    this.#worker = this.#start()
    this.#worker.unref()
  }

  /** SHA-1: 20 bytes. The bytes must not change until it resolves. */
  async hash(bytes: Uint8Array<SharedArrayBuffer>): Promise<Buffer> {
    const digest = (await this.#ask({ bytes })) as Uint8Array
    return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength)
  }

  /** Bytes written, which may be fewer than given. Rejects with the system's error. The bytes must not change meanwhile. */
  async write(fd: number, bytes: Uint8Array<SharedArrayBuffer>, position: number): Promise<number> {
    return (await this.#ask({ bytes, fd, position })) as number
  }

  #ask(task: { bytes: Uint8Array<SharedArrayBuffer>; fd?: number; position?: number }): Promise<Uint8Array | number> {
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#lastId
    if (this.#waiting.size === 0) worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, ...task })
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('./piece-worker.js', import.meta.url), {
      // It holds nothing of its own: the bytes are shared.
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
    })
    worker.on('message', ({ id, result, message, code }: Outcome) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) worker.unref()
      if (result === undefined) waiting?.reject(Object.assign(new Error(message), { code }))
      else waiting?.resolve(result)
    })
    worker.on('error', (error: Error) => this.#ended(error))
    worker.on('exit', () => this.#ended(new Error('the thread for pieces ended')))
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

/** That of this process. */
export const pieceThread = new PieceThread()

/** Below this, handing the bytes over costs more than the work. */
const THREAD_FROM_BYTES = 128 * 1024

/** Whether the thread can have these bytes, and it is worth it. */
export const isForPieceThread = (bytes: Uint8Array): bytes is Uint8Array<SharedArrayBuffer> =>
  bytes.length >= THREAD_FROM_BYTES && bytes.buffer instanceof SharedArrayBuffer

/** A download begins: the first piece finds the thread started, if it is one for it. @param pieceLength bytes */
export function getReadyForPieces(pieceLength: number): void {
  if (pieceLength >= THREAD_FROM_BYTES) pieceThread.getReady()
}
