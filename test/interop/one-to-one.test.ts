import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { debianClientKinds, type DebianClientKind } from '../support/debian-clients.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import type { PeerKind } from '../support/start-peer.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'

const LENGTH = 256 * 1024 * 1024
const PIECE_LENGTH = 1024 * 1024
const TRANSFER_TIMEOUT_MS = 120_000

/** A lab of two hosts, a random file, and a torrent of it that announces to host 1. */
const setUp = async (lab: Lab) => {
  const [first, second] = [await lab.host(), await lab.host()]
  const source = join(lab.folder, 'source', 'image.bin')
  await writeRandomFile(source, LENGTH, 'one-to-one')
  const announceUrl = SwarmdProcess.announceUrl(first)
  const path = join(lab.folder, 'image.torrent')
  const torrent = await makeTorrent({ source, pieceLength: PIECE_LENGTH, announceUrl, path })
  return { first, second, source, torrent, sha1: await sha1OfFile(source) }
}

describe('one seeder and one leecher', {
  skip: labRequirements('lab-and-clients'),
  timeout: 900_000,
  // Side by side, as transmission mostly waits: ten seconds until it is interested or gives a slot, and then it asks once a second.
  concurrency: 4,
}, () => {
  const fetchesFrom = async (kind: DebianClientKind): Promise<void> => {
    await using lab = await Lab.create()
    const { first, second, source, torrent, sha1 } = await setUp(lab)
    const root = join(lab.folder, 'leecher')
    await mkdir(root)
    const leecher = new SwarmdProcess(first, { root })
    await leecher.ready()
    const added = await leecher.addTorrent(torrent.bytes)
    assert.equal(added.status, 'leech')
    assert.equal(added.progress, 0)

    await startPeer(kind, second, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    const isSeeder = (swarm: { status: string }): boolean => swarm.status === 'seeder'
    const done = await leecher.waitForSwarm(torrent.infoHash, 'the whole file', isSeeder, TRANSFER_TIMEOUT_MS)
    assert.equal(done.progress, 1)
    assert.ok(done.downloaded >= LENGTH, `downloaded ${done.downloaded}`)
    assert.equal(await sha1OfFile(join(root, 'shareable', torrent.name)), sha1)
  }

  const servesTo = async (kind: PeerKind, encrypted: boolean): Promise<void> => {
    await using lab = await Lab.create()
    const { first, second, source, torrent, sha1 } = await setUp(lab)
    const seeder = await startPeer('swarmd', first, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    const leecher = await startPeer(kind, second, { torrent, folder: join(lab.folder, 'leecher'), encrypted })
    await leecher.done(TRANSFER_TIMEOUT_MS)
    const uploaded = await seeder.uploaded()
    assert.ok(uploaded >= LENGTH && uploaded < 1.05 * LENGTH, `uploaded ${uploaded}`)
    await leecher.stop()
    assert.equal(await sha1OfFile(join(leecher.dataFolder, torrent.name)), sha1)
  }

  const tests: [name: string, test: () => Promise<void>][] = []
  for (const kind of debianClientKinds)
    tests.push([`fetches from ${kind}, which finds the leecher by the leecher's own tracker`, () => fetchesFrom(kind)])
  for (const kind of [...debianClientKinds, 'swarmd'] as const)
    tests.push([`serves the file to ${kind}`, () => servesTo(kind, false)])
  for (const kind of ['libtorrent', 'transmission'] as const)
    tests.push([`serves the file to ${kind} that tries an encrypted handshake first`, () => servesTo(kind, true)])
  // Those that take longest come first.
  const takesLong = ([name]: readonly [string, unknown]): number => Number(name.includes('transmission'))
  for (const [name, test] of tests.sort((a, b) => takesLong(b) - takesLong(a))) it(name, test)
})
