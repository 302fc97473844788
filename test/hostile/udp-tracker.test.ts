import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { inMemoryTorrent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { waitUntil } from '../support/wait-until.ts'

const MAGIC = Buffer.from('0000041727101980', 'hex')
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A socket at an address of this machine, which says bytes and gathers what comes back. */
class Asker implements AsyncDisposable {
  readonly heard: Buffer[] = []
  readonly #socket: Socket
  readonly #port: number
  #sent = 0

  private constructor(socket: Socket, port: number) {
    this.#socket = socket
    this.#port = port
    socket.on('message', (bytes) => this.heard.push(bytes))
  }

  static async at(host: string, port: number): Promise<Asker> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 })
    socket.bind(0, host)
    await once(socket, 'listening')
    return new Asker(socket, port)
  }

  /** Bytes: sent, and heard back. */
  get traffic(): { readonly sent: number; readonly heard: number } {
    return { sent: this.#sent, heard: this.heard.reduce((sum, { length }) => sum + length, 0) }
  }

  /** Resolves when the service, which shares this thread, had its turn: or its socket's buffer would run over. */
  say(bytes: Uint8Array): Promise<void> {
    this.#sent += bytes.length
    return new Promise((resolve) => {
      this.#socket.send(bytes, this.#port, '127.0.0.1', () => setImmediate(resolve))
    })
  }

  async answer(bytes: Uint8Array): Promise<Buffer> {
    const before = this.heard.length
    await this.say(bytes)
    return waitUntil('an answer', () => this.heard[before], { intervalMs: 1 })
  }

  /** 8 bytes. */
  async connect(): Promise<Buffer> {
    return (await this.answer(Buffer.concat([MAGIC, u32(0), u32(1)]))).subarray(8, 16)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}

const announce = (connection: Uint8Array, torrent: InMemoryTorrent, port = 6001): Buffer =>
  Buffer.concat([
    connection,
    u32(1),
    u32(7),
    Buffer.from(torrent.metainfo.infoHash, 'hex'),
    Buffer.from('-XX0000-hostile-udp-'),
    Buffer.alloc(8),
    Buffer.from('0000000000001000', 'hex'),
    Buffer.alloc(8),
    u32(0),
    Buffer.from([10, 9, 8, 7]),
    u32(0),
    u32(0xffffffff),
    u32(port).subarray(2),
  ])

const setUp = async (): Promise<{ running: TestService; torrent: InMemoryTorrent }> => {
  const running = await TestService.start()
  const torrent = inMemoryTorrent({ name: 'tracked.bin', content: 100_000 })
  await running.join(torrent.bytes)
  return { running, torrent }
}

describe('a hostile asker of the UDP tracker', { timeout: 120_000 }, () => {
  it('hears nothing without a connection id that was given to its own address', async () => {
    const { running, torrent } = await setUp()
    await using _ = running
    await using honest = await Asker.at('127.0.0.1', running.port)
    await using thief = await Asker.at('127.0.0.2', running.port)
    await using neighbour = await Asker.at('127.0.0.1', running.port)
    const id = await honest.connect()
    for (const one of [thief, neighbour]) {
      await one.say(announce(id, torrent))
      await one.say(announce(MAGIC, torrent))
      await one.say(announce(randomBytes(8), torrent))
      await one.say(Buffer.concat([id, u32(2), u32(9), Buffer.from(torrent.metainfo.infoHash, 'hex')]))
      // What is answered was behind what is not: datagrams of one socket stay in order here.
      await one.connect()
      assert.equal(one.heard.length, 1)
    }
    const answer = await honest.answer(announce(id, torrent))
    assert.equal(answer.readUInt32BE(0), 1)
    assert.deepEqual(running.events('bug'), [])
  })

  it('can not make the tracker name an address that it only claims', async () => {
    const { running, torrent } = await setUp()
    await using _ = running
    await using liar = await Asker.at('127.0.0.3', running.port)
    await using reader = await Asker.at('127.0.0.4', running.port)
    await liar.answer(announce(await liar.connect(), torrent))
    const named = (await reader.answer(announce(await reader.connect(), torrent, 6002))).subarray(20)
    assert.ok(named.length >= 6)
    assert.equal(named.includes(Buffer.from([10, 9, 8, 7])), false)
  })

  it('gets no more bytes than it sends, until it has proven its address, and then is muted', async () => {
    const { running, torrent } = await setUp()
    await using _ = running
    await using flood = await Asker.at('127.0.0.5', running.port)
    const noise = [
      Buffer.concat([MAGIC, u32(0), u32(1)]),
      announce(MAGIC, torrent),
      announce(Buffer.alloc(8, 0x80), torrent),
      Buffer.concat([Buffer.alloc(8, 0x80), u32(2), u32(1), Buffer.alloc(20 * 74)]),
      Buffer.from([0]),
      Buffer.from('d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q9:find_node1:t2:aa1:y1:qe'),
    ]
    for (let n = 0; n < 2000; n++) {
      await flood.say(noise[n % noise.length] as Buffer)
      const { sent, heard } = flood.traffic
      assert.ok(heard <= 1.5 * sent, `${heard} bytes for ${sent}`)
    }
    await using other = await Asker.at('127.0.0.6', running.port)
    await other.connect()
    await waitUntil('the last answer', () => flood.heard.length === 50, { intervalMs: 1 })
    assert.equal(flood.traffic.heard, 50 * 16)
    assert.deepEqual(running.events('bug'), [])
  })

  it('can send any bytes: the tracker goes on', async () => {
    const { running, torrent } = await setUp()
    await using _ = running
    await using asker = await Asker.at('127.0.0.7', running.port)
    const id = await asker.connect()
    for (let n = 0; n < 1000; n++) await asker.say(randomBytes(n % 200))
    for (let n = 0; n < 300; n++) await asker.say(Buffer.concat([id, u32(n % 5), u32(n), randomBytes(n)]))
    const answer = await asker.answer(announce(id, torrent, 6003))
    assert.ok(answer.length >= 8)
    await using other = await Asker.at('127.0.0.8', running.port)
    assert.equal((await other.answer(announce(await other.connect(), torrent))).readUInt32BE(0), 1)
    assert.deepEqual(running.events('bug'), [])
  })
})
