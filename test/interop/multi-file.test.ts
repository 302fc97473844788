import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import type { TorrentEntry } from '../support/make-torrent.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import type { PeerKind } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'

const PIECE_LENGTH = 64 * 1024

interface SourceFile {
  readonly path: readonly string[]
  readonly length: number
}

// Piece 1 holds the end of the first file, the whole of the second, and the start of the third.
const spanning: readonly SourceFile[] = [
  { path: ['first.bin'], length: 100_000 },
  { path: ['docs', 'second.bin'], length: 10_000 },
  { path: ['docs', 'third.bin'], length: 300_000 },
]
const empty: SourceFile = { path: ['docs', 'empty.txt'], length: 0 }
const aligned: SourceFile = { path: ['aligned.bin'], length: 5_000_000 }
const files = [...spanning, empty, aligned]

const filled = spanning.reduce((sum, file) => sum + file.length, 0)
const entries: readonly TorrentEntry[] = [
  ...spanning,
  empty,
  // So that the last file starts at a piece.
  { padding: PIECE_LENGTH - (filled % PIECE_LENGTH) },
  aligned,
].map((entry) => ('padding' in entry ? entry : { path: entry.path }))

describe('a torrent of several files, one empty, one padding, and a piece over three', {
  skip: labRequirements('lab-and-clients'),
  timeout: 300_000,
  // Side by side, as transmission mostly waits.
  concurrency: 2,
}, () => {
  const transfer = async (seederKind: PeerKind, leecherKind: PeerKind): Promise<void> => {
    await using lab = await Lab.create()
    const [seederHost, leecherHost] = [await lab.host(), await lab.host()]
    const source = join(lab.folder, 'source', 'collection')
    for (const file of files) await writeRandomFile(join(source, ...file.path), file.length, file.path.join('/'))
    const announceUrl = SwarmdProcess.announceUrl(seederKind === 'swarmd' ? seederHost : leecherHost)
    const path = join(lab.folder, 'collection.torrent')
    const torrent = await makeTorrent({ source, entries, pieceLength: PIECE_LENGTH, announceUrl, path })
    const startSeeder = () =>
      startPeer(seederKind, seederHost, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    const startLeecher = () => startPeer(leecherKind, leecherHost, { torrent, folder: join(lab.folder, 'leecher') })

    // Whoever is the tracker comes first.
    if (seederKind === 'swarmd') await startSeeder()
    const leecher = await startLeecher()
    if (seederKind !== 'swarmd') {
      if (leecher instanceof SwarmdClient) await leecher.swarmd.ready()
      await startSeeder()
    }
    await leecher.done()
    await leecher.stop()
    for (const file of files) {
      // transmission 3.00 makes no empty files.
      if (file === empty && leecherKind === 'transmission') continue
      const [wanted, got] = [join(source, ...file.path), join(leecher.dataFolder, 'collection', ...file.path)]
      assert.equal(await sha1OfFile(got), await sha1OfFile(wanted), file.path.join('/'))
    }
  }

  it('goes from libtorrent to swarmd', () => transfer('libtorrent', 'swarmd'))
  it('goes from swarmd to libtorrent', () => transfer('swarmd', 'libtorrent'))
  it('goes from swarmd to transmission', () => transfer('swarmd', 'transmission'))
  it('goes from swarmd to aria2', () => transfer('swarmd', 'aria2'))
})
