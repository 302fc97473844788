import assert from 'node:assert/strict'
import { appendFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { TorrentsFolder } from '../../../src/service/swarm/torrents-folder.ts'
import { inMemoryTorrent } from '../../support/in-memory-torrent.ts'
import { TestService } from '../../support/running-service.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

describe('the folder torrents/', { timeout: 120_000 }, () => {
  it('takes a .torrent once, when it is there whole, however slowly it is written', async () => {
    await using running = await TestService.start()
    const slow = inMemoryTorrent({ name: 'slow.bin', content: 3_000_000 })
    const quick = inMemoryTorrent({ name: 'quick.bin', content: 100_000 })
    const path = join(running.root, 'torrents', 'slow.torrent')
    await writeFile(path, slow.bytes.subarray(0, 1000))
    await writeFile(join(running.root, 'torrents', 'quick.torrent'), quick.bytes)
    await running.logged('swarm.added', ({ name }) => name === 'quick.bin')
    await appendFile(path, slow.bytes.subarray(1000, 1500))
    await writeFile(join(running.root, 'torrents', 'again.torrent'), quick.bytes)
    assert.equal(running.events('swarm.added').length, 1)
    await appendFile(path, slow.bytes.subarray(1500))
    await running.logged('swarm.added', ({ name }) => name === 'slow.bin')
    assert.equal(running.events('swarm.added').length, 2)
    assert.deepEqual(running.events('torrent.skipped'), [])
  })

  it('takes what lay there before the start, and what is moved there', async () => {
    await using first = await TestService.start()
    await first.service.stop()
    const before = inMemoryTorrent({ name: 'before.bin', content: 100_000 })
    const moved = inMemoryTorrent({ name: 'moved.bin', content: 100_000 })
    await writeFile(join(first.root, 'torrents', 'before.torrent'), before.bytes)
    await writeFile(join(first.root, 'moved.part'), moved.bytes)
    await using second = await TestService.start({ root: first.root })
    await second.logged('swarm.added', ({ name }) => name === 'before.bin')
    await rename(join(first.root, 'moved.part'), join(first.root, 'torrents', 'moved.torrent'))
    await second.logged('swarm.added', ({ name }) => name === 'moved.bin')
  })

  it('takes a .torrent that ends in a newline, as a POST would', async () => {
    await using running = await TestService.start()
    const { bytes } = inMemoryTorrent({ name: 'newline.bin', content: 100_000 })
    await writeFile(join(running.root, 'torrents', 'n.torrent'), Buffer.concat([bytes, Buffer.from('\n')]))
    await running.logged('swarm.added', ({ name }) => name === 'newline.bin')
  })

  it('follows no link, and takes no other file', async () => {
    await using running = await TestService.start()
    const outside = inMemoryTorrent({ name: 'outside.bin', content: 100_000 })
    const plain = inMemoryTorrent({ name: 'plain.bin', content: 100_000 })
    await writeFile(join(running.root, 'outside'), outside.bytes)
    await symlink(join(running.root, 'outside'), join(running.root, 'torrents', 'link.torrent'))
    await writeFile(join(running.root, 'torrents', 'no-torrent.txt'), outside.bytes)
    await writeFile(join(running.root, 'torrents', 'zz.torrent'), plain.bytes)
    await running.logged('swarm.added', ({ name }) => name === 'plain.bin')
    assert.equal(running.events('swarm.added').length, 1)
  })

  it('lets one restart find the swarms without looking at the folder again', async () => {
    await using first = await TestService.start()
    const { bytes, metainfo } = inMemoryTorrent({ name: 'known.bin', content: 100_000 })
    await writeFile(join(first.root, 'torrents', 'known.torrent'), bytes)
    await first.logged('swarm.added')
    await first.service.stop()
    await using second = await TestService.start({ root: first.root })
    assert.equal(second.service.swarm(metainfo.infoHash).name, 'known.bin')
    assert.deepEqual(second.events('swarm.added'), [])
  })

  it('takes none of the thousands that are left when the service stops', async () => {
    await using folder = await ScratchFolder.create()
    for (const nth of [1, 2, 3]) {
      const { bytes } = inMemoryTorrent({ name: `${nth}.bin`, content: 100 })
      await writeFile(join(folder.path, `${nth}.torrent`), bytes)
    }
    const begun = Promise.withResolvers<void>()
    const slow = Promise.withResolvers<void>()
    let added = 0
    const torrents = new TorrentsFolder({
      path: folder.path,
      add: () => {
        added++
        begun.resolve()
        return slow.promise
      },
      skipped: (file, reason) => assert.fail(`${file}: ${reason}`),
    })
    const opened = torrents.open()
    await begun.promise
    torrents.close()
    slow.resolve()
    await opened
    assert.equal(added, 1)
  })
})
