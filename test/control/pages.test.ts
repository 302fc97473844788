import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeService, fakeHash, fakeSwarm } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

interface SwarmPage {
  readonly items: readonly { readonly infoHash: string }[]
  readonly nextCursor: string | null
}

const hashes = (page: SwarmPage): string[] => page.items.map(({ infoHash }) => infoHash)

test('swarms come in the order they were added, on one page when they fit', async (t) => {
  const { app } = await controlApp(t, new FakeService(3, 1, 2))
  const page = (await app.inject('/swarms')).json<SwarmPage>()
  assert.deepEqual(hashes(page), [fakeHash(1), fakeHash(2), fakeHash(3)])
  assert.equal(page.nextCursor, null)
})

test('an empty list is a page too', async (t) => {
  const { app } = await controlApp(t, new FakeService())
  assert.deepEqual((await app.inject('/swarms')).json(), { items: [], nextCursor: null })
})

test('pages follow each other without gap or overlap, though swarms come and go between them', async (t) => {
  const service = new FakeService(1, 2, 3, 4, 5)
  const { app } = await controlApp(t, service)
  const first = (await app.inject('/swarms?limit=2')).json<SwarmPage>()
  service.held.delete(fakeHash(2))
  service.hold(fakeSwarm(6))
  const second = (await app.inject(`/swarms?limit=2&cursor=${first.nextCursor}`)).json<SwarmPage>()
  const third = (await app.inject(`/swarms?limit=2&cursor=${second.nextCursor}`)).json<SwarmPage>()
  assert.deepEqual([first, second, third].map(hashes), [
    [fakeHash(1), fakeHash(2)],
    [fakeHash(3), fakeHash(4)],
    [fakeHash(5), fakeHash(6)],
  ])
  assert.equal(third.nextCursor, null)
})

test('a list holds 100 items unless more are asked for', async (t) => {
  const { app } = await controlApp(t, new FakeService(...Array.from({ length: 150 }, (_, index) => index)))
  assert.equal((await app.inject('/swarms')).json<SwarmPage>().items.length, 100)
  assert.equal((await app.inject('/swarms?limit=1000')).json<SwarmPage>().items.length, 150)
})

test('swarms are filtered by status and by state', async (t) => {
  const service = new FakeService()
  service.hold(fakeSwarm(1, { status: 'seeder', state: 'seeding' }))
  service.hold(fakeSwarm(2, { status: 'seeder', state: 'stopped' }))
  service.hold(fakeSwarm(3, { status: 'peer', state: 'stopped' }))
  const { app } = await controlApp(t, service)
  const list = async (query: string) => hashes((await app.inject(`/swarms?${query}`)).json<SwarmPage>())
  assert.deepEqual(await list('status=seeder'), [fakeHash(1), fakeHash(2)])
  assert.deepEqual(await list('state=stopped'), [fakeHash(2), fakeHash(3)])
  assert.deepEqual(await list('status=seeder&state=stopped'), [fakeHash(2)])
})

for (const query of [
  'limit=0',
  'limit=1001',
  'limit=many',
  'limit=1.5',
  'limit=',
  'status=tracker',
  'sort=name',
  'limit=1&limit=2',
  'cursor=%2B%2B',
  '__proto__=1',
]) {
  test(`the query ${query} is refused, and the answer points at it`, async (t) => {
    const { app } = await controlApp(t)
    const answer = await app.inject(`/swarms?${query}`)
    assert.equal(answer.statusCode, 400)
    const [fault] = answer.json<{ errors: { in: string; pointer: string }[] }>().errors
    assert.deepEqual([fault?.in, fault?.pointer], ['query', `#/${query.split('=')[0]}`])
  })
}

test('swarms are found by a part of their name, in either case', async (t) => {
  const service = new FakeService(1)
  service.hold(fakeSwarm(2, { name: 'Lab-Image.img' }))
  const { app } = await controlApp(t, service)
  for (const part of ['lab-i', 'LAB-I']) {
    const { items } = (await app.inject(`/swarms?name=${part}`)).json<{ items: { name: string }[] }>()
    assert.deepEqual(
      items.map(({ name }) => name),
      ['Lab-Image.img'],
    )
  }
})

test('files come in the order of the torrent, ten after nine', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject(`/swarms/${fakeHash(1)}/files`)
  const { items } = answer.json<{ items: { index: number }[] }>()
  assert.deepEqual(
    items.map(({ index }) => index),
    Array.from({ length: 12 }, (_, index) => index),
  )
  assert.deepEqual(items[1], {
    index: 1,
    path: 'folder/file-1',
    length: 10,
    offset: 10,
    progress: 0,
    priority: 'normal',
  })
})
