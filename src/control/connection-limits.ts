import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Beyond these, new ones are closed as they come: peers and files need descriptors and memory too. */
const MAX_CONNECTIONS = 1_000
/** Requests that wait on a connection while another is answered. Browsers and clients send one at a time. */
const MAX_WAITING = 16
/** An answer of which nothing is taken for so long is not wanted any more. */
const UNREAD_MS = 30_000
/** For the last words to get there before the connection is closed. */
const LINGER_MS = 1_000

interface Waiting {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/**
 * Answers what comes to the server, each connection's requests one after another. Node has a request handled as soon as it
 * is read, however many before it wait to be answered or taken: in one segment are a thousand of them, and whoever sends
 * such and reads nothing would have answers made until the memory ends.
 * @param isRefused what comes on such a connection is not answered
 * @returns whether an answer has begun on a connection, and is not at its end
 */
export function answerInTurns(
  server: Server,
  answer: RequestListener,
  isRefused: (socket: Socket) => boolean = () => false,
): (socket: Socket) => boolean {
  server.maxConnections = MAX_CONNECTIONS
  /** Connections on which something is answered now: that, and what is next there. */
  const queues = new WeakMap<Socket, { readonly answered: ServerResponse; readonly waiting: Waiting[] }>()
  const begin = ({ request, response }: Waiting, waiting: Waiting[]): void => {
    const { socket } = request
    queues.set(socket, { answered: response, waiting })
    response.once('close', () => {
      const next = waiting.shift()
      if (next === undefined || socket.destroyed) queues.delete(socket)
      else begin(next, waiting)
    })
    endUnread(socket, response)
    answer(request, response)
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    if (isRefused(socket)) return
    const queue = queues.get(socket)
    if (queue === undefined) begin({ request, response }, [])
    else if (queue.waiting.length < MAX_WAITING) queue.waiting.push({ request, response })
    else socket.destroy()
  })
  return (socket) => queues.get(socket)?.answered.headersSent === true
}

/** Ends the connection when its other end takes nothing of the answer; one that waits for us may wait. */
function endUnread(socket: Socket, response: ServerResponse): void {
  response.setTimeout(UNREAD_MS, () => {
    if (socket.writableLength > 0) socket.destroy()
    else socket.setTimeout(UNREAD_MS)
  })
}

/** Sends the last bytes of a connection that is no server's any more, and closes it also when the other end does not. */
export function endSoon(socket: Socket, bytes: string): void {
  socket.end(bytes)
  // What still comes is not read, and would keep the end from being heard.
  socket.resume()
  const closing = setTimeout(() => socket.destroy(), LINGER_MS).unref()
  socket.once('close', () => clearTimeout(closing))
}
