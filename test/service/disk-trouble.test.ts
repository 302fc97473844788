import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { systemCalls } from '../../src/io/disk/disk-calls.ts'
import { ServiceError } from '../../src/service/index.ts'
import { FakePeer, ID } from '../support/fake-peer.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'

const MIB = 1024 * 1024

/** A disk of its own, so small that it is soon full; null where mounting is not allowed. */
class SmallDisk implements AsyncDisposable {
  readonly path: string
  readonly #scratch: ScratchFolder

  private constructor(path: string, scratch: ScratchFolder) {
    this.path = path
    this.#scratch = scratch
  }

  static async mount(bytes: number): Promise<SmallDisk | null> {
    const scratch = await ScratchFolder.create()
    const path = join(scratch.path, 'disk')
    await mkdir(path)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'ignore', timeout: 5000 })
      return new SmallDisk(path, scratch)
    } catch {
      await scratch[Symbol.asyncDispose]()
      return null
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    execFileSync('umount', ['--lazy', this.path], { stdio: 'ignore', timeout: 5000 })
    await this.#scratch[Symbol.asyncDispose]()
  }
}

/** A peer that has all of it and serves whoever asks. */
async function seed(running: TestService, { content, metainfo }: InMemoryTorrent): Promise<FakePeer> {
  const peer = await FakePeer.shakeHands({ port: running.port, infoHash: metainfo.infoHash })
  peer.serve(content, metainfo.pieceLength, (block) => block)
  peer.bitfield(metainfo.pieceCount)
  peer.frame(ID.unchoke)
  return peer
}

describe('trouble with the disk', { timeout: 240_000 }, () => {
  it('pauses the swarm when the disk is full, leaves the others alone, and goes on by itself when there is room', async (context: TestContext) => {
    await using disk = await SmallDisk.mount(8 * MIB)
    if (!disk) return context.skip('mounting is not allowed here')
    const filler = join(disk.path, 'filler')
    await writeFile(filler, Buffer.alloc(6 * MIB))
    await using running = await TestService.start({ root: disk.path })
    const small = inMemoryTorrent({ name: 'small.bin', content: 100_000 })
    await placeContent(disk.path, small)
    await running.join(small.bytes)
    const large = inMemoryTorrent({ name: 'large.bin', content: 4 * MIB, pieceLength: 256 * 1024 })
    const { infoHash } = large.metainfo
    await running.join(large.bytes)
    using _first = await seed(running, large)
    const paused = await running.swarm(infoHash, ({ state }) => state === 'error')
    assert.match(paused.stateReason, /full.*ENOSPC.*by itself/)
    assert.equal(running.service.swarm(small.metainfo.infoHash).state, 'seeding')
    await rm(filler)
    await running.swarm(infoHash, ({ state }) => state !== 'error' && state !== 'checking', { timeoutMs: 60_000 })
    using _second = await seed(running, large)
    await running.swarm(infoHash, ({ status }) => status === 'seeder')
    assert.ok(large.content.equals(await readFile(join(disk.path, 'shareable', 'large.bin'))))
    assert.deepEqual(running.events('bug'), [])
  })

  it('leaves a swarm that can not be removed where it is, also for the next start', async (context: TestContext) => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'staying.bin', content: 100_000 })
    const { infoHash } = torrent.metainfo
    await running.join(torrent.bytes)
    const sick = context.mock.method(systemCalls, 'rename', () =>
      Promise.reject(Object.assign(new Error('EIO: i/o error, rename'), { code: 'EIO' })),
    )
    await assert.rejects(
      running.service.remove(infoHash, { deleteData: false }),
      (error) => error instanceof ServiceError && error.code === 'storage',
    )
    sick.mock.restore()
    assert.equal((await running.service.setDesiredState(infoHash, 'started')).state, 'stalled')
    await running.service.stop()
    await using again = await TestService.start({ root: running.root })
    assert.equal((await again.swarm(infoHash, ({ state }) => state !== 'checking')).state, 'stalled')
  })

  it('keeps what its last sync failed for out of shareable/, and moves it once the disk does what it is asked', async (context: TestContext) => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'unsynced.bin', content: 100_000 })
    const { infoHash } = torrent.metainfo
    await running.join(torrent.bytes)
    const sick = context.mock.method(systemCalls, 'datasync', () =>
      Promise.reject(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })),
    )
    using _first = await seed(running, torrent)
    const paused = await running.swarm(infoHash, ({ state }) => state === 'error')
    assert.match(paused.stateReason, /EIO/)
    assert.equal(existsSync(join(running.root, 'shareable', 'unsynced.bin')), false)
    sick.mock.restore()
    // It would try again by itself; a person need not wait for that.
    await running.service.setDesiredState(infoHash, 'stopped')
    await running.service.setDesiredState(infoHash, 'started')
    await running.swarm(infoHash, ({ state }) => state !== 'error' && state !== 'checking')
    using _second = await seed(running, torrent)
    await running.swarm(infoHash, ({ status }) => status === 'seeder')
    assert.ok(torrent.content.equals(await readFile(join(running.root, 'shareable', 'unsynced.bin'))))
    assert.deepEqual(running.events('bug'), [])
  })

  it('pauses with a reason when there is a link where the partial file should be, and follows it nowhere', async () => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'linked.bin', content: 100_000 })
    const folder = join(running.root, '.swarmd', 'partial', torrent.metainfo.infoHash)
    await mkdir(folder, { recursive: true })
    await symlink(join(running.root, 'elsewhere'), join(folder, 'linked.bin'))
    const swarm = await running.join(torrent.bytes)
    assert.equal(swarm.state, 'error')
    assert.match(swarm.stateReason, /linked\.bin/)
    assert.equal(existsSync(join(running.root, 'elsewhere')), false)
  })

  it('says so when shareable/ gets a file of that name while the download runs, and overwrites nothing', async () => {
    await using running = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'taken.bin', content: 100_000 })
    const { infoHash, pieceCount, pieceLength } = torrent.metainfo
    await running.join(torrent.bytes)
    await writeFile(join(running.root, 'shareable', 'taken.bin'), 'mine')
    using peer = await FakePeer.shakeHands({ port: running.port, infoHash })
    peer.serve(torrent.content, pieceLength, (block) => block)
    peer.bitfield(pieceCount)
    peer.frame(ID.unchoke)
    const swarm = await running.swarm(infoHash, ({ stateReason }) => stateReason.includes('exists already'))
    assert.equal(swarm.progress, 1)
    assert.notEqual(swarm.status, 'seeder')
    assert.equal(await readFile(join(running.root, 'shareable', 'taken.bin'), 'utf8'), 'mine')
    await rm(join(running.root, 'shareable', 'taken.bin'))
    await running.service.setDesiredState(infoHash, 'stopped')
    const done = await running.service.setDesiredState(infoHash, 'started')
    assert.equal(done.status, 'seeder')
    assert.ok(torrent.content.equals(await readFile(join(running.root, 'shareable', 'taken.bin'))))
  })
})
