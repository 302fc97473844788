import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Not by import: that reads every name of the module, and one of them brings in all of fetch (30 ms, 8 MB). */
const { createServer } = process.getBuiltinModule('node:http')

export interface HttpSideOptions {
  /** Bytes a request may bring behind its headers. */
  readonly maxBodyBytes: number
  /** The request line and headers of a request are here. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void
  /** `onRequest` threw; the asker got 500. */
  readonly onError: (error: unknown) => void
}

/** The request line and all headers. */
const MAX_HEADER_BYTES = 8192
/** A connection on which nothing moves for so long is closed. */
const IDLE_TIMEOUT_MS = 30_000

/**
 * The HTTP that is spoken on the peer port: Node's server without a port of its own, which is given sockets that have
 * begun to speak. One request a connection: askers come twice a minute, and a kept connection would hold a place that a
 * peer could have. The deadline for the headers is the listener's.
 */
export class HttpSide {
  readonly #server: Server
  readonly #options: HttpSideOptions

  constructor(options: HttpSideOptions) {
    this.#options = options
    this.#server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      this.#answer(request, response)
    })
    this.#server.timeout = IDLE_TIMEOUT_MS
    this.#server.maxRequestsPerSocket = 1
  }

  /** Takes over a socket that nobody listens to any more, and what it has said so far. */
  serve(socket: Socket, first: Buffer): void {
    socket.pause()
    socket.unshift(first)
    this.#server.emit('connection', socket)
    socket.resume()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('connection', 'close')
    if (!this.#bodyFits(request)) {
      response.writeHead(413).end()
      return
    }
    try {
      this.#options.onRequest(request, response)
    } catch (error) {
      this.#options.onError(error)
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    }
  }

  /** A body of unannounced length doesn't. */
  #bodyFits(request: IncomingMessage): boolean {
    if (request.headers['transfer-encoding'] !== undefined) return false
    return Number(request.headers['content-length'] ?? 0) <= this.#options.maxBodyBytes
  }
}
