import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AnnounceTiers } from '../../../src/swarm/announce/announce-tiers.ts'
import { seededRandom } from '../../support/seeded-random.ts'

/** Neither shuffles nor jitters. */
const tiers = (...urls: string[][]): AnnounceTiers => {
  // 0.999 keeps each URL where it is; 0.5 is no jitter.
  let shuffling = true
  const made = new AnnounceTiers(urls, () => (shuffling ? 0.999 : 0.5))
  shuffling = false
  return made
}
const answer = { interval: 30, peers: 3 }

describe('AnnounceTiers', () => {
  it('begins with started, then announces once an interval', () => {
    const announces = tiers(['a'])
    assert.deepEqual(announces.due(0), { url: 'a', event: 'started' })
    assert.equal(announces.due(10), null)
    announces.succeeded('a', { ...answer, complete: 2, incomplete: 1 }, 20)
    assert.equal(announces.due(30_019), null)
    assert.deepEqual(announces.due(30_020), { url: 'a' })
    const [tracker] = announces.trackers
    assert.deepEqual(
      [tracker?.lastAnnounceAt, tracker?.nextAnnounceAt, tracker?.complete, tracker?.incomplete, tracker?.peers],
      [20, 30_020, 2, 1, 3],
    )
  })

  it('goes through a tier before it asks the next, and tells the first that answers that we started', () => {
    const announces = tiers(['a', 'b'], ['c'])
    for (const url of ['a', 'b']) {
      assert.deepEqual(announces.due(0), { url, event: 'started' })
      announces.failed(url, 'no route', 0)
    }
    assert.deepEqual(announces.due(0), { url: 'c', event: 'started' })
    announces.succeeded('c', answer, 0)
    assert.equal(announces.due(1), null)
  })

  it('moves the tracker that answered to the front of its tier', () => {
    const announces = tiers(['a', 'b'])
    announces.due(0)
    announces.failed('a', 'no route', 0)
    announces.due(0)
    announces.succeeded('b', answer, 0)
    assert.deepEqual(
      announces.trackers.map(({ url }) => url),
      ['b', 'a'],
    )
    assert.deepEqual(announces.due(30_000), { url: 'b' })
  })

  it('turns to the next tracker when the one that answered fails', () => {
    const announces = tiers(['a'], ['b'])
    announces.due(0)
    announces.succeeded('a', answer, 0)
    assert.deepEqual(announces.due(30_000), { url: 'a' })
    announces.failed('a', 'timeout', 30_000)
    assert.deepEqual(announces.due(30_000), { url: 'b', event: 'started' }, 'it never heard of us')
  })

  it('asks a tracker that fails less and less often, up to half an hour', () => {
    const announces = tiers(['a'])
    const waits: number[] = []
    let now = 0
    for (let failure = 0; failure < 10; failure++) {
      assert.ok(announces.due(now))
      announces.failed('a', 'no route', now)
      const [tracker] = announces.trackers
      const next = tracker?.nextAnnounceAt ?? 0
      waits.push((next - now) / 1000)
      assert.equal(announces.due(next - 1), null)
      now = next
    }
    assert.deepEqual(waits, [15, 30, 60, 120, 240, 480, 960, 1800, 1800, 1800])
    assert.equal(announces.trackers[0]?.lastError, 'no route')
  })

  it('asks one on this site, which may just be booting as we do, after seconds, and then once a minute', () => {
    for (const url of ['http://10.0.0.248:5000/announce', 'udp://[fd77::1]:5000', 'http://127.0.0.1/announce']) {
      const announces = tiers([url])
      const asked: number[] = []
      for (let now = 0; now <= 300_000; now += 500) {
        if (announces.due(now) === null) continue
        asked.push(now / 1000)
        announces.failed(url, 'connection refused', now)
      }
      assert.deepEqual(asked, [0, 2, 6, 14, 30, 62, 122, 182, 242], url)
    }
  })

  it('goes by addresses alone: a name, or an address of the world, is not asked as often', () => {
    for (const url of [
      'http://tracker.lab:5000/announce',
      'http://10.0.0.1a.example/announce',
      'udp://93.184.215.14:80',
    ]) {
      const announces = tiers([url])
      assert.ok(announces.due(0))
      announces.failed(url, 'connection refused', 0)
      assert.equal(announces.trackers[0]?.nextAnnounceAt, 15_000, url)
    }
  })

  it('gives up an announce that is never answered', () => {
    const announces = tiers(['a'])
    announces.due(0)
    assert.equal(announces.due(59_999), null)
    assert.deepEqual(announces.due(60_000), { url: 'a', event: 'started' })
  })

  it('tells that we completed, at once', () => {
    const announces = tiers(['a'])
    announces.due(0)
    announces.succeeded('a', answer, 0)
    announces.completed()
    assert.deepEqual(announces.due(5), { url: 'a', event: 'completed' })
    announces.succeeded('a', answer, 5)
    assert.deepEqual(announces.due(30_005), { url: 'a' })
  })

  it('still tells that we completed when it happened while an announce was under way', () => {
    const announces = tiers(['a'])
    announces.due(0)
    announces.succeeded('a', answer, 0)
    announces.due(30_000)
    announces.completed()
    announces.succeeded('a', answer, 30_010)
    assert.deepEqual(announces.due(30_011), { url: 'a', event: 'completed' })
  })

  it('does not tell of a completion to those who never heard that we started', () => {
    const announces = tiers(['a'])
    announces.due(0)
    announces.completed()
    announces.succeeded('a', answer, 10)
    assert.equal(announces.due(11), null)
  })

  it('says goodbye to the trackers that know of us', () => {
    const announces = tiers(['a'], ['b'], ['c'])
    assert.deepEqual(announces.stopTasks(), [])
    announces.due(0)
    announces.failed('a', 'no route', 0)
    announces.due(0)
    announces.succeeded('b', answer, 0)
    assert.deepEqual(announces.stopTasks(), [{ url: 'b', event: 'stopped' }])
  })

  it('announces as soon as it is told to', () => {
    const announces = tiers(['a'])
    announces.due(0)
    announces.succeeded('a', answer, 0)
    announces.soon()
    assert.deepEqual(announces.due(1), { url: 'a' })
  })

  it('shuffles inside a tier, and never between tiers', () => {
    const orders = new Set<string>()
    for (let seed = 1; seed <= 200; seed++) {
      const urls = new AnnounceTiers([['a', 'b', 'c'], ['z']], seededRandom(seed)).trackers.map(({ url }) => url)
      assert.equal(urls[3], 'z')
      orders.add(urls.join(''))
    }
    assert.equal(orders.size, 6)
  })

  it('has nothing to do without trackers', () => {
    const announces = tiers()
    assert.equal(announces.due(0), null)
    assert.deepEqual(announces.stopTasks(), [])
  })
})
