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
