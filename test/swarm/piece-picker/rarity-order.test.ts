import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { RarityOrder } from '../../../src/swarm/piece-picker/rarity-order.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const PIECES = 12

/** The same, said plainly. */
class NaiveOrder {
  readonly wanted = new Set(Array.from({ length: PIECES }, (_, piece) => piece))
  readonly counts: number[] = Array.from({ length: PIECES }, () => 0)
  seeders = 0

  availability(piece: number): number {
    return (this.counts[piece] ?? 0) + this.seeders
  }

  rarest(passes: (piece: number) => boolean): number {
    return Math.min(
      ...Array.from(this.wanted)
        .filter(passes)
        .map((piece) => this.availability(piece)),
    )
  }
}

type Step = readonly [what: 'have' | 'lost' | 'remove' | 'restore' | 'seeder' | 'seeder left', piece: number]

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('have', 'have', 'have', 'lost', 'remove', 'restore', 'seeder', 'seeder left'),
  fc.nat(PIECES - 1),
)

function apply(order: RarityOrder, naive: NaiveOrder, [what, piece]: Step): void {
  switch (what) {
    case 'have':
      order.increment(piece)
      naive.counts[piece] = (naive.counts[piece] ?? 0) + 1
      return
    case 'lost':
      if (naive.counts[piece] === 0) return
      order.decrement(piece)
      naive.counts[piece] = (naive.counts[piece] ?? 0) - 1
      return
    case 'remove':
      order.remove(piece)
      naive.wanted.delete(piece)
      return
    case 'restore':
      order.restore(piece)
      naive.wanted.add(piece)
      return
    case 'seeder':
      order.seederJoined()
      naive.seeders++
      return
    case 'seeder left':
      if (naive.seeders === 0) return
      order.seederLeft()
      naive.seeders--
  }
}

function assertSame(order: RarityOrder, naive: NaiveOrder): void {
  assert.equal(order.size, naive.wanted.size)
  for (let piece = 0; piece < PIECES; piece++) {
    assert.equal(order.wants(piece), naive.wanted.has(piece))
    assert.equal(order.availability(piece), naive.availability(piece))
  }
  const spread = [0, 1, 2].map((peers) => {
    const has = (piece: number): boolean => Math.min(2, naive.availability(piece)) === peers
    return [...naive.wanted].filter(has).length
  })
  assert.deepEqual(order.spread(3), spread)
  assert.equal(
    order.anyAvailable,
    Array.from(naive.wanted).some((piece) => naive.availability(piece) > 0),
  )
  for (const passes of [() => true, (piece: number) => piece % 3 === 0, () => false]) {
    const found = order.find(passes)
    if (!Array.from(naive.wanted).some(passes)) assert.equal(found, -1)
    else {
      assert.ok(naive.wanted.has(found) && passes(found))
      assert.equal(naive.availability(found), naive.rarest(passes))
    }
  }
}

describe('RarityOrder', () => {
  it('finds a rarest of the wanted pieces after any history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat(), (steps, seed) => {
        const order = new RarityOrder(PIECES, seededRandom(seed))
        const naive = new NaiveOrder()
        for (const one of steps) {
          apply(order, naive, one)
          assertSame(order, naive)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('has no order of its own among equally rare pieces', () => {
    const first = new Set<number>()
    for (let seed = 1; seed <= 100; seed++) first.add(new RarityOrder(8, seededRandom(seed)).find(() => true))
    assert.equal(first.size, 8)
  })

  it('finds any wanted piece at random, and only those that pass', () => {
    const random = seededRandom(4)
    const order = new RarityOrder(8, random)
    order.remove(5)
    const found = new Set<number>()
    for (let look = 0; look < 300; look++) found.add(order.findRandom((piece) => piece !== 2, random))
    assert.deepEqual(
      [...found].sort((a, b) => a - b),
      [0, 1, 3, 4, 6, 7],
    )
    assert.equal(
      order.findRandom(() => false, random),
      -1,
    )
  })

  it('is content with no pieces at all', () => {
    const order = new RarityOrder(0, seededRandom(1))
    assert.equal(order.size, 0)
    assert.equal(order.anyAvailable, false)
    assert.equal(
      order.find(() => true),
      -1,
    )
    assert.equal(
      order.findRandom(() => true, seededRandom(1)),
      -1,
    )
  })
})
