import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { type Duplex, duplexPair, PassThrough } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { answerClientError } from '../../src/control/error-answers.ts'
import { createControl } from '../../src/control/index.ts'
import { FakeService, fakeHash } from '../support/fake-service.ts'
import { waitUntil } from '../support/wait-until.ts'

async function listening(test: TestContext, host = '127.0.0.1') {
  const control = createControl({ service: new FakeService(1), port: 0, host })
  const address = await control.listen()
  test.after(() => control.close())
  return { control, ...address }
}

/** What comes back for these bytes until the other side closes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  socket.write(bytes)
  await once(socket, 'close')
  return Buffer.concat(pieces).toString()
}

test('the API answers at the address it tells, and closes though a client keeps its connection', async (t) => {
  const { control, url, port } = await listening(t)
  assert.equal(url, `http://127.0.0.1:${port}`)
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const ask = request(`${url}/livez`, { agent }).end()
  const [answer] = (await once(ask, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  assert.equal(answer.statusCode, 200)
  await control.close()
  await assert.rejects(fetch(`${url}/livez`))
})

test('it closes within its grace though a request never ends', async (t) => {
  const { control, port } = await listening(t)
  const half = connect(port, '127.0.0.1')
  half.on('error', () => {})
  half.write('POST /swarms HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{')
  const ask = await fetch(`http://127.0.0.1:${port}/livez`)
  assert.equal(ask.status, 200)
  const closed = once(half, 'close')
  await Promise.all([control.close(), closed])
})

test('::1 is told in brackets', async (t) => {
  const { url, port } = await listening(t, '::1')
  assert.equal(url, `http://[::1]:${port}`)
  assert.equal((await fetch(`${url}/livez`)).status, 200)
})

test('localhost is 127.0.0.1', async (t) => {
  const { host } = await listening(t, 'localhost')
  assert.equal(host, '127.0.0.1')
})

test('a port that is taken rejects with the error of the system', async (t) => {
  const { port } = await listening(t)
  const second = createControl({ service: new FakeService(), port })
  t.after(() => second.close())
  await assert.rejects(second.listen(), { code: 'EADDRINUSE', port })
})

for (const [what, bytes, status, code] of [
  ['bytes that are not HTTP', '\x13BitTorrent protocol', 400, 'malformed-http'],
  ['a request without Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed-http'],
  [
    'headers without end',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20000)}\r\n\r\n`,
    431,
    'headers-too-large',
  ],
] as const) {
  test(`${what} are answered with a problem, and the connection is closed`, async (t) => {
    const { port } = await listening(t)
    const answer = await exchange(port, bytes)
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.match(answer, /^content-type: application\/problem\+json\r$/m)
    assert.equal((JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { code: string }).code, code)
  })
}

test('what is no request after one that is answered spoils nothing of its answer', async (t) => {
  const service = new FakeService(1)
  const openFile = service.openFile.bind(service)
  const goOn = Promise.withResolvers<void>()
  service.openFile = (infoHash, index) => ({
    ...openFile(infoHash, index),
    async *read() {
      yield Buffer.from('01234')
      await goOn.promise
      yield Buffer.from('56789')
    },
  })
  const control = createControl({ service, port: 0 })
  t.after(() => control.close())
  const { port } = await control.listen()
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`GET /swarms/${fakeHash(1)}/files/0/content HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  let text = ''
  socket.on('data', (part: Buffer) => (text += part.toString()))
  await waitUntil('the first half', () => text.endsWith('01234'))
  socket.write('no request\r\n\r\n')
  await once(socket, 'close')
  goOn.resolve()
  assert.ok(text.endsWith('\r\n\r\n01234'), text)
})

test('a connection that the system can not hand over ends nothing, and is told', async (t) => {
  const logged: string[] = []
  const control = createControl({ service: new FakeService(1), port: 0, log: (event) => void logged.push(event) })
  t.after(() => control.close())
  const { url } = await control.listen()
  control.server.emit('error', Object.assign(new Error('accept ENOBUFS'), { code: 'ENOBUFS' }))
  assert.deepEqual(logged, ['control.accept-failed'])
  assert.equal((await fetch(`${url}/livez`)).status, 200)
})

test('one other machine does not take all connections', async (t) => {
  const { control, url } = await listening(t)
  const connected = (remoteAddress: string): Duplex => {
    const [ours, theirs] = duplexPair()
    control.server.emit('connection', Object.assign(ours, { remoteAddress, setTimeout: () => ours }))
    t.after(() => ours.destroy())
    return theirs
  }
  const ask = async (socket: Duplex): Promise<string> => {
    socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    const [bytes] = (await once(socket, 'data')) as [Buffer]
    return bytes.toString()
  }
  const held = Array.from({ length: 100 }, () => connected('10.0.0.9'))
  assert.match(await ask(connected('10.0.0.9')), /^HTTP\/1\.1 503 [^]*"code":"too-many-connections"/)
  for (const free of [held[0] ?? assert.fail(), connected('10.0.0.10')])
    assert.match(await ask(free), /^HTTP\/1\.1 200 /)
  assert.equal((await fetch(`${url}/livez`)).status, 200)
})

test('a request that takes too long is answered 408, and there is a time for that', async (t) => {
  const { control } = await listening(t)
  const { headersTimeout, requestTimeout } = control.server
  assert.deepEqual([headersTimeout, requestTimeout], [10_000, 30_000])
  const socket = new PassThrough()
  const written: string[] = []
  socket.on('data', (part: Buffer) => written.push(part.toString()))
  const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  answerClientError(late, socket as unknown as Socket)
  await once(socket, 'close')
  assert.match(written.join(''), /^HTTP\/1\.1 408 Request Timeout\r\n/)
  assert.match(written.join(''), /"code":"request-timeout"/)
})
