import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forEachSeed, seeds } from '../support/seeded-random.ts'
import { SimSwarm } from './sim-swarm.ts'

const KIB = 1024
const MIB = 1024 * KIB

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

function oneSeeder(seed: number, leechers: number, length: number, pieceLength: number, link = {}): SimSwarm {
  const swarm = new SimSwarm({ seed, length, pieceLength })
  swarm.join({ name: 'seeder', have: 'all', link })
  for (let at = 1; at <= leechers; at++) swarm.join({ name: `leecher ${at}` })
  return swarm
}

describe('a swarm of one seeder and eight leechers', () => {
  it('completes with the right bytes', () => {
    forEachSeed(seeds(4), (seed) => {
      const swarm = oneSeeder(seed, 8, 8 * MIB + 12_345, 256 * KIB)
      swarm.runToCompletion(60)
      assert.ok(swarm.peers.every((peer) => peer.banned.size === 0))
      for (const peer of swarm.peers.slice(1)) {
        assert.equal(peer.torrent.counters.downloaded, 8 * MIB + 12_345)
        assert.equal(peer.torrent.picker.assemblies.size, 0)
      }
    })
  })

  it('fetches less than 1 % in vain', () => {
    const swarm = oneSeeder(1, 8, 64 * MIB, MIB)
    swarm.runToCompletion(120)
    const wasted = sum(swarm.peers.map((peer) => peer.torrent.counters.wasted))
    assert.ok(wasted < 0.01 * 8 * 64 * MIB, `${wasted} bytes in vain`)
  })

  it('is not bound by its seeder: the leechers give each other most of it', () => {
    forEachSeed(seeds(2), (seed) => {
      const swarm = oneSeeder(seed, 8, 16 * MIB, 256 * KIB)
      swarm.runToCompletion(60)
      // Eight copies at the seeder's 10 MiB/s would take 12.8 s.
      assert.ok(swarm.clock.now < 6000, `${swarm.clock.now} ms`)
    })
  })

  it('spreads different pieces: the seeder gives little twice before the leechers together have all', () => {
    forEachSeed(seeds(4), (seed) => {
      const swarm = oneSeeder(seed, 8, 16 * MIB, 128 * KIB, { up: 2 * MIB })
      swarm.runUntil('the leechers have a copy together', () => haveTogether(swarm), 60)
      const copies = swarm.peer('seeder').uploaded / (16 * MIB)
      assert.ok(copies < 1.5, `the seeder had to give ${copies} copies`)
    })
  })

  it('goes the same way for the same seed, and another for another', () => {
    const run = (seed: number): number => {
      const swarm = oneSeeder(seed, 8, 4 * MIB, 64 * KIB)
      swarm.runToCompletion(60)
      return swarm.trace
    }
    assert.equal(run(7), run(7))
    assert.notEqual(run(7), run(8))
  })
})

describe('a swarm whose seeder leaves', () => {
  it('completes when one copy is out', () => {
    forEachSeed(seeds(6), (seed) => {
      const swarm = oneSeeder(seed, 6, 8 * MIB, 256 * KIB)
      swarm.runUntil('one copy is out', () => haveTogether(swarm), 60)
      assert.ok(swarm.peers.slice(1).some((peer) => !peer.done))
      swarm.peer('seeder').leave()
      swarm.runToCompletion(120)
    })
  })

  it('completes also when the seeder dies without a word', () => {
    forEachSeed(seeds(6), (seed) => {
      const swarm = oneSeeder(seed, 6, 8 * MIB, 256 * KIB)
      swarm.runUntil('one copy is out', () => haveTogether(swarm), 60)
      swarm.peer('seeder').freeze()
      swarm.runToCompletion(120)
    })
  })

  it('waits, and goes on when a seeder comes', () => {
    const swarm = oneSeeder(3, 3, 4 * MIB, 256 * KIB)
    swarm.runUntil('half of it is out', () => swarm.peer('leecher 1').torrent.have.count >= 8, 60)
    swarm.peer('seeder').leave()
    swarm.run(100)
    swarm.join({ name: 'another seeder', have: 'all' })
    swarm.runToCompletion(120)
  })
})

describe('unlike peers', () => {
  it('complete when slow and fast, far and near are mixed', () => {
    forEachSeed(seeds(4), (seed) => {
      const swarm = new SimSwarm({ seed, length: 6 * MIB, pieceLength: 128 * KIB })
      swarm.join({ name: 'seeder', have: 'all', link: { up: 2 * MIB } })
      swarm.join({ name: 'far', link: { latency: 300 } })
      swarm.join({ name: 'slow', link: { up: 64 * KIB, down: 512 * KIB, latency: 40 } })
      swarm.join({ name: 'fast', link: { up: 100 * MIB, down: 100 * MIB, latency: 0.1 } })
      swarm.join({ name: 'without BEP 6', fast: false })
      swarm.join({ name: 'without BEP 6 too', fast: false, link: { up: MIB } })
      swarm.runToCompletion(120)
    })
  })

  it('complete when nobody has everything but all together do', () => {
    forEachSeed(seeds(4), (seed) => {
      const swarm = new SimSwarm({ seed, length: 4 * MIB, pieceLength: 64 * KIB })
      for (let peer = 0; peer < 4; peer++) {
        const have = Array.from({ length: 16 }, (_, at) => at * 4 + peer)
        swarm.join({ name: `quarter ${peer}`, have })
      }
      swarm.runToCompletion(60)
    })
  })

  it('complete though only two slots are given', () => {
    const swarm = new SimSwarm({ seed: 5, length: 4 * MIB, pieceLength: 128 * KIB })
    const limits = { maxSources: 2 }
    swarm.join({ name: 'seeder', have: 'all' })
    for (let peer = 1; peer <= 12; peer++) swarm.join({ name: `leecher ${peer}`, limits })
    swarm.runToCompletion(300)
  })
})

function haveTogether(swarm: SimSwarm): boolean {
  const { pieceCount } = swarm.source.shape
  const leechers = swarm.peers.slice(1)
  for (let piece = 0; piece < pieceCount; piece++) {
    if (!leechers.some((peer) => peer.torrent.have.has(piece))) return false
  }
  return true
}
