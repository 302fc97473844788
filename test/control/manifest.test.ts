import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ManifestView, ServiceError } from '../../src/service/index.ts'
import { fakeHash, fakeManifest, fakeSwarm } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const here = `/swarms/${fakeHash(1)}/manifest`

test('the manifest has every field, and all pieces unless told', async (t) => {
  const { app, service } = await controlApp(t)
  const answer = await app.inject(here)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), fakeManifest(fakeSwarm(1), { from: 1, count: 256 }))
  assert.deepEqual(service.calls, [['manifest', fakeHash(1), { from: 1, count: 256 }]])
})

test('the manifest comes in runs, each of which says where the next begins', async (t) => {
  const { app } = await controlApp(t)
  const numbers: number[] = []
  for (let from: number | null = 1; from !== null; ) {
    const answer = await app.inject(`${here}?from=${from}&count=1`)
    const run: ManifestView = answer.json()
    numbers.push(...run.pieces.map(({ number }) => number))
    from = run.nextPiece
  }
  assert.deepEqual(numbers, [1, 2, 3])
})

test('a run that begins behind the last piece, or is too long, is pointed at', async (t) => {
  const { app } = await controlApp(t)
  for (const [query, pointer] of [
    ['from=4', '#/from'],
    ['from=0', '#/from'],
    ['count=257', '#/count'],
    ['until=2', '#/until'],
  ] as const) {
    const answer = await app.inject(`${here}?${query}`)
    assert.equal(answer.statusCode, 400, query)
    const { code, errors } = answer.json<{ code: string; errors: { pointer: string }[] }>()
    assert.deepEqual([code, errors[0]?.pointer], ['invalid-request', pointer])
  }
})

test('what has no metadata yet, or is not here, has no manifest', async (t) => {
  const { app, service } = await controlApp(t)
  assert.equal((await app.inject(`/swarms/${fakeHash(99)}/manifest`)).statusCode, 404)
  service.fault = new ServiceError('metadata-missing', 'it came by a magnet link')
  assert.equal((await app.inject(here)).statusCode, 409)
})
