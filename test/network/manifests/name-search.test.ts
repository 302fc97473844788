import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NameSearch, type NameAnswer, type NameTarget } from '../../../src/network/index.ts'
import { manifestPieces, type InfoHash, type Manifest, type PeerAddress } from '../../../src/protocol/index.ts'
import { inMemoryTorrent } from '../../support/in-memory-torrent.ts'

const at = (nth: number): PeerAddress => ({ host: '10.0.0.1', port: 1000 + nth })
const target = (nth: number): NameTarget => ({ key: `member-${nth}`, addresses: [at(nth)] })
const targets = (count: number): NameTarget[] => Array.from({ length: count }, (_, nth) => target(nth))
const keys = (of: readonly NameTarget[]): string[] => of.map(({ key }) => key)

function manifestNamed(infoHash: string): Manifest {
  const { metainfo } = inMemoryTorrent({ name: 'music.txt', content: 1000 })
  const { name, length, pieceLength, pieceCount, isPrivate } = metainfo
  const run = manifestPieces(metainfo, 1, 256, () => [])
  return { name, length, pieceLength, pieceCount, isPrivate, infoHash: infoHash as InfoHash, ...run }
}
const has = (infoHash: string): NameAnswer => ({ type: 'manifest', manifest: manifestNamed(infoHash) })
const none: NameAnswer = { type: 'none' }
const failed: NameAnswer = { type: 'failed' }

const newSearch = (patientUntil = 0): NameSearch => new NameSearch({ startedAt: 0, patientUntil })

describe('the search for a name', () => {
  it('asks in the order given, eight at a time, and everybody once', () => {
    const search = newSearch()
    search.know(targets(12))
    assert.deepEqual(keys(search.take(0)), keys(targets(8)))
    assert.deepEqual(search.take(0), [])
    search.answered(none, at(0), 1)
    search.answered(failed, at(1), 1)
    assert.deepEqual(keys(search.take(1)), ['member-8', 'member-9'])
    search.know(targets(12))
    search.know([
      { key: 'another name', addresses: [at(0)] },
      { key: 'x', addresses: [] },
    ])
    for (let nth = 2; nth < 10; nth++) search.answered(none, at(nth), 2)
    assert.deepEqual(keys(search.take(2)), ['member-10', 'member-11'])
    assert.equal(search.outcome(2), null)
    search.answered(none, at(10), 3)
    search.answered(none, at(11), 3)
    assert.deepEqual(search.outcome(3), { type: 'not-found', asked: 12, answered: 11 })
  })

  it('asks nobody less because another claims to be there, too', () => {
    const search = newSearch()
    // As its first address or as another one: who was configured, and is asked last, is asked.
    search.know([
      { key: 'liar', addresses: [at(1), at(2), at(3)] },
      { key: 'claims a place', addresses: [at(4), at(1)] },
    ])
    search.know([
      { key: 'honest', addresses: [at(2)] },
      { key: 'has two', addresses: [at(4), at(5)] },
      { key: 'asked already', addresses: [at(1)] },
    ])
    const asked = search.take(0).map(({ key, addresses }) => [key, addresses.map(({ port }) => port - 1000)])
    assert.deepEqual(asked, [
      ['liar', [1, 2, 3]],
      ['claims a place', [4]],
      ['honest', [2]],
      ['has two', [5]],
    ])
  })

  it('ends at once when all have answered and one has it', () => {
    const search = newSearch()
    search.know(targets(2))
    search.take(0)
    search.answered(none, at(0), 5)
    search.answered(has('a'), at(1), 6)
    const outcome = search.outcome(6)
    assert.equal(outcome?.type, 'found')
    assert.deepEqual(outcome?.type === 'found' && [outcome.torrent.infoHash, outcome.torrent.tellers], ['a', [at(1)]])
  })

  it('hears others for a second after the first answer, and not longer', () => {
    const search = newSearch()
    search.know(targets(3))
    search.take(0)
    search.answered(has('a'), at(0), 100)
    assert.equal(search.dueAt, 1100)
    search.answered(has('a'), at(1), 1099)
    assert.equal(search.outcome(1099), null)
    const outcome = search.outcome(1100)
    assert.deepEqual(outcome?.type === 'found' && outcome.torrent.tellers, [at(0), at(1)])
    assert.deepEqual(search.take(1100), [])
  })

  it('is ambiguous when two name different torrents, or one names several', () => {
    const two = newSearch()
    two.know(targets(2))
    two.take(0)
    two.answered(has('a'), at(0), 1)
    two.answered(has('b'), at(1), 2)
    const outcome = two.outcome(2)
    assert.deepEqual(outcome?.type === 'ambiguous' && outcome.torrents.map(({ infoHash }) => infoHash), ['a', 'b'])
    const one = newSearch()
    one.know(targets(1))
    one.take(0)
    const candidates = ['a', 'b'].map((infoHash) => ({ infoHash: infoHash as InfoHash, length: 1 }))
    one.answered({ type: 'choice', candidates }, at(0), 1)
    assert.equal(one.outcome(1)?.type, 'ambiguous')
  })

  it('names what most say, and what they have themselves, before what one made up', () => {
    const search = newSearch()
    search.know(targets(4))
    search.take(0)
    const madeUp = Array.from({ length: 16 }, (_, nth) => ({ infoHash: `lie-${nth}` as InfoHash, length: 1 }))
    search.answered({ type: 'choice', candidates: madeUp }, at(0), 1)
    search.answered(has('one has'), at(1), 2)
    search.answered(has('two have'), at(2), 3)
    search.answered(has('two have'), at(3), 4)
    const outcome = search.outcome(4)
    assert.ok(outcome?.type === 'ambiguous')
    const hashes = outcome.torrents.map(({ infoHash }) => infoHash)
    assert.deepEqual(hashes.slice(0, 3), ['two have', 'one has', 'lie-0'])
    assert.equal(hashes.length, 16)
  })

  it('keeps no more torrents and tellers than a user could look at', () => {
    const search = newSearch()
    search.know(targets(40))
    for (let now = 0; now < 40; now++) {
      for (const { addresses } of search.take(now)) search.answered(has(`hash-${addresses[0]?.port}`), at(now), now)
    }
    const outcome = search.outcome(40)
    assert.equal(outcome?.type === 'ambiguous' && outcome.torrents.length, 16)
    const crowd = newSearch()
    crowd.know(targets(40))
    for (let now = 0; now < 40; now++) {
      for (const { addresses } of crowd.take(now)) crowd.answered(has('a'), addresses[0] ?? at(0), now)
    }
    const found = crowd.outcome(40)
    assert.deepEqual(
      found?.type === 'found' && [found.torrent.tellers.length, found.torrent.manifests.length],
      [16, 16],
    )
  })

  it('waits for newcomers while the network is young', () => {
    const search = newSearch(3000)
    assert.equal(search.outcome(0), null)
    assert.equal(search.dueAt, 3000)
    search.know(targets(1))
    search.take(10)
    search.answered(none, at(0), 11)
    assert.equal(search.outcome(2999), null)
    assert.deepEqual(search.outcome(3000), { type: 'not-found', asked: 1, answered: 1 })
    const told = newSearch(3000)
    told.hurry()
    assert.deepEqual(told.outcome(1), { type: 'not-found', asked: 0, answered: 0 })
    const nobody = newSearch()
    assert.deepEqual(nobody.outcome(0), { type: 'not-found', asked: 0, answered: 0 })
  })

  it('gives up after ten seconds, however many are left', () => {
    const search = newSearch()
    search.know(targets(100))
    search.take(0)
    assert.equal(search.dueAt, 10_000)
    assert.equal(search.outcome(9_999), null)
    assert.deepEqual(search.outcome(10_000), { type: 'not-found', asked: 8, answered: 0 })
    assert.deepEqual(search.take(10_000), [])
  })
})
