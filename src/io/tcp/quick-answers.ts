import type { Socket } from 'node:net'
import { readSimpleGet } from './simple-get.ts'

export interface QuickAnswersOptions {
  /**
   * The body of the answer (status 200, plain text) to a GET of this path and query, or null to leave it to the HTTP server.
   */
  readonly answer: (target: string, socket: Socket) => Uint8Array | null
  /** The request is here, so the socket may stay. */
  readonly onRequest: (socket: Socket) => void
  /** Whether there is room to keep a connection for further requests. */
  readonly mayKeep: () => boolean
  /** What this can't answer: the HTTP server gets it, with what was read. */
  readonly onOther: (socket: Socket, read: Buffer) => void
  /** `answer` threw: the asker got 500. */
  readonly onError: (error: unknown) => void
}

/** A kept connection on which nobody asks for so long is closed. */
const KEPT_MS = 5_000
/** What an asker may take to read the last answer. */
const LAST_READ_MS = 10_000
const FAILED = Buffer.from(
  'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  'latin1',
)

/**
 * Answers GETs that are whole and simple without Node's HTTP server, at a third of its price: a tracker answers little else,
 * tens of thousands of times a second. Whatever else comes is handed on untouched.
 */
export class QuickAnswers {
  readonly #options: QuickAnswersOptions

  constructor(options: QuickAnswersOptions) {
    this.#options = options
  }

  /** Takes over a paused socket that nobody listens to any more, and what it has said so far. */
  serve(socket: Socket, first: Buffer): void {
    if (!this.#answer(socket, first)) return this.#options.onOther(socket, first)
    if (socket.writableEnded) return
    const onData = (bytes: Buffer): void => {
      if (this.#answer(socket, bytes)) return
      socket.off('data', onData).off('end', onEnd).off('timeout', onTimeout).setTimeout(0).pause()
      this.#options.onOther(socket, bytes)
    }
    const onEnd = (): void => void socket.end()
    const onTimeout = (): void => void socket.destroy()
    socket.on('data', onData).on('end', onEnd).on('timeout', onTimeout).setTimeout(KEPT_MS).resume()
  }

  /** @returns false when it is not for this to answer. */
  #answer(socket: Socket, bytes: Buffer): boolean {
    const request = readSimpleGet(bytes)
    if (request === null) return false
    let body: Uint8Array | null
    try {
      body = this.#options.answer(request.target, socket)
    } catch (error) {
      this.#options.onError(error)
      socket.end(FAILED)
      socket.destroySoon()
      return true
    }
    if (body === null) return false
    this.#options.onRequest(socket)
    // Who does not read is not given more.
    const keep = request.keepAlive && socket.writableLength === 0 && this.#options.mayKeep()
    const answer = respond(body, keep)
    if (keep) socket.write(answer)
    else {
      socket.setTimeout(LAST_READ_MS, () => socket.destroy())
      socket.end(answer)
      socket.destroySoon()
    }
    return true
  }
}

function respond(body: Uint8Array, keep: boolean): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: ${
    keep ? 'keep-alive' : 'close'
  }\r\n\r\n`
  const answer = Buffer.allocUnsafe(head.length + body.length)
  answer.write(head, 'latin1')
  answer.set(body, head.length)
  return answer
}
