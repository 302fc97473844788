import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { parseMetainfo } from '../../src/protocol/index.ts'
import { sha1 } from '../../src/io/index.ts'
import { TestService } from '../support/running-service.ts'

test('a file becomes a torrent that announces this peer, is seeded, and can be fetched by another', async () => {
  await using seeder = await TestService.start()
  const bytes = randomBytes(100_000)
  await writeFile(path.join(seeder.root, 'shareable', 'image.bin'), bytes)
  const { created, swarm } = await seeder.service.makeTorrent({ name: 'image.bin', pieceLength: 32768, comment: 'x' })
  assert.equal(created, true)
  await seeder.swarm(swarm.infoHash, ({ state }) => state === 'seeding')
  const torrent = Buffer.from(seeder.service.metainfo(swarm.infoHash))
  const metainfo = parseMetainfo(torrent, sha1)
  assert.deepEqual(
    [metainfo.announceTiers, metainfo.pieceLength, metainfo.length, metainfo.comment, metainfo.isPrivate],
    [[[`http://127.0.0.1:${seeder.port}/announce`]], 32768, 100_000, 'x', false],
  )
  await using leecher = await TestService.start()
  await leecher.join(torrent)
  await leecher.swarm(swarm.infoHash, ({ status }) => status === 'seeder')
  assert.equal((await seeder.service.makeTorrent({ name: 'image.bin', pieceLength: 32768 })).created, false)
})

test('a folder becomes a torrent of its files, without what links lead to; private and trackers are kept', async () => {
  await using seeder = await TestService.start()
  const folder = path.join(seeder.root, 'shareable', 'course')
  await mkdir(path.join(folder, 'week 1'), { recursive: true })
  await writeFile(path.join(folder, 'week 1', 'notes.txt'), 'notes')
  await writeFile(path.join(folder, 'readme'), 'read me')
  await symlink('/etc/passwd', path.join(folder, 'passwd'))
  const trackers = ['http://10.0.0.251:5000/announce']
  const { swarm } = await seeder.service.makeTorrent({ name: 'course', isPrivate: true, trackers })
  await seeder.swarm(swarm.infoHash, ({ state }) => state === 'seeding')
  const metainfo = parseMetainfo(Buffer.from(seeder.service.metainfo(swarm.infoHash)), sha1)
  assert.deepEqual(
    metainfo.files.map((file) => file.path.join('/')),
    ['readme', 'week 1/notes.txt'],
  )
  assert.deepEqual([metainfo.isPrivate, metainfo.announceTiers[1], metainfo.pieceLength], [true, trackers, 16384])
})

test('what can not be shared is refused in words', async () => {
  await using seeder = await TestService.start()
  const at = (name: string) => path.join(seeder.root, 'shareable', name)
  await mkdir(at('empty'))
  await writeFile(at('nothing'), '')
  await writeFile(at('back\\slash'), 'x')
  await symlink('/etc/passwd', at('link'))
  const refused = async (name: string, code: string) =>
    assert.rejects(seeder.service.makeTorrent({ name }), { name: 'ServiceError', code })
  for (const name of ['missing', '..', '.', 'a/b', '/etc/passwd', 'link']) await refused(name, 'file-not-found')
  for (const name of ['empty', 'nothing', 'back\\slash']) await refused(name, 'unshareable')
})

test('a recheck reads all back: what rotted is fetched again, a stopped swarm is left alone', async () => {
  await using seeder = await TestService.start()
  const file = path.join(seeder.root, 'shareable', 'image.bin')
  const bytes = randomBytes(100_000)
  await writeFile(file, bytes)
  const { swarm } = await seeder.service.makeTorrent({ name: 'image.bin', pieceLength: 16384 })
  const { infoHash } = swarm
  await seeder.swarm(infoHash, ({ state }) => state === 'seeding')
  seeder.service.recheck(infoHash)
  await seeder.swarm(infoHash, ({ state }) => state === 'seeding')
  bytes[50_000] = (bytes[50_000] ?? 0) ^ 1
  await writeFile(file, bytes)
  seeder.service.recheck(infoHash)
  const { stateReason } = await seeder.swarm(infoHash, ({ state }) => state === 'error')
  assert.match(stateReason, /differs from the torrent \(piece 3 of 7\)/)
  await seeder.service.setDesiredState(infoHash, 'stopped')
  assert.throws(() => seeder.service.recheck(infoHash), { code: 'swarm-stopped' })
})
