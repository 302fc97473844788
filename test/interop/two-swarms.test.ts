import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'

const LENGTH = 64 * 1024 * 1024
const PIECE_LENGTH = 256 * 1024
// The transfers take some seconds, so that both can be seen under way.
const MEGABITS = 200

describe('one swarmd in two swarms', { skip: labRequirements('lab-and-clients'), timeout: 300_000 }, () => {
  it('is seeder in the one and peer in the other at the same time', async () => {
    await using lab = await Lab.create()
    const [both, giver, taker] = [
      await lab.host({ uploadMegabits: MEGABITS, downloadMegabits: MEGABITS }),
      await lab.host(),
      await lab.host(),
    ]
    const make = async (name: string) => {
      const source = join(lab.folder, 'source', name)
      await writeRandomFile(source, LENGTH, name)
      const announceUrl = SwarmdProcess.announceUrl(both)
      const path = join(lab.folder, `${name}.torrent`)
      const torrent = await makeTorrent({ source, pieceLength: PIECE_LENGTH, announceUrl, path })
      return { source, torrent, sha1: await sha1OfFile(source) }
    }
    const [given, taken] = [await make('given.bin'), await make('taken.bin')]

    const folder = join(lab.folder, 'both')
    const middle = await startPeer('swarmd', both, { torrent: given.torrent, folder, seedFrom: given.source })
    assert.ok(middle instanceof SwarmdClient)
    const { swarmd } = middle
    await swarmd.addTorrent(taken.torrent.bytes)
    const giverFolder = join(lab.folder, 'giver')
    const takerFolder = join(lab.folder, 'taker')
    await startPeer('libtorrent', giver, { torrent: taken.torrent, folder: giverFolder, seedFrom: taken.source })
    const leecher = await startPeer('libtorrent', taker, { torrent: given.torrent, folder: takerFolder })

    const isPeer = (swarm: { status: string }): boolean => swarm.status === 'peer'
    const half = await swarmd.waitForSwarm(taken.torrent.infoHash, 'some pieces', isPeer)
    assert.ok(half.progress > 0 && half.progress < 1, `progress ${half.progress}`)
    assert.equal((await swarmd.swarm(given.torrent.infoHash)).status, 'seeder')

    const isSeeder = (swarm: { status: string }): boolean => swarm.status === 'seeder'
    await swarmd.waitForSwarm(taken.torrent.infoHash, 'the whole file', isSeeder, 60_000)
    await leecher.done()
    assert.equal(await sha1OfFile(join(folder, 'shareable', 'taken.bin')), taken.sha1)
    assert.equal(await sha1OfFile(join(takerFolder, 'given.bin')), given.sha1)
    const [of1, of2] = [await swarmd.swarm(given.torrent.infoHash), await swarmd.swarm(taken.torrent.infoHash)]
    assert.ok(of1.uploaded >= LENGTH, `gave ${of1.uploaded} of the one`)
    assert.equal(of1.downloaded, 0)
    assert.ok(of2.downloaded >= LENGTH, `took ${of2.downloaded} of the other`)
    assert.equal(of2.uploaded, 0)
  })
})
