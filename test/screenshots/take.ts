/**
 * `npm run screenshots`: takes the pictures of the README, of real peers on real (slow) links. They lie in
 * src/web/screenshots/, beside what they show.
 *
 * Needs root, for network namespaces; nothing leaves them.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { BROWSER_ARGUMENTS, browserRequirements, CHROMIUM } from '../support/browser.ts'
import type { LabHost } from '../support/lab-host.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent, type MadeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { packPng } from './pack-png.ts'

const FOLDER = path.resolve(import.meta.dirname, '..', '..', 'src', 'web', 'screenshots')
const MOST_BYTES = 150_000
const MIB = 1024 * 1024
const PEERS = 4

const missing = labRequirements('lab') || browserRequirements()
if (missing !== false) throw new Error(missing)

await mkdir(FOLDER, { recursive: true })
await using lab = await Lab.create()
const seederHost = await lab.host({ uploadMegabits: 60 })
const announceUrl = SwarmdProcess.announceUrl(seederHost)
const seederRoot = path.join(lab.folder, 'seeder')

const [image, notes, music] = await Promise.all([
  seed('lab-image.img', 448 * MIB, 512 * 1024),
  seed('lecture-notes.pdf', 3 * MIB, 64 * 1024),
  seed('music.flac', 24 * MIB, 128 * 1024),
])
// Nobody has it, and nobody tracks it.
const nobodys = path.join(lab.folder, 'old-exam.zip')
await writeRandomFile(nobodys, MIB, nobodys)
const nobody = await makeTorrent({
  source: nobodys,
  pieceLength: 16 * 1024,
  announceUrl: 'http://127.0.0.1:9/announce',
  path: path.join(lab.folder, 'nobody.torrent'),
})
const seeder = new SwarmdProcess(seederHost, { root: seederRoot, machineName: 'lab-1' })
await seeder.ready()
for (const { bytes } of [image, notes, music]) await seeder.addTorrent(bytes)

const viewer = await join('lab-2', [notes, image, nobody])
const others = await Promise.all(
  Array.from({ length: PEERS }, (_, at) => join(`lab-${at + 3}`, at % 2 === 0 ? [image] : [image, music])),
)
await viewer.waitForSwarm(image.infoHash, 'a fifth of the image', ({ progress }) => progress > 0.2, 120_000)

const browser = await chromium.launch({ executablePath: await chromiumIn(viewer.host), args: BROWSER_ARGUMENTS })
try {
  await shoot('list', 'light', '#/', 'lab-image.img')
  await shoot('swarm', 'dark', `#/swarms/${image.infoHash}/overview`, 'pieces are here', 9000, 1180)
  await shoot('choker', 'light', `#/swarms/${image.infoHash}/choker`, 'Ranking', 1500, 1000)
  await shoot('peers', 'dark', `#/swarms/${image.infoHash}/peers`, 'We give', 1500, 860)
  // One loses its power: after some seconds it is known everywhere.
  await others.at(-1)?.host.killProcesses()
  await shoot('lab', 'light', '#/lab', 'nobody can reach it', 1500, 880)
} finally {
  await browser.close()
}
for (const peer of [viewer, seeder, ...others.slice(0, -1)]) await peer.stop()

/** A file in the seeder's shareable/, and its torrent. */
async function seed(name: string, length: number, pieceLength: number): Promise<MadeTorrent> {
  const source = path.join(seederRoot, 'shareable', name)
  await writeRandomFile(source, length, name)
  return makeTorrent({ source, pieceLength, announceUrl, path: path.join(lab.folder, `${name}.torrent`) })
}

async function join(name: string, torrents: readonly MadeTorrent[]): Promise<SwarmdProcess> {
  const peer = new SwarmdProcess(await lab.host({ uploadMegabits: 40, downloadMegabits: 100 }), {
    root: path.join(lab.folder, name),
    machineName: name,
  })
  await peer.ready()
  for (const { bytes } of torrents) await peer.addTorrent(bytes)
  return peer
}

/** Chromium in the namespace of a host, where the API's loopback is. */
async function chromiumIn(host: LabHost): Promise<string> {
  const script = path.join(lab.folder, 'chromium')
  await writeFile(script, `#!/bin/sh\nexec ip netns exec ${host.namespace} ${CHROMIUM} "$@"\n`)
  await chmod(script, 0o755)
  return script
}

async function shoot(
  name: string,
  colorScheme: 'light' | 'dark',
  place: string,
  text: string,
  watchMs = 1500,
  height = 800,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1200, height }, colorScheme })
  const page: Page = await context.newPage()
  await page.goto(`http://127.0.0.1:5080/${place}`)
  await page.getByText(text).first().waitFor()
  // Plots need a few seconds to have something to show.
  await page.waitForTimeout(watchMs)
  const file = path.join(FOLDER, `${name}.png`)
  const picture = packPng(await page.screenshot())
  await writeFile(file, picture)
  const size = picture.length
  process.stdout.write(`${file}: ${size} bytes\n`)
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes; at most ${MOST_BYTES} are wanted`)
  await context.close()
}
