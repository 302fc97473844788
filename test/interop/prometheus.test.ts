import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { queries } from '../../grafana/dashboards.ts'
import type { LabHost } from '../support/lab-host.ts'
import {
  askWatchedPeer,
  GRAFANA,
  LabPrometheus,
  prometheusRequirements,
  promtool,
  startWatchedPeer,
} from '../support/lab-prometheus.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const PEERS = 7
/** Slow enough that the transfer outlasts some rounds and scrapes. */
const MEGABITS = 12
const LENGTH = 160 * 1024 * 1024

interface Decision {
  readonly address: string
  readonly rankedRate: number
}

describe('a real Prometheus', { skip: prometheusRequirements(), timeout: 300_000 }, () => {
  it('finds nothing wrong with the rules, and each alert fires when it should', () => {
    promtool(['check', 'rules', 'alerts.yml'], GRAFANA)
    promtool(['test', 'rules', 'alerts.test.yml'], GRAFANA)
  })

  it('discovers and scrapes peers in a transfer, and every query of every panel gives numbers', async (t) => {
    await using lab = await Lab.create()
    const watcher = await lab.host()
    const hosts: LabHost[] = []
    for (let each = 0; each < PEERS; each++) {
      hosts.push(await lab.host({ uploadMegabits: MEGABITS, downloadMegabits: MEGABITS * 2 }))
    }
    const [seeder] = hosts
    assert.ok(seeder)
    const source = join(lab.folder, 'image.bin')
    await writeRandomFile(source, LENGTH, 'prometheus')
    const torrent = await makeTorrent({
      source,
      pieceLength: 256 * 1024,
      announceUrl: SwarmdProcess.announceUrl(seeder),
      path: join(lab.folder, 'image.torrent'),
    })
    const start = (host: LabHost): Promise<void> => {
      const root = join(lab.folder, host.namespace)
      for (const name of ['torrents', 'shareable']) mkdirSync(join(root, name), { recursive: true })
      copyFileSync(torrent.path, join(root, 'torrents', 'image.torrent'))
      if (host === seeder) execFileSync('cp', ['--link', source, join(root, 'shareable')])
      return startWatchedPeer(host, lab.folder, { args: ['--choker', 'bep3'] }).ready()
    }
    // The announcer first: who asks it before it is there asks again a quarter of a minute later.
    await start(seeder)
    await Promise.all(hosts.filter((host) => host !== seeder).map(start))
    const prometheus = new LabPrometheus(watcher, { folder: join(lab.folder, 'prometheus'), firstPeers: [seeder] })
    await waitUntil(
      'Prometheus to scrape all peers',
      async () => {
        if ((await prometheus.ask('up{job="swarmd"} == 1')).length === PEERS) return true
        throw new Error(`the targets are ${await prometheus.targets()}`)
      },
      { timeoutMs: 90_000 },
    )
    // More want a slot than there are: some are choked.
    await waitUntil('a choked peer', async () => {
      const choked = 'swarmd_swarm_peers_interested > on (instance, swarm) swarmd_choker_slots_used'
      return (await prometheus.ask(choked)).length > 0
    })

    await t.test('the metrics of a busy peer pass promtool', async () => {
      assert.equal(promtool(['check', 'metrics'], GRAFANA, await askWatchedPeer(seeder, '/metrics')), '')
    })

    await t.test('the rate that ranked a peer is the one in the record of the choker', async () => {
      const compared = await waitUntil('a round that was scraped', async () => {
        const rounds = await askWatchedPeer(seeder, `/swarms/${torrent.infoHash}/choker/rounds`)
        const { items } = JSON.parse(rounds) as { items: { kind: string; decisions: Decision[] }[] }
        const round = items.findLast(({ kind }) => kind === 'round')
        const asked = `swarmd_peer_ranked_rate_bytes_per_second{instance="${seeder.address}:5080"}`
        const rates = new Map(
          (await prometheus.ask(asked)).map(({ metric, value }) => [metric['peer'], Number(value[1])]),
        )
        const pairs = (round?.decisions ?? []).map(
          ({ address, rankedRate }) => [rankedRate, rates.get(address)] as const,
        )
        const isSame = pairs.every(
          ([told, exported]) => exported !== undefined && Math.abs(told - exported) <= told * 0.05,
        )
        return pairs.some(([told]) => told > 0) && isSame && pairs
      })
      t.diagnostic(`ranked and exported: ${JSON.stringify(compared)}`)
    })

    await t.test('every query of every panel', async () => {
      let open = queries
      const isEmpty = async ({ expr: asked }: (typeof queries)[number]): Promise<boolean> => {
        const expr = asked.replaceAll(/\$(?:member|swarm|peer)\b/g, '.+').replaceAll('$__rate_interval', '20s')
        const samples = await prometheus.ask(expr)
        return !samples.some(({ value }) => Number.isFinite(Number(value[1])))
      }
      await waitUntil('all to have an answer', async () => {
        const empty = await Promise.all(open.map(isEmpty))
        open = open.filter((_, at) => empty[at])
        if (open.length === 0) return true
        throw new Error(`there is none for ${JSON.stringify(open)}`)
      })
      t.diagnostic(`${queries.length} queries`)
    })
  })
})
