import type { FastifyInstance } from 'fastify'
import { once } from 'node:events'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { PeerService } from '../service/index.ts'
import type { TokenCheck } from './access.ts'
import { answerInTurns } from './connection-limits.ts'
import { limitByAddress } from './connections-by-address.ts'
import type { Log } from './error-answers.ts'
import { isLoopback } from './loopback.ts'

/** From the first byte of a request to its last; what comes slower is a client that holds our sockets. */
const REQUEST_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 10_000
/** How often Node looks for requests past these times. */
const TIMEOUT_CHECK_MS = 2_000
/** How long requests under way may go on after `close`. */
const CLOSE_GRACE_MS = 2_000
/** The main thread is quiet when it was idle for half of such a while. */
const QUIET_MS = 500
const QUIET_UTILIZATION = 0.5

export interface ControlOptions {
  readonly service: PeerService
  /** 0 lets the system choose. */
  readonly port: number
  /** An IP address of this machine, 0.0.0.0 or :: for all, or `localhost`; 127.0.0.1 if left out. */
  readonly host?: string
  /** Names that a request may call this machine, beside the address; asked at each. */
  readonly names?: () => readonly string[]
  /** Off loopback every request needs one of these; on loopback one that is brought has to be good. */
  readonly tokens?: TokenCheck
  readonly log?: Log
  /** How many peers of a swarm have metrics of their own; 0: none. Asked at each scrape; 50 if left out. */
  readonly metricsPeers?: () => number
}

export interface ControlAddress {
  readonly host: string
  readonly port: number
  /** `http://127.0.0.1:5080` */
  readonly url: string
}

export interface Control {
  readonly server: Server
  /** Rejects with the system's error, such as EADDRINUSE. */
  listen(): Promise<ControlAddress>
  /** Requests under way are finished, for two seconds; then all connections are closed. */
  close(): Promise<void>
}

/** The control plane was asked to be reachable from other machines, without tokens that guard it. */
export class ControlExposedError extends Error {
  override readonly name = 'ControlExposedError'

  constructor(host: string) {
    super(`${host} is reachable from other machines, which needs access tokens`)
  }
}

/**
 * The door of the control plane. It opens at once; what is behind it is loaded by the first request, or when the main thread
 * has nothing better to do: it takes a quarter of a second, which neither a start nor a download that begins with it should wait for.
 * @throws ControlExposedError when the host is not loopback and there are no tokens
 */
export function createControl(options: ControlOptions): Control {
  const { service, port, host = '127.0.0.1', names, tokens, log = () => {}, metricsPeers } = options
  const required = !isLoopback(host)
  if (required && tokens === undefined) throw new ControlExposedError(host)
  const address = host === 'localhost' ? '127.0.0.1' : host
  const server = createServer()
  // As when the system is out of memory for sockets. Unheard it would end the process.
  const onAcceptFailed = (error: Error): void => log('control.accept-failed', { error })
  let app: FastifyInstance | undefined
  let answering: Promise<RequestListener | null> | undefined
  let quiet: NodeJS.Timeout | undefined
  const load = async (): Promise<RequestListener> => {
    const { createApp } = await import('./app.ts')
    let answer: RequestListener | undefined
    const serverFactory = (handler: RequestListener): Server => {
      answer = handler
      return server
    }
    const { version } = service.identity()
    const asked = { ...(metricsPeers && { metricsPeers }), ...(names && { names }) }
    const access = tokens && { access: { tokens, required } }
    app = await createApp({ service, version, host: address, ...access, log, serverFactory, ...asked })
    await app.ready()
    server.off('upgrade', holdUpgrade)
    if (!answer) throw new Error('bug: fastify did not ask for a server')
    return answer
  }
  /** A WebSocket that comes before there is anybody to take it. */
  const holdUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    void answers().then((answer) => {
      if (answer) server.emit('upgrade', request, socket, head)
      else socket.destroy()
    })
  }
  server.on('upgrade', holdUpgrade)
  const answers = (): Promise<RequestListener | null> => {
    answering ??= load().catch((error: unknown) => {
      log('control.unloadable', { error })
      return null
    })
    return answering
  }
  /** A download that begins with the service goes first: till somebody asks, the routes can wait. */
  const loadWhenQuiet = (): void => {
    const began = performance.eventLoopUtilization()
    quiet = setTimeout(() => {
      if (performance.eventLoopUtilization(began).utilization < QUIET_UTILIZATION) void answers()
      else if (answering === undefined) loadWhenQuiet()
    }, QUIET_MS)
  }
  const isRefused = limitByAddress(server, { refuse: (socket) => void refuseLater(socket) })
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    void answers().then((answer) => {
      if (answer) answer(request, response)
      else response.writeHead(500).end()
    })
  }
  const hasBegun = answerInTurns(server, take, isRefused)
  server.on('clientError', (error: Error, socket) => {
    // What is said in the midst of an answer would be taken for a part of it.
    if (hasBegun(socket as Socket)) socket.destroy()
    else void answerLater(error, socket as Socket)
  })
  return {
    server,
    async listen() {
      server.listen({ port, host: address })
      await once(server, 'listening')
      server.on('error', onAcceptFailed)
      loadWhenQuiet()
      const bound = server.address() as AddressInfo
      const shown = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
      return { host: bound.address, port: bound.port, url: `http://${shown}:${bound.port}` }
    },
    async close() {
      clearTimeout(quiet)
      const impatience = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
      try {
        const closed = server.listening ? once(server, 'close') : Promise.resolve()
        server.close()
        server.closeIdleConnections()
        await answering
        // First: it sends those away who read events, and would go on to.
        await app?.close()
        await closed
      } finally {
        clearTimeout(impatience)
      }
    },
  }
}

function createServer(): Server {
  // Not by import: that reads every name of the module, and one of them brings in all of fetch.
  const http = process.getBuiltinModule('node:http')
  return http.createServer({
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    // Node would answer a request without Host with an empty 400; the guard says it in words.
    requireHostHeader: false,
    // Whatever else asks for another protocol is answered as if it had not.
    shouldUpgradeCallback: ({ method, url = '', headers }) =>
      method === 'GET' && /^\/events\/?(?:\?|$)/.test(url) && headers.upgrade?.toLowerCase() === 'websocket',
  })
}

async function answerLater(error: Error, socket: Socket): Promise<void> {
  const { answerClientError } = await import('./error-answers.ts')
  answerClientError(error, socket)
}

async function refuseLater(socket: Socket): Promise<void> {
  const { refuseConnection } = await import('./error-answers.ts')
  refuseConnection(socket)
}
