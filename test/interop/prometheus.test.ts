import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { queries } from '../../grafana/dashboards.ts'
import { ensurePackages } from '../support/debian-packages.ts'
import type { LabHost } from '../support/lab-host.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { writeRandomFile } from '../support/random-file.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const GRAFANA = fileURLToPath(new URL('../../grafana', import.meta.url))
const METRICS_TOKEN = 'metrics-0123456789abcdef'
const API_TOKEN = 'api-0123456789abcdef01'
const PEERS = 7
/** Slow enough that the transfer outlasts some rounds and scrapes. */
const MEGABITS = 12
const LENGTH = 160 * 1024 * 1024

function requirements(): string | false {
  const lab = labRequirements('lab')
  if (lab !== false) return lab
  const reason = ensurePackages(['prometheus'])
  if (reason !== null && process.env['CI'] !== undefined) throw new Error(reason)
  return reason ?? false
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

interface Decision {
  readonly address: string
  readonly rankedRate: number
}

describe('a real Prometheus', { skip: requirements(), timeout: 300_000 }, () => {
  it('finds nothing wrong with the rules, and each alert fires when it should', () => {
    for (const args of [
      ['check', 'rules', 'alerts.yml'],
      ['test', 'rules', 'alerts.test.yml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, {
        cwd: GRAFANA,
        encoding: 'utf8',
        timeout: 30_000,
      })
      assert.equal(status, 0, stdout + stderr)
    }
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
    const credentials = join(lab.folder, 'credentials')
    mkdirSync(credentials)
    writeFileSync(join(credentials, 'swarmd.metrics-token'), METRICS_TOKEN)
    writeFileSync(join(credentials, 'swarmd.api-token'), API_TOKEN)

    const source = join(lab.folder, 'image.bin')
    await writeRandomFile(source, LENGTH, 'prometheus')
    const torrent = await makeTorrent({
      source,
      pieceLength: 256 * 1024,
      announceUrl: SwarmdProcess.announceUrl(seeder),
      path: join(lab.folder, 'image.torrent'),
    })
    // The announcer first: who asks it before it is there asks again a quarter of a minute later.
    for (const host of hosts) await (await startPeer(host, host === seeder)).swarmd.ready()

    async function startPeer(host: LabHost, isSeeder: boolean) {
      const root = join(lab.folder, host.namespace)
      for (const name of ['torrents', 'shareable']) mkdirSync(join(root, name), { recursive: true })
      copyFileSync(torrent.path, join(root, 'torrents', 'image.torrent'))
      if (isSeeder) execFileSync('cp', ['--link', source, join(root, 'shareable')])
      const args = ['--api-host', '0.0.0.0', '--choker', 'bep3']
      return { swarmd: new SwarmdProcess(host, { root, args, env: { CREDENTIALS_DIRECTORY: credentials } }) }
    }

    // As it is shipped, but for where the peers are.
    const folder = join(lab.folder, 'prometheus')
    mkdirSync(folder)
    copyFileSync(join(GRAFANA, 'alerts.yml'), join(folder, 'alerts.yml'))
    writeFileSync(join(folder, 'swarmd.token'), METRICS_TOKEN)
    const config = readFileSync(join(GRAFANA, 'prometheus.yml'), 'utf8')
    const first = /      - url: .*\n        refresh_interval: .*\n(        authorization: .*\n)/.exec(config)
    assert.ok(first)
    const [{ address }] = hosts as [LabHost]
    const entry = `      - url: http://${address}:5080/metrics/targets\n        refresh_interval: 1s\n${first[1]}`
    const quick = config.replace(first[0], entry).replaceAll(/_interval: 5s/g, '_interval: 1s')
    writeFileSync(join(folder, 'prometheus.yml'), quick)
    const checked = spawnSync('promtool', ['check', 'config', join(folder, 'prometheus.yml')], { encoding: 'utf8' })
    assert.equal(checked.status, 0, checked.stdout + checked.stderr)
    watcher.spawn('prometheus', [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      '--web.listen-address=127.0.0.1:9090',
    ])

    const ask = async (expr: string): Promise<Sample[]> => {
      const url = `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(expr)}`
      const body = (await watcher.request(url)).body.toString('utf8')
      const { status, error, data } = JSON.parse(body) as { status: string; error?: string; data: { result: Sample[] } }
      assert.equal(status, 'success', `${expr}: ${error}`)
      return data.result
    }
    const api = async (host: LabHost, path: string): Promise<unknown> => {
      const headers = { authorization: `Bearer ${API_TOKEN}` }
      const { status, body } = await host.request(`http://127.0.0.1:5080${path}`, { headers })
      assert.equal(status, 200, path)
      return JSON.parse(body.toString('utf8'))
    }
    await waitUntil(
      'Prometheus to scrape all peers',
      async () => {
        if ((await ask('up{job="swarmd"} == 1')).length === PEERS) return true
        const targets = await watcher.request('http://127.0.0.1:9090/api/v1/targets')
        throw new Error(`the targets are ${targets.body.toString('utf8')}`)
      },
      { timeoutMs: 90_000 },
    )
    // More want a slot than there are: some are choked.
    await waitUntil('a choked peer', async () => {
      const choked = await ask('swarmd_swarm_peers_interested > on (instance, swarm) swarmd_choker_slots_used')
      return choked.length > 0
    })

    await t.test('the metrics of a busy peer pass promtool', async () => {
      const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
      const { body } = await seeder.request('http://127.0.0.1:5080/metrics', { headers })
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' })
      assert.deepEqual([status, stdout + stderr], [0, ''])
    })

    await t.test('the rate that ranked a peer is the one in the record of the choker', async () => {
      const compared = await waitUntil('a round that was scraped', async () => {
        const path = `/swarms/${torrent.infoHash}/choker/rounds`
        const { items } = (await api(seeder, path)) as { items: { kind: string; decisions: Decision[] }[] }
        const round = items.findLast(({ kind }) => kind === 'round')
        const samples = await ask(`swarmd_peer_ranked_rate_bytes_per_second{instance="${seeder.address}:5080"}`)
        const rates = new Map(samples.map(({ metric, value }) => [metric['peer'], Number(value[1])]))
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
      const chosen = (expr: string): string =>
        expr
          .replaceAll('$member', '.+')
          .replaceAll('$swarm', '.+')
          .replaceAll('$peer', '.+')
          .replaceAll('$__rate_interval', '20s')
      for (const { where, expr: asked } of queries) {
        const expr = chosen(asked)
        const found = await waitUntil(`${where}: ${expr}`, async () => {
          const samples = await ask(expr)
          return samples.some(({ value }) => Number.isFinite(Number(value[1]))) && samples
        })
        assert.ok(found.length > 0)
      }
      t.diagnostic(`${queries.length} queries`)
    })
  })
})
