/**
 * `node test/bench/tit-for-tat.ts [--seconds 120] [--choker bep3]`: eight leechers whose uplinks differ, each in a network
 * namespace of its own behind a token bucket, and a seeder that alone could not feed them. Prints what each gave and got
 * and the rank correlation between uplink and download rate: tit-for-tat means that who gives more gets more. Needs root.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { FairnessView, SwarmView } from '../../src/service/face.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { rankCorrelation } from './statistics.ts'

const UPLINKS = [2, 4, 7, 11, 17, 25, 36, 50]
/** What it puts out is the most that anybody can get: new pieces come from nowhere else. */
const SEEDER_MEGABITS = 30
const LENGTH = 1024 * 1024 * 1024

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '120' }, choker: { type: 'string', default: 'bep3' } },
})
const skip = labRequirements('lab')
if (skip !== false) throw new Error(skip)
const args = ['--choker', values.choker, '--lsd', 'off']

await using lab = await Lab.create()
const seederHost = await lab.host({ uploadMegabits: SEEDER_MEGABITS })
const source = join(lab.folder, 'source', 'image.bin')
await writeRandomFile(source, LENGTH, 'tit for tat')
const announceUrl = SwarmdProcess.announceUrl(seederHost)
const path = join(lab.folder, 'image.torrent')
const torrent = await makeTorrent({ source, pieceLength: 256 * 1024, announceUrl, path })
await startPeer('swarmd', seederHost, { torrent, folder: join(lab.folder, 'seeder'), seedFrom: source, args })

const leechers: SwarmdProcess[] = []
for (const [number, uploadMegabits] of UPLINKS.entries()) {
  const host = await lab.host({ uploadMegabits })
  const leecher = new SwarmdProcess(host, { root: join(lab.folder, `leecher-${number}`), args })
  await leecher.ready()
  leechers.push(leecher)
}
const bytes = await readFile(path)
await Promise.all(leechers.map((leecher) => leecher.addTorrent(bytes)))

/** Payload got so far; counted from the first third on, when the rounds have sorted them. */
const look = (): Promise<SwarmView[]> => Promise.all(leechers.map((leecher) => leecher.swarm(torrent.infoHash)))
const total = Number(values.seconds)
await sleep((total / 3) * 1000)
const before = await look()
const began = performance.now()
await sleep((total * 2000) / 3)
const after = await look()
const seconds = (performance.now() - began) / 1000

const rates = after.map(({ downloaded }, at) => (downloaded - (before[at]?.downloaded ?? 0)) / seconds)
const given = after.map(({ uploaded }, at) => (uploaded - (before[at]?.uploaded ?? 0)) / seconds)
process.stdout.write('uplink Mbit/s  given MB/s  got MB/s  longest wait s  reciprocity (Jain)\n')
for (const [at, leecher] of leechers.entries()) {
  const answer = await leecher.api('GET', `/swarms/${torrent.infoHash}/fairness`)
  const { longestWaitSeconds, reciprocity } = answer.body as FairnessView
  const cells = [(given[at] ?? 0) / 1e6, (rates[at] ?? 0) / 1e6, longestWaitSeconds, reciprocity ?? 0]
  process.stdout.write(
    `${String(UPLINKS[at]).padStart(13)}${cells.map((cell) => cell.toFixed(2).padStart(12)).join('')}\n`,
  )
}
process.stdout.write(`rank correlation of uplink and download rate: ${rankCorrelation(UPLINKS, rates).toFixed(3)}\n`)
