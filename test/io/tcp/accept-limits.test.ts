import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AcceptLimits } from '../../../src/io/tcp/accept-limits.ts'

const bounds = { maxConnections: 4, maxHalfOpen: 3 }
const from = (address: string): { address: string } => ({ address })

test('an address may have half of all sockets, from accept to close', () => {
  const limits = new AcceptLimits(bounds)
  const first = from('10.0.0.1')
  limits.enter(first)
  limits.enter(from('10.0.0.1'))
  limits.establish(first)
  assert.equal(limits.refusal('10.0.0.1', false), 'address-limit')
  assert.equal(limits.refusal('10.0.0.2', false), null)
  limits.leave(first)
  assert.equal(limits.refusal('10.0.0.1', false), null)
})

test('two machines have as many connections as they have torrents in common, up to half of all', () => {
  const limits = new AcceptLimits({ maxConnections: 200, maxHalfOpen: 128 })
  for (let torrent = 1; torrent <= 100; torrent++) {
    assert.equal(limits.refusal('10.0.0.1', false), null, `torrent ${torrent}`)
    const visitor = from('10.0.0.1')
    limits.enter(visitor)
    limits.establish(visitor)
  }
  assert.equal(limits.refusal('10.0.0.1', false), 'address-limit')
  assert.equal(limits.refusal('10.0.0.2', false), null)
  assert.equal(limits.refusal('10.0.0.1', true), null)
})

test('the socket that has been silent for longest leaves for a new one', () => {
  const limits = new AcceptLimits(bounds)
  const silent = [from('10.0.0.1'), from('10.0.0.2'), from('10.0.0.3')] as const
  for (const visitor of silent) assert.equal(limits.enter(visitor), null)
  limits.establish(silent[0])
  assert.equal(limits.enter(from('10.0.0.4')), null)
  assert.equal(limits.enter(from('10.0.0.5')), silent[1])
  assert.deepEqual([limits.connections, limits.halfOpen], [4, 3])
})

test('who has said what it wants does not leave for a new one', () => {
  const limits = new AcceptLimits(bounds)
  for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']) {
    const visitor = from(address)
    limits.enter(visitor)
    limits.establish(visitor)
  }
  assert.equal(limits.refusal('10.0.0.5', false), 'total-limit')
})

test('leaving twice counts once', () => {
  const limits = new AcceptLimits(bounds)
  const visitor = from('10.0.0.1')
  limits.enter(from('10.0.0.1'))
  limits.enter(visitor)
  limits.leave(visitor)
  limits.leave(visitor)
  assert.equal(limits.connections, 1)
  limits.enter(from('10.0.0.1'))
  assert.equal(limits.refusal('10.0.0.1', false), 'address-limit')
})

test('the bound may change while they are inside: nobody leaves, and it holds for who comes', () => {
  const limits = new AcceptLimits(bounds)
  for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) {
    const visitor = from(address)
    limits.enter(visitor)
    limits.establish(visitor)
  }
  assert.equal(limits.refusal('10.0.0.4', false), null)
  limits.maxConnections = 2
  assert.equal(limits.refusal('10.0.0.4', false), 'total-limit')
  assert.equal(limits.connections, 3)
  limits.maxConnections = 5
  assert.equal(limits.refusal('10.0.0.4', false), null)
})
