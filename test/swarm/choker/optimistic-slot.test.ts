import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CHOKER_PROFILES,
  DEFAULT_CHOKER,
  rechoke,
  type ChokeCandidate,
  type ChokeMoment,
} from '../../../src/swarm/choker/choker.ts'
import { candidate, NOW, round, slotOf } from '../../support/choke-moment.ts'
import { seededRandom } from '../../support/seeded-random.ts'

describe('the optimistic slot', () => {
  it('lets the optimistic slot go round: who had it sits out while others wait', () => {
    const better = [1, 2, 3].map((key) => candidate(key, { downloadRate: 1000, slot: 'regular' }))
    const had = candidate(4, { slot: 'optimistic' })
    for (let seed = 1; seed <= 20; seed++) {
      const decisions = rechoke(round([...better, had, candidate(5)], { random: seededRandom(seed) }))
      assert.equal(slotOf(decisions, 5).slot, 'optimistic')
    }
    assert.equal(slotOf(rechoke(round([...better, had])), 4).slot, 'optimistic')
  })

  it('draws a newcomer three times as often as an old acquaintance', () => {
    const better = [1, 2, 3].map((key) => candidate(key, { downloadRate: 1000 }))
    const random = seededRandom(9)
    let newcomers = 0
    for (let draw = 0; draw < 4000; draw++) {
      const decisions = rechoke(
        round(
          [
            ...better,
            candidate(4, { since: NOW - 1000 }),
            candidate(5, { since: NOW - 1000, connectedAt: NOW - 30_000 }),
          ],
          { random },
        ),
      )
      if (slotOf(decisions, 5).slot === 'optimistic') newcomers++
    }
    assert.ok(Math.abs(newcomers - 3000) < 120, `${newcomers} of 4000`)
  })

  it('draws a free rider only when nobody else waits, or it was passed over longest; as seeder like all', () => {
    const rider = candidate(4, { since: NOW - 60_000, freeRides: true })
    const other = candidate(5, { since: NOW - 10_000 })
    assert.equal(drawn([rider]), 60)
    assert.equal(drawn([rider, other]), 0)
    assert.ok(drawn([{ ...rider, freeRides: false }, other]) > 10)
    assert.equal(drawn([{ ...rider, since: NOW - 150_000 }, other]), 60)
    assert.ok(drawn([rider, { ...other, since: NOW - 70_000 }], { seeding: true }) > 10)
  })

  it('passes over, as seeder, who has had more of the uplink than an equal part, unless nobody else waits', () => {
    const greedy = { ...candidate(4, { since: NOW - 20_000 }), usedRate: 9e6 }
    const other = candidate(5, { since: NOW - 10_000, usedRate: 1e6 })
    assert.equal(drawn([greedy, other, candidate(6, { since: NOW - 60_000 })], { seeding: true }), 0)
    assert.ok(drawn([greedy, other, candidate(6, { since: NOW - 60_000 })]) > 10)
  })

  it('leaves an optimistic turn its 30 s, to the nearest round, in either profile', () => {
    const better = [1, 2, 3].map((key) => candidate(key, { downloadRate: 1000, slot: 'regular' }))
    const after = (seconds: number, settings = DEFAULT_CHOKER): number | undefined => {
      const had = candidate(4, { slot: 'optimistic', since: NOW - seconds * 1000 })
      const decisions = rechoke(round([...better, had, candidate(5)]), settings)
      return decisions.find(({ slot }) => slot === 'optimistic')?.key
    }
    assert.deepEqual(
      [14, 16, 30].map((seconds) => after(seconds)),
      [4, 5, 5],
    )
    const { bep3 } = CHOKER_PROFILES
    assert.equal(bep3.roundMs, 10_000)
    assert.deepEqual(
      [10, 20, 24, 26, 30].map((seconds) => after(seconds, bep3)),
      [4, 4, 4, 5, 5],
    )
  })

  it('lets no peer wait for the lot for ever: in the end the longest wait goes first', () => {
    const better = [1, 2, 3].map((key) => candidate(key, { downloadRate: 1000, slot: 'regular' }))
    const waiting = [4, 5, 6].map((key) => candidate(key, { since: NOW - 2 * 3 * 30_000 + (key - 4) * 1000 }))
    for (let seed = 1; seed <= 20; seed++) {
      const decisions = rechoke(round([...better, ...waiting], { random: seededRandom(seed) }))
      assert.equal(slotOf(decisions, 4).slot, 'optimistic')
      assert.equal(slotOf(decisions, 4).reason, 'optimistic: of 3 waiting the lot had passed it over longest')
    }
  })
})

/** How often of 60 times number 4 has the optimistic slot, where three others have the regular ones. */
function drawn(waiting: readonly ChokeCandidate[], moment: Partial<ChokeMoment> = {}): number {
  const better = [1, 2, 3].map((key) => candidate(key, { downloadRate: 1000 }))
  let times = 0
  for (let seed = 1; seed <= 60; seed++) {
    const decisions = rechoke(round([...better, ...waiting], { random: seededRandom(seed), ...moment }))
    if (slotOf(decisions, 4).slot === 'optimistic') times++
  }
  return times
}
