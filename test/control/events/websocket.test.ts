import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createControl, type ControlOptions } from '../../../src/control/index.ts'
import type { AccessScope } from '../../../src/service/index.ts'
import { askUpgrade, EventClient } from '../../support/event-client.ts'
import { FakeService, fakeHash } from '../../support/fake-service.ts'
import { waitUntil } from '../../support/wait-until.ts'

async function listening(test: TestContext, options: Partial<ControlOptions> = {}) {
  const service = new FakeService(1, 2)
  const control = createControl({ service, port: 0, ...options })
  const { port } = await control.listen()
  test.after(() => control.close())
  return { service, control, url: `http://127.0.0.1:${port}` }
}

/** Tokens that are called what they open. */
const tokens = {
  check: async (token: string): Promise<AccessScope | null> => (token === 'read' || token === 'metrics' ? token : null),
}

test('a reader that comes before the API is loaded is answered all the same', async (t) => {
  const { url } = await listening(t)
  using client = new EventClient(url)
  assert.equal((await client.heard('hello')).resumed, false)
  assert.equal((await client.heard('snapshot')).swarms?.length, 2)
})

test('without an upgrade it is a 426, and what is wrong in the query is a 400 before any upgrade', async (t) => {
  const { url } = await listening(t)
  const plain = await fetch(`${url}/events`)
  assert.deepEqual([plain.status, plain.headers.get('upgrade')], [426, 'websocket'])
  for (const query of ['topics=all', 'topics=', 'since=-1', 'swarms=x', 'since=1.5', 'token=x']) {
    const { status, body, socket } = await askUpgrade(url, `/events?${query}`)
    assert.deepEqual([status, socket], [400, null], query)
    assert.equal((JSON.parse(body) as { code: string }).code, 'invalid-request')
  }
})

test('pages of other sites and other hosts get no socket', async (t) => {
  const { url } = await listening(t)
  const status = async (headers: Record<string, string>) => (await askUpgrade(url, '/events', headers)).status
  for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1', 'file://']) {
    assert.equal(await status({ origin }), 403, origin)
  }
  assert.equal(await status({ host: 'rebound.example' }), 421)
  const { status: own, socket } = await askUpgrade(url, '/events', { origin: url })
  assert.equal(own, 101)
  socket?.destroy()
})

test('off loopback it takes a token, as a header or as a subprotocol that is not said back', async (t) => {
  const { url } = await listening(t, { host: '0.0.0.0', tokens })
  const ask = async (headers: Record<string, string>) => {
    const { status, socket } = await askUpgrade(url, '/events', headers)
    socket?.destroy()
    return status
  }
  assert.equal(await ask({}), 401)
  assert.equal(await ask({ authorization: 'Bearer metrics' }), 403)
  assert.equal(await ask({ authorization: 'Bearer guess' }), 401)
  assert.equal(await ask({ authorization: 'Bearer read' }), 101)
  assert.equal(await ask({ 'sec-websocket-protocol': 'swarmd.token.guess' }), 401)
  assert.equal((await askUpgrade(url, '/events?token=read')).status, 401)
  using client = new EventClient(url, '', () => {}, ['swarmd.events', 'swarmd.token.read'])
  assert.equal((await client.heard('hello')).resumed, false)
})

test('a reader whose token is revoked is closed within seconds, and nobody else', async (t) => {
  let revoked = ''
  const check = async (token: string) => (token === revoked ? null : ('read' as const))
  const { url } = await listening(t, { host: '0.0.0.0', tokens: { check } })
  using kept = new EventClient(url, '', () => {}, ['swarmd.events', 'swarmd.token.kept'])
  const client = new EventClient(url, '', () => {}, ['swarmd.events', 'swarmd.token.lost'])
  await Promise.all([kept.heard('snapshot'), client.heard('snapshot')])
  revoked = 'lost'
  const began = performance.now()
  assert.equal((await client.end()).code, 4401)
  // With the next ping it would be 25 s.
  assert.ok(performance.now() - began < 20_000)
  assert.equal(kept.closed, null)
})

test('that others of its address guess takes no reader its connection', async (t) => {
  const check = async (token: string) => (token === 'good' ? ('read' as const) : null)
  const { url, service } = await listening(t, { host: '0.0.0.0', tokens: { check } })
  using client = new EventClient(url, 'topics=stats', () => {}, ['swarmd.events', 'swarmd.token.good'])
  await client.heard('hello')
  const guess = () => fetch(`${url}/swarms`, { headers: { authorization: 'Bearer guess' } })
  for (let nth = 0; nth < 10; nth++) assert.equal((await guess()).status, 401)
  assert.equal((await guess()).status, 429)
  // It hears on for longer than from one look at its token to the next.
  const moving = setInterval(() => {
    for (const swarm of service.held.values()) service.hold({ ...swarm, downloaded: swarm.downloaded + 1 })
  }, 100)
  t.after(() => clearInterval(moving))
  await waitUntil('four seconds of stats', () => client.messages.length > 4)
  assert.equal(client.closed, null)
})

test('other routes and other protocols do not upgrade: they answer as ever', async (t) => {
  const { url } = await listening(t)
  const { status, body } = await askUpgrade(url, '/livez')
  assert.deepEqual([status, body], [200, '{"status":"ok"}'])
  assert.equal((await askUpgrade(url, '/livez', { upgrade: 'h2c' })).status, 200)
  assert.equal((await askUpgrade(url, '/events', { upgrade: 'h2c' })).status, 426)
})

test('the 65th reader is told that there are too many', async (t) => {
  const { url } = await listening(t)
  const sockets = await Promise.all(Array.from({ length: 64 }, () => askUpgrade(url, '/events')))
  assert.deepEqual([...new Set(sockets.map(({ status }) => status))], [101])
  const { status, body } = await askUpgrade(url, '/events')
  assert.deepEqual([status, (JSON.parse(body) as { code: string }).code], [503, 'too-many-readers'])
  for (const { socket } of sockets) socket?.destroy()
  await waitUntil('room for another', async () => {
    const { status, socket } = await askUpgrade(url, '/events')
    socket?.destroy()
    return status === 101
  })
})

test('a reader that sends more than 64 KiB is closed, and what it sends below that is passed over', async (t) => {
  const { url, service } = await listening(t)
  const socket = new WebSocket(`${url.replace('http', 'ws')}/events`)
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  socket.send('{"type":"swarm.removed"}')
  socket.send('x'.repeat(65 * 1024))
  assert.equal(await closed, 1009)
  assert.ok(service.calls.every(([name]) => name === 'swarms'))
})

test('the service stops: readers are closed with 1001, and a deaf one does not hold it up', async (t) => {
  const { url, control } = await listening(t)
  const client = new EventClient(url)
  await client.heard('snapshot')
  const deaf = await askUpgrade(url, '/events')
  assert.equal(deaf.status, 101)
  deaf.socket?.pause()
  await control.close()
  assert.equal((await client.end()).code, 1001)
})

test('named swarms come with their peers each second', async (t) => {
  const { url } = await listening(t)
  using client = new EventClient(url, `topics=peers&swarms=${fakeHash(1)}`)
  const peers = await client.heard('peers')
  assert.equal(peers.infoHash, fakeHash(1))
  assert.deepEqual(client.messages.map(({ type }) => type).slice(0, 2), ['hello', 'peers'])
})
