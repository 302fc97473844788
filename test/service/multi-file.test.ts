import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { infoHashFromHex } from '../../src/service/index.ts'
import { randomLooking } from '../support/in-memory-torrent.ts'
import { makeTorrent, type MadeTorrent, type TorrentEntry } from '../support/make-torrent.ts'
import { TestService } from '../support/running-service.ts'

const PIECE = 32 * 1024

/** The third piece touches four files; one file is empty, and padding brings the last to the start of a piece. */
const FILES: readonly (readonly [path: string, length: number])[] = [
  ['a.bin', 2 * PIECE + 100],
  ['b/empty', 0],
  ['b/small', 500],
  ['b/c/tiny', 1],
  ['d.bin', 5 * PIECE],
]
const TOGETHER = FILES.reduce((sum, [, length]) => sum + length, 0)
const PADDING = PIECE - (TOGETHER % PIECE)
const LAST: readonly [path: string, length: number] = ['z last.bin', 3 * PIECE + 7]

const content = ([path, length]: readonly [string, number]): Buffer => randomLooking(path, length)

async function makeFolderTorrent(root: string, announceUrl: string): Promise<MadeTorrent> {
  const source = join(root, 'shareable', 'folder')
  for (const file of [...FILES, LAST]) {
    await mkdir(dirname(join(source, file[0])), { recursive: true })
    await writeFile(join(source, file[0]), content(file))
  }
  const entry = ([path]: readonly [string, number]): TorrentEntry => ({ path: path.split('/') })
  const entries = [...FILES.map(entry), { padding: PADDING }, entry(LAST)]
  return makeTorrent({ source, entries, pieceLength: PIECE, announceUrl, path: join(root, 'folder.torrent') })
}

describe('a torrent of several files', { timeout: 120_000 }, () => {
  it('arrives file by file as it was, the empty one too, and its padding is no file', async () => {
    await using seeder = await TestService.start()
    await using leech = await TestService.start()
    const torrent = await makeFolderTorrent(seeder.root, `http://127.0.0.1:${seeder.port}/announce`)
    const infoHash = infoHashFromHex(torrent.infoHash)
    assert.ok(infoHash)
    assert.equal((await seeder.join(torrent.bytes)).status, 'seeder')
    await leech.service.addTorrent(torrent.bytes)
    await leech.swarm(infoHash, ({ status }) => status === 'seeder')
    const folder = join(leech.root, 'shareable', 'folder')
    for (const file of [...FILES, LAST]) {
      assert.ok(content(file).equals(await readFile(join(folder, file[0]))), file[0])
    }
    assert.equal(existsSync(join(folder, '.pad')), false)
    const files = leech.service.files(infoHash)
    assert.deepEqual(
      files.map(({ path, length, progress }) => [path, length, progress]),
      [...FILES, LAST].map(([path, length]) => [`folder/${path}`, length, 1]),
    )
  })

  it('goes to a third from the second, which has it only from the first', async () => {
    await using first = await TestService.start()
    await using second = await TestService.start()
    await using third = await TestService.start()
    const torrent = await makeFolderTorrent(first.root, `http://127.0.0.1:${first.port}/announce`)
    const infoHash = infoHashFromHex(torrent.infoHash)
    assert.ok(infoHash)
    await first.join(torrent.bytes)
    await second.service.addTorrent(torrent.bytes)
    await second.swarm(infoHash, ({ status }) => status === 'seeder')
    await first.service.stop()
    await third.service.addTorrent(torrent.bytes)
    await third.swarm(infoHash, ({ state }) => state === 'stalled')
    third.service.addPeers(infoHash, [{ host: '127.0.0.1', port: second.port }])
    await third.swarm(infoHash, ({ status }) => status === 'seeder')
    assert.ok(content(LAST).equals(await readFile(join(third.root, 'shareable', 'folder', LAST[0]))))
  })

  it('is no seeder when one of its files is missing in shareable/, and nothing is made in its place', async () => {
    await using running = await TestService.start()
    const torrent = await makeFolderTorrent(running.root, 'http://127.0.0.1:1/announce')
    await rm(join(running.root, 'shareable', 'folder', 'b', 'c'), { recursive: true })
    const swarm = await running.join(torrent.bytes)
    assert.equal(swarm.state, 'error')
    assert.match(swarm.stateReason, /lacks files of the torrent/)
    await assert.rejects(stat(join(running.root, 'shareable', 'folder', 'b', 'c')), { code: 'ENOENT' })
  })
})
