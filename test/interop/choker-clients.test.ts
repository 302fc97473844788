import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { watchedSwarm } from '../support/watched-swarm.ts'

describe('the choker of a running seeder, with clients of the world', {
  skip: labRequirements('lab-and-clients'),
  timeout: 600_000,
}, () => {
  it('explains each decision about libtorrent, transmission and aria2 as well', async (t) => {
    await using lab = await Lab.create()
    const kinds = ['libtorrent', 'transmission', 'aria2', 'swarmd', 'libtorrent', 'transmission'] as const
    const { watch, watches, fairness } = await watchedSwarm(lab, kinds, { length: 64 * 1024 * 1024, megabits: 20 })
    for (const one of watches) one.check()
    const codes = new Set(
      watches.flatMap(({ samples }) => samples.flatMap(({ peers }) => peers.map((peer) => peer.downloadCode))),
    )
    const served = fairness.peers.filter(({ given }) => given > 0).map(({ address }) => address.split(':')[0])
    t.diagnostic(`${watch.samples.length} samples, ${watch.rounds} rounds; from others: ${[...codes].join(', ')}`)
    // With two rounds and more each has had its turn; aria2 asks a tracker so late that the others may serve it first.
    for (const kind of ['libtorrent', 'transmission', 'swarmd']) {
      const some = kinds.some((one, number) => one === kind && served.includes(`10.77.0.${number + 2}`))
      assert.ok(some, `${kind} was served: ${served.join(' ')}`)
    }
    assert.ok(codes.has('downloading'), 'our leecher gets blocks of them')
  })
})
