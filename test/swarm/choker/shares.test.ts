import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { uplinkShares, type ShareHolder } from '../../../src/swarm/choker/shares.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'

const holder = (slot: ShareHolder['slot'], downloadRate: number): ShareHolder => ({
  slot,
  downloadRate,
  freeRides: false,
  askedInVain: false,
})
const regular = (downloadRate: number): ShareHolder => holder('regular', downloadRate)
const optimistic = (downloadRate: number): ShareHolder => holder('optimistic', downloadRate)
const choked = (downloadRate: number): ShareHolder => holder(null, downloadRate)

const percent = (shares: readonly number[]): number[] => shares.map((share) => Math.round(share * 100))

describe('the shares of the uplink', () => {
  it('are what each gave, and a part for the optimistic slot', () => {
    assert.deepEqual(
      percent(uplinkShares([regular(5e6), regular(3e6), regular(2e6), optimistic(0)], false)),
      [40, 24, 16, 20],
    )
  })

  it('are equal while nobody has given anything, and when we have everything', () => {
    assert.deepEqual(uplinkShares([regular(0), choked(0), optimistic(0)], false), [0.5, 0, 0.5])
    assert.deepEqual(uplinkShares([regular(7), regular(1)], true), [0.5, 0.5])
  })

  it('leave nobody who has a slot without anything', () => {
    assert.deepEqual(percent(uplinkShares([regular(1e6), regular(0)], false)), [95, 5])
  })

  it('have no part for who rides free beyond that, though it has the optimistic slot', () => {
    const rider = { ...optimistic(0), freeRides: true }
    assert.deepEqual(percent(uplinkShares([regular(1e6), rider], false)), [95, 5])
  })

  it('are a hundredth for who was asked for blocks and rides free all the same', () => {
    for (const slot of ['regular', 'optimistic'] as const) {
      const proven = { ...holder(slot, 0), freeRides: true, askedInVain: true }
      assert.deepEqual(percent(uplinkShares([regular(1e6), proven], false)), [99, 1])
    }
    // Slow, and nothing owed yet.
    assert.deepEqual(percent(uplinkShares([regular(1e6), { ...optimistic(0), askedInVain: true }], false)), [80, 20])
  })

  it('count what the optimistic one earned, when that is more', () => {
    assert.deepEqual(percent(uplinkShares([regular(1e6), optimistic(1e6)], false)), [50, 50])
  })

  it('add up to 1, are none for the choked, and follow what was given', () => {
    forEachSeed(seeds(300), (seed) => {
      const random = seededRandom(seed)
      const holders = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, at) =>
        at === 0 || random() < 0.7 ? regular(Math.floor(random() * 4) * 1e5) : choked(random() * 1e6),
      )
      const shares = uplinkShares(holders, false)
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9)
      holders.forEach((one, at) => {
        if (one.slot === null) return assert.equal(shares[at], 0)
        assert.ok((shares[at] ?? 0) >= 0.04)
        holders.forEach((other, beside) => {
          if (other.slot === null || one.downloadRate < other.downloadRate) return
          assert.ok((shares[at] ?? 0) >= (shares[beside] ?? 0))
        })
      })
    })
  })
})
