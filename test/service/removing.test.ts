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
