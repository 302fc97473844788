import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { canonicalIp, encodeHandshake, isLoopbackIp, ProtocolError } from '../../protocol/index.ts'
import type { Handshake, PeerAddress } from '../../protocol/index.ts'
import { AcceptLimits } from './accept-limits.ts'
import { ANYWHERE, readAsStream, takeOver } from './fast-socket.ts'
import type { Inlet } from './fast-socket.ts'
import { HandshakeReader } from './handshake-reader.ts'
import { HttpSide } from './http-side.ts'
import { PeerConnection } from './peer-connection.ts'
import { QuickAnswers } from './quick-answers.ts'

export interface PeerListenerOptions {
  /** 0: the system chooses. */
  readonly port: number
  /** Address to listen at; all of this machine's, if left out. */
  readonly host?: string
  /** All sockets at once. One address has half of them at most; this machine may have any number. */
  readonly maxConnections: number
  /** Sockets that have not said what they want; more push out the longest silent. 128 if left out. */
  readonly maxHalfOpen?: number
  /** From accept to a complete handshake or request. */
  readonly handshakeTimeoutMs?: number
  /** Bytes a request may bring behind its headers; none if left out. */
  readonly maxHttpBodyBytes?: number
  /** Our handshake for a peer that said `theirs`; null when we don't have that torrent. */
  answer(theirs: Handshake, remote: PeerAddress): Handshake | null
  /** A peer, both handshakes done. It belongs to the callee, who attaches a sink or closes it. */
  onPeer(connection: PeerConnection): void
  /**
   * The body of the answer to a simple GET of this path and query (a character for each byte), for requests that come in
   * great numbers; null leaves it to `onHttp`.
   * @param from the asker's IP address. @param reachedAt our IP address that it came to.
   */
  quickAnswer?(target: string, from: string, reachedAt: string): Uint8Array | null
  /** Any other request. The connection is closed after the response. */
  onHttp(request: IncomingMessage, response: ServerResponse): void
  /** One of the three callbacks above threw (that connection is closed, and counted as `bug`), or accepting failed. */
  onError?(error: unknown): void
}

/**
 * Why a socket was sent away:
 * - `total-limit`, `address-limit`: no room for it; `half-open-limit`: it was silent, and others needed the room;
 * - `deadline`: it didn't say what it wants in time; `closed-early`: it left before it had said so;
 * - `not-a-peer`: neither a handshake nor HTTP; `unknown-info-hash`: a torrent we don't have;
 * - `bug`: a callback of ours threw.
 *
 * Sockets for which there is no file descriptor are closed by Node before they are seen here.
 */
export type RefusalReason = keyof typeof NO_REFUSALS

const NO_REFUSALS = {
  'total-limit': 0,
  'address-limit': 0,
  'half-open-limit': 0,
  deadline: 0,
  'closed-early': 0,
  'not-a-peer': 0,
  'unknown-info-hash': 0,
  bug: 0,
}

export interface ListenerCounters {
  /** Sockets open now, and those of them that have not said what they want. */
  readonly connections: number
  readonly halfOpen: number
  /** Since the start. */
  readonly accepted: number
  readonly refused: Readonly<Record<RefusalReason, number>>
}

/** One accepted socket. */
interface Caller {
  readonly address: string
  readonly remote: PeerAddress
  /** Changes once, when a peer's connection is taken over. */
  socket: Socket
  readonly deadline: NodeJS.Timeout
  purpose: 'unknown' | 'peer' | 'http'
  isGone: boolean
}

/** A handshake starts with the length of the protocol's name. */
const HANDSHAKE_FIRST_BYTE = 0x13
/** `GET`, `HEAD`, `POST`: the HTTP parser judges the rest. */
const HTTP_FIRST_BYTES = new Set(Buffer.from('GHP', 'latin1'))

/** Who calls one of our addresses from that very address is on this machine, too. */
const isOwn = (address: string, { localAddress = '' }: Socket): boolean =>
  isLoopbackIp(address) || address === canonicalIp(localAddress)

/**
 * The peer port: accepts sockets, learns from their first byte what they want, and hands them on.
 *
 * ```
 *             limits       first byte                       answer()
 *  accept ──▶ refused  ──▶ 0x13: handshake, taken over ──▶ handshake back ──▶ onPeer
 *                     │                                └─▶ refused: unknown torrent
 *                     ├──▶ G, H, P: QuickAnswers ─────────────────────────▶ quickAnswer
 *                     │             └─▶ HttpSide ─────────────────────────▶ onHttp
 *                     └──▶ other, or silent till the deadline: refused
 * ```
 *
 * A socket is counted from accept to close. No socket, and no exception of a callback, does harm to another.
 */
export class PeerListener {
  readonly #options: PeerListenerOptions
  readonly #limits: AcceptLimits<Caller>
  readonly #server: Server
  readonly #http: HttpSide
  readonly #quick: QuickAnswers
  /** By socket, until its request is here. */
  readonly #askers = new WeakMap<Socket, Caller>()
  readonly #refused: Record<RefusalReason, number> = { ...NO_REFUSALS }
  #accepted = 0
  #closing: Promise<void> | null = null

  constructor(options: PeerListenerOptions) {
    this.#options = options
    const { maxConnections, maxHalfOpen = 128 } = options
    this.#limits = new AcceptLimits({ maxConnections, maxHalfOpen })
    // An asker that has nothing more to say may close its half before we answer.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
    this.#http = new HttpSide({
      maxBodyBytes: options.maxHttpBodyBytes ?? 0,
      onRequest: (request, response) => this.#request(request, response),
      onError: (error) => this.#bug(error),
    })
    this.#quick = new QuickAnswers({
      answer: (target, socket) => {
        const from = this.#askers.get(socket)?.address
        return from === undefined ? null : (options.quickAnswer?.(target, from, socket.localAddress ?? from) ?? null)
      },
      onRequest: (socket) => this.#settle(socket),
      // Half of the room is for peers.
      mayKeep: () => this.#limits.connections * 2 < this.maxConnections,
      onOther: (socket, read) => this.#http.serve(socket, read),
      onError: (error) => this.#bug(error),
    })
  }

  /**
   * Starts to accept. May be tried again, with another port, after an error.
   *
   * @returns the port. @throws the system's error, as EADDRINUSE.
   */
  listen(port = this.#options.port): Promise<number> {
    const { host } = this.#options
    return new Promise((resolve, reject) => {
      const onError = (error: Error): void => {
        this.#server.off('listening', onListening)
        reject(error)
      }
      const onListening = (): void => {
        this.#server.off('error', onError)
        // One socket could not be accepted; the next may be luckier.
        this.#server.on('error', (error) => this.#options.onError?.(error))
        resolve((this.#server.address() as AddressInfo).port)
      }
      this.#server.once('error', onError).once('listening', onListening).listen({ port, host })
    })
  }

  /** Stops to accept, and closes every socket that has not been handed to `onPeer`. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const caller of this.#limits.visitors()) if (caller.purpose !== 'peer') this.#dismiss(caller)
    })
    return this.#closing
  }

  /** All sockets at once. */
  get maxConnections(): number {
    return this.#limits.maxConnections
  }

  /** Those that are there stay. */
  set maxConnections(most: number) {
    this.#limits.maxConnections = most
  }

  get counters(): ListenerCounters {
    return {
      connections: this.#limits.connections,
      halfOpen: this.#limits.halfOpen,
      accepted: this.#accepted,
      refused: { ...this.#refused },
    }
  }

  #accept(socket: Socket): void {
    this.#accepted++
    const address = canonicalIp(socket.remoteAddress ?? '')
    const refusal = address === null ? 'closed-early' : this.#limits.refusal(address, isOwn(address, socket))
    if (address === null || refusal !== null) {
      this.#refused[refusal ?? 'closed-early']++
      socket.destroy()
      return
    }
    const caller: Caller = {
      address,
      remote: { host: address, port: socket.remotePort ?? 0 },
      socket,
      deadline: setTimeout(() => this.#refuse(caller, 'deadline'), this.#options.handshakeTimeoutMs ?? 10_000),
      purpose: 'unknown',
      isGone: false,
    }
    const pushedOut = this.#limits.enter(caller)
    if (pushedOut !== null) this.#refuse(pushedOut, 'half-open-limit')
    this.#watch(caller)
    socket.once('data', (first: Buffer) => {
      socket.pause()
      // Not within the event: who takes the socket over should find it at rest.
      process.nextTick(() => this.#sniff(caller, first))
    })
  }

  /** Notices when the caller's present socket ends. */
  #watch(caller: Caller): void {
    const { socket } = caller
    const onGone = (): void => {
      // Of no matter when the connection lives on in another socket, or is with the HTTP server.
      if (caller.socket === socket && caller.purpose === 'unknown') this.#refuse(caller, 'closed-early')
    }
    socket.on('end', onGone)
    socket.on('error', onGone)
    socket.on('close', () => {
      onGone()
      if (caller.socket === socket) this.#dismiss(caller)
    })
  }

  #sniff(caller: Caller, first: Buffer): void {
    const { socket } = caller
    if (caller.isGone) return
    const byte = first[0] as number
    if (byte === HANDSHAKE_FIRST_BYTE) this.#readHandshake(caller, first)
    else if (HTTP_FIRST_BYTES.has(byte)) {
      this.#askers.set(socket, caller)
      caller.purpose = 'http'
      this.#quick.serve(socket, first)
    } else this.#refuse(caller, 'not-a-peer')
  }

  #readHandshake(caller: Caller, first: Buffer): void {
    const accepted = caller.socket
    const reader = new HandshakeReader()
    const inlet: Inlet = {
      receive: (bytes) => {
        try {
          const read = reader.push(bytes)
          return read === null || this.#greet(caller, inlet, read.handshake, read.rest)
        } catch (error) {
          if (error instanceof ProtocolError) this.#refuse(caller, 'not-a-peer')
          else this.#bug(error, caller)
          return true
        }
      },
      place: ANYWHERE,
    }
    const taken = takeOver(accepted, inlet)
    if (taken !== null) {
      caller.socket = taken
      this.#watch(caller)
    } else readAsStream(accepted, inlet).resume()
    if (!inlet.receive(first)) caller.socket.pause()
  }

  /** Their handshake is complete. @returns whether to read on. */
  #greet(caller: Caller, inlet: Inlet, theirs: Handshake, rest: Buffer): boolean {
    const { socket, remote } = caller
    const ours = this.#options.answer(theirs, remote)
    if (ours === null) {
      this.#refuse(caller, 'unknown-info-hash')
      return true
    }
    clearTimeout(caller.deadline)
    caller.purpose = 'peer'
    this.#limits.establish(caller)
    socket.write(encodeHandshake(ours))
    this.#options.onPeer(new PeerConnection({ socket, inlet, outbound: false, remote, handshake: theirs, rest }))
    return false
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    // A body has to arrive within the deadline, too.
    if (Number(request.headers['content-length'] ?? 0) > 0) request.once('end', () => this.#settle(request.socket))
    else this.#settle(request.socket)
    this.#options.onHttp(request, response)
  }

  /** An asker has said what it wants. */
  #settle(socket: Socket): void {
    const caller = this.#askers.get(socket)
    if (caller === undefined) return
    clearTimeout(caller.deadline)
    this.#limits.establish(caller)
  }

  #refuse(caller: Caller, reason: RefusalReason): void {
    if (caller.isGone) return
    this.#refused[reason]++
    this.#dismiss(caller)
  }

  #bug(error: unknown, caller?: Caller): void {
    this.#refused.bug++
    if (caller !== undefined) this.#dismiss(caller)
    this.#options.onError?.(error)
  }

  #dismiss(caller: Caller): void {
    caller.isGone = true
    clearTimeout(caller.deadline)
    this.#limits.leave(caller)
    caller.socket.destroy()
  }
}
