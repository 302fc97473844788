/**
 * `node test/bench/tit-for-tat.ts [--settle 240] [--seconds 130] [--choker bep3] [--seed 1]`: eight leechers whose uplinks differ, a peer
 * that gives next to nothing, and a seeder, each in a network namespace of its own behind a token bucket. Prints what each
 * gave and got, the rank correlation between uplink and download rate, and what the free rider got: tit-for-tat means that who
 * gives more gets more. Needs root.
 *
 * What is to be seen is how leechers treat each other, so they have to have something to exchange: in a swarm that just began,
 * and where all have the same, all wait for the same new pieces of the seeder, whatever they give. So the torrent has many files,
 * and while links are fast each fetches a fifth of them, drawn by lot; then the links become slow, and all are switched on.
 * From then on it takes minutes until each has found out who suits it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { ChokerView, FairnessView, PeerView, SwarmView } from '../../src/service/face.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { startPeer } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { median, rankCorrelation } from './statistics.ts'

const UPLINKS = [2, 4, 7, 11, 17, 25, 36, 50]
const FREE_RIDER_UPLINK = 20
/** Bytes per second: the least limit that a swarm can have. */
const FREE_RIDER_GIVES = 1024
const SEEDER_MEGABITS = 20
const FAST_MEGABITS = 400
const FILES = 112
const FILE_LENGTH = 32 * 1024 * 1024
/** Files that each has before the links become slow. */
const HEAD_START = 20
/** While nobody has chosen yet. */
const CLOSED_MEGABITS = 1

const { values } = parseArgs({
  options: {
    settle: { type: 'string', default: '240' },
    seconds: { type: 'string', default: '130' },
    choker: { type: 'string', default: 'bep3' },
    seed: { type: 'string', default: '1' },
  },
})
const skip = labRequirements('lab')
if (skip !== false) throw new Error(skip)
const args = ['--choker', values.choker, '--lsd', 'off']

await using lab = await Lab.create()
const seederHost = await lab.host({ uploadMegabits: CLOSED_MEGABITS })
const source = join(lab.folder, 'source', 'images')
const names = Array.from({ length: FILES }, (_, at) => `${at}.bin`)
for (const name of names) await writeRandomFile(join(source, name), FILE_LENGTH, name)
const announceUrl = SwarmdProcess.announceUrl(seederHost)
const path = join(lab.folder, 'images.torrent')
const entries = names.map((name) => ({ path: [name] }))
const torrent = await makeTorrent({ source, entries, pieceLength: 512 * 1024, announceUrl, path })
const seeder = await startPeer('swarmd', seederHost, {
  torrent,
  folder: join(lab.folder, 'seeder'),
  seedFrom: source,
  args,
})

if (!(seeder instanceof SwarmdClient)) throw new Error('another client')

const links = [...UPLINKS, FREE_RIDER_UPLINK]
const peers: SwarmdProcess[] = []
for (const number of links.keys()) {
  const host = await lab.host({ uploadMegabits: FAST_MEGABITS })
  const peer = new SwarmdProcess(host, { root: join(lab.folder, `leecher-${number}`), args })
  await peer.ready()
  peers.push(peer)
}
const bytes = await readFile(path)
await Promise.all(peers.map((peer) => peer.addTorrent(bytes)))

const look = (): Promise<SwarmView[]> => Promise.all(peers.map((peer) => peer.swarm(torrent.infoHash)))
const random = seededRandom(Number(values.seed))
for (const peer of peers) {
  const left = [...names.keys()]
  while (left.length > FILES - HEAD_START) left.splice(Math.floor(random() * left.length), 1)
  await prioritize(peer, left, 'off')
}
await lab.limit(seederHost, { uploadMegabits: FAST_MEGABITS })
while ((await look()).some(({ pieces }) => pieces.have / pieces.total < HEAD_START / FILES)) await sleep(200)
await lab.limit(seederHost, { uploadMegabits: SEEDER_MEGABITS })
for (const [at, peer] of peers.entries()) await lab.limit(peer.host, { uploadMegabits: links[at] ?? 0 })
await peers.at(-1)?.api('PATCH', `/swarms/${torrent.infoHash}`, { uploadLimit: FREE_RIDER_GIVES })
await Promise.all(peers.map((peer) => prioritize(peer, [...names.keys()], 'normal')))

await sleep(Number(values.settle) * 1000)
const before = await look()
const gaveBefore = await gaveWhom()
const began = performance.now()
await sleep(Number(values.seconds) * 1000)
const after = await look()
const seconds = (performance.now() - began) / 1000
const gave = (await gaveWhom()).map((row, from) => row.map((bytes, to) => bytes - (gaveBefore[from]?.[to] ?? 0)))

const perSecond = (of: (view: SwarmView) => number): number[] =>
  after.map((view, at) => (of(view) - (before[at] ? of(before[at]) : 0)) / seconds)
const rates = perSecond(({ downloaded }) => downloaded)
const given = perSecond(({ uploaded }) => uploaded)
process.stdout.write(`had at the start of it: ${before.map(({ progress }) => progress.toFixed(2)).join(' ')}\n`)
process.stdout.write('uplink Mbit/s  gave Mbit/s  got Mbit/s  longest wait s\n')
for (const [at, peer] of peers.entries()) {
  const answer = await peer.api('GET', `/swarms/${torrent.infoHash}/fairness`)
  const { longestWaitSeconds } = answer.body as FairnessView
  const cells = [(given[at] ?? 0) * 8e-6, (rates[at] ?? 0) * 8e-6, longestWaitSeconds]
  const name = at < UPLINKS.length ? String(UPLINKS[at]) : 'free rider'
  process.stdout.write(`${name.padStart(13)}${cells.map((cell) => cell.toFixed(1).padStart(12)).join('')}\n`)
}
const who = [...UPLINKS.map(String), 'free rider']
process.stdout.write(`\nwho gave whom, Mbit/s\n${row('', who)}`)
for (const [from, taken] of gave.entries()) {
  process.stdout.write(
    row(
      [...who, 'seeder'][from] ?? '',
      taken.map((bytes) => ((bytes * 8e-6) / seconds).toFixed(1)),
    ),
  )
}
process.stdout.write('\nwhat each says of the free rider\n')
for (const [at, giver] of peers.slice(0, -1).entries()) {
  const { ranking } = (await giver.api('GET', `/swarms/${torrent.infoHash}/choker`)).body as ChokerView
  const rider = ranking.find(({ address }) => isFrom(address, peers.at(-1)))
  process.stdout.write(
    `${String(UPLINKS[at]).padStart(10)}  ${rider?.reason ?? 'not connected'}; ${rider?.shareReason ?? 'no slot'}\n`,
  )
}
const leechers = rates.slice(0, UPLINKS.length)
process.stdout.write(
  `\nrank correlation of uplink and download rate: ${rankCorrelation(UPLINKS, leechers).toFixed(3)}\n`,
)
process.stdout.write(
  `the median leecher got ${(median(leechers) / (rates.at(-1) ?? 0)).toFixed(1)} times what the free rider got\n`,
)

async function prioritize(peer: SwarmdProcess, indices: readonly number[], priority: string): Promise<void> {
  const files = indices.map((index) => ({ index, priority }))
  const { status } = await peer.api('PATCH', `/swarms/${torrent.infoHash}`, { files })
  if (status !== 200) throw new Error(`priorities: ${status}`)
}

/** Bytes, by giver (the seeder last) and taker, over the connections of this moment. */
function gaveWhom(): Promise<number[][]> {
  const givers = [...peers, (seeder as SwarmdClient).swarmd]
  return Promise.all(
    givers.map(async (giver) => {
      const { items } = (await giver.api('GET', `/swarms/${torrent.infoHash}/peers`)).body as { items: PeerView[] }
      return peers.map((taker) => items.find(({ address }) => isFrom(address, taker))?.uploaded ?? 0)
    }),
  )
}

function isFrom(address: string, peer: SwarmdProcess | undefined): boolean {
  return address.startsWith(`${peer?.host.address}:`)
}

function row(head: string, cells: readonly string[]): string {
  return `${head.padStart(10)}${cells.map((cell) => cell.padStart(11)).join('')}\n`
}
