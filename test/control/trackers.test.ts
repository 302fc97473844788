import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from '../../src/service/face.ts'
import { fakeHash } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const swarm = `/swarms/${fakeHash(1)}`

test('trackers are listed with every field, tier by tier, in pages', async (t) => {
  const { app, service } = await controlApp(t)
  const all = service.trackers(fakeHash(1))
  const answer = await app.inject(`${swarm}/trackers`)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), { items: all, nextCursor: null })
  const first = (await app.inject(`${swarm}/trackers?limit=11`)).json<{ items: unknown[]; nextCursor: string }>()
  const rest = await app.inject(`${swarm}/trackers?limit=11&cursor=${first.nextCursor}`)
  assert.deepEqual([...first.items, ...rest.json<{ items: unknown[] }>().items], all)
})

test('an announce is asked for, and answered with 202', async (t) => {
  const { app, service } = await controlApp(t)
  const answer = await app.inject({ method: 'POST', url: `${swarm}/announce` })
  assert.equal(answer.statusCode, 202)
  assert.deepEqual(answer.json(), {})
  assert.deepEqual(service.calls, [['announce', fakeHash(1)]])
})

test('an announce of a swarm that does not run, or is not here, is refused', async (t) => {
  const { app, service } = await controlApp(t)
  const missing = await app.inject({ method: 'POST', url: `/swarms/${fakeHash(99)}/announce` })
  assert.equal(missing.json<{ code: string }>().code, 'swarm-not-found')
  service.fault = new ServiceError('swarm-stopped', 'it is stopped')
  const stopped = await app.inject({ method: 'POST', url: `${swarm}/announce` })
  assert.deepEqual([stopped.statusCode, stopped.json<{ code: string }>().code], [409, 'swarm-stopped'])
})
