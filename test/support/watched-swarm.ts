import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FairnessView } from '../../src/service/face.ts'
import { ChokerWatch } from './choker-watch.ts'
import type { Lab } from './lab.ts'
import { makeTorrent } from './make-torrent.ts'
import type { PeerClient } from './peer-client.ts'
import { sha1OfFile, writeRandomFile } from './random-file.ts'
import { startPeer, type PeerKind } from './start-peer.ts'
import { SwarmdClient } from './swarmd-client.ts'
import { SwarmdProcess } from './swarmd-process.ts'

/** Rounds of 10 s, so that a short test sees some. */
const ARGS = ['--choker', 'bep3', '--lsd', 'off']
const TIMEOUT_MS = 240_000

/**
 * A seeder of a random file (`length` bytes) behind a link of so many megabits a second, watched, and leechers that come one
 * after the other, those of other kinds first; resolves when all have it, with what was seen of the choker.
 */
export async function watchedSwarm(
  lab: Lab,
  leechers: readonly PeerKind[],
  { length, megabits }: { length: number; megabits: number },
) {
  const seederHost = await lab.host({ uploadMegabits: megabits })
  const source = join(lab.folder, 'source', 'image.bin')
  await writeRandomFile(source, length, 'choker')
  const announceUrl = SwarmdProcess.announceUrl(seederHost)
  const torrent = await makeTorrent({
    source,
    pieceLength: 256 * 1024,
    announceUrl,
    path: join(lab.folder, 'image.torrent'),
  })
  const sha1 = await sha1OfFile(source)
  const folder = join(lab.folder, 'seeder')
  const seeder = await startPeer('swarmd', seederHost, { torrent, folder, seedFrom: source, args: ARGS })
  const watch = new ChokerWatch(seederHost, torrent.infoHash)
  const clients: PeerClient[] = []
  const watches = [watch]
  for (const [number, kind] of leechers.entries()) {
    const host = await lab.host()
    const args = kind === 'swarmd' ? { args: ARGS, startEmpty: true } : {}
    clients.push(await startPeer(kind, host, { torrent, folder: join(lab.folder, `leecher-${number}`), ...args }))
    if (kind === 'swarmd' && watches.length < 2) watches.push(new ChokerWatch(host, torrent.infoHash))
  }
  const ours = clients.filter((client) => client instanceof SwarmdClient)
  for (const { swarmd } of ours) await swarmd.ready()
  const bytes = await readFile(torrent.path)
  for (const { swarmd } of ours) {
    await swarmd.addTorrent(bytes)
    // Ten that begin at the same moment on two processors wait for these, and not for the choker.
    await swarmd.waitForSwarm(torrent.infoHash, 'its first piece', ({ progress }) => progress > 0, TIMEOUT_MS)
  }
  await Promise.all(clients.map((client) => client.done(TIMEOUT_MS)))
  const answer = await seederHost.api('GET', `/swarms/${torrent.infoHash}/fairness`)
  const fairness = answer.body as FairnessView
  for (const one of watches) await one.stop()
  for (const client of [...clients, seeder]) await client.stop()
  for (const client of clients) {
    assert.equal(await sha1OfFile(join(client.dataFolder, torrent.name)), sha1, client.kind)
  }
  return { watch, watches, fairness }
}
