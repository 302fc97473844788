import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { EventMessage } from './folded-events.ts'
import { waitUntil } from './wait-until.ts'

/** A reader of /events over the WebSocket of the runtime. */
export class EventClient implements Disposable {
  readonly messages: EventMessage[] = []
  readonly #socket: WebSocket
  #deaf = false
  closed: { readonly code: number; readonly reason: string } | null = null

  /** @param url `http://127.0.0.1:5080` */
  constructor(
    url: string,
    query = '',
    onMessage: (message: EventMessage) => void = () => {},
    protocols: string[] = [],
  ) {
    this.#socket = new WebSocket(`${url.replace(/^http/, 'ws')}/events?${query}`, protocols)
    this.#socket.addEventListener('message', ({ data }) => {
      if (this.#deaf) return
      const message = JSON.parse(String(data)) as EventMessage
      this.messages.push(message)
      onMessage(message)
    })
    this.#socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason }
    })
  }

  /** The first message of this type. */
  heard(type: string): Promise<EventMessage> {
    return waitUntil(`the message ${type}`, () => this.messages.find((message) => message.type === type), {
      intervalMs: 5,
    })
  }

  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return waitUntil('the connection to be closed', () => this.closed ?? undefined, { intervalMs: 5 })
  }

  close(): void {
    this.#socket.close()
  }

  /** As if the line were cut: nothing that comes from now on is heard. */
  drop(): void {
    this.#deaf = true
    this.#socket.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Asks for an upgrade with any headers: the status, and the socket when it is one now. */
export async function askUpgrade(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly body: string; readonly socket: Duplex | null }> {
  const ask = request(`${url}${path}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16, 7).toString('base64'),
      ...headers,
    },
  }).end()
  const upgraded = once(ask, 'upgrade') as Promise<[IncomingMessage, Duplex]>
  const answered = once(ask, 'response') as Promise<[IncomingMessage]>
  const [answer, socket = null] = await Promise.race<[IncomingMessage, Duplex?]>([upgraded, answered])
  let body = ''
  if (socket === null) for await (const part of answer) body += String(part)
  else socket.on('error', () => {})
  return { status: answer.statusCode ?? 0, body, socket }
}
