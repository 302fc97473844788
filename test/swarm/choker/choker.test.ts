import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  DEFAULT_CHOKER,
  fillFreeSlots,
  rechoke,
  type ChokeCandidate,
  type ChokeDecision,
  type ChokeRound,
} from '../../../src/swarm/choker/choker.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const NOW = 1_000_000

const candidate = (key: number, more: Partial<ChokeCandidate> = {}): ChokeCandidate => ({
  key,
  interested: true,
  seeder: false,
  snubbed: false,
  downloadRate: 0,
  uploadRate: 0,
  slot: null,
  since: 0,
  connectedAt: 0,
  ...more,
})

const round = (candidates: readonly ChokeCandidate[], more: Partial<ChokeRound> = {}): ChokeRound => ({
  candidates,
  seeding: false,
  now: NOW,
  random: () => 0,
  ...more,
})

const slotOf = (decisions: readonly ChokeDecision[], key: number): ChokeDecision => {
  const found = decisions.find((decision) => decision.key === key)
  assert.ok(found, `no decision for ${key}`)
  return found
}
const unchoked = (decisions: readonly ChokeDecision[]): number[] =>
  decisions.filter((decision) => decision.slot !== null).map(({ key }) => key)

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
    assert.equal(slotOf(decisions, 6).reason, 'choked: 6th of 6 by rate, 10 B/s')
  })

  it('says why a peer can have no slot', () => {
    const decisions = rechoke(
      round([
        candidate(1, { seeder: true }),
        candidate(2, { interested: false, slot: 'regular' }),
        candidate(3, { snubbed: true, downloadRate: 1e9 }),
      ]),
    )
    assert.deepEqual(
      decisions.map(({ slot, rank, code }) => [slot, rank, code]),
      [
        [null, 0, 'seeder'],
        [null, 0, 'not-interested'],
        [null, 0, 'snubbed'],
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
        round([...better, candidate(4), candidate(5, { connectedAt: NOW - 30_000 })], { random }),
      )
      if (slotOf(decisions, 5).slot === 'optimistic') newcomers++
    }
    assert.ok(Math.abs(newcomers - 3000) < 120, `${newcomers} of 4000`)
  })

  it('takes as many slots as it is told', () => {
    const many = Array.from({ length: 9 }, (_, at) => candidate(at, { downloadRate: at }))
    for (const [slots, optimisticSlots] of [
      [1, 0],
      [1, 1],
      [6, 2],
    ] as const) {
      const decisions = rechoke(round(many), { slots, optimisticSlots, roundMs: 10_000 })
      assert.equal(unchoked(decisions).length, slots)
      assert.equal(decisions.filter(({ slot }) => slot === 'optimistic').length, optimisticSlots)
    }
  })
})

describe('rechoke, as seeder', () => {
  it('ranks by what they take, and gives one regular slot to who has waited longest', () => {
    const takers = [1, 2, 3].map((key) =>
      candidate(key, { uploadRate: 1000 * key, slot: 'regular', since: NOW - 30_000 }),
    )
    const waiting = [candidate(4, { since: NOW - 90_000 }), candidate(5, { since: NOW - 10_000 })]
    const decisions = rechoke(round([...takers, ...waiting], { seeding: true }))
    assert.deepEqual(
      [3, 2, 4].map((key) => slotOf(decisions, key).code),
      ['regular', 'regular', 'turn'],
    )
    assert.equal(slotOf(decisions, 4).reason, 'turn: waited longest of 5, 0 B/s')
  })

  it('does not speak of a turn when a peer earned its slot by its rate', () => {
    const decisions = rechoke(round([candidate(1, { uploadRate: 9000 }), candidate(2)], { seeding: true }))
    assert.deepEqual(
      decisions.map(({ code }) => code),
      ['regular', 'regular'],
    )
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
        return { ...one, slot, since: (slot === null) === (one.slot === null) ? one.since : now }
      })
    }
    assert.equal(served.size, 10)
  })
})

describe('fillFreeSlots', () => {
  it('unchokes those that have waited longest, as many as there are slots free', () => {
    const decisions = fillFreeSlots(
      round([
        candidate(1, { slot: 'regular' }),
        candidate(2, { slot: 'optimistic' }),
        candidate(3, { since: 30 }),
        candidate(4, { since: 10 }),
        candidate(5, { since: 20 }),
      ]),
    )
    assert.deepEqual(
      decisions.map(({ key, slot }) => [key, slot]),
      [
        [4, 'regular'],
        [5, 'regular'],
      ],
    )
    assert.equal(decisions[0]?.reason, 'unchoked: a slot was free (2 of 4)')
  })

  it('makes the fourth the optimistic one', () => {
    const decisions = fillFreeSlots(round([1, 2, 3, 4, 5].map((key) => candidate(key, { since: key }))))
    assert.deepEqual(
      decisions.map(({ slot }) => slot),
      ['regular', 'regular', 'regular', 'optimistic'],
    )
  })

  it('changes nothing while all slots are in use', () => {
    const holders = [1, 2, 3, 4].map((key) => candidate(key, { slot: key === 4 ? 'optimistic' : 'regular' }))
    assert.deepEqual(fillFreeSlots(round([...holders, candidate(5)])), [])
  })
})

// What tit-for-tat promises, checked after each step of any history by rules that share no line with the choker.

type Step =
  | { readonly what: 'join'; readonly seeder: boolean }
  | { readonly what: 'leave' | 'snub' | 'interest'; readonly who: number }
  | { readonly what: 'rates'; readonly seed: number }
  | { readonly what: 'round' | 'complete' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('join' as const), seeder: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constantFrom('leave', 'snub', 'interest', 'interest'), who: fc.nat(30) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('rates' as const), seed: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('round', 'round', 'round', 'complete') }) },
)

type Peer = { -readonly [field in keyof ChokeCandidate]: ChokeCandidate[field] }

class History {
  readonly peers: Peer[] = []
  readonly random: () => number
  seeding = false
  now = 0
  #lastKey = 0

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  take(one: Step): void {
    this.now += 1000
    switch (one.what) {
      case 'join':
        this.peers.push({
          ...candidate(++this.#lastKey),
          seeder: one.seeder,
          interested: false,
          since: this.now,
          connectedAt: this.now,
        })
        break
      case 'rates': {
        const random = seededRandom(one.seed)
        for (const peer of this.peers) {
          peer.downloadRate = Math.floor(random() * 4) * 1000
          peer.uploadRate = Math.floor(random() * 4) * 1000
        }
        break
      }
      case 'complete':
        this.seeding = true
        break
      case 'round':
        this.now += 30_000
        this.#round()
        break
      case 'leave':
      case 'snub':
      case 'interest':
        this.#change(one.what, one.who)
    }
    this.#fill()
  }

  #change(what: 'leave' | 'snub' | 'interest', who: number): void {
    const peer = this.peers[who % Math.max(1, this.peers.length)]
    if (!peer) return
    if (what === 'leave') this.peers.splice(this.peers.indexOf(peer), 1)
    else if (what === 'snub') {
      peer.snubbed = !peer.snubbed
      if (peer.snubbed) peer.slot = null
    } else {
      peer.interested = !peer.interested
      peer.since = this.now
      if (!peer.interested) peer.slot = null
    }
  }

  #round(): void {
    const before = this.peers.map((peer) => ({ ...peer }))
    const decisions = rechoke(round(before, { seeding: this.seeding, now: this.now, random: this.random }))
    assert.deepEqual(
      decisions.map(({ key }) => key),
      before.map(({ key }) => key),
      'one decision for each candidate',
    )
    this.#apply(decisions)
  }

  #fill(): void {
    const decisions = fillFreeSlots(round(this.peers, { seeding: this.seeding, now: this.now, random: this.random }))
    for (const { key, slot } of decisions) {
      assert.notEqual(slot, null)
      assert.equal(this.peers.find((peer) => peer.key === key)?.slot, null, 'only who has none gets one')
    }
    this.#apply(decisions)
  }

  #apply(decisions: readonly ChokeDecision[]): void {
    for (const decision of decisions) {
      assert.ok(decision.reason.length > 0)
      const peer = this.peers.find(({ key }) => key === decision.key)
      assert.ok(peer)
      if ((peer.slot === null) !== (decision.slot === null)) peer.since = this.now
      peer.slot = decision.slot
    }
  }

  check(): void {
    const holders = this.peers.filter((peer) => peer.slot !== null)
    const mayHold = (peer: Peer): boolean => peer.interested && !peer.seeder && (this.seeding || !peer.snubbed)
    assert.ok(holders.length <= DEFAULT_CHOKER.slots, `${holders.length} slots in use`)
    assert.ok(holders.filter((peer) => peer.slot === 'optimistic').length <= DEFAULT_CHOKER.optimisticSlots)
    for (const peer of holders) assert.ok(mayHold(peer), `${peer.key} holds a slot`)
    const waiting = this.peers.filter((peer) => peer.slot === null && mayHold(peer))
    assert.ok(
      holders.length === 4 || waiting.length === 0,
      `${waiting.length} wait for ${4 - holders.length} free slots`,
    )
  }
}

describe('the choker, over any history', () => {
  it('uses four slots, leaves none idle, and gives none to who cannot use it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.nat(), (steps, seed) => {
        const history = new History(seed)
        for (const one of steps) {
          history.take(one)
          history.check()
        }
      }),
      { numRuns: 300 },
    )
  })

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
