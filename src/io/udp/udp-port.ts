import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import { isIPv4 } from 'node:net'
import { canonicalIp } from '../../protocol/index.ts'
import type { PeerAddress } from '../../protocol/index.ts'

/**
 * What a datagram is, by its first byte:
 * - `tracker`: 0 (a request for a connection id, BEP 15) or 128 and more (our connection ids begin so);
 * - `krpc`: `d`, a bencoded dictionary (BEP 5).
 */
export type DatagramKind = 'tracker' | 'krpc'

/**
 * Gets a datagram that is its for this call only, and returns what to send back, if anything.
 * @param from canonical IP address, IPv4 never inside of IPv6.
 */
export type DatagramHandler = (bytes: Buffer, from: PeerAddress) => Uint8Array | null

export interface UdpPortOptions {
  /** Address to listen at; all of this machine's, if left out. */
  readonly host?: string
  readonly handlers: Partial<Readonly<Record<DatagramKind, DatagramHandler>>>
  /** A handler threw, or the system refused to receive: it goes on. */
  onError?(error: unknown): void
}

export interface UdpPortCounters {
  readonly received: number
  /** Handed to the system. */
  readonly sent: number
  /** Of no kind, or of one that has no handler. */
  readonly ignored: number
}

const KRPC_FIRST_BYTE = 0x64
const NO_IPV6: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'])
/** The system's own is some 200 datagrams: a lab that starts at once sends more. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024

/**
 * The peer port for datagrams, on the same number as the one for connections. Each goes by its first byte to whom it is for;
 * nothing that arrives, and no error of the system, ends it.
 */
export class UdpPort {
  readonly #options: UdpPortOptions
  readonly #counters = { received: 0, sent: 0, ignored: 0 }
  #socket: Socket | null = null

  constructor(options: UdpPortOptions) {
    this.#options = options
  }

  get counters(): UdpPortCounters {
    return { ...this.#counters }
  }

  /**
   * Starts to listen. May be tried again after an error.
   *
   * @param port 0: the system chooses.
   * @returns the port. @throws the system's error, as EADDRINUSE, with `address` and `port`.
   */
  async bind(port: number): Promise<number> {
    const { host } = this.#options
    if (host !== undefined) return this.#bind(isIPv4(host) ? 'udp4' : 'udp6', port, host)
    try {
      return await this.#bind('udp6', port, '::')
    } catch (error) {
      if (!NO_IPV6.has((error as NodeJS.ErrnoException).code)) throw error
      return this.#bind('udp4', port, '0.0.0.0')
    }
  }

  close(): Promise<void> {
    const socket = this.#socket
    this.#socket = null
    return new Promise((resolve) => {
      if (socket === null) resolve()
      else socket.close(() => resolve())
    })
  }

  /** Sends without being asked. What the network does with it nobody knows. */
  send(bytes: Uint8Array, to: PeerAddress): void {
    const socket = this.#socket
    if (socket === null) return
    const isInside = socket.address().family === 'IPv6' && isIPv4(to.host)
    this.#send(socket, bytes, to.port, isInside ? `::ffff:${to.host}` : to.host)
  }

  #bind(type: 'udp4' | 'udp6', port: number, address: string): Promise<number> {
    // Whom we answer is given as an address: no name is looked up, and nothing waits for that.
    const socket = createSocket({ type, lookup: asItIs, recvBufferSize: RECEIVE_BUFFER_BYTES })
    return new Promise((resolve, reject) => {
      const refuse = (error: Error): void => {
        socket.close()
        reject(error)
      }
      socket.once('error', refuse)
      socket.bind({ port, address, exclusive: true }, () => {
        socket.off('error', refuse)
        socket.on('error', (error) => this.#options.onError?.(error))
        socket.on('message', (bytes, remote) => this.#receive(socket, bytes, remote))
        this.#socket = socket
        resolve(socket.address().port)
      })
    })
  }

  #receive(socket: Socket, bytes: Buffer, remote: RemoteInfo): void {
    this.#counters.received++
    const kind = kindOf(bytes)
    const handler = kind === null ? undefined : this.#options.handlers[kind]
    const host = plainAddress(remote.address)
    if (handler === undefined || host === null || remote.port === 0) {
      this.#counters.ignored++
      return
    }
    try {
      const answer = handler(bytes, { host, port: remote.port })
      if (answer !== null) this.#send(socket, answer, remote.port, remote.address)
    } catch (error) {
      this.#options.onError?.(error)
    }
  }

  #send(socket: Socket, bytes: Uint8Array, port: number, address: string): void {
    if (this.#socket !== socket) return
    this.#counters.sent++
    // Without a callback, which would cost a tick each: what the system does not take is lost, as a datagram may be.
    socket.send(bytes, port, address)
  }
}

function kindOf(bytes: Buffer): DatagramKind | null {
  const first = bytes[0]
  if (first === undefined) return null
  if (first === 0 || first >= 0x80) return 'tracker'
  return first === KRPC_FIRST_BYTE ? 'krpc' : null
}

const MAPPED = '::ffff:'

/** Of most addresses this is what they are, or what stands behind `::ffff:`. */
function plainAddress(address: string): string | null {
  return canonicalIp(address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address)
}

function asItIs(
  address: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, address, isIPv4(address) ? 4 : 6)
}
