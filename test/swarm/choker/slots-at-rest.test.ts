import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  DEFAULT_CHOKER,
  betweenRounds,
  retold,
  slotsAreAtRest,
  type ChokeCandidate,
} from '../../../src/swarm/choker/choker.ts'

describe('slots at rest', () => {
  const placed = fc.record({
    interested: fc.boolean(),
    seeder: fc.nat(4).map((lot) => lot === 0),
    uploadOnly: fc.nat(4).map((lot) => lot === 0),
    snubbed: fc.nat(2).map((lot) => lot === 0),
    unused: fc.nat(2).map((lot) => lot === 0),
    code: fc.constantFrom(...(['outranked', 'waiting', 'unused', 'regular', 'not-interested', 'snubbed'] as const)),
  })

  it('are those of which none would change hands between rounds, whoever is there', () => {
    const seen = { atRest: 0, not: 0 }
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 9 }), fc.nat(4), fc.boolean(), (peers, held, seeding) => {
        const candidates = peers.map((peer, at): ChokeCandidate => {
          const slot = at >= held ? null : at === 3 ? 'optimistic' : 'regular'
          const rates = {
            downloadRate: 0,
            uploadRate: 0,
            since: 0,
            connectedAt: 0,
            freeRides: false,
            askedInVain: false,
            usedRate: 0,
          }
          return { key: at + 1, ...peer, ...rates, slot }
        })
        const { lost, filled, told } = betweenRounds({ candidates, seeding, now: 1000, random: () => 0 })
        const atRest = slotsAreAtRest(candidates, seeding, DEFAULT_CHOKER)
        assert.equal(atRest, lost.length + filled.length === 0)
        if (atRest) assert.deepEqual(retold(candidates, seeding, DEFAULT_CHOKER), told)
        seen[atRest ? 'atRest' : 'not']++
      }),
      { seed: 4, numRuns: 2000 },
    )
    assert.ok(seen.atRest > 200 && seen.not > 200, JSON.stringify(seen))
  })
})
