import assert from 'node:assert/strict'
import { access, open, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { RootLockedError } from '../../src/service/index.ts'
import { RootFolder } from '../../src/service/root-folder.ts'
import { FakePeer, ID } from '../support/fake-peer.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const PIECE = 32 * 1024

/** A seeder of the first pieces only. */
async function servesFirst(pieces: number, running: TestService, torrent: InMemoryTorrent): Promise<FakePeer> {
  const { infoHash } = torrent.metainfo
  const peer = await FakePeer.shakeHands({ port: running.port, infoHash })
  peer.serve(torrent.content, PIECE, (block) => block)
  for (let index = 0; index < pieces; index++) peer.have(index)
  peer.frame(ID.unchoke)
  return peer
}

/** Leaves a root in which so many pieces of the torrent were fetched. */
async function fetchPart(root: string, torrent: InMemoryTorrent, pieces: number): Promise<void> {
  const running = await TestService.start({ root })
  await running.service.addTorrent(torrent.bytes)
  await running.swarm(torrent.metainfo.infoHash, ({ state }) => state === 'stalled')
  using _peer = await servesFirst(pieces, running, torrent)
  await running.swarm(torrent.metainfo.infoHash, ({ pieces: { have } }) => have === pieces)
  await running.service.stop()
}

const isOpen = ({ state }: { readonly state: string }): boolean => state !== 'checking' && state !== 'stopped'
const stateOf = (root: string, { metainfo }: InMemoryTorrent): string =>
  join(root, '.swarmd', 'swarms', metainfo.infoHash)
const partialOf = (root: string, { metainfo }: InMemoryTorrent): string =>
  join(root, '.swarmd', 'partial', metainfo.infoHash, metainfo.name)

async function overwrite(path: string, offset: number, bytes: Buffer): Promise<void> {
  const file = await open(path, 'r+')
  await file.write(bytes, 0, bytes.length, offset)
  await file.close()
}

describe('after a restart', { timeout: 240_000 }, () => {
  it('a download goes on where it was, and keeps its account', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = inMemoryTorrent({ name: 'part.bin', content: 40 * PIECE })
    const { infoHash } = torrent.metainfo
    await fetchPart(scratch.path, torrent, 25)
    await using running = await TestService.start({ root: scratch.path })
    const swarm = await running.swarm(infoHash, isOpen)
    assert.deepEqual(swarm.pieces, { total: 40, have: 25 })
    assert.equal(swarm.status, 'peer')
    assert.equal(swarm.downloaded, 25 * PIECE)
    using peer = await servesFirst(40, running, torrent)
    await running.swarm(infoHash, ({ status }) => status === 'seeder')
    assert.equal(peer.count(ID.request), 15 * 2, 'no block of a piece that was there is asked for')
    assert.equal(running.service.swarm(infoHash).downloaded, 40 * PIECE)
    assert.ok(torrent.content.equals(await readFile(join(scratch.path, 'shareable', 'part.bin'))))
    assert.deepEqual(await readdir(join(scratch.path, '.swarmd', 'partial')), [])
  })

  it('a partial file that was changed is noticed, and only what is right is kept', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = inMemoryTorrent({ name: 'changed.bin', content: 40 * PIECE })
    const { infoHash } = torrent.metainfo
    await fetchPart(scratch.path, torrent, 40 - 1)
    await overwrite(partialOf(scratch.path, torrent), 0, Buffer.alloc(20 * PIECE, 0xee))
    await using running = await TestService.start({ root: scratch.path })
    const swarm = await running.swarm(infoHash, isOpen)
    assert.equal(swarm.pieces.have, 19)
    using _peer = await servesFirst(40, running, torrent)
    await running.swarm(infoHash, ({ status }) => status === 'seeder')
    assert.ok(torrent.content.equals(await readFile(join(scratch.path, 'shareable', 'changed.bin'))))
  })

  it('a piece that rotted where no sample looked is found before the file is handed out, and fetched again', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = inMemoryTorrent({ name: 'rotten.bin', content: 40 * PIECE })
    const { infoHash } = torrent.metainfo
    await fetchPart(scratch.path, torrent, 39)
    await overwrite(partialOf(scratch.path, torrent), PIECE + 5, Buffer.alloc(1, 0xee))
    await using running = await TestService.start({ root: scratch.path })
    assert.equal((await running.swarm(infoHash, isOpen)).pieces.have, 39)
    using _first = await servesFirst(40, running, torrent)
    assert.deepEqual((await running.logged('pieces.rotten'))['first'], 1)
    await running.swarm(infoHash, (swarm) => isOpen(swarm) && swarm.pieces.have === 39)
    using _second = await servesFirst(40, running, torrent)
    await running.swarm(infoHash, ({ status }) => status === 'seeder')
    assert.ok(torrent.content.equals(await readFile(join(scratch.path, 'shareable', 'rotten.bin'))))
  })

  it('what a crash left right after the files were moved is removed', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = inMemoryTorrent({ name: 'moved.bin', content: 8 * PIECE, pieceLength: PIECE })
    await fetchPart(scratch.path, torrent, 3)
    await placeContent(scratch.path, torrent)
    await using running = await TestService.start({ root: scratch.path })
    await running.swarm(torrent.metainfo.infoHash, ({ completedAt }) => completedAt !== null)
    const { partial, journal } = new RootFolder(scratch.path).swarm(torrent.metainfo.infoHash)
    const isGone = async (path: string): Promise<boolean> =>
      !(await access(path).then(
        () => true,
        () => false,
      ))
    await waitUntil('it to be removed', async () => (await isGone(partial)) && (await isGone(journal)))
  })

  it('a partial file that is gone is begun anew', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = inMemoryTorrent({ name: 'lost.bin', content: 40 * PIECE })
    await fetchPart(scratch.path, torrent, 25)
    await rm(partialOf(scratch.path, torrent))
    await using running = await TestService.start({ root: scratch.path })
    const swarm = await running.swarm(torrent.metainfo.infoHash, isOpen)
    assert.deepEqual({ have: swarm.pieces.have, state: swarm.state }, { have: 0, state: 'stalled' })
  })

  it('a damaged journal costs a recheck, and nothing is fetched twice', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = inMemoryTorrent({ name: 'journal.bin', content: 40 * PIECE })
    await fetchPart(scratch.path, torrent, 25)
    await writeFile(join(stateOf(scratch.path, torrent), 'have.journal'), 'no journal at all')
    await using running = await TestService.start({ root: scratch.path })
    const swarm = await running.swarm(torrent.metainfo.infoHash, isOpen)
    assert.equal(swarm.pieces.have, 25)
  })

  for (const name of ['settings.json', 'settings.json.previous']) {
    it(`damaged settings do not stop the swarm (${name})`, async () => {
      await using scratch = await ScratchFolder.create()
      const torrent = inMemoryTorrent({ name: 'settings.bin', content: 40 * PIECE })
      await fetchPart(scratch.path, torrent, 25)
      await writeFile(join(stateOf(scratch.path, torrent), name), '{"half":')
      if (name.endsWith('previous')) await writeFile(join(stateOf(scratch.path, torrent), 'settings.json'), '\0\0\0')
      await using running = await TestService.start({ root: scratch.path })
      const swarm = await running.swarm(torrent.metainfo.infoHash, isOpen)
      assert.equal(swarm.pieces.have, 25)
      assert.equal(swarm.state, 'stalled')
    })
  }

  it('one swarm whose .torrent is damaged does not stop the others, and is told of', async () => {
    await using scratch = await ScratchFolder.create()
    const good = inMemoryTorrent({ name: 'good.bin', content: 40 * PIECE })
    const bad = inMemoryTorrent({ name: 'bad.bin', content: 40 * PIECE })
    await fetchPart(scratch.path, good, 10)
    await fetchPart(scratch.path, bad, 10)
    await writeFile(join(stateOf(scratch.path, bad), 'metainfo.torrent'), 'd4:info')
    await using running = await TestService.start({ root: scratch.path })
    assert.equal((await running.swarm(good.metainfo.infoHash, isOpen)).pieces.have, 10)
    assert.equal(running.events('swarm.unreadable').length, 1)
    const { swarm } = await running.service.addTorrent(bad.bytes)
    assert.equal((await running.swarm(swarm.infoHash, isOpen)).pieces.have, 10, 'added again, it goes on')
  })

  it('settings of a newer version are left alone, and do not stop the others, also while the .torrent lies there', async () => {
    await using scratch = await ScratchFolder.create()
    const newer = inMemoryTorrent({ name: 'newer.bin', content: 40 * PIECE })
    const plain = inMemoryTorrent({ name: 'plain.bin', content: 40 * PIECE })
    await fetchPart(scratch.path, newer, 10)
    const body = '{"from":"the future"}\n'
    const crc = crc32(body, crc32('999\n')).toString(16).padStart(8, '0')
    const settings = join(stateOf(scratch.path, newer), 'settings.json')
    await writeFile(settings, `swarmd-state 999 ${crc}\n${body}`)
    await writeFile(join(scratch.path, 'torrents', 'a-newer.torrent'), newer.bytes)
    await writeFile(join(scratch.path, 'torrents', 'b-plain.torrent'), plain.bytes)
    await using running = await TestService.start({ root: scratch.path })
    await running.logged('swarm.unreadable')
    await running.logged('torrent.skipped')
    await running.swarm(plain.metainfo.infoHash, isOpen)
    assert.match(await readFile(settings, 'utf8'), /the future/)
  })

  it('it has the same name as before', async () => {
    await using scratch = await ScratchFolder.create()
    const names: string[] = []
    for (let turn = 0; turn < 2; turn++) {
      const running = await TestService.start({ root: scratch.path })
      names.push(running.service.identity().memberId)
      await running.service.stop()
    }
    assert.equal(names[0], names[1])
  })
})

describe('a second service on one root', { timeout: 120_000 }, () => {
  it('is refused and changes nothing; it may start when the first has ended', async () => {
    await using first = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'mine.bin', content: 40 * PIECE })
    await placeContent(first.root, torrent)
    await first.join(torrent.bytes)
    await assert.rejects(TestService.start({ root: first.root }), RootLockedError)
    assert.equal(first.service.swarm(torrent.metainfo.infoHash).state, 'seeding')
    await first.service.stop()
    await using second = await TestService.start({ root: first.root })
    await second.swarm(torrent.metainfo.infoHash, ({ state }) => state === 'seeding')
  })

  it('leaves the root free when it can not start for another reason', async () => {
    await using blocker = await TestService.start()
    await using scratch = await ScratchFolder.create()
    await assert.rejects(TestService.start({ root: scratch.path, port: blocker.port }), { code: 'EADDRINUSE' })
    await using running = await TestService.start({ root: scratch.path })
    assert.ok(running.port > 0)
  })

  it('leaves nothing open when it can not start with its state', async () => {
    await using scratch = await ScratchFolder.create()
    const first = await TestService.start({ root: scratch.path })
    const { port } = first
    await first[Symbol.asyncDispose]()
    const limits = new RootFolder(scratch.path).limits
    const body = Buffer.from('{}\n')
    const crc = crc32(body, crc32('2\n')).toString(16).padStart(8, '0')
    await writeFile(limits, `swarmd-state 2 ${crc}\n${body.toString()}`)
    await assert.rejects(TestService.start({ root: scratch.path, port }), { name: 'NewerFormatError' })
    await rm(limits)
    await using again = await TestService.start({ root: scratch.path, port })
    assert.equal(again.port, port)
  })
})
