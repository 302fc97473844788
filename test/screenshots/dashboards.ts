/**
 * `npm run previews`: takes pictures of the Grafana dashboards for the README, of a real Prometheus that scrapes real
 * peers on slow links. They are drawn by grafana/preview/, not by Grafana, and lie in grafana/pictures/.
 *
 * Needs root, for network namespaces; nothing leaves them.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { dashboardFiles } from '../../grafana/dashboards.ts'
import { dashboardPage } from '../../grafana/preview/page.ts'
import type { DashboardJson, PanelJson, SeriesData } from '../../grafana/preview/panel-json.ts'
import { BROWSER_ARGUMENTS, browserRequirements, CHROMIUM } from '../support/browser.ts'
import { ensurePackages } from '../support/debian-packages.ts'
import type { LabHost } from '../support/lab-host.ts'
import { LabPrometheus, prometheusRequirements, startWatchedPeer } from '../support/lab-prometheus.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const FOLDER = path.resolve(import.meta.dirname, '..', '..', 'grafana', 'pictures')
const MOST_BYTES = 200_000
const MIB = 1024 * 1024
/** Megabits of the uplinks of those that fetch. */
const UPLINKS = [12, 16, 20, 24, 28, 32, 40]
const SECONDS = 100
/** A link that is full may lose the first packet of a scrape, which comes again after a second. */
const INTERVAL = 3

const missing = prometheusRequirements() || browserRequirements() || ensurePackages(['pngquant']) || false
if (missing !== false) throw new Error(missing)

await mkdir(FOLDER, { recursive: true })
await using lab = await Lab.create()
const watcher = await lab.host()
const seeder = await lab.host({ uploadMegabits: 40 })
const others: LabHost[] = []
for (const uploadMegabits of UPLINKS) others.push(await lab.host({ uploadMegabits, downloadMegabits: 80 }))
const source = path.join(lab.folder, 'lab-image.img')
await writeRandomFile(source, 240 * MIB, 'previews')
const torrent = await makeTorrent({
  source,
  pieceLength: 512 * 1024,
  announceUrl: SwarmdProcess.announceUrl(seeder),
  path: path.join(lab.folder, 'lab-image.torrent'),
})
for (const host of [seeder, ...others]) {
  const peer = startWatchedPeer(host, lab.folder, { args: ['--choker', 'bep3'] })
  if (host === seeder) execFileSync('cp', ['--link', source, path.join(peer.root, 'shareable')])
  copyFileSync(torrent.path, path.join(peer.root, 'torrents', 'lab-image.torrent'))
  await peer.ready()
}
const prometheus = new LabPrometheus(watcher, {
  folder: path.join(lab.folder, 'prometheus'),
  firstPeers: [seeder],
  interval: INTERVAL,
})
const began = Date.now() / 1000
const [, , , , watched, , dying] = others
assert.ok(watched && dying)
await waitUntil('two thirds', async () => progressOf(watched, 0.6), { timeoutMs: 180_000, intervalMs: 500 })
await lab.kill(dying)
await waitUntil('most of it', async () => progressOf(watched, 0.85), { timeoutMs: 180_000, intervalMs: 500 })

const to = Date.now() / 1000
const span = { from: Math.max(began, to - SECONDS), to }
const browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS })
try {
  for (const { name, text } of dashboardFiles()) await shoot(name.replace('.json', '.png'), JSON.parse(text))
} finally {
  await browser.close()
}

async function progressOf({ address }: LabHost, least: number): Promise<boolean> {
  const asked = `swarmd_swarm_progress_ratio{instance="${address}:5080"} > ${least}`
  return (await prometheus.ask(asked)).length > 0
}

async function shoot(name: string, dashboard: DashboardJson): Promise<void> {
  const data = new Map<number, SeriesData[]>()
  for (const panel of dashboard.panels) data.set(panel.id, await answers(panel))
  const empty = dashboard.panels.filter(({ id, type }) => type !== 'row' && data.get(id)?.length === 0)
  for (const { title } of empty) process.stdout.write(`${name}: ${title} is empty\n`)
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 } })
  await page.setContent(dashboardPage(dashboard, data, span))
  const file = path.join(FOLDER, name)
  await page.screenshot({ path: file, fullPage: true })
  execFileSync('pngquant', ['--force', '--ext', '.png', '--speed', '1', file], { timeout: 60_000 })
  const { size } = await stat(file)
  process.stdout.write(`${file}: ${size} bytes\n`)
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes; at most ${MOST_BYTES} are wanted`)
}

/** As Grafana would ask, with one member and all else chosen. */
async function answers({ targets = [] }: PanelJson): Promise<SeriesData[]> {
  const all: SeriesData[] = []
  for (const { expr, legendFormat, instant } of targets) {
    const asked = expr
      .replaceAll('$__rate_interval', `${4 * INTERVAL}s`)
      .replaceAll('$member', `${watched?.address}:5080`)
      .replaceAll(/\$(?:swarm|peer)\b/g, '.+')
    const found =
      instant === true
        ? (await prometheus.ask(asked, span.to)).map(({ metric, value }) => ({ metric, values: [value] }))
        : await prometheus.askOver(asked, span)
    for (const { metric, values } of found) {
      const points = values.map(([time, value]) => [time, Number(value)] as const)
      all.push({ name: nameOf(metric, legendFormat), labels: metric, points })
    }
  }
  return all
}

/** Without a legend, Grafana writes the labels. */
function nameOf(labels: Readonly<Record<string, string>>, legend: string | undefined): string {
  if (legend === undefined) return JSON.stringify(labels)
  return legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '')
}
