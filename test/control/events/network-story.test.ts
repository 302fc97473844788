import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MemberView } from '../../../src/service/index.ts'
import { hubOf } from '../../support/event-hub-readers.ts'
import { fakeMember, fakeNetwork } from '../../support/fake-members.ts'
import { FakeService, fakeSwarm } from '../../support/fake-service.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'

const topics = new Set(['network'] as const)
const membersOf = (service: FakeService) => new Map(service.machines.map((member) => [member.memberId, member]))

test('a reader of the network hears of itself and all machines, in parts of 100, and of no swarm', (t) => {
  const service = new FakeService(1, 2)
  service.machines = Array.from({ length: 230 }, (_, at) => fakeMember(at))
  const { open } = hubOf(t, service)
  const socket = open({ topics })
  assert.deepEqual(
    socket.messages.map(({ type, members, last }) => [type, members?.length, last]),
    [
      ['hello', undefined, undefined],
      ['network.snapshot', 100, false],
      ['network.snapshot', 100, false],
      ['network.snapshot', 30, true],
    ],
  )
  assert.deepEqual(socket.folded.network, fakeNetwork)
  assert.deepEqual(socket.folded.members, membersOf(service))
})

test('who joins, goes and is forgotten is told, and figures once a second of those that changed', (t) => {
  const service = new FakeService()
  const { open, second } = hubOf(t, service)
  const socket = open({ topics })
  const [one, two, three] = service.machines
  assert.ok(one && two && three)
  service.machines = [one, two, three, fakeMember(4)]
  service.networkView = { ...fakeNetwork, members: { alive: 3, suspect: 0, gone: 1 } }
  second()
  service.machines = [one, { ...two, state: 'gone', stateReason: 'it left, and said so' }, three, fakeMember(4)]
  second()
  const [swarm] = one.swarms
  assert.ok(swarm)
  service.machines = [{ ...one, swarms: [{ ...swarm, progress: 0.75 }] }, ...service.machines.slice(1)]
  second()
  service.machines = service.machines.filter(({ memberId }) => memberId !== three.memberId)
  second()
  second()
  assert.deepEqual(socket.types().slice(2), [
    'network.changed',
    'member.added',
    'member.changed',
    'network.stats',
    'member.removed',
  ])
  const [left] = socket.messages.filter(({ type }) => type === 'member.changed')
  assert.deepEqual(
    [left?.memberId, left?.changes],
    [two.memberId, { state: 'gone', stateReason: 'it left, and said so' }],
  )
  assert.deepEqual(socket.folded.members, membersOf(service))
  assert.deepEqual(socket.folded.network, service.networkView)
})

test('clocks that wander tell nothing, and that a member was heard of is told every five seconds', (t) => {
  const service = new FakeService()
  service.machines = [fakeMember(1)]
  const { open, second } = hubOf(t, service)
  const socket = open({ topics })
  const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString()
  for (let now = 1; now <= 20; now++) {
    service.machines = [fakeMember(1, { lastHeardAt: at(now * 1000), stateSince: at(now % 2) })]
    second()
  }
  const stats = socket.messages.filter(({ type }) => type === 'network.stats')
  assert.deepEqual([stats.length, socket.types().includes('member.changed')], [3, false])
})

test('after a lost connection what was missed of the network follows, and only that', (t) => {
  const service = new FakeService()
  const { hub, open, second } = hubOf(t, service)
  const first = open({ topics })
  if (first.reader) hub.ended(first.reader)
  const [one, two] = service.machines
  assert.ok(one && two)
  service.machines = [{ ...one, swarmsOmitted: 3 }, two, fakeMember(5)]
  second()
  const { epoch, seq } = first.folded
  const again = open({ topics, resume: { epoch: epoch ?? '', since: seq } })
  second()
  assert.deepEqual(again.types(), ['hello', 'member.added', 'member.removed', 'network.stats'])
  for (const message of again.messages) first.folded.fold(message)
  assert.equal(first.folded.resumed, 1)
  assert.deepEqual(first.folded.members, membersOf(service))
})

test('who was away since before anybody read of the network is told all of it', (t) => {
  const service = new FakeService(1)
  const { open, tell } = hubOf(t, service)
  const { epoch, seq } = open({ topics: new Set(['swarms']) }).folded
  const time = '2026-01-01T00:00:00.000Z'
  tell({ type: 'swarm.completed', infoHash: fakeSwarm(1).infoHash, name: 'x', time })
  open({ topics })
  const again = open({ topics, resume: { epoch: epoch ?? '', since: seq } })
  assert.deepEqual(again.types(), ['hello', 'network.snapshot'])
  assert.deepEqual(again.folded.members, membersOf(service))
})

test('nobody looks at the members while nobody reads of them, and who comes back later begins anew', (t) => {
  const service = new FakeService(1)
  const { hub, open, second } = hubOf(t, service)
  const looks = (): number => service.calls.filter(([name]) => name === 'members').length
  open({ topics: new Set(['swarms', 'stats']) })
  second()
  assert.equal(looks(), 0)
  const reader = open({ topics })
  second()
  assert.equal(looks(), 2)
  if (reader.reader) hub.ended(reader.reader)
  for (let number = 0; number < 70; number++) second()
  const before = looks()
  second()
  assert.equal(looks(), before)
  const { epoch, seq } = reader.folded
  const again = open({ topics, resume: { epoch: epoch ?? '', since: seq } })
  assert.deepEqual(again.types(), ['hello', 'network.snapshot'])
})

test('a reader of the network that stalls is told how many figures it missed, and then knows all again', (t) => {
  const service = new FakeService(1)
  service.machines = [fakeMember(1)]
  const { hub, open, second } = hubOf(t, service)
  const socket = open({ topics })
  socket.stall()
  for (let number = 1; number <= 5; number++) {
    service.machines = [fakeMember(1, { swarmsOmitted: number })]
    second()
  }
  assert.equal(hub.counts.dropped, 5)
  socket.goOn()
  second()
  assert.equal(socket.messages.at(-1)?.dropped, 5)
  assert.deepEqual(socket.folded.members, membersOf(service))
})

test('whatever happens to the network, and however often the connection is lost: what is folded is what is there', (t) => {
  const service = new FakeService(1)
  const { hub, open, second } = hubOf(t, service)
  forEachSeed(seeds(30), (seed) => {
    const random = seededRandom(seed)
    const any = (count: number): number => Math.floor(random() * count)
    let socket = open({ topics: new Set(['swarms', 'stats', 'network']) })
    const folded = socket.folded
    for (let step = 0; step < 60; step++) {
      const machines = new Map(service.machines.map((member) => [member.memberId, member]))
      const member = fakeMember(any(9))
      const known: MemberView = machines.get(member.memberId) ?? member
      const kind = any(5)
      if (kind === 0) machines.delete(member.memberId)
      else if (kind === 1) machines.set(member.memberId, { ...known, state: random() < 0.5 ? 'suspect' : 'alive' })
      else machines.set(member.memberId, { ...known, swarmsOmitted: any(1000) })
      service.machines = [...machines.values()]
      if (random() < 0.3) service.networkView = { ...fakeNetwork, linked: any(9) }
      service.hold(fakeSwarm(1, { downloaded: any(1000) }))
      if (random() < 0.7) second()
      if (random() > 0.2) continue
      if (socket.reader) hub.ended(socket.reader)
      const resume = { epoch: folded.epoch ?? '', since: folded.seq }
      socket = open({ topics: new Set(['swarms', 'stats', 'network']), resume }, false, folded)
    }
    second()
    assert.deepEqual(folded.members, membersOf(service))
    assert.deepEqual(folded.network, service.networkView)
    assert.deepEqual([...folded.swarms.values()], service.swarms())
    if (socket.reader) hub.ended(socket.reader)
  })
})
