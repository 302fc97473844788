import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { FairnessView } from '../../src/service/face.ts'
import { ChokerWatch } from '../support/choker-watch.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import type { PeerClient } from '../support/peer-client.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer, type PeerKind } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'

/** Rounds of 10 s, so that a short test sees some. */
const ARGS = ['--choker', 'bep3', '--lsd', 'off']
const TIMEOUT_MS = 240_000

async function swarmOf(
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
  // All at once, and not in the midst of each other's start.
  const ours = clients.filter((client) => client instanceof SwarmdClient)
  for (const client of ours) await client.swarmd.ready()
  const bytes = await readFile(torrent.path)
  await Promise.all(ours.map((client) => client.swarmd.addTorrent(bytes)))
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

describe('the choker of a running seeder', { skip: labRequirements('lab-and-clients'), timeout: 600_000 }, () => {
  it('serves nine leechers four at a time, each with a reason that follows from the records', async (t) => {
    await using lab = await Lab.create()
    const kinds = Array.from({ length: 9 }, (): PeerKind => 'swarmd')
    const { watch, watches, fairness } = await swarmOf(lab, kinds, { length: 96 * 1024 * 1024, megabits: 40 })
    for (const one of watches) one.check()
    assert.ok(watch.rounds >= 2, `${watch.rounds} rounds`)

    const first = [...watch.records.values()]
      .sort((a, b) => a.id - b.id)
      .flatMap(({ decisions }) => decisions.filter(({ slot, slotBefore }) => slot !== null && slotBefore === null))
      .slice(0, 4)
      .map(({ address }) => address)
    const bytes = first.map((address) => fairness.peers.find((peer) => peer.address === address)?.firstByteSeconds)
    const most = Math.max(...watch.samples.map(({ choker }) => choker.unchoked))
    t.diagnostic(
      `${watch.samples.length} samples, ${watch.records.size} records, ${watch.rounds} rounds, at most ${most} unchoked; ` +
        `first byte for the first four after ${bytes.map((seconds) => `${((seconds ?? NaN) * 1000).toFixed(0)} ms`).join(', ')}; ` +
        `longest wait ${Math.max(...fairness.peers.map((peer) => peer.longestWaitSeconds)).toFixed(1)} s, given alike ${fairness.given?.toFixed(2)}`,
    )
    assert.equal(most, 4)
    assert.equal(new Set(first).size, 4)
    // A few ms when the machine has time; seconds when ten processes share two cores. Waiting for a round would be ten.
    for (const seconds of bytes) assert.ok(seconds != null && seconds < 9, `${seconds} s`)
  })

  it('explains each decision about libtorrent, transmission and aria2 as well', async (t) => {
    await using lab = await Lab.create()
    const kinds = ['libtorrent', 'transmission', 'aria2', 'swarmd', 'libtorrent', 'transmission'] as const
    const { watch, watches, fairness } = await swarmOf(lab, kinds, { length: 64 * 1024 * 1024, megabits: 20 })
    for (const one of watches) one.check()
    const codes = new Set(
      watches.flatMap(({ samples }) => samples.flatMap(({ peers }) => peers.map((peer) => peer.downloadCode))),
    )
    const served = fairness.peers.filter(({ given }) => given > 0).map(({ address }) => address.split(':')[0])
    t.diagnostic(`${watch.samples.length} samples, ${watch.rounds} rounds; from others: ${[...codes].join(', ')}`)
    // With two rounds and more each has had its turn; aria2 asks a tracker so late that the others may serve it first.
    for (const kind of ['libtorrent', 'transmission', 'swarmd']) {
      const some = kinds.some((one, number) => one === kind && served.includes(`10.77.0.${number + 2}`))
      assert.ok(some, `${kind} was served: ${served.join(' ')}`)
    }
    assert.ok(codes.has('downloading'), 'our leecher gets blocks of them')
  })
})
