import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { UdpPort } from '../../../src/io/udp/udp-port.ts'
import type { UdpPortOptions } from '../../../src/io/udp/udp-port.ts'
import type { PeerAddress } from '../../../src/protocol/ids.ts'

async function open(t: TestContext, options: UdpPortOptions): Promise<{ udp: UdpPort; port: number }> {
  const udp = new UdpPort(options)
  const port = await udp.bind(0)
  t.after(() => udp.close())
  return { udp, port }
}

async function caller(t: TestContext): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  return socket
}

const say = (socket: Socket, port: number, bytes: Uint8Array): void => socket.send(bytes, port, '127.0.0.1')
const hear = async (socket: Socket): Promise<Buffer> => ((await once(socket, 'message')) as [Buffer])[0]

for (const host of ['127.0.0.1', '0.0.0.0', undefined]) {
  test(`a datagram goes by its first byte, and the answer comes back: at ${host ?? 'all addresses'}`, async (t) => {
    const heard: [string, PeerAddress][] = []
    const handler = (kind: string) => (bytes: Buffer, from: PeerAddress) => {
      heard.push([`${kind} ${bytes.toString('hex')}`, from])
      return Buffer.from(kind)
    }
    const { udp, port } = await open(t, {
      ...(host !== undefined && { host }),
      handlers: { tracker: handler('tracker'), krpc: handler('krpc') },
    })
    const socket = await caller(t)
    for (const [bytes, kind] of [
      ['00aa', 'tracker'],
      ['80bb', 'tracker'],
      ['ffcc', 'tracker'],
      ['6431', 'krpc'],
    ] as const) {
      const answer = hear(socket)
      say(socket, port, Buffer.from(bytes, 'hex'))
      assert.equal((await answer).toString(), kind)
      assert.deepEqual(heard.pop(), [`${kind} ${bytes}`, { host: '127.0.0.1', port: socket.address().port }])
    }
    assert.equal(udp.counters.received, 4)
  })
}

test('what is of no kind, empty, or for nobody is ignored', async (t) => {
  const { udp, port } = await open(t, { host: '127.0.0.1', handlers: { tracker: () => Buffer.from('yes') } })
  const socket = await caller(t)
  for (const bytes of [Buffer.alloc(0), Buffer.from('d1:ae'), Buffer.from('\x21uTP'), Buffer.from('GET /')]) {
    say(socket, port, bytes)
  }
  const answer = hear(socket)
  say(socket, port, Buffer.from([0]))
  assert.equal((await answer).toString(), 'yes')
  assert.deepEqual([udp.counters.received, udp.counters.ignored], [5, 4])
})

test('goes on when a handler throws, and when an answer can not be sent', async (t) => {
  const errors: unknown[] = []
  let calls = 0
  const { port } = await open(t, {
    host: '127.0.0.1',
    handlers: {
      tracker: () => {
        calls++
        if (calls === 1) throw new Error('a bug')
        // More than a datagram can hold.
        return calls === 2 ? Buffer.alloc(70_000) : Buffer.from('fine')
      },
    },
    onError: (error) => errors.push(error),
  })
  const socket = await caller(t)
  const answer = hear(socket)
  for (let n = 0; n < 3; n++) say(socket, port, Buffer.from([0]))
  assert.equal((await answer).toString(), 'fine')
  assert.deepEqual(errors.map(String), ['Error: a bug'])
})

test('a port in use is the error of the system, with the port, and another can be tried', async (t) => {
  const { port } = await open(t, { host: '127.0.0.1', handlers: {} })
  const second = new UdpPort({ host: '127.0.0.1', handlers: {} })
  await assert.rejects(second.bind(port), { code: 'EADDRINUSE', port })
  assert.ok((await second.bind(0)) > 0)
  await second.close()
})

test('sends without being asked, and not any more once it is closed', async (t) => {
  for (const host of ['127.0.0.1', undefined]) {
    const { udp } = await open(t, { ...(host !== undefined && { host }), handlers: {} })
    const socket = await caller(t)
    const heard = hear(socket)
    udp.send(Buffer.from('hello'), { host: '127.0.0.1', port: socket.address().port })
    assert.equal((await heard).toString(), 'hello')
    await udp.close()
    udp.send(Buffer.from('hello'), { host: '127.0.0.1', port: socket.address().port })
    await udp.close()
  }
})
