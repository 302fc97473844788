import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TrackerRegistry, RegistryChange, TrackerRegistryOptions } from '../../src/network/tracker-registry.ts'
import type { PeerId } from '../../src/protocol/ids.ts'
import { HERE, hash, hosts, known, otherHash, ownId, peerId, registry, request } from './announces.ts'

describe('TrackerRegistry, an announce', () => {
  it('makes a peer known to those who ask later, and never to itself', () => {
    const tracker = registry()
    assert.deepEqual(tracker.announce(request('a'), '10.0.0.1', 0, HERE).peers, [])
    const { peers, ...numbers } = tracker.announce(request('b'), '10.0.0.2', 0, HERE)
    assert.deepEqual(numbers, { interval: 30, complete: 0, incomplete: 2 })
    const named = peers.map((peer) => [peer.host, peer.port, peer.peerId])
    assert.deepEqual(named, [['10.0.0.1', 5000, peerId('a')]])
    assert.deepEqual(hosts(tracker.announce(request('b'), '10.0.0.2', 1, HERE)), ['10.0.0.1:5000'])
  })

  it('does not give a peer itself at its other address, as with IPv4 and IPv6 at once', () => {
    const tracker = registry()
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    assert.deepEqual(hosts(tracker.announce(request('a'), 'fd00::1', 0, HERE)), [])
    assert.deepEqual(hosts(tracker.announce(request('b'), '10.0.0.2', 0, HERE)), ['10.0.0.1:5000', 'fd00::1:5000'])
  })

  it('takes the address it came from, not the one it claims', () => {
    const tracker = registry()
    tracker.announce(request('a', { ip: '10.0.0.99' }), '::ffff:10.0.0.1', 0, HERE)
    assert.deepEqual(known(tracker), ['10.0.0.1:5000'])
  })

  it('refuses to be told of an address that is none', () => {
    assert.throws(() => registry().announce(request('a'), 'localhost', 0, HERE), RangeError)
    assert.throws(() => registry().announce(request('a'), '10.0.0.1', 0, ''), RangeError)
  })

  it('keeps the swarms apart', () => {
    const tracker = registry()
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    assert.deepEqual(hosts(tracker.announce(request('b', { infoHash: otherHash }), '10.0.0.2', 0, HERE)), [])
  })

  it('gives seeders to leechers and leechers to seeders, but no seeders to seeders', () => {
    const tracker = registry()
    tracker.announce(request('seeder', { left: 0 }), '10.0.0.1', 0, HERE)
    tracker.announce(request('leecher'), '10.0.0.2', 0, HERE)
    const toSeeder = tracker.announce(request('another', { left: 0 }), '10.0.0.3', 0, HERE)
    assert.deepEqual(hosts(toSeeder), ['10.0.0.2:5000'])
    assert.deepEqual([toSeeder.complete, toSeeder.incomplete], [2, 1])
    assert.deepEqual(hosts(tracker.announce(request('leecher'), '10.0.0.2', 0, HERE)), [
      '10.0.0.1:5000',
      '10.0.0.3:5000',
    ])
  })

  it('replaces a peer that started again at the same address with a new id', () => {
    const tracker = registry()
    tracker.announce(request('before'), '10.0.0.1', 0, HERE)
    tracker.announce(request('after'), '10.0.0.1', 1, HERE)
    assert.deepEqual(
      tracker.peers(hash).map((peer) => peer.peerId),
      [peerId('after')],
    )
  })

  it('says the interval it was made with', () => {
    assert.equal(registry({ intervalSeconds: 7 }).announce(request('a'), '10.0.0.1', 0, HERE).interval, 7)
  })
})

describe('TrackerRegistry, how many peers it gives', () => {
  const crowded = (): TrackerRegistry => {
    const tracker = registry()
    for (let n = 0; n < 300; n++) tracker.announce(request(`p${n}`), `10.1.${n >> 8}.${n & 255}`, 0, HERE)
    return tracker
  }
  const WANTED: readonly [numWant: number, given: number][] = [
    [-1, 50],
    [0, 0],
    [1, 1],
    [200, 200],
    [201, 200],
    [1e9, 200],
    [Number.MAX_SAFE_INTEGER, 200],
  ]
  for (const [numWant, given] of WANTED) {
    it(`gives ${given} of 300 to one that wants ${numWant}, none twice`, () => {
      const answer = crowded().announce(request('asker', { numWant }), '10.0.0.1', 0, HERE)
      assert.equal(answer.peers.length, given)
      assert.equal(new Set(hosts(answer)).size, given)
    })
  }

  it('counts our own peer into them', () => {
    const tracker = crowded()
    tracker.setOwnPeer(hash, { peerId: ownId, port: 5000, left: 0 })
    const given = (numWant: number): PeerId[] =>
      tracker.announce(request('asker', { numWant }), '10.0.0.1', 0, HERE).peers.flatMap((peer) => peer.peerId ?? [])
    assert.deepEqual(given(0), [])
    assert.deepEqual(given(1), [ownId])
    assert.equal(given(200).length, 200)
  })

  it('draws them by chance, so that each gets its turn', () => {
    const tracker = crowded()
    const seen = new Set<string>()
    for (let time = 0; time < 60; time++) {
      const answer = tracker.announce(request('asker'), '10.0.0.1', time, HERE)
      for (const host of hosts(answer)) seen.add(host)
    }
    assert.equal(seen.size, 300)
  })

  it('is repeated exactly by the same chance', () => {
    const ask = (): string[] =>
      crowded()
        .announce(request('asker'), '10.0.0.1', 0, HERE)
        .peers.map((peer) => peer.host)
    assert.deepEqual(ask(), ask())
  })
})

describe('TrackerRegistry, our own peer', () => {
  const own = { peerId: ownId, port: 5000, left: 10 }

  it('is the first of every answer, at the address the asker reached us at', () => {
    const tracker = registry()
    tracker.setOwnPeer(hash, own)
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    const byLan = tracker.announce(request('b'), '10.0.0.2', 0, '::ffff:10.0.0.248')
    assert.deepEqual(byLan.peers[0], { host: HERE, port: 5000, peerId: ownId })
    assert.equal(byLan.incomplete, 3)
    assert.equal(tracker.announce(request('c'), 'fd00::3', 0, 'fd00::248').peers[0]?.host, 'fd00::248')
  })

  it('is not given to itself, nor kept a second time when it announces', () => {
    const tracker = registry()
    tracker.setOwnPeer(hash, own)
    const answer = tracker.announce(request('own'), '127.0.0.1', 0, '127.0.0.1')
    assert.deepEqual([answer.peers, answer.incomplete, known(tracker)], [[], 1, []])
  })

  it('is counted as a seeder when it has everything, and then kept from seeders', () => {
    const tracker = registry()
    tracker.setOwnPeer(hash, { ...own, left: 0 })
    const toSeeder = tracker.announce(request('a', { left: 0 }), '10.0.0.1', 0, HERE)
    assert.deepEqual([toSeeder.complete, toSeeder.peers], [2, []])
  })

  it('is gone when it is taken back', () => {
    const tracker = registry()
    tracker.setOwnPeer(hash, own)
    tracker.setOwnPeer(hash, null)
    tracker.setOwnPeer(otherHash, null)
    assert.deepEqual(tracker.announce(request('a'), '10.0.0.1', 0, HERE).peers, [])
    assert.equal(tracker.scrape(otherHash), null)
  })
})

describe('TrackerRegistry, peers on our own machine', () => {
  it('are at our address for those who reach us from elsewhere', () => {
    const tracker = registry()
    tracker.announce(request('a', { port: 7000 }), '127.0.0.1', 0, '127.0.0.1')
    assert.deepEqual(hosts(tracker.announce(request('b'), '10.0.0.2', 0, HERE)), [`${HERE}:7000`])
    assert.deepEqual(
      hosts(tracker.announce(request('c'), '127.0.0.1', 0, '127.0.0.1')).includes('127.0.0.1:7000'),
      true,
    )
  })

  for (const [how, from, reachedAt] of [
    ['by loopback', '127.0.0.1', '127.0.0.1'],
    ['by our address in the LAN', HERE, HERE],
  ] as const) {
    it(`may be 64 of one swarm, announced ${how}`, () => {
      const tracker = registry()
      for (let n = 0; n < 80; n++) tracker.announce(request(`p${n}`, { port: 6000 + n }), from, n, reachedAt)
      const ports = tracker.peers(hash).map((peer) => peer.port)
      assert.deepEqual([ports.length, ports[0], ports.at(-1)], [64, 6016, 6079])
    })
  }
})

describe('TrackerRegistry, leaving', () => {
  it('removes a peer that says it stopped, and gives it nobody', () => {
    const tracker = registry()
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    tracker.announce(request('b'), '10.0.0.2', 0, HERE)
    const goodbye = tracker.announce(request('a', { event: 'stopped', numWant: 50 }), '10.0.0.1', 1, HERE)
    assert.deepEqual(goodbye, { interval: 30, complete: 0, incomplete: 1, peers: [] })
    assert.deepEqual(known(tracker), ['10.0.0.2:5000'])
  })

  it('believes a stop from the address it is about, and from the peer it is about, only', () => {
    const tracker = registry()
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    tracker.announce(request('a', { event: 'stopped' }), '10.0.0.66', 1, HERE)
    tracker.announce(request('before', { event: 'stopped' }), '10.0.0.1', 1, HERE)
    tracker.announce(request('a', { event: 'stopped', port: 5001 }), '10.0.0.1', 1, HERE)
    assert.deepEqual(known(tracker), ['10.0.0.1:5000'])
  })

  it('keeps nothing of a stop for a swarm it never heard of', () => {
    const tracker = registry()
    tracker.announce(request('a', { event: 'stopped' }), '10.0.0.1', 0, HERE)
    assert.deepEqual(tracker.sizes, { registeredSwarms: 0, foreignSwarms: 0, foreignPeers: 0 })
  })

  it('forgets a peer that is silent for two intervals and ten seconds, not one that is a millisecond better', () => {
    const tracker = registry({ intervalSeconds: 30 })
    tracker.announce(request('a'), '10.0.0.1', 1000, HERE)
    assert.deepEqual(tracker.expire(71_000), [])
    assert.deepEqual(
      tracker.expire(71_001).map((peer) => [peer.infoHash, peer.host, peer.seenAt]),
      [[hash, '10.0.0.1', 1000]],
    )
    assert.deepEqual(tracker.expire(71_001), [])
    assert.equal(tracker.sizes.foreignSwarms, 0)
  })

  it('counts the silence from the last announce', () => {
    const tracker = registry()
    tracker.register(hash)
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    tracker.announce(request('b'), '10.0.0.2', 0, HERE)
    tracker.announce(request('a'), '10.0.0.1', 30_000, HERE)
    assert.deepEqual(
      tracker.expire(80_000).map((peer) => peer.host),
      ['10.0.0.2'],
    )
    assert.deepEqual(known(tracker), ['10.0.0.1:5000'])
  })

  it('gives nobody who is silent too long, though nobody called expire', () => {
    const tracker = registry()
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    const answer = tracker.announce(request('b'), '10.0.0.2', 100_000, HERE)
    assert.deepEqual([answer.peers, answer.incomplete], [[], 1])
  })
})

describe('TrackerRegistry, counting', () => {
  it('counts each download once', () => {
    const tracker = registry()
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    for (let again = 0; again < 3; again++) {
      tracker.announce(request('a', { event: 'completed', left: 0 }), '10.0.0.1', 1, HERE)
    }
    assert.deepEqual(tracker.scrape(hash), { complete: 1, incomplete: 0, downloaded: 1 })
  })

  it('does not take a seeder that starts for a download', () => {
    const tracker = registry()
    tracker.announce(request('a', { event: 'started', left: 0 }), '10.0.0.1', 0, HERE)
    assert.deepEqual(tracker.scrape(hash), { complete: 1, incomplete: 0, downloaded: 0 })
  })

  it('knows nothing of a swarm nobody announced', () => {
    assert.equal(registry().scrape(hash), null)
    assert.deepEqual(registry().peers(hash), [])
  })
})

describe('TrackerRegistry, changes', () => {
  const listening = (options: Partial<TrackerRegistryOptions> = {}): { tracker: TrackerRegistry; heard: string[] } => {
    const heard: string[] = []
    const onChange = (change: RegistryChange): void => {
      heard.push([change.type, change.peer.host, ...(change.type === 'left' ? [change.reason] : [])].join(' '))
    }
    const tracker = registry({ onChange, ...options })
    tracker.register(hash)
    return { tracker, heard }
  }

  it('are told when a peer is new, starts again, stops or falls silent, and not when it goes on', () => {
    const { tracker, heard } = listening()
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    tracker.announce(request('a', { left: 50 }), '10.0.0.1', 1, HERE)
    tracker.announce(request('again'), '10.0.0.1', 2, HERE)
    tracker.announce(request('b'), '10.0.0.2', 3, HERE)
    tracker.announce(request('b', { event: 'stopped' }), '10.0.0.2', 4, HERE)
    tracker.expire(1_000_000)
    assert.deepEqual(heard, [
      'joined 10.0.0.1',
      'joined 10.0.0.1',
      'joined 10.0.0.2',
      'left 10.0.0.2 stopped',
      'left 10.0.0.1 expired',
    ])
  })

  it('are told when a peer has to make room', () => {
    const { tracker, heard } = listening({ maxPeersPerSwarm: 1 })
    tracker.announce(request('a'), '10.0.0.1', 0, HERE)
    tracker.announce(request('b'), '10.0.0.2', 1, HERE)
    assert.deepEqual(heard, ['joined 10.0.0.1', 'joined 10.0.0.2', 'left 10.0.0.1 evicted'])
  })

  it('are not told of swarms that are not ours', () => {
    const { tracker, heard } = listening()
    tracker.announce(request('a', { infoHash: otherHash }), '10.0.0.1', 0, HERE)
    tracker.expire(1_000_000)
    assert.deepEqual(heard, [])
  })
})
