import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakePeer } from '../support/fake-peer.ts'
import { inMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { waitUntil } from '../support/wait-until.ts'

const rest = { clientPorts: null, maxConnections: 400, peers: [], lsd: false }

for (const kind of ['torrent', 'magnet link'] as const)
  test(`a swarm of a ${kind} lets in as many peers as the settings say now`, { timeout: 60_000 }, async () => {
    const { bytes, metainfo } = inMemoryTorrent({ name: 'crowded.bin', content: 100_000 })
    const { infoHash } = metainfo
    await using running = await TestService.start()
    if (kind === 'torrent') await running.join(bytes)
    else await running.service.addMagnet(`magnet:?xt=urn:btih:${infoHash}`)
    const peer = (): Promise<FakePeer> => FakePeer.shakeHands({ port: running.port, infoHash })
    using _first = await peer()
    await running.logged('peer.connected')
    await running.service.follow({ ...rest, maxPeers: 1 })
    using second = await peer()
    await waitUntil('the second to be sent away', () => second.isClosed)
    assert.deepEqual(
      running.events('peer.closed').map(({ reason }) => reason),
      ['too-many-peers'],
    )
    await running.service.follow(rest)
    using _third = await peer()
    await waitUntil('the third', () => running.events('peer.connected').length === 2)
  })

test('as many sockets come in at the peer port as the settings say now', { timeout: 60_000 }, async () => {
  const { bytes, metainfo } = inMemoryTorrent({ name: 'narrow.bin', content: 100_000 })
  const { infoHash } = metainfo
  await using running = await TestService.start()
  await running.join(bytes)
  const peer = (): Promise<FakePeer> => FakePeer.shakeHands({ port: running.port, infoHash })
  using first = await peer()
  await running.logged('peer.connected')
  await running.service.follow({ ...rest, maxConnections: 1 })
  using second = await peer()
  assert.ok(second.isClosed && !first.isClosed)
  await running.service.follow({ ...rest, maxConnections: 2 })
  using third = await peer()
  assert.ok(!third.isClosed)
})
