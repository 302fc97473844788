import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { TinyTracker } from '../support/tiny-tracker.ts'
import { UdpTrackerDouble } from '../support/udp-tracker-double.ts'

const STARTED = 2
const STOPPED = 3

describe('a service and UDP', { timeout: 120_000 }, () => {
  it('tells a UDP tracker that it comes and that it goes', async () => {
    await using tracker = await UdpTrackerDouble.start()
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'told.bin', content: 300_000, announce: tracker.url })
    await running.join(torrent.bytes)
    const started = await tracker.hears('started', ({ event }) => event === STARTED)
    assert.equal(started.infoHash, torrent.metainfo.infoHash)
    assert.equal(started.left, 300_000n)
    assert.equal(started.port, running.port)
    await running.swarm(torrent.metainfo.infoHash, ({ peers }) => peers.known === 1)
    const [measured] = running.service.measuredSwarms()
    assert.equal(measured?.learned['tracker'], 1)
    assert.equal((await running.service.measures()).announceSeconds.count, 1)
    await running.service.stop()
    assert.equal(tracker.announces.filter(({ event }) => event === STOPPED).length, 1)
    assert.deepEqual(running.events('tracker.skipped'), [])
  })

  it('ends within 10 s when a UDP tracker does not answer its goodbye', async () => {
    await using tracker = await UdpTrackerDouble.start()
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'silent.bin', content: 300_000, announce: tracker.url })
    await running.join(torrent.bytes)
    await running.swarm(torrent.metainfo.infoHash, ({ peers }) => peers.known === 1)
    tracker.answer = () => null
    const started = performance.now()
    await running.service.stop()
    assert.ok(performance.now() - started < 10_000, `took ${performance.now() - started} ms`)
  })

  it('goes from a UDP tracker that refuses to the HTTP tracker of the next tier', async () => {
    await using udp = await UdpTrackerDouble.start()
    await using http = await TinyTracker.start()
    udp.answer = ({ transaction }) => udp.failure(transaction, 'no')
    await using running = await TestService.start()
    const tiers = [[udp.url], [http.url]]
    await running.join(inMemoryTorrent({ name: 'tiers.bin', content: 300_000, announceTiers: tiers }).bytes)
    await http.hears('started')
    assert.ok(udp.heard.length > 0)
  })

  it('finds the seeder by its UDP tracker, and fetches the file', async () => {
    await using seeder = await TestService.start()
    await using leech = await TestService.start()
    const announce = `udp://127.0.0.1:${seeder.port}/announce`
    const torrent = inMemoryTorrent({ name: 'found.bin', content: 300_000, announce })
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    await leech.join(torrent.bytes)
    await leech.swarm(torrent.metainfo.infoHash, ({ status }) => status === 'seeder')
    assert.deepEqual([seeder.events('bug'), leech.events('bug')], [[], []])
  })

  it('does not start on a port whose datagrams go to another, says which, and leaves nothing behind', async () => {
    await using scratch = await ScratchFolder.create()
    const other = createSocket('udp4')
    other.bind(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address()
    const start = (): Promise<TestService> => TestService.start({ root: scratch.path, port })
    await assert.rejects(start(), { code: 'EADDRINUSE', syscall: 'bind', port })
    other.close()
    await once(other, 'close')
    await using running = await start()
    assert.equal(running.port, port)
  })
})
