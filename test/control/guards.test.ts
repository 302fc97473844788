import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { test } from 'node:test'
import { createControl } from '../../src/control/index.ts'
import { FakeService, fakeHash } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const here = `/swarms/${fakeHash(1)}`
const stop = JSON.stringify({ state: 'stopped' })

for (const host of ['localhost', 'LOCALHOST:5080', '127.0.0.1:5080', '127.0.0.1', '[::1]:5080', 'localhost:9999']) {
  test(`the host ${host} is ours`, async (t) => {
    const { app } = await controlApp(t)
    assert.equal((await app.inject({ url: '/swarms', headers: { host } })).statusCode, 200)
  })
}

for (const host of [
  'rebound.example',
  'localhost.evil.example',
  'localhost.',
  '10.0.0.248:5080',
  '0.0.0.0',
  '127.0.0.1@evil.example',
  '127.0.0.1:5080:5080',
  '::1',
  '[::1',
  '[::2]:5080',
  'localhost:port',
]) {
  test(`the host ${host} is not, and no handler sees the request`, async (t) => {
    const { app, service } = await controlApp(t)
    for (const method of ['GET', 'DELETE'] as const) {
      assert.equal((await app.inject({ method, url: here, headers: { host } })).statusCode, 421)
    }
    assert.equal((await app.inject({ url: '/nowhere', headers: { host } })).statusCode, 421)
    assert.equal((await app.inject({ url: '/%zz', headers: { host } })).statusCode, 421)
    assert.deepEqual(service.calls, [])
  })
}

for (const origin of [
  'http://evil.example',
  'null',
  'http://localhost:3000',
  'https://localhost',
  'https://localhost:5443',
  'http://127.0.0.1:5080',
  '',
]) {
  test(`a page of "${origin}" is refused at localhost:5080`, async (t) => {
    const { app, service } = await controlApp(t)
    const headers = { host: 'localhost:5080', origin, 'content-type': 'application/json' }
    const answers = [
      await app.inject({ method: 'PATCH', url: here, headers, payload: stop }),
      await app.inject({ method: 'DELETE', url: here, headers: { host: 'localhost:5080', origin } }),
      await app.inject({ url: '/swarms', headers }),
    ]
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [403, 403, 403],
    )
    for (const { headers } of answers) assert.equal(headers['access-control-allow-origin'], undefined)
    assert.deepEqual(service.calls, [])
  })
}

test('a page of our own may change things, also behind a proxy that speaks TLS', async (t) => {
  const { app } = await controlApp(t)
  for (const [host, origin] of [
    ['localhost:5080', 'http://localhost:5080'],
    ['localhost', 'https://localhost'],
    ['localhost:5443', 'https://LOCALHOST:5443'],
  ] as const) {
    const headers = { host, origin, 'content-type': 'application/json' }
    assert.equal((await app.inject({ method: 'PATCH', url: here, headers, payload: stop })).statusCode, 200, origin)
  }
})

for (const type of [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json\ta',
  ' application/json',
  'application/json; charset=utf-16',
  'application/jsonp',
  'application/x-bittorrent',
  '',
]) {
  test(`a change with the media type "${type}" is refused`, async (t) => {
    const { app, service } = await controlApp(t)
    const headers = { 'content-type': type }
    const answer = await app.inject({ method: 'PATCH', url: here, headers, payload: stop })
    assert.deepEqual([answer.statusCode, answer.headers['accept']], [415, 'application/json'])
    assert.deepEqual(service.calls, [])
  })
}

test('JSON may say its charset, in any case', async (t) => {
  const { app } = await controlApp(t)
  const headers = { 'content-type': 'Application/JSON; charset="UTF-8"' }
  assert.equal((await app.inject({ method: 'PATCH', url: here, headers, payload: stop })).statusCode, 200)
})

test('a torrent is taken in its own two types only', async (t) => {
  const { app, service } = await controlApp(t)
  for (const type of ['application/octet-stream', 'text/plain', '']) {
    const headers = { 'content-type': type }
    const answer = await app.inject({ method: 'POST', url: '/swarms', headers, payload: 'd4:infoe' })
    assert.equal(answer.statusCode, 415)
    assert.equal(answer.headers['accept'], 'application/x-bittorrent, application/json')
  }
  assert.deepEqual(service.calls, [])
})

test('every answer forbids to sniff, frame and store it, errors too', async (t) => {
  const { app } = await controlApp(t)
  for (const url of ['/swarms', '/nowhere']) {
    const { headers } = await app.inject(url)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cache-control'], 'no-store')
    assert.match(String(headers['content-security-policy']), /^default-src 'none'/)
  }
})

for (const host of ['0.0.0.0', '::', '10.0.0.248', '::ffff:10.0.0.248', 'lab-7', '']) {
  test(`the service refuses to be reachable at "${host}" without tokens`, () => {
    assert.throws(() => createControl({ service: new FakeService(), port: 0, host }), {
      name: 'ControlExposedError',
      message: /access tokens/,
    })
  })
}

test('listening everywhere, the address that a connection came to is ours, and given names are; others are not', async (t) => {
  const tokens = { check: async () => null }
  let names = ['lab-7']
  const control = createControl({ service: new FakeService(1), port: 0, host: '0.0.0.0', names: () => names, tokens })
  t.after(() => control.close())
  const { port } = await control.listen()
  const status = async (address: string, host: string): Promise<number | undefined> => {
    const ask = request({ host: address, port, path: '/livez', headers: { host } }).end()
    const [answer] = (await once(ask, 'response')) as [IncomingMessage]
    answer.resume()
    return answer.statusCode
  }
  assert.equal(await status('127.0.0.2', `127.0.0.2:${port}`), 200)
  assert.equal(await status('127.0.0.2', 'Lab-7:80'), 200)
  assert.equal(await status('127.0.0.1', '127.0.0.2'), 421)
  assert.equal(await status('127.0.0.1', '0.0.0.0'), 421)
  assert.equal(await status('127.0.0.1', 'lab-8'), 421)
  names = ['lab-8']
  assert.equal(await status('127.0.0.1', 'lab-8'), 200)
  assert.equal(await status('127.0.0.2', 'lab-7'), 421)
})
