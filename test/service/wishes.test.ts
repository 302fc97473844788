import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { TestService } from '../support/running-service.ts'

const MIB = 1024 * 1024

/** A seeder of `shareable/course`, three files of these lengths. */
async function seederOf(...lengths: readonly number[]) {
  const seeder = await TestService.start()
  const folder = path.join(seeder.root, 'shareable', 'course')
  await mkdir(folder)
  const files = lengths.map((length) => randomBytes(length))
  for (const [index, bytes] of files.entries()) await writeFile(path.join(folder, `file-${index}`), bytes)
  const { swarm } = await seeder.service.makeTorrent({ name: 'course', pieceLength: 65536 })
  await seeder.swarm(swarm.infoHash, ({ state }) => state === 'seeding')
  const torrent = seeder.service.metainfo(swarm.infoHash)
  return { seeder, files, torrent, infoHash: swarm.infoHash }
}

test('a file is read from its middle while it downloads, and what is read comes before the rest', async () => {
  const { seeder, files, torrent, infoHash } = await seederOf(24 * MIB)
  await using _seeder = seeder
  await using leecher = await TestService.start()
  await leecher.service.changeLimits({ downloadLimit: 2 * MIB })
  await leecher.join(torrent)
  const file = leecher.service.openFile(infoHash, 0)
  const [from, to] = [20 * MIB + 123, 20 * MIB + 300_000]
  const parts: Uint8Array[] = []
  for await (const part of file.read(from, to, AbortSignal.timeout(60_000))) parts.push(part)
  assert.ok(Buffer.concat(parts).equals(files[0]?.subarray(from, to) ?? Buffer.alloc(0)))
  const { progress } = leecher.service.swarm(infoHash)
  assert.ok(progress < 0.9, `${progress} of it was here by then`)
  await leecher.service.changeLimits({ downloadLimit: null })
  await leecher.swarm(infoHash, ({ status }) => status === 'seeder')
  const all: Uint8Array[] = []
  for await (const part of leecher.service.openFile(infoHash, 0).read(0, 24 * MIB, AbortSignal.timeout(60_000)))
    all.push(part)
  assert.ok(Buffer.concat(all).equals(files[0] ?? Buffer.alloc(0)))
})

test('who waits for a piece hears when the swarm stops, and can go away at any time', async () => {
  const { seeder, torrent, infoHash } = await seederOf(4 * MIB)
  await using _seeder = seeder
  await using leecher = await TestService.start()
  await leecher.service.changeLimits({ downloadLimit: 65536 })
  await leecher.join(torrent)
  const read = async (signal: AbortSignal) => {
    for await (const _part of leecher.service.openFile(infoHash, 0).read(0, 4 * MIB, signal));
  }
  const gone = new AbortController()
  const reading = read(gone.signal)
  gone.abort(new Error('gone'))
  await assert.rejects(reading, /gone/)
  const waiting = read(AbortSignal.timeout(60_000))
  const refused = assert.rejects(waiting, { code: 'swarm-stopped' })
  await leecher.service.setDesiredState(infoHash, 'stopped')
  await refused
  assert.throws(() => leecher.service.openFile(infoHash, 0), { code: 'swarm-stopped' })
  assert.throws(() => leecher.service.openFile(infoHash, 9), { code: 'file-not-found' })
})

test('who waits for a file that is switched off hears that it never comes', async () => {
  const { seeder, torrent, infoHash } = await seederOf(4 * MIB)
  await using _seeder = seeder
  await using leecher = await TestService.start()
  await leecher.service.changeLimits({ downloadLimit: 65536 })
  await leecher.join(torrent)
  const read = async () => {
    for await (const _part of leecher.service.openFile(infoHash, 0).read(0, 4 * MIB, AbortSignal.timeout(60_000)));
  }
  const refused = assert.rejects(read(), { code: 'file-switched-off' })
  await leecher.service.changeWishes(infoHash, { files: [{ index: 0, priority: 'off' }] })
  await refused
})

test('the time left is that of the files that are wanted', async () => {
  const { seeder, torrent, infoHash } = await seederOf(2 * MIB, 60 * MIB)
  await using _seeder = seeder
  await using leecher = await TestService.start()
  await leecher.service.changeLimits({ downloadLimit: 1024 })
  await leecher.join(torrent)
  await leecher.service.changeWishes(infoHash, { files: [{ index: 1, priority: 'off' }] })
  await leecher.service.changeLimits({ downloadLimit: 128 * 1024 })
  const { etaSeconds, downloadRate } = await leecher.swarm(infoHash, (swarm) => swarm.etaSeconds !== null)
  const bytes = (etaSeconds ?? Number.NaN) * downloadRate
  assert.ok(bytes < 20 * MIB, `${etaSeconds} s at ${downloadRate} B/s`)
})

test('files that are switched off stay away, over a restart too, and come when they are switched on', async () => {
  const { seeder, files, torrent, infoHash } = await seederOf(MIB, 3 * MIB, MIB)
  await using _seeder = seeder
  const root = path.join(seeder.root, 'leecher')
  {
    await using leecher = await TestService.start({ root })
    await leecher.service.changeLimits({ downloadLimit: 65536 })
    await leecher.join(torrent)
    await leecher.service.changeWishes(infoHash, { files: [{ index: 1, priority: 'off' }] })
    await leecher.service.changeLimits({ downloadLimit: null })
    const swarm = await leecher.swarm(infoHash, ({ state }) => state === 'seeding')
    assert.match(swarm.stateReason, /switched off/)
    assert.equal(swarm.status, 'peer')
    const shown = leecher.service.files(infoHash)
    assert.deepEqual(
      shown.map(({ priority }) => priority),
      ['normal', 'off', 'normal'],
    )
    assert.deepEqual([shown[0]?.progress, shown[2]?.progress], [1, 1])
    assert.ok((shown[1]?.progress ?? 1) < 1)
    await assert.rejects(leecher.service.changeWishes(infoHash, { files: [{ index: 3, priority: 'off' }] }), {
      code: 'file-not-found',
    })
  }
  await using leecher = await TestService.start({ root })
  await leecher.swarm(infoHash, ({ state, stateReason }) => state === 'seeding' && /switched off/.test(stateReason))
  await assert.rejects(access(path.join(root, 'shareable', 'course')))
  await leecher.service.changeWishes(infoHash, { files: [{ index: 1, priority: 'high' }] })
  await leecher.swarm(infoHash, ({ status }) => status === 'seeder')
  for (const [index, bytes] of files.entries()) {
    assert.ok((await readFile(path.join(root, 'shareable', 'course', `file-${index}`))).equals(bytes))
  }
})

test('limits hold the rate down, each alone and both together, and are kept over a restart', async () => {
  const { seeder, torrent, infoHash } = await seederOf(6 * MIB)
  await using _seeder = seeder
  await seeder.service.changeWishes(infoHash, { uploadLimit: 2 * MIB })
  await using leecher = await TestService.start()
  const began = performance.now()
  await leecher.join(torrent)
  await leecher.swarm(infoHash, ({ status }) => status === 'seeder')
  // A second's worth may be saved up before it begins.
  assert.ok(performance.now() - began > 1_500, `done in ${performance.now() - began} ms`)
  assert.equal(seeder.service.swarm(infoHash).uploadLimit, 2 * MIB)
  const root = path.join(seeder.root, 'third')
  {
    await using third = await TestService.start({ root })
    await third.service.changeLimits({ uploadLimit: 5000, downloadLimit: 4 * MIB })
  }
  await using third = await TestService.start({ root })
  assert.deepEqual(third.service.limits(), { uploadLimit: 5000, downloadLimit: 4 * MIB })
})
