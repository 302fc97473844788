import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createControl } from '../../src/control/index.ts'
import { ServiceError } from '../../src/service/face.ts'
import { FakeService, fakeHash } from '../support/fake-service.ts'
import { answerOn, rawSocket } from '../support/raw-http.ts'
import { waitUntil } from '../support/wait-until.ts'
import { controlApp } from './control-app.ts'

const url = (index: number) => `/swarms/${fakeHash(1)}/files/${index}/content`

test('a file comes whole, or the part that is asked for', async (t) => {
  const { app } = await controlApp(t)
  const whole = await app.inject(url(0))
  assert.deepEqual(
    [whole.statusCode, whole.body, whole.headers['content-length'], whole.headers['content-type']],
    [200, '0123456789', '10', 'video/mp4'],
  )
  const part = await app.inject({ url: url(0), headers: { range: 'bytes=3-5' } })
  assert.deepEqual([part.statusCode, part.body, part.headers['content-range']], [206, '345', 'bytes 3-5/10'])
  const beyond = await app.inject({ url: url(0), headers: { range: 'bytes=10-' } })
  assert.deepEqual([beyond.statusCode, beyond.headers['content-range']], [416, 'bytes */10'])
  assert.equal(beyond.json<{ code: string }>().code, 'range-not-satisfiable')
  const head = await app.inject({ method: 'HEAD', url: url(0) })
  assert.deepEqual([head.statusCode, head.body, head.headers['content-length']], [200, '', '10'])
  assert.equal((await app.inject(url(12))).statusCode, 404)
  assert.equal((await app.inject(`/swarms/${fakeHash(1)}/files/x/content`)).statusCode, 400)
})

test('a file that is switched off is not waited for: it says so, unless all of it is here', async (t) => {
  const { app, service } = await controlApp(t)
  const files = service.files.bind(service)
  let progress = 0.5
  service.files = (infoHash) => files(infoHash).map((file) => ({ ...file, progress, priority: 'off' }))
  const refused = await app.inject(url(0))
  assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code], [409, 'file-switched-off'])
  progress = 1
  assert.equal((await app.inject(url(0))).statusCode, 200)
})

test('a file that is switched off, or whose swarm stops, while its first byte is waited for is a problem', async (t) => {
  const { app, service } = await controlApp(t)
  const openFile = service.openFile.bind(service)
  for (const code of ['file-switched-off', 'swarm-stopped'] as const) {
    service.openFile = (infoHash, index) => ({
      ...openFile(infoHash, index),
      async *read() {
        await Promise.reject(new ServiceError(code, 'meanwhile'))
        yield Buffer.of()
      },
    })
    const answer = await app.inject({ url: url(0), headers: { range: 'bytes=2-5' } })
    assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [409, code])
    for (const name of ['etag', 'content-range', 'content-disposition', 'accept-ranges'])
      assert.equal(answer.headers[name], undefined, name)
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    assert.equal(Number(answer.headers['content-length']), answer.rawPayload.length)
  }
})

test('an answer that has begun and can not go on ends before its length, and the log says why', async (t) => {
  const service = new FakeService(1)
  const openFile = service.openFile.bind(service)
  service.openFile = (infoHash, index) => ({
    ...openFile(infoHash, index),
    async *read() {
      yield Buffer.from('0123')
      await setImmediate()
      throw new ServiceError('file-switched-off', 'it is switched off now')
    },
  })
  const logged: object[] = []
  const control = createControl({ service, port: 0, log: (event, fields) => void logged.push({ event, ...fields }) })
  t.after(() => control.close())
  const { port } = await control.listen()
  const socket = rawSocket(port)
  socket.write(`GET ${url(0)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  const { status, body, headers } = await answerOn(socket)
  assert.deepEqual([status, body, headers.get('content-length')], [200, '0123', '10'])
  assert.deepEqual(logged, [{ event: 'content.cut', infoHash: fakeHash(1), file: 0, reason: 'it is switched off now' }])
})

test('an answer ends when the token is revoked that it was asked with', async (t) => {
  const service = new FakeService(1)
  const openFile = service.openFile.bind(service)
  let isRevoked = false
  service.openFile = (infoHash, index) => ({
    ...openFile(infoHash, index),
    async *read(_from, _to, signal) {
      yield Buffer.from('0123')
      isRevoked = true
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    },
  })
  const tokens = { check: async () => (isRevoked ? null : ('read' as const)) }
  const control = createControl({ service, port: 0, host: '0.0.0.0', tokens })
  t.after(() => control.close())
  const { port } = await control.listen()
  const socket = rawSocket(port)
  socket.write(`GET ${url(0)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n`)
  const { status, body } = await answerOn(socket)
  assert.deepEqual([status, body], [200, '0123'])
})

test('32 read files at a time, and who is done makes room for another', async (t) => {
  const { app, service } = await controlApp(t)
  const openFile = service.openFile.bind(service)
  const goOn = Promise.withResolvers<void>()
  let reading = 0
  service.openFile = (infoHash, index) => ({
    ...openFile(infoHash, index),
    async *read(from, to) {
      reading++
      await goOn.promise
      yield Buffer.alloc(to - from)
    },
  })
  const ask = async () => (await app.inject(url(0))).statusCode
  const readers = Array.from({ length: 32 }, ask)
  await waitUntil('all of them to read', () => reading === 32)
  const refused = await app.inject(url(0))
  assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code], [503, 'too-many-readers'])
  // Neither of these reads anything.
  assert.equal((await app.inject({ method: 'HEAD', url: url(0) })).statusCode, 200)
  assert.equal((await app.inject({ url: url(0), headers: { 'if-none-match': '*' } })).statusCode, 304)
  goOn.resolve()
  assert.deepEqual([...new Set(await Promise.all(readers))], [200])
  await waitUntil('room for another', async () => (await ask()) === 200)
})

test('who has the file already is not sent it again (RFC 9110 §13.1.2)', async (t) => {
  const { app } = await controlApp(t)
  const tag = String((await app.inject(url(0))).headers['etag'])
  const ask = async (known: string, more: object = {}) =>
    app.inject({ url: url(0), ...more, headers: { 'if-none-match': known, range: 'bytes=0-1' } })
  for (const known of [tag, `W/${tag}`, '*', `"other", ${tag}`]) {
    const answer = await ask(known)
    assert.deepEqual([answer.statusCode, answer.body, answer.headers['etag']], [304, '', tag], known)
    assert.equal(answer.headers['content-type'], undefined)
  }
  const head = await ask(tag, { method: 'HEAD' })
  assert.deepEqual([head.statusCode, head.body, head.headers['etag']], [304, '', tag])
  assert.equal((await ask('"other"')).statusCode, 206)
  // What would be refused without it is refused with it.
  assert.equal((await app.inject({ url: url(12), headers: { 'if-none-match': '*' } })).statusCode, 404)
})

test('a part is only given of the file that was meant (RFC 9110 §13.1.5), and to GET alone', async (t) => {
  const { app } = await controlApp(t)
  const tag = String((await app.inject(url(0))).headers['etag'])
  const ask = async (condition: string, range = 'bytes=0-1') =>
    (await app.inject({ url: url(0), headers: { range, 'if-range': condition } })).statusCode
  assert.equal(await ask(tag), 206)
  for (const other of ['"other"', `W/${tag}`, '*', 'Thu, 01 Jan 2026 00:00:00 GMT'])
    assert.equal(await ask(other), 200, other)
  // Beyond the end: that is only wrong of the file that was meant.
  assert.deepEqual([await ask(tag, 'bytes=10-'), await ask('"other"', 'bytes=10-')], [416, 200])
  const head = await app.inject({ method: 'HEAD', url: url(0), headers: { range: 'bytes=0-1' } })
  assert.deepEqual([head.statusCode, head.headers['content-length']], [200, '10'])
})

test('what is in a torrent is never a page of ours', async (t) => {
  const { app } = await controlApp(t)
  const { headers } = await app.inject(url(1))
  assert.equal(headers['content-type'], 'application/octet-stream')
  assert.equal(headers['content-disposition'], 'attachment')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.match(String(headers['content-security-policy']), /^default-src 'none'.*sandbox$/)
})

test('limits of all swarms and wishes of one are changed', async (t) => {
  const { app, service } = await controlApp(t)
  const patch = (at: string, payload: object) => app.inject({ method: 'PATCH', url: at, payload })
  assert.deepEqual((await patch('/limits', { uploadLimit: 1048576 })).json(), {
    downloadLimit: null,
    uploadLimit: 1048576,
  })
  assert.deepEqual((await app.inject('/limits')).json(), { downloadLimit: null, uploadLimit: 1048576 })
  const here = `/swarms/${fakeHash(1)}`
  const files = [{ index: 1, priority: 'off' }]
  const changed = await patch(here, { sequential: true, downloadLimit: 65536, files, state: 'stopped' })
  const { sequential, downloadLimit, state } = changed.json<Record<string, unknown>>()
  assert.deepEqual([sequential, downloadLimit, state], [true, 65536, 'stopped'])
  assert.deepEqual(
    service.calls.map(([name]) => name),
    ['changeLimits', 'changeWishes', 'setDesiredState'],
  )
  for (const wrong of [{}, { uploadLimit: 1 }, { uploadLimit: 'all' }, { downloadLimit: 1e15 }, { upload: 1 }]) {
    assert.equal((await patch('/limits', wrong)).statusCode, 400, JSON.stringify(wrong))
  }
  for (const wrong of [{}, { files: [{ index: 1 }] }, { files: [{ index: -1, priority: 'off' }] }, { sequential: 1 }]) {
    assert.equal((await patch(here, wrong)).statusCode, 400, JSON.stringify(wrong))
  }
})
