import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { addressKey, encodeHandshake, ProtocolError } from '../../protocol/index.ts'
import type { Handshake, PeerAddress } from '../../protocol/index.ts'
import { monotonicNow } from '../clock.ts'
import type { ClientPorts } from './client-ports.ts'
import type { DialGate } from './dial-gate.ts'
import { ANYWHERE, connectFast } from './fast-socket.ts'
import type { Inlet } from './fast-socket.ts'
import { HandshakeReader } from './handshake-reader.ts'
import { PeerConnection } from './peer-connection.ts'

/**
 * - `connection-refused`, `timeout`, `unreachable`: nobody there, or no answer;
 * - `closed`: they ended it before their handshake was complete (so do peers that don't have the torrent);
 * - `bad-handshake`: no peer; `wrong-info-hash`: a peer with another torrent;
 * - `no-client-port`, `no-resources`: nothing to do with them, we have no local port or no file descriptor to spare;
 * - `aborted`: by the signal.
 */
export type DialErrorCode =
  | 'connection-refused'
  | 'timeout'
  | 'unreachable'
  | 'closed'
  | 'bad-handshake'
  | 'wrong-info-hash'
  | 'no-client-port'
  | 'no-resources'
  | 'aborted'

/** There is no connection to the peer; `code` says why. */
export class DialError extends Error {
  override readonly name = 'DialError'
  readonly code: DialErrorCode

  constructor(code: DialErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export interface DialOptions {
  readonly address: PeerAddress
  /** What we say; they must answer with the same info hash. */
  readonly ours: Handshake
  readonly clientPorts: ClientPorts
  /** Where to wait before the first packet is sent; none if left out. */
  readonly gate?: DialGate
  /** Until TCP is connected; all local ports tried. */
  readonly connectTimeoutMs?: number
  /** From then until their handshake is complete. */
  readonly handshakeTimeoutMs?: number
  readonly signal?: AbortSignal
}

/**
 * Connects to a peer from a client port and exchanges handshakes.
 *
 * @throws DialError
 */
export async function dialPeer(options: DialOptions): Promise<PeerConnection> {
  const { address, gate, signal } = options
  if (isIP(address.host) === 0 || !Number.isInteger(address.port) || address.port < 1 || address.port > 65535) {
    throw new DialError('unreachable', `${addressKey(address)} is no address of a peer`)
  }
  const connected = (await gate?.enter(signal)) ?? (() => {})
  try {
    return await dialFromAny(options, connected)
  } finally {
    connected()
  }
}

/** Tries one client port after the other, until one is free. */
async function dialFromAny(options: DialOptions, connected: () => void): Promise<PeerConnection> {
  const { clientPorts, signal, connectTimeoutMs = 5000 } = options
  const connectBy = monotonicNow() + connectTimeoutMs
  let lastError: unknown
  for (let tries = clientPorts.size; tries > 0; tries--) {
    if (signal?.aborted === true) throw new DialError('aborted', 'the dialling was called off')
    const localPort = clientPorts.take()
    if (localPort === null) break
    try {
      return await dialFrom(localPort, options, connected, Math.max(1, Math.ceil(connectBy - monotonicNow())))
    } catch (error) {
      if (!isPortTaken(error)) throw error
      lastError = error
    }
  }
  throw new DialError('no-client-port', `all ${clientPorts.size} client ports are in use`, lastError)
}

/**
 * One try, from one port, which is given back when its socket is closed.
 *
 * @throws DialError; the system's error when the port is taken.
 */
function dialFrom(
  localPort: number,
  options: DialOptions,
  connected: () => void,
  connectTimeoutMs: number,
): Promise<PeerConnection> {
  const { address, ours, clientPorts, signal, handshakeTimeoutMs = 10_000 } = options
  const inlet: Inlet = { receive: () => true, place: ANYWHERE }
  const socket = connectFast({ host: address.host, port: address.port, localPort }, inlet)
  return new Promise((resolve, reject) => {
    let stage: 'connect' | 'handshake' = 'connect'
    let deadline = setTimeout(() => refuse('timeout', `no connection after ${connectTimeoutMs} ms`), connectTimeoutMs)
    const settle = (): void => {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', onAbort)
      socket.off('end', onEnd)
    }
    const fail = (error: Error): void => {
      settle()
      socket.destroy()
      reject(error)
    }
    const refuse = (code: DialErrorCode, why: string, cause?: unknown): void => {
      fail(new DialError(code, `${addressKey(address)}: ${why}`, cause))
    }
    const onEnd = (): void => refuse('closed', 'closed by the other side before its handshake')
    const onAbort = (): void => refuse('aborted', 'the dialling was called off')
    // Stays when the promise is settled, and has no effect then.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (isPortTaken(error)) fail(error)
      else refuse(dialErrorCode(error, stage), error.message, error)
    })
    socket.on('close', () => clientPorts.release(localPort))
    socket.on('end', onEnd)
    signal?.addEventListener('abort', onAbort)
    socket.on('connect', () => {
      if (isConnectedToItself(socket)) return refuse('connection-refused', 'nobody there but our own socket')
      stage = 'handshake'
      connected()
      clearTimeout(deadline)
      deadline = setTimeout(() => refuse('timeout', `no handshake after ${handshakeTimeoutMs} ms`), handshakeTimeoutMs)
      socket.write(encodeHandshake(ours))
    })
    const reader = new HandshakeReader()
    inlet.receive = (bytes) => {
      const read = readTheirs(reader, bytes, ours)
      if (read === null) return true
      if (read instanceof DialError) {
        refuse(read.code, read.message, read.cause)
        return true
      }
      settle()
      resolve(new PeerConnection({ socket, inlet, outbound: true, remote: address, ...read }))
      // The owner attaches its sink when the promise has told it.
      return false
    }
  })
}

function readTheirs(
  reader: HandshakeReader,
  bytes: Buffer,
  ours: Handshake,
): { handshake: Handshake; rest: Buffer } | DialError | null {
  try {
    const read = reader.push(bytes)
    if (read === null || read.handshake.infoHash === ours.infoHash) return read
    return new DialError('wrong-info-hash', `has torrent ${read.handshake.infoHash}, not ${ours.infoHash}`)
  } catch (error) {
    if (error instanceof ProtocolError) return new DialError('bad-handshake', error.message, error)
    throw error
  }
}

/** TCP connects a port to itself when a client port of ours is dialled from that same port. */
function isConnectedToItself(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress
}

/** Another socket has the local port, or had it for this same remote end until a moment ago (TIME_WAIT). */
function isPortTaken(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException
  return (
    code === 'EADDRINUSE' ||
    (code === 'EADDRNOTAVAIL' && syscall === 'connect') ||
    (code === 'EACCES' && syscall === 'bind')
  )
}

function dialErrorCode(error: NodeJS.ErrnoException, stage: 'connect' | 'handshake'): DialErrorCode {
  switch (error.code ?? '') {
    case 'ECONNREFUSED':
      return 'connection-refused'
    case 'ETIMEDOUT':
      return 'timeout'
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOBUFS':
    case 'ENOMEM':
      return 'no-resources'
    default:
      return stage === 'connect' ? 'unreachable' : 'closed'
  }
}
