import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import { dialPeer } from '../../../src/io/tcp/dial-peer.ts'
import { encodeHandshake, encodeMessage } from '../../../src/protocol/index.ts'
import {
  anyPort,
  connectPeers,
  connectSocket,
  listenForPeers,
  OTHER_TORRENT,
  OUR_HANDSHAKE,
  readToEnd,
  THEIR_HANDSHAKE,
} from './peer-ends.ts'
import { RecordingSink } from './recording-sink.ts'

const MIB = 1024 * 1024
/** What is given to a handshake unless told. */
const HANDSHAKE_MS = 10_000

/** One write a byte, each its own packet. */
async function writeByteByByte(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
    await new Promise(setImmediate)
  }
}

test('a handshake that comes byte by byte is answered, and messages behind it arrive', async (t) => {
  const { port, next, listener } = await listenForPeers(t)
  const socket = await connectSocket(t, port)
  const accepted = next()
  const bytes = Buffer.concat([encodeHandshake(THEIR_HANDSHAKE), encodeMessage({ type: 'have', index: 5 })])
  const written = writeByteByByte(socket, bytes)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  assert.deepEqual(answer, encodeHandshake(OUR_HANDSHAKE))
  const connection = await accepted
  const sink = new RecordingSink(connection)
  assert.deepEqual(await sink.next(), { type: 'have', index: 5 })
  await written
  assert.deepEqual(connection.remote, { host: '127.0.0.1', port: socket.localPort })
  assert.deepEqual([listener.counters.connections, listener.counters.halfOpen], [1, 0])
})

test('a peer with a torrent that we do not have is sent away, and counted', async (t) => {
  const { port, listener, connections } = await listenForPeers(t)
  const socket = await connectSocket(t, port)
  socket.write(encodeHandshake(OTHER_TORRENT))
  assert.equal((await readToEnd(socket)).length, 0)
  assert.equal(listener.counters.refused['unknown-info-hash'], 1)
  assert.equal(connections.length, 0)
})

test('what is neither a peer nor HTTP is sent away at its first wrong byte', async (t) => {
  const { port, listener } = await listenForPeers(t)
  for (const first of [Buffer.alloc(1), Buffer.from('SSH-2.0'), Buffer.from('\x13BitTorrent portocol', 'latin1')]) {
    const socket = await connectSocket(t, port)
    socket.write(first)
    assert.equal((await readToEnd(socket)).length, 0)
  }
  assert.equal(listener.counters.refused['not-a-peer'], 3)
  assert.equal(listener.counters.connections, 0)
})

test('an announce on the peer port is answered, however it is cut, and the connection closed', async (t) => {
  const { port, listener } = await listenForPeers(t)
  const request = Buffer.from('GET /announce?info_hash=%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n')
  const whole = await connectSocket(t, port)
  whole.write(request)
  assert.match(
    (await readToEnd(whole)).toString(),
    /^HTTP\/1\.1 200 OK\r\n[^]*you asked for \/announce\?info_hash=%ff%00/,
  )
  const cut = await connectSocket(t, port)
  const [, answer] = await Promise.all([writeByteByByte(cut, request), readToEnd(cut)])
  assert.match(answer.toString(), /\r\nconnection: close\r\n[^]*you asked for/i)
  assert.equal(listener.counters.connections, 0)
})

test('an asker that closes its half after the request still gets the answer', async (t) => {
  const { port } = await listenForPeers(t, {
    onHttp: (_request, response) => setImmediate(() => response.end('late')),
  })
  const socket = await connectSocket(t, port)
  socket.end('GET / HTTP/1.0\r\n\r\n')
  assert.match((await readToEnd(socket)).toString(), /late$/)
})

test('HTTP that is too long, or brings a body that was not agreed on, gets its error', async (t) => {
  const { port, connections } = await listenForPeers(t, { onHttp: () => assert.fail('is not asked') })
  for (const [request, status] of [
    [`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello', 413],
    ['POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', 413],
    ['Gopher\r\n\r\n', 400],
  ] as const) {
    const socket = await connectSocket(t, port)
    socket.write(request)
    assert.match((await readToEnd(socket)).toString(), new RegExp(`^HTTP/1.1 ${status} `))
  }
  assert.equal(connections.length, 0)
})

test('a body within the limit can be read', async (t) => {
  const { port } = await listenForPeers(t, {
    maxHttpBodyBytes: 5,
    onHttp: (request: IncomingMessage, response) => request.pipe(response),
  })
  const answer = await fetch(`http://127.0.0.1:${port}/acks`, { method: 'POST', body: 'hello' })
  assert.equal(await answer.text(), 'hello')
  assert.equal((await fetch(`http://127.0.0.1:${port}/acks`, { method: 'POST', body: 'hello!' })).status, 413)
})

test('half a handshake, half a request and silence end at the deadline', async (t) => {
  const { port, listener } = await listenForPeers(t, { handshakeTimeoutMs: 50 })
  for (const first of ['', '\x13BitTorr', 'GET / HTTP/1.1\r\nHost:']) {
    const socket = await connectSocket(t, port)
    socket.write(first, 'latin1')
    await readToEnd(socket)
  }
  assert.equal(listener.counters.refused.deadline, 3)
  assert.deepEqual([listener.counters.connections, listener.counters.halfOpen], [0, 0])
})

test('a peer is not bound by the deadline of its handshake', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { port, listener } = await listenForPeers(t)
  const address = { host: '127.0.0.1', port }
  const peer = await dialPeer({ address, ours: THEIR_HANDSHAKE, clientPorts: anyPort() })
  t.after(() => peer.close())
  const sink = new RecordingSink(peer)
  const silent = await connectSocket(t, port)
  while (listener.counters.halfOpen < 1) await new Promise(setImmediate)
  t.mock.timers.tick(HANDSHAKE_MS)
  await readToEnd(silent)
  await new Promise(setImmediate)
  assert.deepEqual(sink.endings, [])
})

test('1,000 silent sockets are closed at the deadline, and keep no peer out', { timeout: 120_000 }, async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { port, listener } = await listenForPeers(t, { maxConnections: 300, maxHalfOpen: 100 })
  const sockets = await Promise.all(Array.from({ length: 1000 }, () => connectSocket(t, port)))
  const peer = await dialPeer({ address: { host: '127.0.0.1', port }, ours: THEIR_HANDSHAKE, clientPorts: anyPort() })
  assert.ok(listener.counters.connections <= 300)
  assert.ok(listener.counters.halfOpen <= 100)
  while (listener.counters.accepted < 1001) await new Promise(setImmediate)
  t.mock.timers.tick(HANDSHAKE_MS)
  await Promise.all(sockets.map(readToEnd))
  const { refused, accepted, connections } = listener.counters
  assert.equal(accepted, 1001)
  assert.equal(refused.deadline + refused['half-open-limit'], 1000)
  assert.ok(refused.deadline > 0)
  assert.equal(connections, 1)
  peer.close()
})

test('with no room left a socket is sent away at once', async (t) => {
  const { port, listener, next } = await listenForPeers(t, { maxConnections: 1 })
  const accepted = next()
  const first = await connectSocket(t, port)
  first.write(encodeHandshake(THEIR_HANDSHAKE))
  const sink = new RecordingSink(await accepted)
  await readToEnd(await connectSocket(t, port))
  assert.equal(listener.counters.refused['total-limit'], 1)
  first.destroy()
  await sink.ended
  while (listener.counters.connections > 0) await new Promise(setImmediate)
})

test('200 peers that each announce a message of 4 GiB cost little memory', { timeout: 120_000 }, async (t) => {
  const reasons: string[] = []
  const { port } = await listenForPeers(t, {
    onPeer: (connection) => {
      const sink = new RecordingSink(connection)
      void sink.ended.then(({ reason }) => reasons.push(reason))
    },
  })
  await connectPeers(t)
  const before = process.memoryUsage.rss()
  const attack = Buffer.concat([encodeHandshake(THEIR_HANDSHAKE), Buffer.alloc(65536, 0xff)])
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = await connectSocket(t, port)
      socket.write(attack)
      await readToEnd(socket)
    }),
  )
  assert.deepEqual(
    reasons,
    Array.from({ length: 200 }, () => 'frame-too-large'),
  )
  assert.ok(process.memoryUsage.rss() - before < 64 * MIB)
})

test('an exception of a callback ends that connection only, and is told', async (t) => {
  const errors: unknown[] = []
  const mistake = new TypeError('our mistake')
  const fail = (): never => {
    throw mistake
  }
  const { port, listener } = await listenForPeers(t, {
    onPeer: fail,
    onHttp: fail,
    onError: (error) => errors.push(error),
  })
  const peer = await connectSocket(t, port)
  peer.write(encodeHandshake(THEIR_HANDSHAKE))
  await readToEnd(peer)
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 500)
  assert.deepEqual(errors, [mistake, mistake])
  assert.equal(listener.counters.refused.bug, 2)
})

test('closing ends who has not been handed over, and leaves peers to their owner', async (t) => {
  const peer = await listenForPeers(t, { onHttp: () => {} })
  const accepted = peer.next()
  const [silent, asker, friend] = await Promise.all([1, 2, 3].map(() => connectSocket(t, peer.port)))
  asker?.write('GET /never-answered HTTP/1.1\r\nHost: x\r\n\r\n')
  friend?.write(encodeHandshake(THEIR_HANDSHAKE))
  const sink = new RecordingSink(await accepted)
  await Promise.all([peer.listener.close(), readToEnd(silent as Socket), readToEnd(asker as Socket)])
  friend?.write(encodeMessage({ type: 'keep-alive' }))
  assert.deepEqual(await sink.next(), { type: 'keep-alive' })
  await peer.listener.close()
})

test('a port that is in use is an error of listen', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  await assert.rejects(listenForPeers(t, { port }), { code: 'EADDRINUSE' })
})

test('IPv4 peers of a listener for both families have IPv4 addresses', async (t) => {
  const { port, next } = await listenForPeers(t, { host: '::' })
  const accepted = next()
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.write(encodeHandshake(THEIR_HANDSHAKE))
  const connection = await accepted
  assert.deepEqual([connection.remote.host, connection.local.host], ['127.0.0.1', '127.0.0.1'])
})
