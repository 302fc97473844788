import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InjectOptions } from 'fastify'
import type { ProblemView } from '../../src/control/problem.ts'
import { type ProblemCode, problemTable } from '../../src/control/problem-table.ts'
import { ServiceError, type ServiceErrorCode } from '../../src/service/face.ts'
import { fakeHash } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const here = `/swarms/${fakeHash(1)}`
const json = { 'content-type': 'application/json' }
const patch = (payload: string | Buffer, headers = json): InjectOptions => ({
  method: 'PATCH',
  url: here,
  headers,
  payload,
})

/** A request for each problem that the control plane finds by itself. */
const requests: Partial<Record<ProblemCode, InjectOptions>> = {
  'malformed-url': { url: '/swarms/%zz' },
  'invalid-json': patch('{"state":'),
  'invalid-request': patch('{"state":"paused"}'),
  'foreign-origin': { ...patch('{"state":"stopped"}'), headers: { ...json, origin: 'http://evil.example' } },
  'route-not-found': { url: '/nowhere' },
  'swarm-not-found': { url: `/swarms/${'f'.repeat(40)}` },
  'method-not-allowed': { method: 'PUT', url: here },
  'body-too-large': patch(`{"state":"${'x'.repeat(65536)}"}`),
  'url-too-long': { url: `/swarms/${'f'.repeat(101)}` },
  'unsupported-media-type': patch('state=stopped', { 'content-type': 'application/x-www-form-urlencoded' }),
  'upgrade-required': { url: '/events' },
  'range-not-satisfiable': { url: `${here}/files/0/content`, headers: { range: 'bytes=10-' } },
  'wrong-host': { url: '/swarms', headers: { host: 'evil.example:5080' } },
  'invalid-address': { method: 'POST', url: `${here}/peers`, payload: { addresses: ['nowhere'] } },
}

function assertProblem(answer: { statusCode: number; headers: object; body: string }, code: ProblemCode): ProblemView {
  const problem = JSON.parse(answer.body) as ProblemView
  const { status, title, action } = problemTable[code]
  assert.equal(answer.statusCode, status)
  assert.equal((answer.headers as Record<string, unknown>)['content-type'], 'application/problem+json')
  const { type, code: given, title: said, status: told, action: advice } = problem
  assert.deepEqual([type, given, said, told, advice], [`/problems/${code}`, code, title, status, action])
  assert.notEqual(problem.detail, '')
  return problem
}

for (const [code, request] of Object.entries(requests) as [ProblemCode, InjectOptions][]) {
  test(`${code} is reached`, async (t) => {
    const { app } = await controlApp(t)
    const problem = assertProblem(await app.inject(request), code)
    assert.equal(problem.instance, request.url)
  })
}

const serviceCodes: readonly ServiceErrorCode[] = [
  'file-not-found',
  'unshareable',
  'swarm-stopped',
  'file-switched-off',
  'metadata-missing',
  'invalid-torrent',
  'invalid-magnet',
  'unsupported-torrent',
  'torrent-not-found',
  'invalid-name',
  'name-not-found',
  'name-ambiguous',
  'path-outside-torrents',
  'swarm-conflict',
  'not-ready',
  'storage',
]

for (const code of serviceCodes) {
  test(`the service's ${code} is answered with its own words`, async (t) => {
    const { app, service } = await controlApp(t)
    service.fault = new ServiceError(code, 'there is a reason')
    const answer = await app.inject({ method: 'POST', url: '/swarms', payload: { path: 'a.torrent' } })
    assert.equal(assertProblem(answer, code).detail, 'there is a reason')
    assert.equal(answer.headers['retry-after'], code === 'not-ready' ? '1' : undefined)
  })
}

test('a fault of our own is logged, and the answer tells nothing of it', async (t) => {
  const { app, service, logged } = await controlApp(t)
  service.fault = new Error('secret of /srv/swarmd')
  const answer = await app.inject('/swarms')
  const problem = assertProblem(answer, 'internal-error')
  assert.ok(!answer.body.includes('secret'))
  assert.equal(logged.length, 1)
  assert.equal(logged[0]?.event, 'api.internal-error')
  assert.equal(logged[0]?.fields['requestId'], problem.requestId)
  assert.equal(logged[0]?.fields['route'], '/swarms')
  assert.match(String(logged[0]?.fields['error']), /secret of/)
})

test('every problem of the table is reached by some test', () => {
  const overSockets: ProblemCode[] = [
    'malformed-http',
    'request-timeout',
    'headers-too-large',
    'too-many-readers',
    'too-many-connections',
  ]
  const withTokens: ProblemCode[] = ['token-missing', 'token-invalid', 'scope-missing', 'too-many-attempts']
  const reached = [...Object.keys(requests), ...serviceCodes, ...overSockets, ...withTokens, 'internal-error']
  assert.deepEqual(reached.sort(), Object.keys(problemTable).sort())
})

test('what is wrong in a body is pointed at, place by place', async (t) => {
  const { app } = await controlApp(t)
  const faults = async (options: InjectOptions) => assertProblem(await app.inject(options), 'invalid-request').errors
  assert.deepEqual(await faults(patch('{}')), [
    { in: 'body', pointer: '#', detail: 'must not have fewer than 1 properties' },
  ])
  assert.deepEqual(await faults({ method: 'POST', url: '/torrents', payload: {} }), [
    { in: 'body', pointer: '#/name', detail: 'is required' },
  ])
  assert.deepEqual(await faults(patch('')), [{ in: 'body', pointer: '#', detail: 'must be object' }])
  assert.deepEqual(await faults({ method: 'POST', url: '/swarms', headers: json, payload: '' }), [
    { in: 'body', pointer: '#', detail: 'must be object' },
  ])
  assert.deepEqual(await faults(patch('[]')), [{ in: 'body', pointer: '#', detail: 'must be object' }])
  assert.deepEqual(await faults(patch('{"state":1,"speed":2}')), [
    { in: 'body', pointer: '#/speed', detail: 'is not known here' },
    { in: 'body', pointer: '#/state', detail: 'must be string' },
    { in: 'body', pointer: '#/state', detail: 'must be one of "started", "stopped"' },
  ])
  const numbers = await faults({ method: 'POST', url: `${here}/peers`, payload: { addresses: ['10.0.0.1:5000', 5] } })
  assert.deepEqual(numbers, [{ in: 'body', pointer: '#/addresses/1', detail: 'must be string' }])
})

test('a path that is no info hash is pointed at', async (t) => {
  const { app, service } = await controlApp(t)
  const problem = assertProblem(await app.inject('/swarms/music'), 'invalid-request')
  assert.equal(problem.errors?.[0]?.in, 'path')
  assert.equal(problem.errors?.[0]?.pointer, '#/infoHash')
  assert.deepEqual(service.calls, [])
})

for (const poison of [
  '{"state":"stopped","__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
]) {
  test(`the body ${poison} is refused and changes no prototype`, async (t) => {
    const { app, service } = await controlApp(t)
    assertProblem(await app.inject(patch(poison)), 'invalid-json')
    assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined)
    assert.deepEqual(service.calls, [])
  })
}

test('a method that a route lacks is answered with those it has', async (t) => {
  const { app } = await controlApp(t)
  const allow = async (method: 'PUT' | 'OPTIONS', url: string) => {
    const answer = await app.inject({ method, url })
    assertProblem(answer, 'method-not-allowed')
    return answer.headers['allow']
  }
  assert.equal(await allow('PUT', here), 'DELETE, GET, HEAD, PATCH')
  assert.equal(await allow('OPTIONS', '/swarms?limit=1'), 'GET, HEAD, POST')
})

test('every kind of problem has a page of its own at its type', async (t) => {
  const { app } = await controlApp(t)
  const { items } = (await app.inject('/problems')).json<{ items: { type: string; code: ProblemCode }[] }>()
  assert.equal(items.length, Object.keys(problemTable).length)
  for (const item of items) assert.deepEqual((await app.inject(item.type)).json(), item)
  assertProblem(await app.inject('/problems/toString'), 'route-not-found')
})
