import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { infoHashFromBytes, peerIdFromBytes } from '../../src/protocol/ids.ts'
import type { InfoHash } from '../../src/protocol/ids.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { HERE, hash, hosts, known, otherHash, ownId, registry, request } from './announces.ts'

describe('TrackerRegistry, limits', () => {
  it('keeps three ports of one address in a swarm, those heard of last', () => {
    const tracker = registry()
    for (const port of [1, 2, 3, 1, 4, 5]) tracker.announce(request(`p${port}`, { port }), '10.0.0.1', port, HERE)
    assert.deepEqual(known(tracker), ['10.0.0.1:1', '10.0.0.1:4', '10.0.0.1:5'])
  })

  it('counts the ports of each address and of each swarm on their own', () => {
    const tracker = registry()
    for (const infoHash of [hash, otherHash]) {
      for (const host of ['10.0.0.1', '10.0.0.2']) {
        for (const port of [1, 2, 3]) tracker.announce(request(`${host}:${port}`, { port, infoHash }), host, 0, HERE)
      }
    }
    assert.deepEqual([known(tracker).length, known(tracker, otherHash).length], [6, 6])
  })

  it('forgets the peer longest silent when a swarm is full', () => {
    const tracker = registry({ maxPeersPerSwarm: 2 })
    for (const [now, name] of ['1', '2', '1', '3'].entries())
      tracker.announce(request(name), `10.0.0.${name}`, now, HERE)
    assert.deepEqual(known(tracker), ['10.0.0.1:5000', '10.0.0.3:5000'])
  })

  it('forgets the foreign swarm longest not announced when there are too many', () => {
    const tracker = registry({ maxSwarms: 2 })
    const hashes = [3, 4, 5].map((byte) => infoHashFromBytes(Buffer.alloc(20, byte))) as [InfoHash, InfoHash, InfoHash]
    for (const at of [0, 1, 0, 2] as const)
      tracker.announce(request('a', { infoHash: hashes[at] }), '10.0.0.1', 0, HERE)
    assert.deepEqual(
      hashes.map((infoHash) => known(tracker, infoHash).length),
      [1, 0, 1],
    )
  })

  it('forgets foreign swarms when their peers are too many all together', () => {
    const tracker = registry({ maxForeignPeers: 5 })
    for (const infoHash of [hash, otherHash]) {
      for (const name of ['1', '2', '3']) tracker.announce(request(name, { infoHash }), `10.0.0.${name}`, 0, HERE)
    }
    assert.deepEqual([known(tracker).length, known(tracker, otherHash).length], [0, 3])
    assert.deepEqual(tracker.sizes, { registeredSwarms: 0, foreignSwarms: 1, foreignPeers: 3 })
  })

  it('keeps what was announced of a swarm before it became ours, and after it was', () => {
    const tracker = registry()
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    tracker.register(hash)
    tracker.register(hash)
    assert.deepEqual(tracker.sizes, { registeredSwarms: 1, foreignSwarms: 0, foreignPeers: 0 })
    tracker.setOwnPeer(hash, { peerId: ownId, port: 5000, left: 0 })
    tracker.unregister(hash)
    tracker.unregister(hash)
    assert.deepEqual(tracker.sizes, { registeredSwarms: 0, foreignSwarms: 1, foreignPeers: 1 })
    assert.deepEqual(hosts(tracker.announce(request('b'), '10.0.0.2', 0, HERE)), ['10.0.0.1:5000'])
  })

  it('stands 200,000 random announces: within its limits, and our own swarms stay', () => {
    const random = seededRandom(7)
    const limits = { maxSwarms: 500, maxForeignPeers: 2000, maxPeersPerSwarm: 100 }
    const tracker = registry({ ...limits, random })
    const ours = Array.from({ length: 20 }, (_, n) => infoHashFromBytes(Buffer.alloc(20, 200 + n)))
    for (const [n, infoHash] of ours.entries()) {
      tracker.setOwnPeer(infoHash, { peerId: ownId, port: 5000, left: n })
    }
    const upTo = (most: number): number => Math.floor(random() * most)
    const id = Buffer.alloc(20)
    for (let now = 0; now < 200_000; now++) {
      id.writeUInt32BE(upTo(2 ** 32))
      const infoHash = upTo(10) === 0 ? (ours[upTo(20)] as InfoHash) : infoHashFromBytes(id)
      const event = upTo(20) === 0 ? { event: 'stopped' as const } : {}
      const asker = {
        ...request('x'),
        infoHash,
        peerId: peerIdFromBytes(id),
        port: 1 + upTo(65535),
        numWant: 1,
        ...event,
      }
      const answer = tracker.announce(asker, `10.${upTo(4)}.${upTo(256)}.${upTo(256)}`, now, HERE)
      assert.ok(answer.peers.length <= 1)
    }
    const { registeredSwarms, foreignSwarms, foreignPeers } = tracker.sizes
    assert.equal(registeredSwarms, 20)
    assert.ok(foreignSwarms <= limits.maxSwarms && foreignPeers <= limits.maxForeignPeers)
    for (const infoHash of ours) assert.ok(tracker.peers(infoHash).length <= limits.maxPeersPerSwarm)
    for (const infoHash of ours) {
      const answer = tracker.announce(request('late', { infoHash }), '10.200.0.1', 200_000, HERE)
      assert.equal(answer.peers[0]?.peerId, ownId)
    }
    tracker.expire(10_000_000)
    assert.deepEqual(tracker.sizes, { registeredSwarms: 20, foreignSwarms: 0, foreignPeers: 0 })
  })
})
