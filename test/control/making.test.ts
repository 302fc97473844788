import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeService, fakeHash, fakeSwarm } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

test('a torrent is made of a name, once', async (t) => {
  const { app, service } = await controlApp(t)
  const make = () => app.inject({ method: 'POST', url: '/torrents', payload: { name: 'lab-image' } })
  const [first, second] = [await make(), await make()]
  assert.deepEqual([first.statusCode, second.statusCode], [201, 200])
  assert.equal(first.headers['location'], `/swarms/${fakeHash(9)}`)
  assert.deepEqual(service.calls, [
    ['makeTorrent', 'lab-image'],
    ['makeTorrent', 'lab-image'],
  ])
  for (const payload of [{ name: 'x', pieceLength: 1000 }, { name: '' }, {}, { name: 'x', private: 'yes' }]) {
    assert.equal((await app.inject({ method: 'POST', url: '/torrents', payload })).statusCode, 400)
  }
})

test('the .torrent comes as it is, under a name that is ours', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject(`/swarms/${fakeHash(1)}/metainfo`)
  assert.equal(answer.body, 'd4:infod4:name1:aee')
  assert.equal(answer.headers['content-type'], 'application/x-bittorrent')
  assert.equal(answer.headers['content-disposition'], `attachment; filename="${fakeHash(1)}.torrent"`)
})

test('a recheck answers at once', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject({ method: 'POST', url: `/swarms/${fakeHash(1)}/recheck` })
  assert.deepEqual([answer.statusCode, answer.json<{ state: string }>().state], [202, 'checking'])
})

test('readiness says what is wrong', async (t) => {
  const { app, service } = await controlApp(t)
  assert.equal((await app.inject('/readyz')).statusCode, 200)
  service.ready = false
  const answer = await app.inject('/readyz')
  assert.equal(answer.statusCode, 503)
  assert.deepEqual(answer.json(), {
    ready: false,
    checks: [{ name: 'state', ok: false, detail: '/srv/swarmd/.swarmd' }],
  })
})

test('swarms are found by a part of their name', async (t) => {
  const service = new FakeService(1, 2)
  service.hold(fakeSwarm(3, { name: 'Lab Image' }))
  const { app } = await controlApp(t, service)
  const { items } = (await app.inject('/swarms?name=IMAGE')).json<{ items: { infoHash: string }[] }>()
  assert.deepEqual(
    items.map(({ infoHash }) => infoHash),
    [fakeHash(3)],
  )
})

test('who has the answer already gets 304 and no body, until it changes', async (t) => {
  const { app, service } = await controlApp(t)
  const first = await app.inject('/swarms')
  const tag = String(first.headers['etag'])
  assert.match(tag, /^W\/"[\w-]{27}"$/)
  for (const given of [tag, tag.slice(2), `"x", ${tag}`, '*']) {
    const again = await app.inject({ url: '/swarms', headers: { 'if-none-match': given } })
    assert.deepEqual([again.statusCode, again.body, again.headers['etag']], [304, '', tag])
    const head = await app.inject({ method: 'HEAD', url: '/swarms', headers: { 'if-none-match': given } })
    assert.deepEqual([head.statusCode, head.body], [304, ''])
  }
  service.hold(fakeSwarm(4))
  const changed = await app.inject({ url: '/swarms', headers: { 'if-none-match': tag } })
  assert.equal(changed.statusCode, 200)
  assert.notEqual(changed.headers['etag'], tag)
})
