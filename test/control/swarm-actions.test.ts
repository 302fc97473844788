import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError, type SwarmView } from '../../src/service/index.ts'
import { FakeService, fakeHash } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

interface Answer {
  readonly results: readonly {
    readonly infoHash: string
    readonly status: number
    readonly swarm?: SwarmView
    readonly problem?: { readonly code: string; readonly instance: string; readonly status: number }
  }[]
  readonly failed: number
}

async function rig(...args: Parameters<typeof controlApp>) {
  const { app, service } = await controlApp(...args)
  const act = (payload: object) => app.inject({ method: 'POST', url: '/swarm-actions', payload })
  return { app, service, act }
}

test('several swarms are stopped at once, each with its own result; one that fails stops none', async (t) => {
  const { act, service } = await rig(t, new FakeService(1, 2, 3))
  const infoHashes = [fakeHash(3), fakeHash(9), fakeHash(1)]
  const answer = await act({ infoHashes, action: 'change', change: { state: 'stopped', uploadLimit: 2048 } })
  assert.equal(answer.statusCode, 200)
  const { results, failed } = answer.json<Answer>()
  assert.deepEqual(
    results.map(({ infoHash, status, swarm, problem }) => [infoHash, status, swarm?.state, problem?.code]),
    [
      [fakeHash(3), 200, 'stopped', undefined],
      [fakeHash(9), 404, undefined, 'swarm-not-found'],
      [fakeHash(1), 200, 'stopped', undefined],
    ],
  )
  assert.deepEqual([failed, results[1]?.problem?.instance], [1, `/swarms/${fakeHash(9)}`])
  assert.deepEqual(
    service.swarms().map(({ state, uploadLimit }) => [state, uploadLimit]),
    [
      ['stopped', 2048],
      ['downloading', null],
      ['stopped', 2048],
    ],
  )
})

test('recheck, announce and remove are done with each of the list, and with nothing else', async (t) => {
  const { act, service } = await rig(t, new FakeService(1, 2, 3, 0xabc))
  const two = { infoHashes: [fakeHash(1), fakeHash(2)] }
  for (const action of ['recheck', 'announce'] as const) {
    const { results, failed } = (await act({ ...two, action })).json<Answer>()
    assert.deepEqual([results.map(({ status }) => status), failed], [[202, 202], 0])
    assert.deepEqual(
      service.calls.filter(([name]) => name === action).map(([, hash]) => hash),
      two.infoHashes,
    )
  }
  const removed = await act({ infoHashes: [fakeHash(1), fakeHash(0xabc).toUpperCase()], action: 'remove' })
  assert.deepEqual(removed.json(), {
    results: [
      { infoHash: fakeHash(1), status: 204 },
      { infoHash: fakeHash(0xabc), status: 204 },
    ],
    failed: 0,
  })
  await act({ infoHashes: [fakeHash(2)], action: 'remove', data: 'delete' })
  assert.deepEqual(
    service.calls.filter(([name]) => name === 'remove').map(([, , options]) => options),
    [{ deleteData: false }, { deleteData: false }, { deleteData: true }],
  )
  assert.deepEqual([...service.held.keys()], [fakeHash(3)])
})

test('a swarm that is named twice is done once', async (t) => {
  const { act, service } = await rig(t, new FakeService(0xab))
  const infoHashes = [fakeHash(0xab), fakeHash(0xab).toUpperCase(), fakeHash(0xab)]
  const { results } = (await act({ infoHashes, action: 'remove' })).json<Answer>()
  assert.deepEqual(results, [{ infoHash: fakeHash(0xab), status: 204 }])
  assert.equal(service.calls.filter(([name]) => name === 'remove').length, 1)
})

test('there is no word for all swarms, and what does not fit the action is refused before anything is done', async (t) => {
  const { act, service } = await rig(t, new FakeService(1))
  const infoHashes = [fakeHash(1)]
  const refused: readonly (readonly [body: object, pointer: string])[] = [
    [{ action: 'remove' }, '#/infoHashes'],
    [{ infoHashes: [], action: 'remove' }, '#/infoHashes'],
    [{ infoHashes: ['all'], action: 'remove' }, '#/infoHashes/0'],
    [{ infoHashes: Array.from({ length: 101 }, (_, at) => fakeHash(at)), action: 'remove' }, '#/infoHashes'],
    [{ infoHashes, action: 'explode' }, '#/action'],
    [{ infoHashes, action: 'change' }, '#/change'],
    [{ infoHashes, action: 'change', change: {} }, '#/change'],
    [{ infoHashes, action: 'remove', change: { state: 'stopped' } }, '#/change'],
    [{ infoHashes, action: 'recheck', data: 'delete' }, '#/data'],
  ]
  for (const [body, pointer] of refused) {
    const answer = await act(body)
    const { code, errors } = answer.json<{ code: string; errors: { pointer: string }[] }>()
    assert.deepEqual([answer.statusCode, code, errors[0]?.pointer], [400, 'invalid-request', pointer])
  }
  assert.deepEqual(service.calls, [])
})

test('a fault of our own is one of the whole request, and in the log', async (t) => {
  const { app, service, logged } = await controlApp(t)
  service.announce = () => {
    throw new Error('bug: of the service')
  }
  const answer = await app.inject({
    method: 'POST',
    url: '/swarm-actions',
    payload: { action: 'announce', infoHashes: [fakeHash(1), fakeHash(2)] },
  })
  assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [500, 'internal-error'])
  assert.ok(!answer.body.includes('bug: of'))
  assert.deepEqual(
    logged.map(({ event }) => event),
    ['api.internal-error'],
  )
})

test('what the disk refuses is told of each swarm', async (t) => {
  const service = new FakeService(1, 2)
  const { act } = await rig(t, service)
  service.fault = new ServiceError('storage', 'the disk is full')
  const { results, failed } = (
    await act({ infoHashes: [fakeHash(1), fakeHash(2)], action: 'change', change: { sequential: true } })
  ).json<Answer>()
  assert.deepEqual(
    results.map(({ status, problem }) => [status, problem?.code]),
    [
      [507, 'storage'],
      [507, 'storage'],
    ],
  )
  assert.equal(failed, 2)
})
