import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import type { PeerKind } from '../support/start-peer.ts'
import { watchedSwarm } from '../support/watched-swarm.ts'

describe('the choker of a running seeder', { skip: labRequirements('lab'), timeout: 600_000 }, () => {
  it('serves nine leechers four at a time, each with a reason that follows from the records', async (t) => {
    await using lab = await Lab.create()
    const kinds = Array.from({ length: 9 }, (): PeerKind => 'swarmd')
    const { watch, watches, fairness } = await watchedSwarm(lab, kinds, { length: 96 * 1024 * 1024, megabits: 40 })
    for (const one of watches) one.check()
    assert.ok(watch.rounds >= 2, `${watch.rounds} rounds`)

    const first = [...watch.records.values()]
      .sort((a, b) => a.id - b.id)
      .flatMap(({ decisions }) => decisions.filter(({ slot, slotBefore }) => slot !== null && slotBefore === null))
      .slice(0, 4)
      .map(({ address }) => address)
    const bytes = first.map((address) => fairness.peers.find((peer) => peer.address === address)?.firstByteSeconds)
    const busyMs = Math.max(...watch.samples.map(({ tookMs }) => tookMs))
    const most = Math.max(...watch.samples.map(({ choker }) => choker.unchoked))
    t.diagnostic(
      `${watch.samples.length} samples, ${watch.records.size} records, ${watch.rounds} rounds, at most ${most} unchoked; ` +
        `first byte for the first four after ${bytes.map((seconds) => `${((seconds ?? NaN) * 1000).toFixed(0)} ms`).join(', ')}, ` +
        `three answers of the API at most ${busyMs.toFixed(0)} ms; ` +
        `longest wait ${Math.max(...fairness.peers.map((peer) => peer.longestWaitSeconds)).toFixed(1)} s, given alike ${fairness.given?.toFixed(2)}`,
    )
    assert.equal(most, 4)
    assert.equal(new Set(first).size, 4)
    // Some 50 ms, most of them behind what the others have in the link's queue; when the machine has no time, its three
    // answers say how long a few turns of two processes take. That no tick and no round is waited for is held in virtual time.
    const bound = (200 + busyMs) / 1000
    for (const seconds of bytes) assert.ok(seconds != null && seconds < bound, `${seconds} s, at most ${bound} s`)
  })
})
