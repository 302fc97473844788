import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Exposition } from '../../src/control/metrics/exposition.ts'
import { HttpTimes } from '../../src/control/metrics/http-metrics.ts'
import { waitUntil } from '../support/wait-until.ts'
import { Victim } from './victim.ts'

const WAVES = 10
const PEERS = 50
/** With series of their own. */
const SHOWN = 20

describe('500 peers that come and go', { timeout: 120_000 }, () => {
  it('leave no more series than the limit allows while they are there, and none when they are gone', async () => {
    await using victim = await Victim.start('seeder')
    const { service } = victim.running
    const events = () => ({ readers: 0, dropped: 0, closedAsTooSlow: 0 })
    const exposition = new Exposition(service, { http: new HttpTimes(), events }, () => SHOWN)
    const series = async (): Promise<string[]> =>
      Buffer.concat(await exposition.scrape())
        .toString()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
    const connected = (count: number) => () => service.swarm(victim.infoHash).peers.connected === count
    const before = (await series()).length
    const sizes: number[] = []
    for (let wave = 0; wave < WAVES; wave++) {
      const peers = await Promise.all(
        Array.from({ length: PEERS }, (_, at) => victim.meet({ localAddress: `127.1.${wave}.${at + 1}` })),
      )
      for (const peer of peers) peer.frame(2)
      await waitUntil('all of them to be in the swarm', connected(PEERS), { intervalMs: 5 })
      const lines = await series()
      const names = new Set(lines.flatMap((line) => /peer="([^"]+)"/.exec(line)?.[1] ?? []))
      assert.equal(names.size, SHOWN + 1)
      assert.ok(names.has('other'))
      sizes.push(lines.length)
      for (const peer of peers) peer.close()
      await waitUntil('all of them to be gone', connected(0), { intervalMs: 5 })
    }
    const lines = await series()
    assert.deepEqual(
      lines.filter((line) => line.includes('peer="127.')),
      [],
    )
    // Reasons of the choker and of closes come up now and then; there are some dozens of them in all.
    const most = before + (SHOWN + 1) * 20 + 60
    assert.ok(Math.max(...sizes) <= most, `${sizes.join(' ')} series, at most ${most} were to be expected`)
    assert.ok(lines.length <= before + 60, `${lines.length} series are left of ${before}`)
    victim.hasNoBug()
  })
})
