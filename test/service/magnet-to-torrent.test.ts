import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { TinyTracker } from '../support/tiny-tracker.ts'
import { waitUntil } from '../support/wait-until.ts'

test('a limit that is set while a magnet link becomes its torrent holds', { timeout: 60_000 }, async () => {
  const torrent = inMemoryTorrent({ name: 'limited.bin', content: 2_000_000 })
  const { infoHash } = torrent.metainfo
  await using seeder = await TestService.start()
  await placeContent(seeder.root, torrent)
  await seeder.join(torrent.bytes)
  await using running = await TestService.start()
  const tracker = await TinyTracker.start()
  await running.service.addMagnet(`magnet:?xt=urn:btih:${infoHash}&tr=${encodeURIComponent(tracker.url)}`)
  await waitUntil('its tracker to know of it', () => running.service.trackers(infoHash)[0]?.status === 'working')
  tracker.hangs = true
  const adding = running.service.addTorrent(torrent.bytes)
  await tracker.hears('stopped')
  await running.service.changeWishes(infoHash, { downloadLimit: 16_384 })
  await tracker[Symbol.asyncDispose]()
  await adding
  await running.swarm(infoHash, ({ state }) => state !== 'checking' && state !== 'stopped')
  running.service.addPeers(infoHash, [{ host: '127.0.0.1', port: seeder.port }])
  await running.swarm(infoHash, ({ downloaded }) => downloaded > 0)
  // It would take two minutes.
  await assert.rejects(running.swarm(infoHash, ({ status }) => status === 'seeder', { timeoutMs: 1500 }))
  await running.service.changeWishes(infoHash, { downloadLimit: null })
  await running.swarm(infoHash, ({ status }) => status === 'seeder')
})

test('while a magnet link takes its leave, other torrents come in; not one of its name', {
  timeout: 60_000,
}, async () => {
  const torrent = inMemoryTorrent({ name: 'slow-leave.bin', content: 100_000 })
  const namesake = inMemoryTorrent({ name: 'slow-leave.bin', content: 50_000 })
  const other = inMemoryTorrent({ name: 'other.bin', content: 100_000 })
  await using running = await TestService.start()
  await using tracker = await TinyTracker.start()
  const { infoHash } = torrent.metainfo
  await running.service.addMagnet(`magnet:?xt=urn:btih:${infoHash}&tr=${encodeURIComponent(tracker.url)}`)
  await waitUntil('its tracker to know of it', () => running.service.trackers(infoHash)[0]?.status === 'working')
  tracker.hangs = true
  let isOver = false
  const adding = running.service.addTorrent(torrent.bytes).finally(() => {
    isOver = true
  })
  await tracker.hears('stopped')
  await assert.rejects(running.service.addTorrent(namesake.bytes), { code: 'swarm-conflict' })
  assert.equal((await running.service.addTorrent(other.bytes)).created, true)
  assert.equal(isOver, false)
  await adding
})

test('of two torrents of one name that come at the same time one is refused', { timeout: 60_000 }, async () => {
  await using running = await TestService.start()
  const adding = [100_000, 50_000].map((content) =>
    running.service.addTorrent(inMemoryTorrent({ name: 'twin.bin', content }).bytes),
  )
  const [one, other] = await Promise.allSettled(adding)
  assert.equal(one?.status, 'fulfilled')
  assert.equal(other?.status === 'rejected' && (other.reason as { code: string }).code, 'swarm-conflict')
})
