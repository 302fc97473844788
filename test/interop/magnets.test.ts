import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { debianClientKinds } from '../support/debian-clients.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

/** So many pieces that the metadata has two of its own. */
const LENGTH = 20 * 1024 * 1024
const PIECE_LENGTH = 16 * 1024
/** transmission 3.00 gives its first slot after ten seconds. */
const TIMEOUT_MS = 60_000

const isSha1 = (path: string, sha1: string): Promise<unknown> =>
  waitUntil(`${path} to be whole`, async () => (await sha1OfFile(path)) === sha1, {
    timeoutMs: TIMEOUT_MS,
    intervalMs: 200,
  })

/** They fetch by a link that we give them. */
async function servesAll(lab: Lab): Promise<void> {
  const host = await lab.host()
  const source = join(lab.folder, 'source', 'image.bin')
  await writeRandomFile(source, LENGTH, 'magnet')
  const announceUrl = SwarmdProcess.announceUrl(host)
  const path = join(lab.folder, 'image.torrent')
  const torrent = await makeTorrent({ source, pieceLength: PIECE_LENGTH, announceUrl, path })
  const sha1 = await sha1OfFile(source)
  const seeder = await startPeer('swarmd', host, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
  assert.ok(seeder instanceof SwarmdClient)
  const { body } = await seeder.swarmd.api('GET', `/swarms/${torrent.infoHash}/magnet`)
  const { magnet } = body as { magnet: string }
  const theirs = debianClientKinds.map(async (kind) => {
    const folder = join(lab.folder, `${kind}-leecher`)
    const leecher = await startPeer(kind, await lab.host(), { torrent, magnet, folder })
    await leecher.done(TIMEOUT_MS)
    await isSha1(join(folder, torrent.name), sha1)
  })
  await Promise.all(theirs)
}

/** We fetch what each of them has, by a link that names it. */
async function fetchesFromAll(lab: Lab): Promise<void> {
  const root = join(lab.folder, 'leecher')
  await mkdir(root)
  const leecher = new SwarmdProcess(await lab.host(), { root })
  await leecher.ready()
  const theirs = debianClientKinds.map(async (kind) => {
    const host = await lab.host()
    const source = join(lab.folder, 'source', `${kind}.bin`)
    await writeRandomFile(source, LENGTH, kind)
    const path = join(lab.folder, `${kind}.torrent`)
    const torrent = await makeTorrent({ source, pieceLength: PIECE_LENGTH, path })
    await startPeer(kind, host, { torrent, folder: join(lab.folder, `${kind}-seeder`), seedFrom: source })
    const magnet = `magnet:?xt=urn:btih:${torrent.infoHash}&x.pe=${host.address}:5000`
    const { status, body } = await leecher.api('POST', '/swarms', { magnet })
    assert.equal(status, 201)
    assert.equal((body as { state: string }).state, 'fetching-metadata')
    const isWhole = (swarm: { status: string }): boolean => swarm.status === 'seeder'
    await leecher.waitForSwarm(torrent.infoHash, `the whole file of ${kind}`, isWhole, TIMEOUT_MS)
    await isSha1(join(root, 'shareable', torrent.name), await sha1OfFile(source))
  })
  await Promise.all(theirs)
}

describe('a magnet link among other clients', { skip: labRequirements('lab-and-clients'), timeout: 300_000 }, () => {
  it('brings the metadata and then the file, from us to them and from them to us', async () => {
    await using lab = await Lab.create()
    // At a time: transmission makes both of them wait.
    await Promise.all([servesAll(lab), fetchesFromAll(lab)])
  })

  it('that names nobody finds by multicast who has it', async () => {
    await using lab = await Lab.create()
    const source = join(lab.folder, 'source', 'image.bin')
    await writeRandomFile(source, LENGTH, 'multicast')
    const path = join(lab.folder, 'image.torrent')
    const torrent = await makeTorrent({ source, pieceLength: PIECE_LENGTH, path })
    await startPeer('swarmd', await lab.host(), { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source })
    const root = join(lab.folder, 'leecher')
    await mkdir(root)
    const leecher = new SwarmdProcess(await lab.host(), { root })
    await leecher.ready()
    await leecher.api('POST', '/swarms', { magnet: `magnet:?xt=urn:btih:${torrent.infoHash}` })
    const isWhole = (swarm: { status: string }): boolean => swarm.status === 'seeder'
    await leecher.waitForSwarm(torrent.infoHash, 'the whole file', isWhole, TIMEOUT_MS)
  })
})
