import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Swarms that are announced to. Every peer of every swarm announces in its turn. */
export const SWARMS = 10_000

/** Peers of a swarm, told apart by their port: most files are wanted by few, and some by a whole lab. */
const FEW = 2
const LAB = 60
const LABS = 500

/** How announces are sent: `http` on kept connections, `connection` each on its own. */
export type LoadKind = 'udp' | 'http' | 'connection'
export const loadKinds: readonly LoadKind[] = ['udp', 'http', 'connection']

/** Sockets, and for UDP also announces under way on each. */
const SOCKETS = 16
const WINDOW = 16
const LOST_MS = 500

/** Peers that each asks for: what clients ask for. */
const WANTED = 50

/** 40 hex digits: the swarms differ at both ends. */
export function swarmHash(number: number): string {
  const hash = Buffer.alloc(20, 0x5a)
  hash.writeUInt32BE(Math.imul(number + 1, 0x9e3779b1) >>> 0, 0)
  hash.writeUInt32BE(number, 16)
  return hash.toString('hex')
}

const peerId = (peer: number): string => `-XX0000-bencher-${peer}`.padEnd(20, '-')
const HASHES = Array.from({ length: SWARMS }, (_, number) => swarmHash(number))
const HASH_BYTES = HASHES.map((hash) => Buffer.from(hash, 'hex'))
const ESCAPED = HASHES.map((hash) => hash.replaceAll(/../g, '%$&'))

/** Announces one after the other until `untilMs` on the clock of `performance`. @returns how many were answered. */
export async function announceLoad(kind: LoadKind, port: number, untilMs: number): Promise<number> {
  const streams = Array.from({ length: SOCKETS }, () => {
    if (kind === 'udp') return udpStream(port, nextAnnounce, untilMs)
    return kind === 'http' ? keptStream(port, nextAnnounce, untilMs) : connectionStream(port, nextAnnounce, untilMs)
  })
  const answered = await Promise.all(streams)
  return answered.reduce((sum, count) => sum + count, 0)
}

interface Announce {
  readonly swarm: number
  readonly peer: number
}

/** All peers of all swarms, in an order that has no order, again and again. */
function nextAnnounce(): Announce {
  return ALL[((turn++ % PEERS) * 7919) % PEERS] as Announce
}

let turn = 0

const ALL: readonly Announce[] = Array.from({ length: SWARMS }, (_, swarm) =>
  Array.from({ length: swarm % (SWARMS / LABS) === 0 ? LAB : FEW }, (_, peer) => ({ swarm, peer })),
).flat()

/** All peers of all swarms. */
export const PEERS = ALL.length

async function udpStream(port: number, next: () => Announce, untilMs: number): Promise<number> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 1 << 20,
    lookup: (host, _o, done) => done(null, host, 4),
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const request = Buffer.alloc(16)
  request.writeUInt32BE(0x417, 0)
  request.writeUInt32BE(0x27101980, 4)
  socket.send(request, port, '127.0.0.1')
  const [connected] = (await once(socket, 'message')) as [Buffer]
  const id = connected.subarray(8, 16)
  let answered = 0
  let heardAt = performance.now()
  const send = (): void => {
    const { swarm, peer } = next()
    const bytes = Buffer.alloc(98)
    id.copy(bytes, 0)
    bytes.writeUInt32BE(1, 8)
    bytes.writeUInt32BE(answered, 12)
    HASH_BYTES[swarm]?.copy(bytes, 16)
    bytes.write(peerId(peer), 36, 'latin1')
    bytes.writeUInt32BE(1000, 68)
    bytes.writeInt32BE(WANTED, 92)
    bytes.writeUInt16BE(6000 + peer, 96)
    socket.send(bytes, port, '127.0.0.1')
  }
  return new Promise((resolve) => {
    socket.on('message', (bytes) => {
      heardAt = performance.now()
      if (bytes.readUInt32BE(0) === 1) answered++
      if (heardAt < untilMs) send()
    })
    // Datagrams get lost: then the window is opened anew.
    const timer = setInterval(() => {
      const now = performance.now()
      if (now >= untilMs) {
        clearInterval(timer)
        socket.close(() => resolve(answered))
      } else if (now - heardAt > LOST_MS) for (let n = 0; n < WINDOW; n++) send()
    }, 50)
    for (let n = 0; n < WINDOW; n++) send()
  })
}

const httpRequest = ({ swarm, peer }: Announce, port: number, ending: string): string =>
  `GET /announce?info_hash=${ESCAPED[swarm]}&peer_id=${peerId(peer)}&port=${6000 + peer}&uploaded=0&downloaded=0&left=1000&numwant=${WANTED}&compact=1 HTTP/1.1\r\n` +
  `Host: 127.0.0.1:${port}\r\nUser-Agent: bench/1\r\nAccept-Encoding: gzip\r\n${ending}\r\n`

/** Whether a whole answer is there: its head, and as many bytes as that says. */
function isWhole(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  const length = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? Number.NaN)
  if (end < 0) return false
  return Number.isNaN(length) ? text.endsWith('0\r\n\r\n') : bytes.length >= end + 4 + length
}

const isAnnounced = (bytes: Buffer): boolean => bytes.includes('8:interval')

async function keptStream(port: number, next: () => Announce, untilMs: number): Promise<number> {
  let answered = 0
  while (performance.now() < untilMs) answered += await keptConnection(port, next, untilMs)
  return answered
}

/** One connection, until the tracker closes it or the time is over. */
function keptConnection(port: number, next: () => Announce, untilMs: number): Promise<number> {
  return new Promise((resolve) => {
    let answered = 0
    let read: Buffer = Buffer.alloc(0)
    const socket = open(port)
    socket.on('connect', () => socket.write(httpRequest(next(), port, '')))
    socket.on('data', (bytes: Buffer) => {
      read = read.length === 0 ? bytes : Buffer.concat([read, bytes])
      if (!isWhole(read)) return
      if (isAnnounced(read)) answered++
      read = Buffer.alloc(0)
      if (performance.now() < untilMs) socket.write(httpRequest(next(), port, ''))
      else socket.destroy()
    })
    socket.on('close', () => resolve(answered))
  })
}

async function connectionStream(port: number, next: () => Announce, untilMs: number): Promise<number> {
  let answered = 0
  while (performance.now() < untilMs) {
    const answer = await new Promise<Buffer>((resolve) => {
      const parts: Buffer[] = []
      const socket = open(port)
      socket.on('connect', () => socket.write(httpRequest(next(), port, 'Connection: close\r\n')))
      socket.on('data', (bytes: Buffer) => parts.push(bytes))
      socket.on('close', () => resolve(Buffer.concat(parts)))
    })
    if (isAnnounced(answer)) answered++
  }
  return answered
}

function open(port: number): Socket {
  return connect({ port, host: '127.0.0.1', noDelay: true }).on('error', () => undefined)
}
