import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hubOf } from '../../support/event-hub-readers.ts'
import { FakeService, fakeHash, fakeSwarm } from '../../support/fake-service.ts'

const time = '2026-01-01T00:00:00.000Z'
const added = (number: number) =>
  ({ type: 'swarm.added', infoHash: fakeHash(number), name: `file-${number}.img`, time }) as const
const swarmsOf = (service: FakeService) => new Map(service.swarms().map((swarm) => [String(swarm.infoHash), swarm]))

test('a reader hears hello, all swarms in parts of 100, and then what happens', (t) => {
  const service = new FakeService(...Array.from({ length: 250 }, (_, at) => at))
  const { open, tell } = hubOf(t, service)
  const socket = open()
  assert.deepEqual(socket.types(), ['hello', 'snapshot', 'snapshot', 'snapshot'])
  assert.deepEqual(
    socket.messages.slice(1).map(({ swarms, last }) => [swarms?.length, last]),
    [
      [100, false],
      [100, false],
      [50, true],
    ],
  )
  service.hold(fakeSwarm(300))
  tell(added(300))
  service.held.delete(fakeHash(1))
  tell({ type: 'swarm.removed', infoHash: fakeHash(1), name: 'x', time })
  assert.deepEqual(socket.types().slice(4), ['swarm.added', 'swarm.removed'])
  assert.deepEqual(socket.folded.swarms, swarmsOf(service))
})

test('a state that changes is told at once, figures once a second and only those that changed', (t) => {
  const service = new FakeService(1, 2, 3)
  const { open, second, tell } = hubOf(t, service)
  const socket = open()
  const seeding = fakeSwarm(1, { state: 'seeding', status: 'seeder', progress: 1 })
  service.hold(seeding)
  const { infoHash, state, stateReason, status } = seeding
  tell({ type: 'swarm.state', infoHash, state, stateReason, status, time })
  assert.deepEqual(socket.messages.at(-1)?.changes, { state: 'seeding', status: 'seeder', progress: 1 })
  service.hold(fakeSwarm(2, { downloaded: 7 }))
  assert.equal(socket.types().at(-1), 'swarm.changed')
  second()
  assert.deepEqual(
    socket.messages.at(-1)?.swarms?.map(({ infoHash, downloaded }) => [infoHash, downloaded]),
    [[fakeHash(2), 7]],
  )
  const before = socket.messages.length
  second()
  assert.equal(socket.messages.length, before)
  assert.deepEqual(socket.folded.swarms, swarmsOf(service))
})

test('topics and named swarms are kept to', (t) => {
  const service = new FakeService(1, 2)
  const { open, second, tell } = hubOf(t, service)
  const peer = {
    address: '10.0.0.1:5000',
    localAddress: '10.0.0.2:5001',
    peerId: fakeHash(9),
    direction: 'inbound',
  } as const
  const one = open({ topics: new Set(['peers']), infoHashes: new Set([fakeHash(1)]) })
  const stats = open({ topics: new Set(['stats']) })
  tell({ type: 'peer.connected', infoHash: fakeHash(1), time, ...peer })
  tell({ type: 'peer.closed', infoHash: fakeHash(2), reason: 'x', time, ...peer })
  service.hold(fakeSwarm(1, { uploaded: 1 }))
  second()
  assert.deepEqual(one.types(), ['hello', 'peer.connected', 'peers'])
  assert.deepEqual(stats.types(), ['hello', 'stats'])
})

test('who hears of figures only is told those that came with another state', (t) => {
  const service = new FakeService(1)
  const { open, second, tell } = hubOf(t, service)
  const socket = open({ topics: new Set(['stats']) })
  const seeding = fakeSwarm(1, { state: 'seeding', status: 'seeder', progress: 1 })
  service.hold(seeding)
  const { infoHash, state, stateReason, status } = seeding
  tell({ type: 'swarm.state', infoHash, state, stateReason, status, time })
  second()
  assert.deepEqual(
    socket.messages.at(-1)?.swarms?.map(({ progress }) => progress),
    [1],
  )
})

test('peers of named swarms are not sent to a reader that is behind', (t) => {
  const { open, second } = hubOf(t, new FakeService(1))
  const socket = open({ topics: new Set(['peers']), infoHashes: new Set([fakeHash(1)]) })
  socket.stall()
  const before = socket.bufferedAmount
  second()
  assert.equal(socket.bufferedAmount, before)
  socket.goOn()
  second()
  assert.deepEqual(socket.types(), ['hello', 'peers'])
})

test('what a reader did not hear before its first snapshot was whole was not left out', (t) => {
  const service = new FakeService(...Array.from({ length: 400 }, (_, at) => at))
  const { hub, open, second } = hubOf(t, service)
  const socket = open({}, true)
  socket.stall()
  service.hold(fakeSwarm(1, { downloaded: 7 }))
  second()
  assert.equal(hub.counts.dropped, 0)
  socket.goOn()
  second()
  assert.deepEqual(socket.folded.swarms, swarmsOf(service))
})

test('after a lost connection what was missed follows, and only that', (t) => {
  const service = new FakeService(1, 2)
  const { hub, open, second, tell, again } = hubOf(t, service)
  const first = open()
  if (first.reader) hub.ended(first.reader)
  service.hold(fakeSwarm(3))
  tell(added(3))
  service.hold(fakeSwarm(1, { downloaded: 99 }))
  second()
  const resumed = again(first)
  second()
  assert.deepEqual(resumed.types(), ['hello', 'swarm.added', 'stats'])
  for (const message of resumed.messages) first.folded.fold(message)
  assert.equal(first.folded.resumed, 1)
  assert.deepEqual(first.folded.swarms, swarmsOf(service))
})

test('what is too old, of another run, or never was, begins anew', (t) => {
  const service = new FakeService(1)
  const { open, tell } = hubOf(t, service)
  const { epoch } = open().folded
  for (const resume of [
    { epoch: 'other', since: 1 },
    { epoch: epoch ?? '', since: 0 },
    { epoch: epoch ?? '', since: 99 },
  ]) {
    assert.deepEqual(open({ resume }).types(), ['hello', 'snapshot'])
  }
  for (let number = 0; number < 9_000; number++)
    tell({ type: 'swarm.completed', infoHash: fakeHash(1), name: 'x', time })
  assert.deepEqual(open({ resume: { epoch: epoch ?? '', since: 1 } }).types(), ['hello', 'snapshot'])
})

test('a reader that stalls misses stats, is told how many, and then knows all again', (t) => {
  const service = new FakeService(1)
  const { hub, open, second } = hubOf(t, service)
  const socket = open()
  const quick = open()
  socket.stall()
  for (let number = 1; number <= 5; number++) {
    service.hold(fakeSwarm(1, { downloaded: number }))
    second()
  }
  assert.equal(quick.types().filter((type) => type === 'stats').length, 5)
  assert.equal(hub.counts.dropped, 5)
  socket.goOn()
  second()
  assert.equal(socket.messages.at(-1)?.dropped, 5)
  assert.deepEqual(socket.folded.swarms, swarmsOf(service))
})

test('a reader more than 1 MiB behind is sent away, and costs no more than that', (t) => {
  const service = new FakeService(1)
  const { hub, open, tell } = hubOf(t, service)
  const stalled = open({}, true)
  const others = Array.from({ length: 9 }, () => open())
  const name = 'x'.repeat(1_000)
  let most = 0
  for (let number = 0; number < 1_500; number++) {
    tell({ type: 'swarm.completed', infoHash: fakeHash(1), name, time })
    most = Math.max(most, stalled.bufferedAmount)
  }
  assert.equal(stalled.closed, 1013)
  assert.ok(most < 256 * 1024, `${most} bytes waited for it`)
  assert.deepEqual([hub.counts.readers, hub.counts.closedAsTooSlow], [9, 1])
  for (const { types } of others.map((other) => ({ types: other.types() }))) {
    assert.equal(types.filter((type) => type === 'swarm.completed').length, 1_500)
  }
})

test('what a reader does not hear of is nothing that it can be behind with', (t) => {
  const service = new FakeService(1, 2)
  const { open, tell } = hubOf(t, service)
  const topics = new Set(['swarms'] as const)
  const stalled = open({ topics, infoHashes: new Set([fakeHash(1)]) }, true)
  stalled.stall()
  const completed = (number: number) =>
    ({ type: 'swarm.completed', infoHash: fakeHash(number), name: 'x'.repeat(1_000), time }) as const
  tell(completed(1))
  // More than it may be behind, and more than the log keeps.
  for (let number = 0; number < 9_000; number++) tell(completed(2))
  tell(completed(1))
  assert.equal(stalled.closed, null)
  stalled.goOn()
  assert.deepEqual(stalled.types(), ['hello', 'snapshot', 'swarm.completed', 'swarm.completed'])
  stalled.stall()
  for (let number = 0; number < 1_500; number++) tell(completed(1))
  assert.equal(stalled.closed, 1013)
})

test('who missed more than a reader may be behind begins anew, unless it is not to get that', (t) => {
  const service = new FakeService(1, 2)
  const { open, tell } = hubOf(t, service)
  const { epoch, seq } = open().folded
  for (let number = 0; number < 1_500; number++)
    tell({ type: 'swarm.completed', infoHash: fakeHash(1), name: 'x'.repeat(1_000), time })
  const resume = { epoch: epoch ?? '', since: seq }
  assert.deepEqual(open({ resume }).types(), ['hello', 'snapshot'])
  assert.deepEqual(open({ resume, infoHashes: new Set([fakeHash(2)]) }).types(), ['hello'])
})

test('it stops to look a minute after the last reader went, and begins anew with the next', (t) => {
  const service = new FakeService(1)
  const { hub, open, second, again } = hubOf(t, service)
  const socket = open()
  if (socket.reader) hub.ended(socket.reader)
  for (let number = 0; number < 60; number++) second()
  assert.equal(service.listeners.size, 1)
  second()
  assert.equal(service.listeners.size, 0)
  assert.deepEqual(again(socket).types(), ['hello', 'snapshot'])
  assert.equal(service.listeners.size, 1)
  hub.close()
  assert.equal(service.listeners.size, 0)
})

test('a swarm whose snapshot part comes late is told as it is, also when it changed meanwhile', (t) => {
  const service = new FakeService(...Array.from({ length: 400 }, (_, at) => at))
  const { open, second, tell } = hubOf(t, service)
  const socket = open({}, true)
  for (let number = 0; number < 400; number += 3) service.hold(fakeSwarm(number, { uploaded: number }))
  service.held.delete(fakeHash(399))
  tell({ type: 'swarm.removed', infoHash: fakeHash(399), name: 'x', time })
  service.hold(fakeSwarm(500))
  tell(added(500))
  second()
  socket.goOn()
  second()
  assert.ok(socket.folded.complete)
  assert.deepEqual(socket.folded.swarms, swarmsOf(service))
})
