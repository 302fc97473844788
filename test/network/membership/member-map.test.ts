import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemberMap, isThere, type MemberEntry } from '../../../src/network/membership/member-map.ts'
import {
  MEMBER_VERDICTS,
  encodeMemberRecord,
  memberIdFromBytes,
  type MemberContent,
  type MemberId,
  type MemberVerdict,
} from '../../../src/protocol/index.ts'
import { bareMember } from '../../support/bare-member.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'

type Said = MemberContent | MemberVerdict

const idOf = (number: number): MemberId => memberIdFromBytes(Buffer.alloc(16, number))
const content = (number: number, incarnation: number, port = 5000): MemberContent => ({
  id: idOf(number),
  incarnation,
  body: encodeMemberRecord(bareMember(['10.0.0.1'], port)),
})
const verdict = (number: number, incarnation: number, kind: MemberVerdict['kind']): MemberVerdict => ({
  id: idOf(number),
  incarnation,
  kind,
})
const empty = (maxMembers = 5000): MemberMap => new MemberMap({ maxMembers, onChange: () => undefined })
const say = (map: MemberMap, said: Said, now = 0): boolean =>
  'kind' in said ? map.addVerdict(said, now) : map.addContent(said, now)

/** All that two maps have to agree on. */
const picture = (map: MemberMap): unknown => ({
  digest: map.digest,
  buckets: map.buckets,
  entries: [...map.all()]
    .map(({ id, content, verdict, state }) => ({ id, content, verdict, state }))
    .sort((a, b) => (a.id < b.id ? -1 : 1)),
})

function anySaid(random: () => number): Said {
  const number = Math.floor(random() * 6)
  const incarnation = 1 + Math.floor(random() * 4)
  if (random() < 0.5) return content(number, incarnation, 5000 + Math.floor(random() * 2))
  return verdict(number, incarnation, MEMBER_VERDICTS[Math.floor(random() * 3)] ?? 'left')
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

/** What a map would tell another: all of it. */
const told = (map: MemberMap): Said[] =>
  [...map.all()].flatMap(({ content, verdict }) => [...(content ? [content] : []), ...(verdict ? [verdict] : [])])

describe('merging what is said of members', () => {
  it('comes to the same in whatever order and however often it is heard', () => {
    forEachSeed(seeds(200), (seed) => {
      const random = seededRandom(seed)
      const all = Array.from({ length: 30 }, () => anySaid(random))
      const [one, other] = [empty(), empty()]
      for (const said of all) say(one, said)
      for (const said of shuffled([...all, ...all], random)) say(other, said)
      assert.deepEqual(picture(one), picture(other))
    })
  })

  it('is commutative, associative and idempotent over whole maps', () => {
    forEachSeed(seeds(200), (seed) => {
      const random = seededRandom(seed)
      const maps = Array.from({ length: 3 }, () => {
        const map = empty()
        for (let at = 0; at < 12; at++) say(map, anySaid(random))
        return map
      })
      const merged = (...parts: readonly MemberMap[]): MemberMap => {
        const map = empty()
        for (const part of parts) for (const said of told(part)) say(map, said)
        return map
      }
      const [a, b, c] = maps as [MemberMap, MemberMap, MemberMap]
      assert.deepEqual(picture(merged(a, b)), picture(merged(b, a)))
      assert.deepEqual(picture(merged(merged(a, b), c)), picture(merged(a, merged(b, c))))
      assert.deepEqual(picture(merged(a, a)), picture(merged(a)))
      assert.deepEqual(picture(merged(a)), picture(a))
    })
  })

  it('is news only where it changes something', () => {
    const map = empty()
    assert.equal(say(map, content(1, 5)), true)
    assert.equal(say(map, content(1, 5)), false)
    assert.equal(say(map, content(1, 4)), false)
    assert.equal(say(map, verdict(1, 5, 'suspected')), true)
    assert.equal(say(map, verdict(1, 5, 'suspected')), false)
    assert.equal(say(map, verdict(1, 5, 'gone')), true)
    assert.equal(say(map, verdict(1, 5, 'suspected')), false)
  })
})

describe('the state of a member', () => {
  const after = (...said: Said[]): MemberEntry => {
    const map = empty()
    for (const one of said) say(map, one)
    const entry = map.get(idOf(1))
    assert.ok(entry)
    return entry
  }

  it('is the weightiest verdict at its incarnation or above', () => {
    assert.equal(after(content(1, 5)).state, 'alive')
    assert.equal(after(content(1, 5), verdict(1, 5, 'suspected')).state, 'suspected')
    assert.equal(after(content(1, 5), verdict(1, 5, 'suspected'), verdict(1, 5, 'left')).state, 'left')
    assert.equal(after(content(1, 5), verdict(1, 6, 'gone')).state, 'gone')
  })

  it('is alive again once the member raised its incarnation above the verdict', () => {
    assert.equal(after(content(1, 5), verdict(1, 5, 'gone'), content(1, 6)).state, 'alive')
    assert.equal(after(verdict(1, 5, 'left'), content(1, 6)).state, 'alive')
    assert.equal(after(content(1, 6), verdict(1, 5, 'left')).state, 'alive')
  })
})

describe('the digest', () => {
  it('tells maps apart that differ in who is there, by whatever one thing', () => {
    const digests = [
      [content(1, 5)],
      [content(1, 6)],
      [content(2, 5)],
      [content(1, 5, 6000)],
      [content(1, 5), content(2, 5)],
      [content(1, 5), verdict(1, 5, 'suspected')],
      [],
    ].map((all) => {
      const map = empty()
      for (const said of all) say(map, said)
      return map.digest
    })
    assert.equal(new Set(digests).size, digests.length)
  })

  it('counts nobody who is gone, so that they can be forgotten', () => {
    const map = empty()
    say(map, content(1, 5))
    const before = map.digest
    say(map, content(2, 5))
    say(map, verdict(2, 5, 'gone'))
    assert.equal(map.digest, before)
    map.delete(idOf(2))
    assert.equal(map.digest, before)
    map.delete(idOf(1))
    assert.equal(map.digest, empty().digest)
  })
})

describe('a full map', () => {
  it('forgets who has been gone the longest, and takes nobody in place of who is there', () => {
    const map = empty(3)
    say(map, content(1, 1))
    say(map, content(2, 1))
    say(map, content(3, 1))
    say(map, verdict(2, 1, 'gone'), 10)
    say(map, verdict(3, 1, 'left'), 5)
    assert.equal(say(map, content(4, 1)), true)
    assert.deepEqual([...map.all()].map(({ id }) => id).sort(), [idOf(1), idOf(2), idOf(4)].sort())
    assert.equal(say(map, content(5, 1)), true)
    assert.equal(say(map, content(6, 1)), false)
    assert.equal(say(map, verdict(7, 1, 'gone')), false)
    assert.ok([...map.all()].every(isThere))
  })
})
