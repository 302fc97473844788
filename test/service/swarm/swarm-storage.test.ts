import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReadMemory, makeFolder } from '../../../src/io/index.ts'
import { DiskCounts } from '../../../src/service/measures/service-counts.ts'
import { RootFolder } from '../../../src/service/root-folder.ts'
import { openSwarmStorage } from '../../../src/service/swarm/swarm-storage.ts'
import { inMemoryTorrent } from '../../support/in-memory-torrent.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

test('the thread for pieces starts with the first download whose pieces are for it, and before they come', async () => {
  await using scratch = await ScratchFolder.create()
  const root = new RootFolder(scratch.path)
  await makeFolder(root.shareable)
  let started = 0
  process.on('worker', () => started++)
  const open = async (name: string, pieceLength: number): Promise<void> => {
    const { metainfo } = inMemoryTorrent({ name, content: 3 * pieceLength, pieceLength })
    await makeFolder(root.swarm(metainfo.infoHash).folder)
    const storage = await openSwarmStorage({
      root,
      metainfo,
      wasComplete: false,
      recheck: false,
      progress: () => {},
      signal: AbortSignal.timeout(60_000),
      disk: new DiskCounts(),
      memory: new ReadMemory(1024 * 1024),
    })
    await storage.close()
  }
  await open('small pieces', 64 * 1024)
  assert.equal(started, 0)
  await open('large pieces', 128 * 1024)
  await open('others', 256 * 1024)
  assert.equal(started, 1)
})
