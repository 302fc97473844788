/** Both ends of peer connections over loopback, with everything closed after each test. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { ClientPorts, dialPeer, PeerListener } from '../../../src/io/tcp/index.ts'
import type { PeerConnection, PeerListenerOptions } from '../../../src/io/tcp/index.ts'
import { infoHashFromBytes, peerIdFromBytes } from '../../../src/protocol/index.ts'
import type { Handshake } from '../../../src/protocol/index.ts'

const handshake = (infoHash: number, peerId: number): Handshake => ({
  infoHash: infoHashFromBytes(Buffer.alloc(20, infoHash)),
  peerId: peerIdFromBytes(Buffer.alloc(20, peerId)),
  extensions: { fast: true, extended: true, dht: false },
})

export const OUR_HANDSHAKE = handshake(7, 1)
export const THEIR_HANDSHAKE = handshake(7, 2)
export const OTHER_TORRENT = handshake(8, 2)

export const anyPort = (): ClientPorts => new ClientPorts(null)

export interface ListeningPeer {
  readonly listener: PeerListener
  readonly port: number
  /** In the order they came. */
  readonly connections: PeerConnection[]
  /** Resolves with the next connection. */
  readonly next: () => Promise<PeerConnection>
}

/** A listener at 127.0.0.1 that has one torrent, and answers requests with their URL. */
export async function listenForPeers(
  t: TestContext,
  changes: Partial<PeerListenerOptions> = {},
): Promise<ListeningPeer> {
  const connections: PeerConnection[] = []
  const waiting: ((connection: PeerConnection) => void)[] = []
  const listener = new PeerListener({
    port: 0,
    host: '127.0.0.1',
    maxConnections: 1000,
    answer: (theirs) => (theirs.infoHash === OUR_HANDSHAKE.infoHash ? OUR_HANDSHAKE : null),
    onPeer: (connection) => {
      connections.push(connection)
      waiting.shift()?.(connection)
    },
    onHttp: (request, response) => {
      response.end(`you asked for ${request.url}`)
    },
    ...changes,
  })
  const port = await listener.listen()
  t.after(async () => {
    for (const connection of connections) connection.close()
    await listener.close()
  })
  return { listener, port, connections, next: () => new Promise((resolve) => waiting.push(resolve)) }
}

/** @returns both ends of one connection: the one who called, and the one who was called. */
export async function connectPeers(t: TestContext): Promise<{ caller: PeerConnection; called: PeerConnection }> {
  const peer = await listenForPeers(t)
  const accepted = peer.next()
  const caller = await dialPeer({
    address: { host: '127.0.0.1', port: peer.port },
    ours: THEIR_HANDSHAKE,
    clientPorts: anyPort(),
  })
  t.after(() => caller.close())
  return { caller, called: await accepted }
}

/** A plain socket that is connected to a port of this machine. */
export async function connectSocket(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  t.after(() => socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** A server of plain sockets. */
export async function serveSockets(t: TestContext, onSocket: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** All that a socket still receives until its end, or its reset. */
export async function readToEnd(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = []
  socket.on('data', (bytes: Buffer) => parts.push(bytes))
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(parts)
}
