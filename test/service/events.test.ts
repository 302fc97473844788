import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ServiceEvents, type ServiceEvent, type ServiceNews } from '../../src/service/events.ts'
import { StateWatch } from '../../src/service/swarm/state-watch.ts'
import { fakeHash, fakeSwarm } from '../support/fake-service.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { waitUntil } from '../support/wait-until.ts'

const news: ServiceNews = { type: 'swarm.added', infoHash: fakeHash(1), name: 'x' }

describe('ServiceEvents', () => {
  it('tells each listener, with the time, until it has had enough', () => {
    const events = new ServiceEvents(
      () => new Date(0),
      (error) => assert.fail(String(error)),
    )
    const heard: string[] = []
    const end = events.on((event) => heard.push(`a ${event.type} ${event.time}`))
    events.on((event) => heard.push(`b ${event.type}`))
    events.emit(news)
    end()
    end()
    events.emit(news)
    assert.deepEqual(heard, ['a swarm.added 1970-01-01T00:00:00.000Z', 'b swarm.added', 'b swarm.added'])
  })

  it('lets no listener stop another, or the service', () => {
    const bugs: unknown[] = []
    const events = new ServiceEvents(
      () => new Date(0),
      (error) => bugs.push(error),
    )
    const heard: ServiceEvent[] = []
    const bug = new Error('listener')
    events.on(() => {
      throw bug
    })
    events.on((event) => heard.push(event))
    events.emit(news)
    assert.equal(heard.length, 1)
    assert.deepEqual(bugs, [bug])
  })
})

describe('StateWatch', () => {
  it('tells a state once, when it is another one than before', () => {
    const told: string[] = []
    const watch = new StateWatch((event) => told.push(event.type === 'swarm.state' ? event.state : event.type))
    watch.look([fakeSwarm(1)])
    watch.look([fakeSwarm(1, { stateReason: 'downloading from 2 of 2 peers' })])
    watch.look([fakeSwarm(1, { state: 'stalled' })])
    watch.look([])
    watch.look([fakeSwarm(1, { state: 'stalled' })])
    assert.deepEqual(told, ['downloading', 'stalled', 'stalled'])
  })
})

describe('a service', { timeout: 240_000 }, () => {
  it('tells what happens to its swarms and peers', async () => {
    await using seeder = await TestService.start()
    await using leech = await TestService.start()
    const heard: ServiceEvent[] = []
    const end = leech.service.onEvent((event) => heard.push(event))
    const torrent = inMemoryTorrent({ name: 'news.bin', content: 300_000 })
    const { infoHash } = torrent.metainfo
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    await leech.join(torrent.bytes)
    leech.service.addPeers(infoHash, [{ host: '127.0.0.1', port: seeder.port }])
    await leech.swarm(infoHash, ({ status }) => status === 'seeder')
    await waitUntil('the state to be told', () =>
      heard.find((event) => event.type === 'swarm.state' && event.state === 'seeding'),
    )
    await leech.service.remove(infoHash, { deleteData: false })
    const named = ['swarm.added', 'peer.connected', 'peer.closed', 'swarm.completed', 'swarm.removed']
    const types = heard.map(({ type }) => type)
    assert.deepEqual(
      types.filter((type) => type !== 'swarm.state' && type !== 'choker.round'),
      named,
    )
    // The log has the same names for them.
    assert.deepEqual(
      leech.log.flatMap(({ event }) => (named.includes(event) ? event : [])),
      named,
    )
    assert.ok(heard.every((event) => event.infoHash === infoHash && !Number.isNaN(Date.parse(event.time))))
    const connected = heard.find((event) => event.type === 'peer.connected')
    assert.equal(connected?.address, `127.0.0.1:${seeder.port}`)
    assert.equal(connected.direction, 'outbound')
    end()
    const before = heard.length
    await leech.service.addTorrent(torrent.bytes)
    assert.equal(heard.length, before)
  })
})
