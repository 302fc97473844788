import assert from 'node:assert/strict'
import { mkdir, rmdir } from 'node:fs/promises'
import { test } from 'node:test'
import { RootFolder } from '../../src/service/root-folder.ts'
import { inMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'

test('a removal that fails does not keep the service from a stop in good order', { timeout: 60_000 }, async () => {
  await using folder = await ScratchFolder.create()
  const { bytes, metainfo } = inMemoryTorrent({ name: 'stuck.bin', content: 100_000 })
  const { infoHash } = metainfo
  const running = await TestService.start({ root: folder.path })
  await running.join(bytes)
  // The note that it is removed can't be written.
  const inTheWay = `${new RootFolder(folder.path).swarm(infoHash).settings}.tmp`
  await mkdir(inTheWay)
  const removing = assert.rejects(running.service.remove(infoHash, { deleteData: false }), { code: 'storage' })
  await Promise.all([running.service.stop(), removing])
  await rmdir(inTheWay)
  // Nobody has the root any more.
  await using again = await TestService.start({ root: folder.path })
  assert.equal((await again.swarm(infoHash, ({ state }) => state === 'stalled')).name, 'stuck.bin')
})

test('a swarm that could not be removed does not say that it was stopped by request', { timeout: 60_000 }, async () => {
  await using running = await TestService.start()
  const { bytes, metainfo } = inMemoryTorrent({ name: 'left.bin', content: 100_000 })
  const { infoHash } = metainfo
  await running.join(bytes)
  await mkdir(`${new RootFolder(running.root).swarm(infoHash).settings}.tmp`)
  await assert.rejects(running.service.remove(infoHash, { deleteData: false }), { code: 'storage' })
  const { state, stateReason } = running.service.swarm(infoHash)
  assert.deepEqual([state, stateReason.includes('by request')], ['stopped', false])
  assert.match(stateReason, /start it again/)
})

test('a stop that could not be noted has not happened, and is not noted later', { timeout: 60_000 }, async () => {
  await using folder = await ScratchFolder.create()
  const { bytes, metainfo } = inMemoryTorrent({ name: 'on.bin', content: 100_000 })
  const { infoHash } = metainfo
  const inTheWay = `${new RootFolder(folder.path).swarm(infoHash).settings}.tmp`
  {
    await using running = await TestService.start({ root: folder.path })
    await running.join(bytes)
    await mkdir(inTheWay)
    await assert.rejects(running.service.setDesiredState(infoHash, 'stopped'), { code: 'storage' })
    await rmdir(inTheWay)
    assert.equal(running.service.swarm(infoHash).state, 'stalled')
    // Which a swarm that is to be stopped refuses.
    running.service.recheck(infoHash)
    await running.swarm(infoHash, ({ state }) => state === 'stalled')
  }
  await using again = await TestService.start({ root: folder.path })
  await again.swarm(infoHash, ({ state }) => state === 'stalled')
})
