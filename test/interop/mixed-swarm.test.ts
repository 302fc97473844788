import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import type { PeerClient } from '../support/peer-client.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import type { PeerKind } from '../support/start-peer.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'

const LENGTH = 256 * 1024 * 1024
const LEECHERS: readonly PeerKind[] = ['swarmd', 'libtorrent', 'transmission', 'aria2', 'swarmd']
// Slow enough that it pays to fetch from each other.
const SEEDER_MEGABITS = 200
const SWARM_TIMEOUT_MS = 240_000

describe('a swarm of all kinds of clients', { skip: labRequirements('lab-and-clients'), timeout: 600_000 }, () => {
  it('completes in every leecher, and the leechers serve each other', async (t) => {
    await using lab = await Lab.create()
    const seederHost = await lab.host({ uploadMegabits: SEEDER_MEGABITS })
    const source = join(lab.folder, 'source', 'image.bin')
    await writeRandomFile(source, LENGTH, 'mixed swarm')
    const announceUrl = SwarmdProcess.announceUrl(seederHost)
    const torrentPath = join(lab.folder, 'image.torrent')
    const torrent = await makeTorrent({ source, pieceLength: 512 * 1024, announceUrl, path: torrentPath })
    const sha1 = await sha1OfFile(source)

    const seederFolder = join(lab.folder, 'seeder')
    const seeder = await startPeer('swarmd', seederHost, { torrent, folder: seederFolder, seedFrom: source })
    const leechers: PeerClient[] = []
    for (const [number, kind] of LEECHERS.entries()) {
      const folder = join(lab.folder, `leecher-${number}`)
      leechers.push(await startPeer(kind, await lab.host(), { torrent, folder }))
    }
    await Promise.all(leechers.map((leecher) => leecher.done(SWARM_TIMEOUT_MS)))

    const given = await Promise.all(leechers.map((leecher) => leecher.uploaded()))
    const seeded = await seeder.uploaded()
    const story = `seeder ${seeded}, leechers ${LEECHERS.map((kind, i) => `${kind} ${given[i]}`).join(', ')}`
    t.diagnostic(story)
    assert.ok(seeded >= LENGTH, story)
    assert.ok(seeded < 0.9 * LEECHERS.length * LENGTH, story)
    assert.ok((given[0] ?? 0) + (given[4] ?? 0) > 0, `a swarmd leecher gives: ${story}`)
    for (const leecher of leechers) {
      await leecher.stop()
      assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1, leecher.kind)
    }
  })
})
