import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MESH_SIZE, MemberRing } from '../../../src/network/membership/member-ring.ts'
import { memberIdFromBytes, type MemberId } from '../../../src/protocol/index.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'

function anyIds(count: number, random: () => number): MemberId[] {
  return Array.from({ length: count }, () =>
    memberIdFromBytes(Buffer.from(Array.from({ length: 16 }, () => Math.floor(256 * random())))),
  ).sort()
}

function ringOf(own: MemberId, others: readonly MemberId[]): MemberRing {
  const ring = new MemberRing(() => own)
  for (const id of others) if (id !== own) ring.add(id)
  return ring
}

const always = (): boolean => true

describe('the ring of members', () => {
  it('links everybody to everybody while they are few', () => {
    const [own, ...others] = anyIds(MESH_SIZE + 1, seededRandom(1)) as [MemberId, ...MemberId[]]
    assert.deepEqual([...ringOf(own, others).wanted(always)].sort(), others)
  })

  it('links each of many to three: the next two, and one that is drawn, always the same', () => {
    const ids = anyIds(500, seededRandom(2))
    for (const [at, own] of ids.entries()) {
      const wanted = ringOf(own, ids).wanted(always)
      assert.equal(wanted.size, 3)
      assert.ok(wanted.has(ids[(at + 1) % ids.length] as MemberId))
      assert.ok(wanted.has(ids[(at + 2) % ids.length] as MemberId))
      assert.deepEqual(ringOf(own, ids).wanted(always), wanted)
    }
  })

  it('keeps all connected by few steps, with links spread evenly, also when a third dies at once', () => {
    forEachSeed(seeds(5), (seed) => {
      const random = seededRandom(seed)
      const ids = anyIds(500, random)
      const dead = new Set(ids.filter(() => random() < 1 / 3))
      const links = new Map<MemberId, Set<MemberId>>(ids.map((id) => [id, new Set()]))
      for (const own of ids) {
        for (const other of ringOf(own, ids).wanted(always)) {
          links.get(own)?.add(other)
          links.get(other)?.add(own)
        }
      }
      const most = Math.max(...Array.from(links.values(), (set) => set.size))
      assert.ok(most <= 15, `somebody has ${most} links`)
      const reached = (from: MemberId, gone: ReadonlySet<MemberId>): number[] => {
        const seen = new Set([from])
        const rounds: number[] = []
        for (let edge = [from]; edge.length > 0; ) {
          edge = edge.flatMap((id) => [...(links.get(id) ?? [])].filter((next) => !seen.has(next) && !gone.has(next)))
          edge = [...new Set(edge)]
          for (const id of edge) seen.add(id)
          rounds.push(edge.length)
        }
        return [seen.size, rounds.length - 1]
      }
      const [all, steps] = reached(ids[0] as MemberId, new Set())
      assert.equal(all, 500)
      assert.ok((steps ?? 99) <= 8, `${steps} steps`)
      const alive = ids.filter((id) => !dead.has(id))
      const [left] = reached(alive[0] as MemberId, dead)
      assert.ok((left ?? 0) >= alive.length - 5, `${left} of ${alive.length} are still connected`)
    })
  })

  it('takes the next in place of one that can not be linked, and wants that one still', () => {
    const ids = anyIds(50, seededRandom(3))
    const [own, first, second, third] = ids as [MemberId, MemberId, MemberId, MemberId]
    const wanted = ringOf(own, ids).wanted((id) => id !== first)
    for (const id of [first, second, third]) assert.ok(wanted.has(id))
  })

  it('asks for nobody twice, and for nobody who left', () => {
    const ids = anyIds(12, seededRandom(4))
    const [own, gone] = ids as [MemberId, MemberId]
    const ring = ringOf(own, [...ids, ...ids])
    assert.equal(ring.size, 11)
    ring.delete(gone)
    ring.delete(gone)
    assert.equal(ring.size, 10)
    assert.ok(!ring.wanted(always).has(gone))
  })
})
