import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NameAmbiguousError, ServiceError } from '../../src/service/index.ts'
import { FakeService, fakeHash, fakeSwarm } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const torrent = { 'content-type': 'application/x-bittorrent' }

test('a raw .torrent that is new answers 201, with Location and the swarm', async (t) => {
  const { app, service } = await controlApp(t)
  const bytes = Buffer.from([9, 0, 255, 128, 10])
  const answer = await app.inject({ method: 'POST', url: '/swarms', headers: torrent, payload: bytes })
  assert.equal(answer.statusCode, 201)
  assert.equal(answer.headers['location'], `/swarms/${fakeHash(9)}`)
  assert.deepEqual(answer.json(), fakeSwarm(9))
  assert.deepEqual(service.calls, [['addTorrent', bytes]])
})

test('a .torrent that is there already answers 200 with the same body and Location', async (t) => {
  const { app } = await controlApp(t)
  const request = { method: 'POST', url: '/swarms', headers: torrent, payload: Buffer.from([9]) } as const
  const first = await app.inject(request)
  const second = await app.inject(request)
  assert.deepEqual([first.statusCode, second.statusCode], [201, 200])
  assert.equal(second.body, first.body)
  assert.equal(second.headers['location'], first.headers['location'])
})

test('a .torrent of 10 MiB is taken, and one byte more is not', async (t) => {
  const { app } = await controlApp(t)
  const send = (length: number) =>
    app.inject({ method: 'POST', url: '/swarms', headers: torrent, payload: Buffer.alloc(length, 9) })
  assert.equal((await send(10 * 1024 * 1024)).statusCode, 201)
  assert.equal((await send(10 * 1024 * 1024 + 1)).statusCode, 413)
})

test('a path names a .torrent inside torrents/', async (t) => {
  const { app, service } = await controlApp(t)
  const answer = await app.inject({ method: 'POST', url: '/swarms', payload: { path: 'a.torrent' } })
  assert.equal(answer.statusCode, 201)
  assert.deepEqual(service.calls, [['addTorrentFile', 'a.torrent']])
})

test('every field of a swarm is in its answer', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject(`/swarms/${fakeHash(1)}`)
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.deepEqual(answer.json(), fakeSwarm(1))
})

test('a seeder has its completion time, and no time to wait', async (t) => {
  const done = fakeSwarm(1, { status: 'seeder', etaSeconds: null, completedAt: '2026-01-02T00:00:00.000Z' })
  const service = new FakeService()
  service.hold(done)
  const { app } = await controlApp(t, service)
  assert.deepEqual((await app.inject(`/swarms/${fakeHash(1)}`)).json(), done)
})

test('an info hash is taken in either case', async (t) => {
  const { app, service } = await controlApp(t)
  service.hold(fakeSwarm(0xabcdef))
  const answer = await app.inject(`/swarms/${fakeHash(0xabcdef).toUpperCase()}`)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.json<{ infoHash: string }>().infoHash, fakeHash(0xabcdef))
})

test('a swarm is stopped and started by PATCH', async (t) => {
  const { app, service } = await controlApp(t)
  const patch = (state: string) => app.inject({ method: 'PATCH', url: `/swarms/${fakeHash(1)}`, payload: { state } })
  assert.equal((await patch('stopped')).json<{ state: string }>().state, 'stopped')
  assert.equal((await patch('started')).json<{ state: string }>().state, 'downloading')
  assert.deepEqual(
    service.calls.map(([, , state]) => state),
    ['stopped', 'started'],
  )
})

test('a removed swarm is gone, and its data only when that is asked for', async (t) => {
  const { app, service } = await controlApp(t)
  const kept = await app.inject({ method: 'DELETE', url: `/swarms/${fakeHash(1)}` })
  const json = { 'content-type': 'application/json' }
  const deleted = await app.inject({ method: 'DELETE', url: `/swarms/${fakeHash(2)}?data=delete`, headers: json })
  assert.deepEqual([kept.statusCode, kept.body, deleted.statusCode], [204, '', 204])
  assert.deepEqual(service.calls, [
    ['remove', fakeHash(1), { deleteData: false }],
    ['remove', fakeHash(2), { deleteData: true }],
  ])
  assert.equal((await app.inject(`/swarms/${fakeHash(1)}`)).statusCode, 404)
})

test('HEAD answers as GET does, without the body', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject({ method: 'HEAD', url: '/swarms' })
  assert.deepEqual([answer.statusCode, answer.body], [200, ''])
})

test('a slash at the end of a path changes nothing', async (t) => {
  const { app } = await controlApp(t)
  assert.equal((await app.inject('/swarms/')).statusCode, 200)
})

const LINK = `magnet:?xt=urn:btih:${'ab'.repeat(20)}`

test('a magnet link is added as JSON: 201 with Location, then 200 with the same body', async (t) => {
  const { app, service } = await controlApp(t)
  const request = { method: 'POST', url: '/swarms', payload: { magnet: LINK } } as const
  const first = await app.inject(request)
  const second = await app.inject(request)
  assert.deepEqual([first.statusCode, second.statusCode], [201, 200])
  assert.equal(first.headers['location'], `/swarms/${fakeHash(LINK.length)}`)
  assert.equal(second.body, first.body)
  assert.deepEqual(service.calls[0], ['addMagnet', LINK])
})

test('what is wrong with a magnet link is said with its field, and what to do', async (t) => {
  for (const code of ['invalid-magnet', 'unsupported-torrent'] as const) {
    const { app, service } = await controlApp(t)
    service.fault = new ServiceError(code, 'xt: it names no torrent')
    const answer = await app.inject({ method: 'POST', url: '/swarms', payload: { magnet: 'magnet:?dn=x' } })
    assert.equal(answer.statusCode, 422)
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    const { errors, action, ...problem } = answer.json<Record<string, string | object[]>>()
    assert.equal(problem['code'], code)
    assert.ok(action)
    assert.deepEqual(errors, [{ in: 'body', pointer: '#/magnet', detail: 'xt: it names no torrent' }])
  }
})

test('a name is added as JSON: 201 with Location, then 200 with the same body', async (t) => {
  const { app, service } = await controlApp(t)
  const request = { method: 'POST', url: '/swarms', payload: { name: 'music.txt' } } as const
  const first = await app.inject(request)
  const second = await app.inject(request)
  assert.deepEqual([first.statusCode, second.statusCode], [201, 200])
  assert.equal(first.headers['location'], `/swarms/${fakeHash(9)}`)
  assert.equal(second.body, first.body)
  assert.deepEqual(service.calls[0], ['addByName', 'music.txt'])
})

test('what is wrong with a name is said with its field', async (t) => {
  const { app, service } = await controlApp(t)
  service.fault = new ServiceError('invalid-name', 'it has a slash')
  const answer = await app.inject({ method: 'POST', url: '/swarms', payload: { name: 'a/b' } })
  assert.equal(answer.statusCode, 422)
  const { errors } = answer.json<{ errors: object[] }>()
  assert.deepEqual(errors, [{ in: 'body', pointer: '#/name', detail: 'it has a slash' }])
})

test('a name of several torrents is a problem that has all of them', async (t) => {
  const { app, service } = await controlApp(t)
  const candidates = [
    { infoHash: fakeHash(4), length: 600000, magnet: `magnet:?xt=urn:btih:${fakeHash(4)}` },
    { infoHash: fakeHash(5), length: null, magnet: `magnet:?xt=urn:btih:${fakeHash(5)}` },
  ]
  service.fault = new NameAmbiguousError('2 torrents have the name', candidates)
  const answer = await app.inject({ method: 'POST', url: '/swarms', payload: { name: 'music.txt' } })
  assert.equal(answer.statusCode, 409)
  const problem = answer.json<Record<string, unknown>>()
  assert.deepEqual([problem['code'], problem['candidates']], ['name-ambiguous', candidates])
})

test('a torrent is added one way at a time', async (t) => {
  const { app, service } = await controlApp(t)
  const bodies = [
    {},
    { path: 'a.torrent', magnet: LINK },
    { name: 'music.txt', magnet: LINK },
    { name: '' },
    { name: 'x'.repeat(241) },
    { magnet: '' },
    { magnet: 7 },
    { magnet: 'm'.repeat(16385) },
    [LINK],
  ]
  for (const payload of bodies) {
    const answer = await app.inject({ method: 'POST', url: '/swarms', payload })
    assert.equal(answer.statusCode, 400, JSON.stringify(payload).slice(0, 60))
    assert.equal(answer.json<{ code: string }>().code, 'invalid-request')
  }
  assert.deepEqual(service.calls, [])
})

test('a swarm is shared as a magnet link', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject(`/swarms/${fakeHash(1)}/magnet`)
  assert.deepEqual(answer.json(), { magnet: `magnet:?xt=urn:btih:${fakeHash(1)}&dn=fake` })
  assert.equal((await app.inject(`/swarms/${fakeHash(99)}/magnet`)).statusCode, 404)
})

test('what needs the metadata answers 409 before it is here', async (t) => {
  const { app, service } = await controlApp(t)
  service.fault = new ServiceError('metadata-missing', 'it came by a magnet link')
  for (const [method, path] of [
    ['GET', 'metainfo'],
    ['POST', 'recheck'],
    ['GET', 'files/0/content'],
  ] as const) {
    const answer = await app.inject({ method, url: `/swarms/${fakeHash(1)}/${path}` })
    assert.equal(answer.statusCode, 409, path)
    assert.match(answer.json<{ action: string }>().action, /fetching-metadata/)
  }
})
