import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Exposition, allMetrics } from '../../src/control/metrics/exposition.ts'
import { HttpTimes, httpMetrics } from '../../src/control/metrics/http-metrics.ts'
import { batches, peerMetrics, withLimit } from '../../src/control/metrics/peer-metrics.ts'
import { swarmMetrics } from '../../src/control/metrics/swarm-metrics.ts'
import { Durations } from '../../src/service/index.ts'
import { fakeMember } from '../support/fake-members.ts'
import { fakeSwarmMeasures } from '../support/fake-measures.ts'
import { FakeService, fakeHash, fakeSwarm } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

/** Samples by their whole name, `name{labels}`. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

async function scrapeOf(service: FakeService, peersPerSwarm = 50): Promise<string> {
  return (await new Exposition(service, api(), () => peersPerSwarm).scrape()).join('')
}

const api = () => ({ http: new HttpTimes(), events: () => ({ readers: 1, dropped: 2, closedAsTooSlow: 3 }) })

const swarm = fakeHash(1)

describe('GET /metrics', () => {
  test('answers with the text format, and counts the requests before it by route', async (t) => {
    const { app } = await controlApp(t)
    await app.inject('/swarms')
    await app.inject('/nowhere')
    const answer = await app.inject('/metrics')
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
    const samples = samplesOf(answer.body)
    const counted = (labels: string): unknown => samples.get(`swarmd_http_request_duration_seconds_count{${labels}}`)
    assert.equal(counted('method="GET",route="/swarms",status="200"'), 1)
    assert.equal(counted('method="GET",route="none",status="404"'), 1)
  })

  test('each metric of the tables is there once, with one help and one type above its samples', async (t) => {
    const { app } = await controlApp(t)
    await app.inject('/swarms')
    const { body } = await app.inject('/metrics')
    assert.equal(new Set(allMetrics.map(({ name }) => name)).size, allMetrics.length)
    for (const { name, type, help } of allMetrics) {
      assert.equal(body.split(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}`).length, 2, name)
    }
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    assert.equal(new Set(lines.map((line) => line.slice(0, line.lastIndexOf(' ')))).size, lines.length)
  })

  test('numbers are those of the service', async () => {
    const samples = samplesOf(await scrapeOf(new FakeService(1)))
    const of = (name: string, labels = ''): unknown =>
      samples.get(`${name}{swarm="${swarm}"${labels === '' ? '' : `,${labels}`}}`)
    assert.equal(of('swarmd_swarm_pieces', 'state="have"'), 6)
    assert.equal(of('swarmd_swarm_pieces', 'state="in-progress"'), 1)
    assert.equal(of('swarmd_swarm_pieces', 'state="missing"'), 5)
    assert.equal(of('swarmd_swarm_state', 'state="downloading"'), 1)
    assert.equal(of('swarmd_swarm_state', 'state="seeding"'), 0)
    assert.equal(of('swarmd_choker_slots', 'kind="regular"'), 3)
    assert.equal(of('swarmd_choker_decisions_total', 'reason="not-interested"'), 3)
    assert.equal(of('swarmd_peer_rate_bytes_per_second', 'peer="10.0.0.1:5000",direction="download"'), 1000)
    assert.equal(of('swarmd_peer_unchoked', 'peer="10.0.0.0:5000",slot="regular"'), 1)
    assert.equal(samples.get('swarmd_disk_operation_seconds_bucket{operation="write",le="0.0025"}'), 1)
    assert.equal(samples.get('swarmd_disk_operation_seconds_bucket{operation="write",le="+Inf"}'), 2)
    assert.equal(samples.get('swarmd_disk_operation_seconds_count{operation="write"}'), 2)
    assert.equal(samples.get('swarmd_disk_free_bytes'), 1e12)
    assert.deepEqual(
      ['readers', 'dropped_total', 'readers_cut_off_total'].map((name) => samples.get(`swarmd_events_${name}`)),
      [1, 2, 3],
    )
  })

  test('counters do not add up from scrape to scrape, and what is gone is gone from the next one', async () => {
    const service = new FakeService(1, 2)
    const exposition = new Exposition(service, api(), () => 50)
    await exposition.scrape()
    service.held.delete(fakeHash(2))
    service.measuredPeers = 1
    const samples = samplesOf((await exposition.scrape()).join(''))
    assert.equal(samples.get(`swarmd_choker_rounds_total{swarm="${swarm}"}`), 3)
    const names = [...samples.keys()]
    assert.deepEqual(
      names.filter((name) => name.includes(fakeHash(2))),
      [],
    )
    assert.deepEqual(
      names.filter((name) => name.includes('10.0.0.1:5000')),
      [],
    )
  })

  test('so many peers are shown as the settings say now', async (t) => {
    let most = 2
    const service = new FakeService(1)
    service.measuredPeers = 5
    const { app } = await controlApp(t, service, { metricsPeers: () => most })
    const shown = async (): Promise<number> => {
      const { body } = await app.inject('/metrics')
      return new Set(Array.from(body.matchAll(/peer="([\d.:]+)"/g), ([, peer]) => peer)).size
    }
    assert.equal(await shown(), 2)
    most = 4
    assert.equal(await shown(), 4)
    most = 0
    assert.equal(await shown(), 0)
  })

  test('peers above the limit are summed as other: the fastest and who has a slot are shown', async () => {
    const service = new FakeService(1)
    service.measuredPeers = 500
    const samples = samplesOf(await scrapeOf(service, 10))
    const peers = new Set([...samples.keys()].map((name) => /peer="([^"]*)"/.exec(name)?.[1]).filter((peer) => peer))
    assert.equal(peers.size, 11)
    assert.ok(peers.has('10.0.0.0:5000') && peers.has('10.0.1.243:5000') && peers.has('other'))
    const own = [...samples].filter(([name]) => name.startsWith('swarmd_peer_rate') && name.includes('download'))
    assert.equal(
      own.reduce((sum, [, rate]) => sum + rate, 0),
      (1000 * 499 * 500) / 2,
    )
    assert.equal(samples.get(`swarmd_peer_others{swarm="${swarm}"}`), 490)
    // A sum that peers join and leave is no counter.
    assert.deepEqual(
      [...samples.keys()].filter((name) => name.includes('payload_bytes_total') && name.includes('other')),
      [],
    )
  })

  test('all swarms together have series of 2,000 peers of their own, however many each may have', async () => {
    const service = new FakeService(1, 2, 3, 4, 5)
    service.measuredPeers = 500
    const samples = [...samplesOf(await scrapeOf(service, 500)).keys()]
    const names = samples.filter((name) => name.startsWith('swarmd_peer_choker_rank{'))
    assert.equal(names.length, 2_000)
  })

  test('with a limit of 0 no peer has metrics', async () => {
    assert.doesNotMatch(await scrapeOf(new FakeService(1), 0), /swarmd_peer_/)
  })

  test('a name that a torrent brings stays within its quotes', async () => {
    const service = new FakeService()
    service.hold(fakeSwarm(1, { name: 'a"} 1\nswarmd_evil{x="\\' }))
    const text = await scrapeOf(service)
    assert.ok(text.includes(`swarmd_swarm_info{swarm="${swarm}",name="a\\"} 1\\nswarmd_evil{x=\\"\\\\"} 1\n`))
  })

  test('500 peers that come and go leave no more series than the limit allows', async () => {
    const service = new FakeService(1)
    service.measuredPeers = 500
    const exposition = new Exposition(service, api(), () => 50)
    const sizes = []
    for (let scrape = 0; scrape < 5; scrape++) {
      service.firstMeasuredPeer += 500
      sizes.push(samplesOf((await exposition.scrape()).join('')).size)
    }
    assert.equal(new Set(sizes).size, 1)
    assert.ok((sizes[0] ?? 0) < 1000 + 51 * 20, `${sizes[0]} series`)
  })

  test('each step of a scrape writes a hundred lines or so, however much there is in all', () => {
    const crowd = withLimit(swarm, fakeSwarmMeasures(fakeSwarm(1), 3000).peerMeasures, 2000)
    const route = { method: 'GET', route: '/swarms', status: '200', seconds: new Durations().view() }
    const steps = [
      ...swarmMetrics.map((metric) => [...metric.read(fakeSwarmMeasures(fakeSwarm(1), 3000))].length),
      ...peerMetrics.flatMap((metric) => [...batches(crowd)].map((batch) => [...metric.read(batch)].length)),
      ...httpMetrics.map((metric) => [...metric.read(route)].length),
    ]
    assert.ok(Math.max(...steps) <= 100, `${Math.max(...steps)} samples`)
    assert.equal([...batches(crowd)].flatMap(({ peers }) => peers).length, 2000)
  })

  test('a scrape of 1,000 swarms with 50 peers each never holds the loop for long', async (t) => {
    const service = new FakeService(...Array.from({ length: 1000 }, (_, number) => number + 1))
    service.measuredPeers = 50
    const exposition = new Exposition(service, api(), () => 50)
    // CPU time of each stretch between two turns of the loop: another process on the core does not count.
    let longest = 0
    let before = process.threadCpuUsage()
    let running = true
    const watch = (): void => {
      const { user, system } = process.threadCpuUsage(before)
      longest = Math.max(longest, (user + system) / 1000)
      before = process.threadCpuUsage()
      if (running) setImmediate(watch)
    }
    await new Promise((resolve) => setImmediate(resolve))
    before = process.threadCpuUsage()
    setImmediate(watch)
    const parts = await exposition.scrape().finally(() => {
      running = false
    })
    assert.ok(Buffer.concat(parts).length > 1_000_000)
    t.diagnostic(`longest turn: ${longest.toFixed(1)} ms`)
    // 4 to 5 ms are seen, those of the collector.
    assert.ok(longest < 50, `one turn took ${longest} ms`)
  })
})

test('GET /metrics/targets names this peer as the caller reached it, and all members that did not leave, as http_sd wants it', async (t) => {
  const { app, service } = await controlApp(t)
  service.machines = [...service.machines, fakeMember(4, { state: 'gone', hasLeft: true })]
  const answer = await app.inject({ url: '/metrics/targets', headers: { host: 'localhost:7080' } })
  assert.match(String(answer.headers['content-type']), /^application\/json/)
  assert.deepEqual(answer.json(), [
    {
      targets: ['localhost:7080'],
      labels: {
        __meta_swarmd_member_id: '6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11',
        __meta_swarmd_version: '0.1.0',
      },
    },
    {
      targets: ['10.0.0.2:5080'],
      labels: {
        __meta_swarmd_member_id: '6d223864-6a3b-4f2e-9a55-0b1e8f2d7c02',
        __meta_swarmd_version: '0.1.0',
      },
    },
    {
      targets: ['10.0.0.3:5080'],
      labels: {
        __meta_swarmd_member_id: '6d223864-6a3b-4f2e-9a55-0b1e8f2d7c03',
        __meta_swarmd_version: '0.1.0',
      },
    },
  ])
})
