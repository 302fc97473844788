import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inMemoryTorrent, placeContent } from '../../support/in-memory-torrent.ts'
import { TestService } from '../../support/running-service.ts'

describe('the peers that a magnet link names', { timeout: 120_000 }, () => {
  const torrent = inMemoryTorrent({ name: 'back.bin', content: 1000 * 1024, pieceLength: 1024 })
  const { infoHash } = torrent.metainfo

  async function startSeeder(): Promise<TestService> {
    const running = await TestService.start()
    await placeContent(running.root, torrent)
    await running.join(torrent.bytes)
    await arrives(running)
    return running
  }
  const linkTo = ({ port }: TestService): string => `magnet:?xt=urn:btih:${infoHash}&x.pe=127.0.0.1:${port}`
  const arrives = (running: TestService) => running.swarm(infoHash, ({ status }) => status === 'seeder')

  it('are met when its torrent was here before, and was removed', async () => {
    await using seeder = await startSeeder()
    await using running = await TestService.start()
    await running.join(torrent.bytes)
    await running.service.remove(infoHash, { deleteData: true })
    const { created } = await running.service.addMagnet(linkTo(seeder))
    assert.equal(created, true)
    await arrives(running)
  })

  it('are met when its torrent is here, and still being checked', async () => {
    await using seeder = await startSeeder()
    await using running = await TestService.start()
    const [added, named] = await Promise.all([
      running.service.addTorrent(torrent.bytes),
      running.service.addMagnet(linkTo(seeder)),
    ])
    assert.deepEqual([added.created, named.created], [true, false])
    await arrives(running)
  })
})
