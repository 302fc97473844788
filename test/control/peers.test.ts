import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeHash, fakePeer } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

const url = `/swarms/${fakeHash(1)}/peers`

test('peers are listed with every field, in a stable order', async (t) => {
  const { app } = await controlApp(t)
  const answer = await app.inject(url)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), { items: [fakePeer(1), fakePeer(2), fakePeer(3)], nextCursor: null })
})

test('addresses of peers are read, IPv6 in brackets, and their number answered with 202', async (t) => {
  const { app, service } = await controlApp(t)
  const addresses = ['10.0.0.1:5000', '[fe80::1]:5000', '[FE80::2]:65535']
  const answer = await app.inject({ method: 'POST', url, payload: { addresses } })
  assert.equal(answer.statusCode, 202)
  assert.deepEqual(answer.json(), { added: 3 })
  const read = [
    { host: '10.0.0.1', port: 5000 },
    { host: 'fe80::1', port: 5000 },
    { host: 'fe80::2', port: 65535 },
  ]
  assert.deepEqual(service.calls, [['addPeers', fakeHash(1), read]])
})

for (const address of [
  '10.0.0.1',
  '10.0.0.1:0',
  '10.0.0.1:65536',
  '10.0.0.256:5000',
  'lab-7:5000',
  'fe80::1:5000',
  '[10.0.0.1]:5000',
  '[fe80::1]',
  '10.0.0.1:5000 ',
  '',
]) {
  test(`"${address}" is no address, so none of the list is added`, async (t) => {
    const { app, service } = await controlApp(t)
    const answer = await app.inject({ method: 'POST', url, payload: { addresses: ['10.0.0.1:5000', address] } })
    const problem = answer.json<{ status: number; code: string; errors: { pointer: string }[] }>()
    assert.deepEqual([problem.status, problem.code], [422, 'invalid-address'])
    assert.deepEqual(
      problem.errors.map(({ pointer }) => pointer),
      ['#/addresses/1'],
    )
    assert.deepEqual(service.calls, [])
  })
}

test('pieces are shown with every field', async (t) => {
  const { app, service } = await controlApp(t)
  const answer = await app.inject(`/swarms/${fakeHash(1)}/pieces`)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), service.pieces(fakeHash(1)))
})
