import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from '../../src/service/face.ts'
import { fakeChoker, fakeChokerRecord, fakeFairness } from '../support/fake-choker.ts'
import { fakeHash } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const url = `/swarms/${fakeHash(1)}`

test('the choker is shown with every field', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject(`${url}/choker`)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), fakeChoker())
})

test('the rounds are shown with every field: the newest, or those after an id', async (t) => {
  const { app, service } = await controlApp(t)
  const answer = await app.inject(`${url}/choker/rounds`)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), { items: [fakeChokerRecord(7)], lastId: 7 })
  await app.inject(`${url}/choker/rounds?since=7&limit=200`)
  assert.deepEqual(service.calls, [
    ['chokerRounds', fakeHash(1), { since: null, limit: 20 }],
    ['chokerRounds', fakeHash(1), { since: 7, limit: 200 }],
  ])
})

test('fairness is shown with every field', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject(`${url}/fairness`)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), fakeFairness())
})

for (const query of ['since=-1', 'since=x', 'limit=0', 'limit=201', 'until=3']) {
  test(`rounds?${query} is refused`, async (t) => {
    const { app } = await controlApp(t)
    const answer = await app.inject(`${url}/choker/rounds?${query}`)
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json<{ code: string }>().code, 'invalid-request')
  })
}

test('a swarm that is not running has no choker now', async (t) => {
  const { app, service } = await controlApp(t)
  for (const [code, status] of [
    ['not-ready', 503],
    ['swarm-stopped', 409],
  ] as const) {
    service.fault = new ServiceError(code, 'The swarm is not running.')
    for (const path of ['choker', 'fairness']) {
      const answer = await app.inject(`${url}/${path}`)
      assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [status, code])
    }
  }
})
