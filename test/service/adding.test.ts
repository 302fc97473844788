import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ServiceError, type ServiceErrorCode } from '../../src/service/index.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'

const says =
  (code: ServiceErrorCode) =>
  (error: unknown): boolean =>
    error instanceof ServiceError && error.code === code

describe('adding a torrent', { timeout: 120_000 }, () => {
  it('makes one swarm, however often and from however many sides it is asked', async () => {
    await using running = await TestService.start()
    const { bytes } = inMemoryTorrent({ name: 'once.bin', content: 100_000 })
    const results = await Promise.all(Array.from({ length: 10 }, () => running.service.addTorrent(bytes)))
    assert.equal(results.filter(({ created }) => created).length, 1)
    const again = await running.service.addTorrent(bytes)
    assert.equal(again.created, false)
    assert.equal(running.service.swarms().length, 1)
    assert.equal(running.events('swarm.added').length, 1)
  })

  it('starts as a leech, with sparse files of the full length and a reason why nothing comes', async () => {
    await using running = await TestService.start()
    const swarm = await running.join(inMemoryTorrent({ name: 'leech.bin', content: 100_000 }).bytes)
    assert.equal(swarm.status, 'leech')
    assert.equal(swarm.state, 'stalled')
    assert.match(swarm.stateReason, /^no peers known: the torrent names no other tracker; local discovery is off; /)
    assert.deepEqual(swarm.pieces, { total: 4, have: 0 })
    assert.equal(swarm.progress, 0)
    assert.equal(swarm.etaSeconds, null)
  })

  it('takes a file inside torrents/ by its name, and nothing outside', async () => {
    await using running = await TestService.start()
    const { bytes, metainfo } = inMemoryTorrent({ name: 'named.bin', content: 100_000 })
    await mkdir(join(running.root, 'torrents', 'below'))
    await writeFile(join(running.root, 'torrents', 'below', 'named'), bytes)
    await writeFile(join(running.root, 'outside.torrent'), bytes)
    await symlink(join(running.root, 'outside.torrent'), join(running.root, 'torrents', 'link'))
    const { swarm } = await running.service.addTorrentFile('below/named')
    assert.equal(swarm.infoHash, metainfo.infoHash)
    await assert.rejects(running.service.addTorrentFile('nothing.torrent'), says('torrent-not-found'))
    for (const path of ['../outside.torrent', 'link', 'below/../../outside.torrent']) {
      await assert.rejects(running.service.addTorrentFile(path), says('path-outside-torrents'), path)
    }
    await assert.rejects(
      running.service.addTorrentFile(join(running.root, 'outside.torrent')),
      says('torrent-not-found'),
    )
  })

  it('is refused while another torrent of that name is on its way, and not any more when that is removed', async () => {
    await using running = await TestService.start()
    const first = inMemoryTorrent({ name: 'same.bin', content: 100_000 })
    const second = inMemoryTorrent({ name: 'same.bin', content: 200_000 })
    await running.join(first.bytes)
    await assert.rejects(async () => running.service.addTorrent(second.bytes), says('swarm-conflict'))
    await running.service.remove(first.metainfo.infoHash, { deleteData: false })
    assert.equal((await running.service.addTorrent(second.bytes)).created, true)
  })

  it('of a swarm that is just being removed brings it back whole', async () => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'back.bin', content: 100_000 })
    const { infoHash } = torrent.metainfo
    await running.join(torrent.bytes)
    const removing = running.service.remove(infoHash, { deleteData: false })
    const adding = running.service.addTorrent(torrent.bytes)
    await removing
    assert.equal((await adding).created, true)
    const swarm = await running.swarm(infoHash, ({ state }) => state !== 'checking' && state !== 'stopped')
    assert.equal(swarm.state, 'stalled', swarm.stateReason)
    await running.service.stop()
    await using again = await TestService.start({ root: running.root })
    assert.deepEqual(
      again.service.swarms().map((one) => one.infoHash),
      [infoHash],
    )
  })

  it('lets one service be seeder of one swarm and peer in another', async () => {
    await using first = await TestService.start()
    await using second = await TestService.start()
    const announce = `http://127.0.0.1:${first.port}/announce`
    const here = inMemoryTorrent({ name: 'here.bin', content: 1_000_000, announce })
    const there = inMemoryTorrent({ name: 'there.bin', content: 1_000_000, announce })
    await placeContent(first.root, here)
    await placeContent(second.root, there)
    for (const { bytes } of [here, there]) {
      await first.join(bytes)
      await second.service.addTorrent(bytes)
    }
    for (const running of [first, second]) {
      for (const { metainfo } of [here, there]) {
        await running.swarm(metainfo.infoHash, ({ status }) => status === 'seeder')
        await running.swarm(metainfo.infoHash, ({ state }) => state === 'seeding')
      }
    }
    assert.equal(first.service.swarm(there.metainfo.infoHash).downloaded, 1_000_000)
    assert.equal(first.service.swarm(here.metainfo.infoHash).downloaded, 0)
    assert.equal(second.service.swarm(here.metainfo.infoHash).downloaded, 1_000_000)
    assert.equal(first.service.swarm(here.metainfo.infoHash).uploaded, 1_000_000)
  })
})
