import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { waitUntil } from './wait-until.ts'

/** What a datagram to a tracker says, read by hand: not with the code under test. */
export interface HeardDatagram {
  readonly from: RemoteInfo
  readonly action: number
  readonly connectionId: string
  readonly transaction: Buffer
  readonly infoHash: string
  readonly left: bigint
  readonly event: number
  readonly port: number
}

/** A UDP tracker that remembers what it heard, and answers what the test says. */
export class UdpTrackerDouble implements AsyncDisposable {
  readonly heard: HeardDatagram[] = []
  /** The id it gives, 16 hex digits. */
  connectionId = '8000000000000001'
  /** What to say to this; null: nothing. */
  answer: (heard: HeardDatagram) => Buffer | null = (heard) => this.usual(heard)
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('message', (bytes, from) => this.#hear(bytes, from))
  }

  static async start(): Promise<UdpTrackerDouble> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new UdpTrackerDouble(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  get url(): string {
    return `udp://127.0.0.1:${this.port}/announce`
  }

  /** Announces, in order. */
  get announces(): HeardDatagram[] {
    return this.heard.filter(({ action }) => action === 1)
  }

  /** The id, then one peer at 10.0.0.1:5000, interval 1800 s, 3 leechers, 2 seeders. */
  usual({ action, transaction, connectionId }: HeardDatagram): Buffer {
    const head = Buffer.alloc(4)
    if (action === 1 && connectionId !== this.connectionId) return this.failure(transaction, 'who are you')
    head.writeUInt32BE(action)
    const rest = action === 0 ? this.connectionId : '0000070800000003000000020a0000011388'
    return Buffer.concat([head, transaction, Buffer.from(rest, 'hex')])
  }

  failure(transaction: Buffer, words: string): Buffer {
    return Buffer.concat([Buffer.from('00000003', 'hex'), transaction, Buffer.from(words)])
  }

  hears(what: string, isMeant: (heard: HeardDatagram) => boolean, timeoutMs = 30_000): Promise<HeardDatagram> {
    return waitUntil(what, () => this.heard.find(isMeant), { timeoutMs, intervalMs: 5 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }

  #hear(bytes: Buffer, from: RemoteInfo): void {
    const isAnnounce = bytes.length >= 98
    const heard: HeardDatagram = {
      from,
      connectionId: bytes.toString('hex', 0, 8),
      action: bytes.readUInt32BE(8),
      transaction: bytes.subarray(12, 16),
      infoHash: bytes.toString('hex', 16, 36),
      left: isAnnounce ? bytes.readBigUInt64BE(64) : 0n,
      event: isAnnounce ? bytes.readUInt32BE(80) : 0,
      port: isAnnounce ? bytes.readUInt16BE(96) : 0,
    }
    this.heard.push(heard)
    const answer = this.answer(heard)
    if (answer !== null) this.#socket.send(answer, from.port, from.address)
  }
}
