import assert from 'node:assert/strict'
import { test } from 'node:test'
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
