import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { LabHost } from '../support/lab-host.ts'
import {
  GRAFANA,
  LabPrometheus,
  prometheusRequirements,
  startWatchedPeer,
  type Sample,
} from '../support/lab-prometheus.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent, type MadeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const MIB = 1024 * 1024
const DISK = 24 * MIB
const ALERT_NAMES = Array.from(
  readFileSync(join(GRAFANA, 'alerts.yml'), 'utf8').matchAll(/alert: (\w+)/g),
  ([, name = '']) => name,
)

/** The rules as they are shipped, but that minutes are seconds where they would be waited for. */
const inSeconds = (rules: string): string => rules.replaceAll(/\b(for: \d+|10)m\b/g, '$1s')

describe('alerts, by what they are there for', { skip: prometheusRequirements(), timeout: 180_000 }, () => {
  it('each fires: a parted network, a rotten and a full disk, a peer that dies again and again, then for good', async () => {
    await using lab = await Lab.create()
    const watcher = await lab.host()
    const [first, second, fetcher, cramped, dying, cutOff, lonely] = (await hosts(lab, 7)) as [
      LabHost,
      LabHost,
      LabHost,
      LabHost,
      LabHost,
      LabHost,
      LabHost,
    ]
    // The cable between two rooms is out: those here never heard of those there. Prometheus reaches both.
    await lab.partition([
      [first, second, fetcher, cramped, dying],
      [cutOff, lonely],
    ])
    const image = join(lab.folder, 'image.bin')
    const film = join(lab.folder, 'film.bin')
    await writeRandomFile(image, 48 * MIB, 'alerts: image')
    await writeRandomFile(film, 4 * MIB, 'alerts: film')
    const here = await torrentOf(lab, image, first)
    const there = await torrentOf(lab, image, cutOff)
    const filmed = await torrentOf(lab, film, first)
    assert.equal(here.infoHash, there.infoHash)

    share(lab, first, [here, filmed], [image, film])
    share(lab, second, [here], [image])
    share(lab, cutOff, [there], [])
    share(lab, lonely, [there], [])
    share(lab, fetcher, [], [])
    const crampedRoot = join(lab.folder, 'cramped')
    mkdirSync(crampedRoot)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', crampedRoot], { timeout: 5_000 })
    using _disk = { [Symbol.dispose]: () => execFileSync('umount', ['--lazy', crampedRoot], { timeout: 5_000 }) }

    // Whoever is a tracker comes first: who asks it before it is there waits for a quarter of a minute.
    await Promise.all([start(first).ready(), start(cutOff).ready()])
    await Promise.all([second, fetcher, lonely, dying].map((host) => start(host).ready()))
    const prometheus = new LabPrometheus(watcher, {
      folder: join(lab.folder, 'prometheus'),
      firstPeers: [first, cutOff],
      rules: inSeconds,
    })
    const isUp = ({ address }: LabHost) => prometheus.ask(`up{instance="${address}:5080"} == 1`)
    for (const host of [first, fetcher, dying, lonely]) {
      await waitUntil(`Prometheus to find ${host.address}`, async () => (await isUp(host)).length > 0)
    }

    /** Labels of all that fired at any time: some end by themselves, and Prometheus remembers them. */
    const fired = async () =>
      (await prometheus.ask('last_over_time(ALERTS{alertstate="firing"}[1h])')).map(({ metric }) => metric)

    // The first seeder's disk forgets: what it said it has is something else now.
    await writeRandomFile(join(lab.folder, first.namespace, 'shareable', 'film.bin'), 4 * MIB, 'rotten')
    copyFileSync(filmed.path, join(lab.folder, fetcher.namespace, 'torrents', 'film.torrent'))
    // Twice its room is wanted of this one.
    const crampedPeer = startWatchedPeer(cramped, lab.folder, { root: crampedRoot, args: ['--peers', first.address] })
    await crampedPeer.ready()
    copyFileSync(here.path, join(crampedRoot, 'torrents', 'image.torrent'))
    // Killed three times, and started again as systemd does it; then nobody does.
    for (let times = 0; times < 3; times++) {
      await lab.kill(dying)
      const killedAt = Date.now() / 1000
      await start(dying).ready()
      await waitUntil('Prometheus to see the new start', async () => {
        const asked = `swarmd_start_timestamp_seconds{instance="${dying.address}:5080"} > ${killedAt}`
        return (await prometheus.ask(asked)).length > 0
      })
    }
    await lab.kill(dying)

    const of = (host: LabHost, labels: Record<string, string> = {}) => ({ instance: `${host.address}:5080`, ...labels })
    const swarm = here.infoHash
    const wanted: Record<string, Record<string, string>> = {
      SwarmdStuck: of(lonely, { swarm }),
      SwarmdHashFailures: of(fetcher, { swarm: filmed.infoHash }),
      SwarmdDiskLow: of(cramped),
      SwarmdDiskFailing: of(cramped, { operation: 'write' }),
      SwarmdTrackersDisagree: { swarm },
      SwarmdParted: of(lonely),
      SwarmdRestarts: of(dying),
      SwarmdDown: of(dying),
    }
    assert.deepEqual(Object.keys(wanted).sort(), [...ALERT_NAMES].sort(), 'each alert has its fault here')
    for (const [alertname, labels] of Object.entries(wanted)) {
      await waitUntil(
        `${alertname} of ${JSON.stringify(labels)}`,
        async () => {
          const all = await fired()
          const isIt = (one: Sample['metric']) =>
            Object.entries({ alertname, ...labels }).every(([label, value]) => one[label] === value)
          if (all.some(isIt)) return true
          throw new Error(`there are ${JSON.stringify(all)}`)
        },
        { timeoutMs: 60_000 },
      )
    }

    function start(host: LabHost): SwarmdProcess {
      const known = host === lonely ? cutOff : first
      return startWatchedPeer(host, lab.folder, { args: ['--peers', known.address] })
    }
  })
})

async function hosts(lab: Lab, count: number): Promise<LabHost[]> {
  const made: LabHost[] = []
  for (let each = 0; each < count; each++) made.push(await lab.host())
  return made
}

const torrentOf = (lab: Lab, source: string, announcer: LabHost): Promise<MadeTorrent> =>
  makeTorrent({
    source,
    pieceLength: 256 * 1024,
    announceUrl: SwarmdProcess.announceUrl(announcer),
    path: join(lab.folder, `${announcer.address}-${source.split('/').at(-1)}.torrent`),
  })

/** Lays out what the peer on this host finds when it starts. */
function share(lab: Lab, host: LabHost, torrents: readonly MadeTorrent[], files: readonly string[]): void {
  const root = join(lab.folder, host.namespace)
  for (const name of ['torrents', 'shareable']) mkdirSync(join(root, name), { recursive: true })
  for (const { bytes, infoHash } of torrents) writeFileSync(join(root, 'torrents', `${infoHash}.torrent`), bytes)
  for (const file of files) execFileSync('cp', [file, join(root, 'shareable')])
}
