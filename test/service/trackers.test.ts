import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { TinyTracker } from '../support/tiny-tracker.ts'

/** Bytes, not text: an info hash is no UTF-8. */
const percentDecoded = (text: string): Buffer =>
  Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

describe('a service and the trackers of a torrent', { timeout: 240_000 }, () => {
  it('tells them that it comes, that it is complete, and that it goes', async () => {
    await using tracker = await TinyTracker.start()
    await using seeder = await TestService.start()
    await using leech = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'told.bin', content: 300_000, announce: tracker.url })
    const { infoHash } = torrent.metainfo
    await placeContent(seeder.root, torrent)
    await leech.join(torrent.bytes)
    const started = await tracker.hears('started')
    assert.equal(started['left'], '300000')
    assert.equal(started['port'], String(leech.port))
    assert.equal(percentDecoded(started['info_hash'] ?? '').toString('hex'), infoHash)
    await seeder.join(torrent.bytes)
    leech.service.addPeers(infoHash, [{ host: '127.0.0.1', port: seeder.port }])
    const completed = await tracker.hears('completed')
    assert.equal(completed['left'], '0')
    assert.equal(completed['downloaded'], '300000')
    assert.equal(completed['peer_id'], started['peer_id'])
    await leech.service.stop()
    const stopped = tracker.heard.filter(({ event }) => event === 'stopped')
    assert.equal(stopped.length, 1, 'when stop() is done, the goodbye has been said')
    assert.equal(stopped[0]?.['peer_id'], started['peer_id'])
  })

  it('never says completed when it had everything from the start', async () => {
    await using tracker = await TinyTracker.start()
    await using seeder = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'had.bin', content: 300_000, announce: tracker.url })
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    assert.equal((await tracker.hears('started'))['left'], '0')
    await seeder.service.stop()
    assert.deepEqual(tracker.events, ['started', 'stopped'])
  })

  it('ends within 10 s when a tracker does not answer its goodbye', async () => {
    await using tracker = await TinyTracker.start()
    await using seeder = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'silent.bin', content: 300_000, announce: tracker.url })
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    await tracker.hears('started')
    // The answer is out: it is taken in before the next request of ours can be.
    tracker.hangs = true
    const started = performance.now()
    await seeder.service.stop()
    assert.ok(performance.now() - started < 10_000, `took ${performance.now() - started} ms`)
  })

  it('that removes a torrent with its files is out of them before another of the same name comes in', async () => {
    await using tracker = await TinyTracker.start()
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'same.bin', content: 300_000, announce: tracker.url })
    await placeContent(running.root, torrent)
    await running.join(torrent.bytes)
    await tracker.hears('started')
    tracker.hangs = true
    const file = path.join(running.root, 'shareable', 'same.bin')
    const removed = running.service.remove(torrent.metainfo.infoHash, { deleteData: true })
    const other = inMemoryTorrent({ name: 'same.bin', content: 200_000 })
    await running.service.addTorrent(other.bytes)
    assert.equal(existsSync(file), false)
    await removed
  })

  it('ends at once when a tracker has never answered', async () => {
    await using tracker = await TinyTracker.start()
    tracker.hangs = true
    await using seeder = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'never.bin', content: 300_000, announce: tracker.url })
    await seeder.join(torrent.bytes)
    await tracker.hears('started')
    const started = performance.now()
    await seeder.service.stop()
    assert.ok(performance.now() - started < 5000, `took ${performance.now() - started} ms`)
  })

  it('says goodbye once when a swarm is stopped, and comes again when it is started', async () => {
    await using tracker = await TinyTracker.start()
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'again.bin', content: 300_000, announce: tracker.url })
    const { infoHash } = torrent.metainfo
    await running.join(torrent.bytes)
    await tracker.hears('started')
    await running.service.setDesiredState(infoHash, 'stopped')
    assert.ok(tracker.events.includes('stopped'))
    await running.service.setDesiredState(infoHash, 'started')
    await running.service.remove(infoHash, { deleteData: false })
    assert.ok(tracker.events.filter((event) => event === 'stopped').length <= 2)
    assert.equal(tracker.events[0], 'started')
  })

  it('brings a swarm back whole that is added while its removal waits for a silent tracker', async () => {
    await using tracker = await TinyTracker.start()
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'back.bin', content: 300_000, announce: tracker.url })
    const { infoHash } = torrent.metainfo
    await running.join(torrent.bytes)
    await tracker.hears('started')
    tracker.hangs = true
    const removing = running.service.remove(infoHash, { deleteData: false })
    const adding = running.service.addTorrent(torrent.bytes)
    await removing
    assert.equal((await adding).created, true)
    tracker.hangs = false
    await running.swarm(infoHash, ({ state }) => state === 'stalled')
    await running.service.stop()
    await using again = await TestService.start({ root: running.root })
    assert.equal(again.service.swarm(infoHash).name, 'back.bin')
  })

  it('announces to a bare host:port as to http with the path /announce', async () => {
    await using tracker = await TinyTracker.start()
    await using running = await TestService.start()
    const announce = `127.0.0.1:${tracker.port}`
    const { bytes } = inMemoryTorrent({ name: 'bare.bin', content: 300_000, announce })
    await running.join(bytes)
    await tracker.hears('started')
  })

  it('does not announce to itself', async () => {
    await using running = await TestService.start()
    const announce = `http://127.0.0.1:${running.port}/announce`
    const { bytes, metainfo } = inMemoryTorrent({ name: 'self.bin', content: 300_000, announce })
    const swarm = await running.join(bytes)
    assert.equal(swarm.peers.known, 0)
    assert.deepEqual(running.events('tracker.skipped'), [])
    await running.service.setDesiredState(metainfo.infoHash, 'stopped')
    assert.deepEqual(running.events('peer.connected'), [])
  })
})
