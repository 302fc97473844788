import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, rename, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ServiceError } from '../../src/service/index.ts'
import { FakePeer, ID } from '../support/fake-peer.ts'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'

describe('a swarm', { timeout: 240_000 }, () => {
  it('that was stopped stays stopped over a restart, and goes on when it is started', async () => {
    await using first = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'paused.bin', content: 300_000 })
    const { infoHash } = torrent.metainfo
    await placeContent(first.root, torrent)
    await first.join(torrent.bytes)
    const stopped = await first.service.setDesiredState(infoHash, 'stopped')
    assert.equal(stopped.state, 'stopped')
    assert.equal(stopped.status, 'seeder')
    assert.equal(stopped.progress, 1)
    assert.throws(
      () => first.service.addPeers(infoHash, [{ host: '127.0.0.1', port: 1 }]),
      (error) => error instanceof ServiceError && error.code === 'swarm-stopped',
    )
    await first.service.stop()
    await using second = await TestService.start({ root: first.root })
    assert.equal(second.service.swarm(infoHash).state, 'stopped')
    const started = await second.service.setDesiredState(infoHash, 'started')
    assert.equal(started.state, 'seeding')
    assert.equal(started.addedAt, stopped.addedAt)
    assert.equal(started.completedAt, stopped.completedAt)
  })

  it('that was removed is forgotten with its partial data, also while its .torrent still lies in torrents/', async () => {
    await using first = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'removed.bin', content: 300_000 })
    const { infoHash } = torrent.metainfo
    await writeFile(join(first.root, 'torrents', 'removed.torrent'), torrent.bytes)
    await first.logged('swarm.added')
    await first.swarm(infoHash, ({ state }) => state === 'stalled')
    await first.service.remove(infoHash, { deleteData: false })
    assert.throws(
      () => first.service.swarm(infoHash),
      (error) => error instanceof ServiceError && error.code === 'swarm-not-found',
    )
    assert.equal(existsSync(join(first.root, '.swarmd', 'partial', infoHash)), false)
    await first.service.stop()
    await using second = await TestService.start({ root: first.root })
    // A later file is taken: so the earlier one has been looked at.
    const other = inMemoryTorrent({ name: 'other.bin', content: 1000 })
    await writeFile(join(first.root, 'torrents', 'zz-later.torrent'), other.bytes)
    await second.logged('swarm.added', ({ name }) => name === 'other.bin')
    assert.deepEqual(
      second.service.swarms().map(({ name }) => name),
      ['other.bin'],
    )
    assert.equal((await second.service.addTorrent(torrent.bytes)).created, true)
    assert.equal((await second.swarm(infoHash, ({ state }) => state === 'stalled')).downloaded, 0)
  })

  for (const kind of ['torrent', 'magnet link']) {
    it(`of which there is a ${kind} is left for good when it is removed and asked to start at the same moment`, async () => {
      await using running = await TestService.start()
      const { service, port } = running
      const { bytes, metainfo } = inMemoryTorrent({ name: 'both.bin', content: 100_000 })
      const { infoHash } = metainfo
      if (kind === 'torrent') await running.join(bytes)
      else await service.addMagnet(`magnet:?xt=urn:btih:${infoHash}`)
      const scrape = async (): Promise<string> => {
        const answer = await fetch(`http://127.0.0.1:${port}/scrape?info_hash=${infoHash.replaceAll(/../g, '%$&')}`)
        return Buffer.from(await answer.arrayBuffer()).toString('latin1')
      }
      assert.match(await scrape(), /10:incompletei1e/)
      await service.setDesiredState(infoHash, 'stopped')
      const starting = service.setDesiredState(infoHash, 'started')
      const removing = service.remove(infoHash, { deleteData: false })
      await assert.rejects(starting, (error) => error instanceof ServiceError && error.code === 'swarm-not-found')
      await removing
      assert.doesNotMatch(await scrape(), /10:incompletei1e/)
      assert.equal(existsSync(join(running.root, '.swarmd', 'partial', infoHash)), false)
    })
  }

  it('that was removed leaves the complete files, unless it is told to delete them', async () => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'kept.bin', content: 300_000 })
    const { infoHash } = torrent.metainfo
    await placeContent(running.root, torrent)
    const file = join(running.root, 'shareable', 'kept.bin')
    await running.join(torrent.bytes)
    await running.service.remove(infoHash, { deleteData: false })
    assert.ok(torrent.content.equals(await readFile(file)))
    assert.equal((await running.join(torrent.bytes)).status, 'seeder')
    await running.service.remove(infoHash, { deleteData: true })
    assert.equal(existsSync(file), false)
  })

  it('finds a file of another size in shareable/, says what to do, and never touches it', async () => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'size.bin', content: 300_000 })
    const file = join(running.root, 'shareable', 'size.bin')
    await writeFile(file, 'something else')
    const swarm = await running.join(torrent.bytes)
    assert.equal(swarm.state, 'error')
    assert.match(swarm.stateReason, /size\.bin .*another size.*Move it away/)
    assert.equal(await readFile(file, 'utf8'), 'something else')
  })

  it('finds a file of other content in shareable/, says which piece, and never touches it', async () => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'content.bin', content: 300_000 })
    const file = join(running.root, 'shareable', 'content.bin')
    const wrong = Buffer.from(torrent.content)
    wrong[250_000] = (wrong[250_000] ?? 0) ^ 1
    await writeFile(file, wrong)
    const before = await stat(file)
    const swarm = await running.join(torrent.bytes)
    assert.equal(swarm.state, 'error')
    assert.match(swarm.stateReason, /content\.bin .*differs.*piece 7 of 10.*Move it away/)
    assert.ok(wrong.equals(await readFile(file)))
    assert.equal((await stat(file)).mtimeMs, before.mtimeMs)
    await rename(file, `${file}.aside`)
    assert.equal((await running.service.setDesiredState(swarm.infoHash, 'started')).state, 'stalled')
  })

  it('is no seeder any more when its complete file turns out to be another, and fetches it when that is moved away', async () => {
    const torrent = inMemoryTorrent({ name: 'rotten.bin', content: 300_000 })
    const { infoHash } = torrent.metainfo
    await using seeder = await TestService.start()
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    await using running = await TestService.start({ peers: [{ host: '127.0.0.1', port: seeder.port }] })
    await placeContent(running.root, torrent)
    await running.join(torrent.bytes)
    await running.swarm(infoHash, ({ status }) => status === 'seeder')
    const file = join(running.root, 'shareable', 'rotten.bin')
    const wrong = Buffer.from(torrent.content)
    wrong[0] = (wrong[0] ?? 0) ^ 1
    await writeFile(file, wrong)
    running.service.recheck(infoHash)
    const { status, progress, pieces, etaSeconds, completedAt } = await running.swarm(
      infoHash,
      ({ state, completedAt: at }) => state === 'error' && at === null,
    )
    assert.deepEqual([status, progress, pieces.have, etaSeconds, completedAt], ['leech', 0, 0, null, null])
    await rename(file, `${file}.aside`)
    await running.service.setDesiredState(infoHash, 'started')
    await running.swarm(infoHash, (swarm) => swarm.status === 'seeder')
    assert.ok(torrent.content.equals(await readFile(file)))
  })

  it('says so when its complete file is gone, and does not fetch it anew unasked', async () => {
    await using first = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'gone.bin', content: 300_000 })
    const { infoHash } = torrent.metainfo
    await placeContent(first.root, torrent)
    await first.join(torrent.bytes)
    await first.service.stop()
    const file = join(first.root, 'shareable', 'gone.bin')
    await rename(file, `${file}.aside`)
    await using second = await TestService.start({ root: first.root })
    const swarm = await second.swarm(infoHash, ({ state }) => state === 'error')
    assert.match(swarm.stateReason, /gone\.bin was complete and is no longer in shareable/)
    await rename(`${file}.aside`, file)
    assert.equal((await second.service.setDesiredState(infoHash, 'started')).state, 'seeding')
  })

  it('is left in good order when the service stops with 50 peers in it', async () => {
    await using first = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'left.bin', content: 300_000 })
    const { infoHash } = torrent.metainfo
    await placeContent(first.root, torrent)
    await first.join(torrent.bytes)
    const peers = await Promise.all(
      Array.from({ length: 50 }, () => FakePeer.shakeHands({ port: first.port, infoHash })),
    )
    await first.swarm(infoHash, ({ peers: { connected } }) => connected === 50)
    for (const peer of peers) peer.frame(ID.interested)
    const started = performance.now()
    await first.service.stop()
    assert.ok(performance.now() - started < 5000, `took ${performance.now() - started} ms`)
    for (const peer of peers) await peer.ended()
    const reasons = first.events('peer.closed').map(({ reason }) => reason)
    assert.deepEqual(
      reasons,
      Array.from({ length: 50 }, () => 'swarm-stopped'),
    )
    await using second = await TestService.start({ root: first.root })
    assert.equal((await second.swarm(infoHash, ({ state }) => state === 'seeding')).status, 'seeder')
  })

  it('pauses with a reason when its file is cut short while it seeds', async () => {
    await using seeder = await TestService.start()
    await using leech = await TestService.start()
    const announce = `http://127.0.0.1:${seeder.port}/announce`
    const torrent = inMemoryTorrent({ name: 'cut.bin', content: 3_000_000, announce })
    const { infoHash } = torrent.metainfo
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    await truncate(join(seeder.root, 'shareable', 'cut.bin'), 1_000_000)
    await leech.service.addTorrent(torrent.bytes)
    const broken = await seeder.swarm(infoHash, ({ state }) => state === 'error')
    assert.match(broken.stateReason, /cut\.bin.*shorter/)
    assert.notEqual(leech.service.swarm(infoHash).status, 'seeder')
    await placeContent(seeder.root, torrent)
    await seeder.service.setDesiredState(infoHash, 'started')
    leech.service.addPeers(infoHash, [{ host: '127.0.0.1', port: seeder.port }])
    await leech.swarm(infoHash, ({ status }) => status === 'seeder', { timeoutMs: 60_000 })
    assert.ok(torrent.content.equals(await readFile(join(leech.root, 'shareable', 'cut.bin'))))
  })
})
