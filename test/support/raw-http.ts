import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  /** 0 when the connection was closed without an answer. */
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface RawRequest {
  readonly port: number
  /** Method, target and version; GET / HTTP/1.1 if left out. */
  readonly line?: string
  /** As they stand, in this order; nothing is added but an end of the connection and the length of the body. */
  readonly headers: readonly string[]
  readonly body?: Uint8Array | string
  /** Which of this machine's addresses it comes from. */
  readonly from?: string
}

/** A connection to loopback that never throws: an end is an end. */
export function rawSocket(port: number, from?: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', ...(from === undefined ? {} : { localAddress: from }) })
  socket.on('error', () => {})
  return socket
}

/** A request with headers that no client library would send, and its answer. */
export async function askRaw({ port, line = 'GET / HTTP/1.1', headers, body, from }: RawRequest): Promise<RawAnswer> {
  const socket = rawSocket(port, from)
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? Buffer.alloc(0))
  const length = body === undefined ? [] : [`Content-Length: ${bytes.length}`]
  const ending = headers.some((header) => /^connection:/i.test(header)) ? [] : ['Connection: close']
  socket.write([line, ...headers, ...length, ...ending, '', ''].join('\r\n'))
  socket.write(bytes)
  return answerOn(socket)
}

/** All that comes until the other side ends, as an answer. */
export async function answerOn(socket: Socket): Promise<RawAnswer> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  if (!socket.closed) await new Promise((closed) => socket.once('close', closed))
  const text = Buffer.concat(parts).toString()
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = new Map(
    lines.map((each): [string, string] => {
      const colon = each.indexOf(':')
      return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()]
    }),
  )
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n') }
}
