import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { inMemoryTorrent, placeContent } from '../support/in-memory-torrent.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const COUNT = 30

describe('two machines with many torrents in common', { skip: labRequirements('lab'), timeout: 120_000 }, () => {
  it('are connected in each of them', async () => {
    await using lab = await Lab.create()
    const [giver, taker] = [await lab.host(), await lab.host()]
    const announce = SwarmdProcess.announceUrl(giver)
    const torrents = Array.from({ length: COUNT }, (_, nth) =>
      inMemoryTorrent({ name: `one-of-${nth}.bin`, content: 200_000, announce }),
    )
    const start = async (name: string, at: typeof giver, args: readonly string[]): Promise<SwarmdProcess> => {
      const root = join(lab.folder, name)
      await mkdir(root)
      if (at === giver) for (const torrent of torrents) await placeContent(root, torrent)
      const swarmd = new SwarmdProcess(at, { root, args: ['--lsd', 'off', ...args] })
      await swarmd.ready()
      for (const { bytes } of torrents) await swarmd.addTorrent(bytes)
      return swarmd
    }
    // So slow that none of them is complete before the last has begun.
    await start('giver', giver, ['--upload-limit', '2k'])
    const leecher = await start('taker', taker, [])
    const connected = async (): Promise<number> => {
      const swarms = await Promise.all(torrents.map(({ metainfo }) => leecher.swarm(metainfo.infoHash)))
      return swarms.filter(({ peers }) => peers.connected > 0).length
    }
    await waitUntil('a peer in each', async () => (await connected()) === COUNT, { timeoutMs: 40_000 })
    assert.equal(await connected(), COUNT)
  })
})
