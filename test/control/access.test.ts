import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { RouteScope } from '../../src/control/access.ts'
import { RouteCatalogue } from '../../src/control/route-catalogue.ts'
import type { AccessScope } from '../../src/service/index.ts'
import { FakeService, fakeHash } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

/** Each route, by hand: what may be had without a token is decided here a second time. */
const scopes: Readonly<Record<string, RouteScope>> = {
  'GET /': 'public',
  'GET /livez': 'public',
  'GET /readyz': 'public',
  'GET /version': 'public',
  'GET /openapi.json': 'public',
  'GET /docs': 'public',
  'GET /docs/:file': 'public',
  'GET /metrics': 'metrics',
  'GET /page/app.js': 'public',
  'GET /page/app.css': 'public',
  'GET /page/icon.svg': 'public',
  'GET /metrics/targets': 'metrics',
  'GET /problems': 'public',
  'GET /problems/:code': 'public',
  'GET /events': 'read',
  'GET /swarms': 'read',
  'POST /swarms': 'write',
  'GET /swarms/:infoHash': 'read',
  'PATCH /swarms/:infoHash': 'write',
  'DELETE /swarms/:infoHash': 'write',
  'GET /swarms/:infoHash/peers': 'read',
  'POST /swarms/:infoHash/peers': 'write',
  'GET /swarms/:infoHash/pieces': 'read',
  'GET /swarms/:infoHash/choker': 'read',
  'GET /swarms/:infoHash/choker/rounds': 'read',
  'GET /swarms/:infoHash/fairness': 'read',
  'GET /swarms/:infoHash/metainfo': 'read',
  'GET /swarms/:infoHash/magnet': 'read',
  'POST /swarms/:infoHash/recheck': 'write',
  'POST /torrents': 'write',
  'GET /swarms/:infoHash/trackers': 'read',
  'POST /swarms/:infoHash/announce': 'write',
  'GET /swarms/:infoHash/files': 'read',
  'GET /swarms/:infoHash/files/:index/content': 'read',
  'POST /swarms/:infoHash/files/:index/content-tickets': 'read',
  'GET /swarms/:infoHash/manifest': 'read',
  'GET /limits': 'read',
  'PATCH /limits': 'write',
  'POST /swarm-actions': 'write',
  'GET /network': 'read',
  'GET /network/members': 'read',
}

const granted = ['write', 'read', 'metrics'] as const
const isGranted = (token: string): token is AccessScope => granted.some((scope) => scope === token)
/** Tokens that are called what they open. */
const tokens = { check: async (token: string) => (isGranted(token) ? token : null) }
const opened: Readonly<Record<AccessScope, readonly RouteScope[]>> = {
  write: ['write', 'read', 'metrics'],
  read: ['read', 'metrics'],
  metrics: ['metrics'],
}

async function guarded(test: TestContext, required = true) {
  const catalogue = new RouteCatalogue()
  const made = await controlApp(test, new FakeService(1), { access: { tokens, required }, catalogue })
  await made.app.ready()
  return { ...made, routes: catalogue.entries }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

test('every route is in the list of scopes, and opens to those tokens only', async (t) => {
  const { app, service, routes } = await guarded(t)
  assert.deepEqual(
    routes
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url }) => `${method} ${url}`)
      .sort(),
    Object.keys(scopes).sort(),
  )
  for (const { method, url } of routes) {
    const scope = scopes[`${method === 'HEAD' ? 'GET' : method} ${url}`]
    assert.ok(scope !== undefined)
    const at = url
      .replace(':infoHash', fakeHash(1))
      .replace(':code', 'storage')
      .replace(':index', '0')
      .replace(':file', 'start.js')
    // Of a type that no route takes, so that nothing is done; without a body a GET goes through.
    const ask = async (headers: Record<string, string>) =>
      (await app.inject({ method: method as 'GET', url: at, headers })).statusCode
    if (scope === 'public') {
      assert.equal(await ask({}), 200, `${method} ${url} without a token`)
      continue
    }
    service.calls.length = 0
    assert.equal(await ask({}), 401, `${method} ${url} without a token`)
    for (const token of granted.filter((token) => !opened[token].includes(scope))) {
      assert.equal(await ask(bearer(token)), 403, `${method} ${url} for ${token}`)
    }
    assert.deepEqual(service.calls, [])
    for (const token of granted.filter((token) => opened[token].includes(scope))) {
      assert.ok(![401, 403, 429].includes(await ask(bearer(token))), `${method} ${url} for ${token}`)
    }
    service.hold({ ...service.swarms()[0], infoHash: fakeHash(1) } as Parameters<FakeService['hold']>[0])
  }
})

test('a route without a scope is not taken', async (t) => {
  const { app } = await controlApp(t)
  assert.throws(() => app.get('/secret', () => 'x'), /GET \/secret has no scope/)
})

test('on loopback nobody needs a token, but one that is brought has to be good', async (t) => {
  const { app } = await guarded(t, false)
  const remove = (headers: Record<string, string>) =>
    app.inject({ method: 'DELETE', url: `/swarms/${fakeHash(1)}`, headers })
  assert.equal((await remove(bearer('read'))).statusCode, 403)
  assert.equal((await remove(bearer('guess'))).statusCode, 401)
  assert.equal((await remove({ authorization: 'Basic eDp5' })).statusCode, 401)
  assert.equal((await remove({})).statusCode, 204)
})

test('what is refused says how to do it right, in the words of RFC 6750', async (t) => {
  const { app } = await guarded(t)
  const ask = async (headers: Record<string, string>) => {
    const { headers: answer, body } = await app.inject({ url: '/swarms', headers })
    return [(JSON.parse(body) as { code: string }).code, answer['www-authenticate']]
  }
  assert.deepEqual(await ask({}), ['token-missing', 'Bearer realm="swarmd"'])
  assert.deepEqual(await ask(bearer('guess')), ['token-invalid', 'Bearer realm="swarmd", error="invalid_token"'])
  const missing = 'Bearer realm="swarmd", error="insufficient_scope", scope="read"'
  assert.deepEqual(await ask(bearer('metrics')), ['scope-missing', missing])
})

test('no cookie, no query and no subprotocol of a plain request stands for the token', async (t) => {
  const { app } = await guarded(t)
  for (const request of [
    { url: '/swarms', headers: { cookie: 'token=write; authorization=Bearer write' } },
    { url: '/swarms?token=write&access_token=write' },
    { url: '/swarms', headers: { 'sec-websocket-protocol': 'swarmd.token.write' } },
    { url: '/swarms', headers: { 'x-api-key': 'write', 'proxy-authorization': 'Bearer write' } },
  ]) {
    assert.equal((await app.inject(request)).statusCode, 401)
  }
})

test('a token changes nothing of the Host and Origin checks', async (t) => {
  const { app } = await guarded(t)
  const ask = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/swarms', headers: { ...bearer('write'), ...headers } })).statusCode
  assert.equal(await ask({ host: 'rebound.example' }), 421)
  assert.equal(await ask({ host: 'localhost', origin: 'http://evil.example' }), 403)
})

test('ten wrong tokens make their address wait, with the right one too, and nobody else', async (t) => {
  const { app } = await guarded(t)
  const ask = async (token: string, remoteAddress: string) =>
    app.inject({ url: '/swarms', headers: bearer(token), remoteAddress })
  for (let nth = 0; nth < 10; nth++) assert.equal((await ask(`guess-${nth}`, '10.0.0.66')).statusCode, 401)
  for (const token of ['guess', 'write']) {
    const answer = await ask(token, '10.0.0.66')
    assert.equal(answer.statusCode, 429)
    assert.match(String(answer.headers['retry-after']), /^([1-9]|[1-5]\d|60)$/)
    assert.equal(answer.json<{ code: string }>().code, 'too-many-attempts')
  }
  assert.equal((await ask('write', '10.0.0.67')).statusCode, 200)
})

test('ten wrong tokens are ten also when they come at once, before any of them is looked up', async (t) => {
  const looked = Promise.withResolvers<null>()
  const slow = { check: (token: string) => (token === 'write' ? Promise.resolve('write' as const) : looked.promise) }
  const { app } = await controlApp(t, new FakeService(1), { access: { tokens: slow, required: true } })
  const ask = async (token: string) => (await app.inject({ url: '/swarms', headers: bearer(token) })).statusCode
  const guesses = Array.from({ length: 50 }, (_, nth) => ask(`guess-${nth}`))
  assert.equal(await ask('write'), 200)
  looked.resolve(null)
  const statuses = await Promise.all(guesses)
  assert.deepEqual(
    [401, 429].map((status) => statuses.filter((each) => each === status).length),
    [10, 40],
  )
  assert.equal(await ask('write'), 429)
})
