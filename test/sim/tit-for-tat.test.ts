/**
 * Who gives more gets more. Eight leechers with uplinks from 2 to 50 Mbit/s and one that gives nothing, downlinks of 100, and
 * a seeder of 20 Mbit/s that alone could feed nobody: 90 % of all uplinks are the leechers'. Each has 40 % of the pieces when it
 * comes, by lot. In a swarm that only just begins all wait for the same new pieces of the seeder, and there is little to exchange.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CHOKER_PROFILES } from '../../src/swarm/choker/choker.ts'
import { KIB, MBIT, MIB, median, peersOf, rankCorrelation, scenario, tookSeconds } from './scenario.ts'
import { Simulation } from './simulation.ts'

const unlike = {
  leechers: 8,
  freeRiders: 1,
  uplink: { from: 2 * MBIT, to: 50 * MBIT },
  downlink: { from: 100 * MBIT, to: 100 * MBIT },
  seederUplink: 20 * MBIT,
  latency: 2,
  begun: 0.4,
  afterwards: 'leave',
  checked: false,
} as const

/** Rounds before it counts: by then each has met all others. */
const FIRST_ROUNDS = 15

/** What each got in the 15 rounds after the first 15, bytes, in the order of their uplinks; the free rider's last. */
function got(seed: number, profile: 'lab' | 'bep3', freeRidersGive: number | undefined) {
  const { roundMs } = CHOKER_PROFILES[profile]
  const from = (FIRST_ROUNDS * roundMs) / 1000
  const to = 2 * from
  // Nobody is done by then.
  const size = (4096 * MIB * roundMs) / CHOKER_PROFILES.bep3.roundMs
  const rides = freeRidersGive === undefined ? unlike : { ...unlike, freeRidersGive }
  const { swarm, records } = new Simulation(scenario({ ...rides, seed, profile, size, pieceLength: 1024 * KIB }))
  const takers = [...records].filter(([, { role }]) => role !== 'seeder').map(([peer]) => peer)
  const totals = (): number[] => takers.map(({ torrent }) => torrent.download.total)
  const given = (): number => swarm.peers.reduce((sum, { uploaded }) => sum + uploaded, 0)
  swarm.run(from)
  const [before, givenBefore] = [totals(), given()]
  swarm.run(to - from)
  const rates = totals().map((total, at) => total - (before[at] ?? 0))
  const uplinks = [...records.values()].reduce((sum, { role, uplink }) => sum + (role === 'free rider' ? 0 : uplink), 0)
  return {
    leechers: rates.slice(0, -1),
    freeRider: rates.at(-1) ?? 0,
    used: (given() - givenBefore) / (to - from) / uplinks,
  }
}

const UPLINKS = Array.from({ length: 8 }, (_, at) => at)

/** What each leecher came to on average of several runs: two that do well with each other may be slow to find better ones. */
const meanOf = (runs: readonly (readonly number[])[]): number[] =>
  UPLINKS.map((at) => runs.reduce((sum, run) => sum + (run[at] ?? 0), 0) / runs.length)

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

describe('leechers with unlike uplinks', () => {
  it('get what they give, and a free rider less than a third of the median', (t) => {
    const trials = [
      ['bep3', 1, undefined],
      ['bep3', 2, undefined],
      ['bep3', 3, undefined],
      ['bep3', 4, undefined],
      // These unchoke others, and give them 1 KiB/s all together, for show.
      ['bep3', 1, KIB],
      ['bep3', 2, KIB],
      // Three times as long a round, and a run.
      ['lab', 2, KIB],
      ['lab', 4, undefined],
    ] as const
    const runs = trials.map(([profile, seed, gives]) => {
      const { leechers, freeRider, used } = got(seed, profile, gives)
      const correlation = rankCorrelation(UPLINKS, leechers)
      const times = median(leechers) / freeRider
      const what = `${profile}, seed ${seed}${gives === undefined ? '' : ', for show'}: rank correlation ${correlation.toFixed(2)}, the median got ${times.toFixed(1)} times what the free rider got, ${(used * 100).toFixed(1)} % of all uplinks in use`
      t.diagnostic(what)
      assert.ok(times >= 3 && used > 0.98, what)
      assert.ok(freeRider < Math.min(...leechers), what)
      assert.ok(correlation >= 0.7, what)
      return { profile, leechers, correlation }
    })
    for (const profile of ['bep3', 'lab'] as const) {
      const single = mean(runs.flatMap((run) => (run.profile === profile ? [run.correlation] : [])))
      t.diagnostic(`${profile}: rank correlation ${single.toFixed(2)} on average`)
      assert.ok(single >= 0.9, `${profile}: ${single} on average`)
    }
    const together = rankCorrelation(UPLINKS, meanOf(runs.map(({ leechers }) => leechers)))
    t.diagnostic(`rank correlation ${together.toFixed(2)} of all runs together`)
    assert.ok(together >= 0.95, `${together} of all runs together`)
  })

  it('are done in the order of what they give; the free rider is last, and takes twice as long as the median', (t) => {
    const runs = [1, 2, 3, 4].map((seed) => {
      const size = 2048 * MIB
      const result = new Simulation(scenario({ ...unlike, seed, profile: 'bep3', size, pieceLength: 1024 * KIB })).run()
      const times = peersOf(result, 'leecher').map(tookSeconds)
      const [freeRider] = peersOf(result, 'free rider').map(tookSeconds)
      const what = `seed ${seed}: ${freeRider} s, and ${times.join(' ')}`
      assert.ok(freeRider !== undefined && freeRider >= Math.max(...times), what)
      // Who is done leaves here: those who stay are seeders, and a seeder is owed nothing.
      assert.ok(freeRider >= 2 * median(times), what)
      // Each of eight interested peers has its turn: here nobody came near the bound.
      for (const peer of result.peers) assert.ok(peer.longestWait <= 60, `${peer.name} waited ${peer.longestWait} s`)
      return times
    })
    const order = rankCorrelation(
      UPLINKS,
      meanOf(runs).map((time) => -time),
    )
    t.diagnostic(`rank correlation ${order.toFixed(2)}`)
    assert.ok(order >= 0.9, meanOf(runs).join(' '))
  })
})
