import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TrackerRegistry } from '../../src/network/tracker-registry.ts'
import { decodeCompactPeers } from '../../src/protocol/compact-peers.ts'
import { forEachSeed, seededRandom, seeds } from '../support/seeded-random.ts'
import { HERE, hash, hosts, ownId, registry, request } from './announces.ts'

type Asked = Parameters<typeof request>[1]

const packed = (tracker: TrackerRegistry, name: string, from: string, more: Asked = {}, now = 0): string[] =>
  decodeCompactPeers(tracker.announcePacked(request(name, more), from, now, HERE).peers).map(
    ({ host, port }) => `${host}:${port}`,
  )

describe('an answer as bytes', () => {
  it('names whom the same answer as a list names, in any swarm, whoever asks', () => {
    forEachSeed(seeds(60), (seed) => {
      const random = seededRandom(seed)
      const upTo = (most: number): number => Math.floor(random() * most)
      const one = registry({ random: seededRandom(seed) })
      const other = registry({ random: seededRandom(seed) })
      // Some swarms are all of one network, some not; some peers leave, change their id, or become seeders.
      const networks = 1 + upTo(2)
      const own = upTo(2) === 0 ? null : { peerId: ownId, port: 5000, left: upTo(2) }
      for (const each of [one, other]) each.setOwnPeer(hash, own)
      for (let now = 0; now < 80; now++) {
        const from = `10.0.${upTo(networks)}.${upTo(30)}`
        const event = upTo(8) === 0 ? { event: 'stopped' as const } : {}
        const told = { port: 5000 + upTo(2), left: upTo(3), numWant: 200, ...event }
        const name = upTo(20) === 0 ? 'twin' : `${from}:${told.port}:${upTo(12) === 0 ? 'new' : ''}`
        const list = one.announce(request(name, told), from, now, HERE, 4)
        const bytes = other.announcePacked(request(name, told), from, now, HERE)
        const named = decodeCompactPeers(bytes.peers).map(({ host, port }) => `${host}:${port}`)
        assert.deepEqual(named.sort(), hosts(list))
        assert.deepEqual([bytes.complete, bytes.incomplete, bytes.interval], [list.complete, list.incomplete, 30])
      }
    })
  })

  it('names as many as are wanted, none twice, never the asker, ourselves first, and everybody in time', () => {
    const tracker = registry()
    tracker.setOwnPeer(hash, { peerId: ownId, port: 5000, left: 0 })
    for (let n = 1; n <= 60; n++) tracker.announce(request(`p${n}`), `10.0.0.${n}`, 0, HERE)
    for (const [numWant, given] of [
      [0, 0],
      [1, 1],
      [2, 2],
      [59, 59],
      [60, 60],
      [61, 60],
      [-1, 50],
      [1e9, 60],
    ] as const) {
      const named = packed(tracker, 'p7', '10.0.0.7', { numWant })
      assert.equal(named.length, given)
      assert.equal(new Set(named).size, given)
      assert.ok(!named.includes('10.0.0.7:5000'))
      if (given > 0) assert.equal(named[0], `${HERE}:5000`)
    }
    const seen = new Set<string>()
    for (let time = 0; time < 200; time++)
      for (const peer of packed(tracker, 'p7', '10.0.0.7', { numWant: 5 })) seen.add(peer)
    assert.equal(seen.size, 60)
  })

  it('has no bytes for who leaves, and names nobody who left', () => {
    const tracker = registry()
    for (const n of [1, 2, 3]) tracker.announce(request(`p${n}`), `10.0.0.${n}`, 0, HERE)
    assert.deepEqual(packed(tracker, 'p1', '10.0.0.1').sort(), ['10.0.0.2:5000', '10.0.0.3:5000'])
    assert.deepEqual(packed(tracker, 'p2', '10.0.0.2', { event: 'stopped' }), [])
    assert.deepEqual(packed(tracker, 'p1', '10.0.0.1'), ['10.0.0.3:5000'])
    assert.deepEqual(packed(tracker, 'p1', '10.0.0.1', {}, 70_001), [], 'silent for too long')
  })

  it('says that peers on our own machine are where we are', () => {
    const tracker = registry()
    tracker.announce(request('a'), '127.0.0.1', 0, HERE)
    tracker.announce(request('b', { port: 5001 }), '127.0.0.1', 0, HERE)
    assert.deepEqual(packed(tracker, 'c', '10.0.0.1').sort(), [`${HERE}:5000`, `${HERE}:5001`])
    assert.deepEqual(packed(tracker, 'c', '127.0.0.1', { port: 5002 }).sort(), [`${HERE}:5000`, `${HERE}:5001`])
  })
})
