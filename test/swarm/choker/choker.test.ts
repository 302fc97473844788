import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  CHOKER_PROFILES,
  DEFAULT_CHOKER,
  betweenRounds,
  ranking,
  rechoke,
  type ChokeDecision,
} from '../../../src/swarm/choker/choker.ts'
import { UplinkUse } from '../../../src/swarm/choker/uplink-use.ts'
import { candidate, NOW, round, slotOf, unchoked } from '../../support/choke-moment.ts'
import { seededRandom } from '../../support/seeded-random.ts'

describe('rechoke, while we download', () => {
  it('gives the regular slots to the three that send fastest, and the optimistic one to another', () => {
    const rates = [5000, 300, 9e6, 700, 20, 10]
    const decisions = rechoke(round(rates.map((downloadRate, at) => candidate(at + 1, { downloadRate }))))
    assert.deepEqual(unchoked(decisions), [1, 2, 3, 4])
    assert.equal(slotOf(decisions, 2).slot, 'optimistic')
    assert.deepEqual(
      [3, 1, 4].map((key) => slotOf(decisions, key).rank),
      [1, 2, 3],
    )
    assert.deepEqual(
      [3, 1, 4].map((key) => slotOf(decisions, key).reason),
      [
        'regular: 1st of 6 by rate, 9.0 MB/s',
        'regular: 2nd of 6 by rate, 5.0 kB/s',
        'regular: 3rd of 6 by rate, 700 B/s',
      ],
    )
    assert.equal(
      slotOf(decisions, 6).reason,
      'choked: 6th of 6 by rate, 10 B/s; the regular slots went to 700 B/s and up',
    )
  })

  it('says why a peer can have no slot', () => {
    const decisions = rechoke(
      round([
        candidate(1, { seeder: true }),
        candidate(2, { interested: false, slot: 'regular' }),
        candidate(3, { snubbed: true, downloadRate: 1e9 }),
        candidate(4, { uploadOnly: true }),
        candidate(5, { downloadRate: 1, slot: 'optimistic', since: NOW - 1000 }),
        ...[6, 7, 8].map((key) => candidate(key, { downloadRate: 1000 })),
      ]),
    )
    assert.deepEqual(
      decisions.slice(0, 4).map(({ slot, rank, code }) => [slot, rank, code]),
      [
        [null, 0, 'seeder'],
        [null, 0, 'not-interested'],
        [null, 0, 'snubbed'],
        [null, 0, 'upload-only'],
      ],
    )
  })

  it('prefers among equals who has waited longest', () => {
    const decisions = rechoke(
      round([
        candidate(1, { slot: 'regular' }),
        candidate(2, { since: NOW - 10 }),
        candidate(3, { since: NOW - 30 }),
        candidate(4, { since: NOW - 20 }),
        candidate(5, { since: NOW - 5 }),
      ]),
    )
    assert.deepEqual(
      [3, 4, 2].map((key) => slotOf(decisions, key).code),
      ['regular', 'regular', 'regular'],
    )
  })

  it('gives the optimistic slot to another when its holder has earned a regular one', () => {
    const peers = [1, 2, 3].map((key) => candidate(key, { downloadRate: 1000 * key, slot: 'regular' }))
    const rising = candidate(4, { downloadRate: 9000, slot: 'optimistic', since: NOW - 10_000 })
    const decisions = rechoke(round([...peers, rising, candidate(5)]), CHOKER_PROFILES.bep3)
    assert.equal(slotOf(decisions, 4).code, 'regular')
    assert.equal(decisions.filter(({ slot }) => slot === 'optimistic').length, 1)
    assert.notEqual(slotOf(decisions, 4).slot, 'optimistic')
  })

  it('does not judge a peer that got its slot less than 10 s ago', () => {
    const fast = [1, 2, 3].map((key) => candidate(key, { downloadRate: 1000 * key }))
    const fresh = (since: number) => candidate(4, { slot: 'regular', since })
    const code = (since: number) => slotOf(rechoke(round([...fast, fresh(since)])), 4).code
    assert.equal(code(NOW - 9_999), 'settling')
    assert.notEqual(code(NOW - 10_000), 'settling')
    const decisions = rechoke(round([...fast, candidate(5), fresh(NOW - 3000)]))
    assert.equal(slotOf(decisions, 4).reason, 'settling: unchoked 3 s before the round, ranked from the next one on')
    assert.deepEqual(
      [3, 2].map((key) => slotOf(decisions, key).code),
      ['regular', 'regular'],
    )
    assert.notEqual(slotOf(decisions, 1).code, 'regular')
  })

  it('gives a peer that snubs us nothing but what the lot gives', () => {
    const snubbing = candidate(1, { snubbed: true, downloadRate: 1e9, slot: 'regular' })
    const alone = rechoke(round([snubbing]))
    assert.deepEqual([slotOf(alone, 1).slot, slotOf(alone, 1).rank], ['optimistic', 0])
    const others = [2, 3, 4, 5].map((key) => candidate(key, { connectedAt: NOW }))
    assert.equal(slotOf(rechoke(round([snubbing, ...others], { random: () => 0.99 })), 1).code, 'snubbed')
  })

  it('takes as many slots as it is told', () => {
    const many = Array.from({ length: 9 }, (_, at) => candidate(at, { downloadRate: at }))
    for (const [slots, optimisticSlots] of [
      [1, 0],
      [1, 1],
      [6, 2],
    ] as const) {
      const decisions = rechoke(round(many), { ...DEFAULT_CHOKER, slots, optimisticSlots })
      assert.equal(unchoked(decisions).length, slots)
      assert.equal(decisions.filter(({ slot }) => slot === 'optimistic').length, optimisticSlots)
    }
  })
})

describe('rechoke, as seeder', () => {
  it('keeps those that have had least, and gives one regular slot to who has waited longest', () => {
    const takers = [1, 2, 3].map((key) =>
      candidate(key, { uploadRate: 1000, usedRate: 1000 * key, slot: 'regular', since: NOW - 30_000 }),
    )
    const waiting = [candidate(4, { since: NOW - 90_000 }), candidate(5, { since: NOW - 10_000 })]
    const decisions = rechoke(round([...takers, ...waiting], { seeding: true }))
    assert.deepEqual(
      [1, 2, 4].map((key) => slotOf(decisions, key).code),
      ['regular', 'regular', 'turn'],
    )
    assert.equal(
      slotOf(decisions, 2).reason,
      'regular: 2nd of 5, it has had 2.0 kB/s of our uplink lately; the least goes first',
    )
    assert.equal(slotOf(decisions, 4).reason, 'turn: it has waited 90 s for a slot, 4th of 5')
  })

  it('tells who has had most that it gives way, and who waits that it waits', () => {
    const takers = [1, 2, 3].map((key) =>
      candidate(key, { uploadRate: 1000, usedRate: 1000 * key, slot: 'regular', since: NOW - 30_000 }),
    )
    const waiting = [4, 5, 6].map((key) => candidate(key, { since: NOW - 90_000 + key * 1000 }))
    const decisions = rechoke(round([...takers, ...waiting], { seeding: true, random: () => 0.99 }))
    assert.equal(
      slotOf(decisions, 3).reason,
      'choked: 3rd of 6, it has had 3.0 kB/s of our uplink lately; others had less, or wait for it',
    )
    assert.equal(slotOf(decisions, 6).slot, 'optimistic')
    assert.equal(
      slotOf(decisions, 5).reason,
      'choked: 5th of 6, waiting for 85 s; others keep their slots or have waited longer',
    )
  })

  it('does not speak of a turn when a peer earned its slot by its rate', () => {
    const holders = [1, 2].map((key) => candidate(key, { uploadRate: 9000, slot: 'regular' }))
    assert.deepEqual(
      rechoke(round(holders, { seeding: true })).map(({ code }) => code),
      ['regular', 'regular'],
    )
  })

  it('lets who waits wait its turn, however little it has had', () => {
    const holders = [1, 2].map((key) => candidate(key, { uploadRate: 1000, usedRate: 5000, slot: 'regular' }))
    const waiting = [3, 4, 5].map((key) => candidate(key, { usedRate: 100 * key, since: NOW - 1000 * key }))
    const decisions = rechoke(round([...holders, ...waiting], { seeding: true }))
    assert.deepEqual(
      [1, 2, 5].map((key) => slotOf(decisions, key).code),
      ['regular', 'regular', 'turn'],
    )
  })

  it('keeps no slot for who takes nothing while others wait', () => {
    const held = [1, 2, 3].map((key) =>
      candidate(key, { uploadRate: key === 1 ? 0 : 1000, usedRate: key, slot: 'regular' }),
    )
    assert.deepEqual(
      ranking([...held, candidate(4)], true).map(({ key }) => key),
      [2, 3, 4, 1],
    )
  })

  it('gives all the same of its uplink, though one takes whatever the others leave', () => {
    const random = seededRandom(5)
    const uses = Array.from({ length: 9 }, () => new UplinkUse())
    const taken = uses.map(() => 0)
    let candidates = uses.map((_, at) => candidate(at))
    for (let turn = 1; turn <= 720; turn++) {
      const now = NOW + turn * 10_000
      const decisions = rechoke(round(candidates, { seeding: true, now, random }), CHOKER_PROFILES.bep3)
      const holders = unchoked(decisions)
      // Of 2 MB a second the greedy one takes what is left; the others find room for 0.3.
      const rates = uses.map((_, at): number => (holders.includes(at) ? 3e5 : 0))
      if (holders.includes(0)) rates[0] = 2e6 - 3e5 * (holders.length - 1)
      const part = rates.reduce((sum, rate) => sum + rate, 0) / holders.length
      for (const [at, use] of uses.entries()) {
        taken[at] = (taken[at] ?? 0) + 10 * (rates[at] ?? 0)
        if (holders.includes(at)) use.held(taken[at] ?? 0, 10 * part, now + 10_000)
      }
      candidates = candidates.map((one, at) => {
        const { slot } = slotOf(decisions, at)
        const usedRate = uses[at]?.rate(now + 10_000) ?? 0
        return { ...one, slot, usedRate, uploadRate: rates[at] ?? 0, since: slot === one.slot ? one.since : now }
      })
    }
    const [greedy = 0, ...others] = taken
    const mean = others.reduce((sum, one) => sum + one, 0) / others.length
    assert.ok(greedy < 2.5 * mean, `${greedy} and ${mean} on average`)
    assert.ok(Math.min(...others) > 0.8 * mean, others.join(' '))
  })

  it('minds no snub: a seeder is owed nothing', () => {
    const decisions = rechoke(round([candidate(1, { snubbed: true })], { seeding: true }))
    assert.equal(slotOf(decisions, 1).slot, 'regular')
  })

  it('lets nobody wait for ever: of ten that take fast or slowly, each has a slot within ten rounds', () => {
    const random = seededRandom(3)
    let candidates = Array.from({ length: 10 }, (_, at) => candidate(at + 1, { uploadRate: at * 1e6 }))
    const served = new Set<number>()
    for (let turn = 0; turn < 10; turn++) {
      const now = NOW + turn * 30_000
      const decisions = rechoke(round(candidates, { seeding: true, now, random }))
      for (const key of unchoked(decisions)) served.add(key)
      candidates = candidates.map((one) => {
        const { slot } = slotOf(decisions, one.key)
        return { ...one, slot, since: slot === one.slot ? one.since : now }
      })
    }
    assert.equal(served.size, 10)
  })
})

describe('between rounds', () => {
  it('a free regular slot goes to the best by rate, and at equal rates to the longest wait', () => {
    const { filled, lost } = betweenRounds(
      round([
        candidate(1, { slot: 'regular' }),
        candidate(2, { slot: 'optimistic' }),
        candidate(3, { since: 30 }),
        candidate(4, { since: 10 }),
        candidate(5, { since: 40, downloadRate: 1000 }),
      ]),
    )
    assert.deepEqual(lost, [])
    assert.deepEqual(
      filled.map(({ key, slot }) => [key, slot]),
      [
        [5, 'regular'],
        [4, 'regular'],
      ],
    )
    assert.equal(filled[1]?.reason, 'free slot: 2 of 4 free, 3 waiting, this one for 17 min')
  })

  it('a free optimistic slot goes to the longest wait, whatever the rate', () => {
    const peers = [1, 2, 3].map((key) => candidate(key, { slot: 'regular' }))
    const { filled } = betweenRounds(round([...peers, candidate(4, { since: 9, downloadRate: 9 }), candidate(5)]))
    assert.deepEqual(
      filled.map(({ key, slot }) => [key, slot]),
      [[5, 'optimistic']],
    )
    const all = betweenRounds(round([1, 2, 3, 4, 5].map((key) => candidate(key, { since: key }))))
    assert.deepEqual(
      all.filled.map(({ slot }) => slot),
      ['regular', 'regular', 'regular', 'optimistic'],
    )
  })

  it('changes no slot while all are in use, and tells those who ask that they wait', () => {
    const holders = [1, 2, 3, 4].map((key) => candidate(key, { slot: key === 4 ? 'optimistic' : 'regular' }))
    const { lost, filled, told } = betweenRounds(round([...holders, candidate(5), candidate(6, { code: 'outranked' })]))
    assert.deepEqual([lost, filled], [[], []])
    assert.deepEqual(
      told.map(({ key, code }) => [key, code]),
      [[5, 'waiting']],
    )
  })

  it('takes the slot of who may not hold it, and gives it to who waits', () => {
    const holders = [
      candidate(1, { slot: 'regular', snubbed: true }),
      candidate(2, { slot: 'regular', interested: false }),
      candidate(3, { slot: 'regular', seeder: true }),
      candidate(4, { slot: 'optimistic', snubbed: true }),
    ]
    const { lost, filled } = betweenRounds(round([...holders, candidate(5)]))
    assert.deepEqual(
      lost.map(({ key, code }) => [key, code]),
      [
        [1, 'snubbed'],
        [2, 'not-interested'],
        [3, 'seeder'],
      ],
    )
    assert.deepEqual(
      filled.map(({ key, slot }) => [key, slot]),
      [[5, 'regular']],
    )
  })
})

describe('a round, over any rates', () => {
  it('gives the regular slots of a round to nobody who sends slower than one that gets none', () => {
    const rates = fc.array(fc.nat(20), { minLength: 4, maxLength: 20 })
    fc.assert(
      fc.property(rates, fc.nat(), (all, seed) => {
        const candidates = all.map((downloadRate, key) => candidate(key, { downloadRate }))
        const decisions = rechoke(round(candidates, { random: seededRandom(seed) }))
        const rate = ({ key }: ChokeDecision): number => all[key] ?? 0
        const worst = Math.min(...decisions.filter(({ slot }) => slot === 'regular').map(rate))
        const best = Math.max(0, ...decisions.filter(({ slot }) => slot === null).map(rate))
        assert.ok(worst >= best)
      }),
    )
  })
})
