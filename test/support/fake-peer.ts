import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { waitUntil } from './wait-until.ts'

/** Message ids of BEP 3, 6 and 10, written down anew: a test must not lean on the code that it tests. */
export const ID = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  notInterested: 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  suggest: 13,
  haveAll: 14,
  haveNone: 15,
  reject: 16,
  allowedFast: 17,
  extended: 20,
} as const

export const BLOCK = 16 * 1024

export interface FakePeerOptions {
  readonly port: number
  readonly host?: string
  /** Our end: another address of this machine, say. */
  readonly localAddress?: string
  /** 40 hex digits. */
  readonly infoHash: string
  /** 20 letters. */
  readonly peerId?: string
  /** BEP 6; on unless told. */
  readonly fast?: boolean
  /** BEP 10; on unless told. */
  readonly extended?: boolean
}

export interface ReceivedFrame {
  readonly id: number
  readonly payload: Buffer
}

let lastPeer = 0

/** A peer that can break every rule: raw bytes over TCP, and moves with names. */
export class FakePeer implements Disposable {
  readonly socket: Socket
  readonly options: FakePeerOptions
  readonly peerId: Buffer
  /** `127.0.0.1:40000`, as the service sees us. */
  readonly address: string
  /** All messages it got, in order; keep-alives have id -1. */
  readonly frames: ReceivedFrame[] = []
  theirPeerId: string | null = null
  isClosed = false
  #received: Buffer = Buffer.alloc(0)
  #onFrame: ((frame: ReceivedFrame) => void) | null = null

  private constructor(socket: Socket, options: FakePeerOptions) {
    this.socket = socket
    this.options = options
    this.address = `${socket.localAddress}:${socket.localPort}`
    this.peerId = Buffer.from(options.peerId ?? `-XX0000-${String(++lastPeer).padStart(12, '0')}`, 'latin1')
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    // A service that sends us away may reset the connection: that is what the tests are about.
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  /** Connects, and says nothing. */
  static async connect(options: FakePeerOptions): Promise<FakePeer> {
    const { port, host = '127.0.0.1', localAddress } = options
    const socket = createConnection({ port, host, ...(localAddress === undefined ? {} : { localAddress }) })
    await once(socket, 'connect')
    return new FakePeer(socket, options)
  }

  /** Connects and exchanges handshakes. */
  static async shakeHands(options: FakePeerOptions): Promise<FakePeer> {
    const peer = await FakePeer.connect(options)
    peer.handshake()
    await waitUntil('a handshake', () => peer.theirPeerId !== null || peer.isClosed, { intervalMs: 2 })
    return peer
  }

  send(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes)
  }

  frame(id: number, payload: Uint8Array = Buffer.alloc(0)): void {
    this.send(frameBytes(id, payload))
  }

  handshakeBytes(): Buffer {
    const reserved = Buffer.alloc(8)
    if (this.options.extended ?? true) reserved[5] = 0x10
    if (this.options.fast ?? true) reserved[7] = 0x04
    const infoHash = Buffer.from(this.options.infoHash, 'hex')
    return Buffer.concat([Buffer.from('\x13BitTorrent protocol', 'latin1'), reserved, infoHash, this.peerId])
  }

  handshake(): void {
    this.send(this.handshakeBytes())
  }

  /** The first bytes of a handshake, and no more. */
  startHandshake(length = 20): void {
    this.send(this.handshakeBytes().subarray(0, length))
  }

  /** A length prefix that promises so many bytes. */
  prefix(length: number): void {
    this.send(uint32(length))
  }

  /** A message of this id with so many zero bytes behind it, all of which are sent. */
  zeros(id: number, length: number): void {
    this.frame(id, Buffer.alloc(length))
  }

  have(index: number): void {
    this.frame(ID.have, uint32(index))
  }

  request(index: number, begin: number, length = BLOCK): void {
    this.frame(ID.request, uint32(index, begin, length))
  }

  cancel(index: number, begin: number, length = BLOCK): void {
    this.frame(ID.cancel, uint32(index, begin, length))
  }

  piece(index: number, begin: number, block: Uint8Array): void {
    this.frame(ID.piece, Buffer.concat([uint32(index, begin), block]))
  }

  /** So many requests for one block, in as few writes as may be. */
  floodRequests(count: number, index = 0, begin = 0): void {
    const one = frameBytes(ID.request, uint32(index, begin, BLOCK))
    this.send(Buffer.concat(Array.from({ length: count }, () => one)))
  }

  /** Says that it has every piece. */
  bitfield(pieceCount: number): void {
    this.frame(ID.bitfield, fullBitfield(pieceCount))
  }

  /** From now on it takes no byte any more: its window fills up. */
  stopReading(): void {
    this.socket.pause()
  }

  /** Answers requests from `content`; `spoil` may change a block before it is sent. */
  serve(content: Buffer, pieceLength: number, spoil: (block: Buffer, index: number, begin: number) => Buffer): void {
    this.onFrame(({ id, payload }) => {
      if (id !== ID.request) return
      const [index, begin, length] = [payload.readUInt32BE(0), payload.readUInt32BE(4), payload.readUInt32BE(8)]
      const offset = index * pieceLength + begin
      this.piece(index, begin, spoil(content.subarray(offset, offset + length), index, begin))
    })
  }

  onFrame(listener: (frame: ReceivedFrame) => void): void {
    this.#onFrame = listener
    for (const frame of this.frames) listener(frame)
  }

  /** The next message of this id that it got or gets. */
  receives(id: number, timeoutMs = 30_000): Promise<ReceivedFrame> {
    return waitUntil(`message ${id}`, () => this.frames.find((frame) => frame.id === id), { timeoutMs, intervalMs: 2 })
  }

  count(id: number): number {
    return this.frames.filter((frame) => frame.id === id).length
  }

  /** When the other side has ended the connection. */
  async ended(timeoutMs = 30_000): Promise<void> {
    await waitUntil('the connection to be closed', () => this.isClosed, { timeoutMs, intervalMs: 2 })
  }

  close(): void {
    this.socket.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #read(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    if (this.theirPeerId === null) {
      if (this.#received.length < 68) return
      this.theirPeerId = this.#received.subarray(48, 68).toString('hex')
      this.#received = this.#received.subarray(68)
    }
    while (this.#received.length >= 4) {
      const length = this.#received.readUInt32BE(0)
      if (this.#received.length < 4 + length) return
      const body = this.#received.subarray(4, 4 + length)
      this.#received = this.#received.subarray(4 + length)
      this.#told(length === 0 ? { id: -1, payload: body } : { id: body[0] ?? -1, payload: body.subarray(1) })
    }
  }

  #told(frame: ReceivedFrame): void {
    this.frames.push(frame)
    this.#onFrame?.(frame)
  }
}

export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at)
  return bytes
}

export function frameBytes(id: number, payload: Uint8Array): Buffer {
  return Buffer.concat([uint32(1 + payload.length), Buffer.from([id]), payload])
}

/** All pieces, spare bits clear. */
export function fullBitfield(pieceCount: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(pieceCount / 8), 0xff)
  const spare = bytes.length * 8 - pieceCount
  bytes[bytes.length - 1] = (0xff << spare) & 0xff
  return bytes
}
