import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forEachSeed, seededRandom, seeds } from '../support/seeded-random.ts'
import { SimSwarm } from './sim-swarm.ts'

const KIB = 1024
const MIB = 1024 * KIB

describe('a peer that falls silent in the midst of a piece', () => {
  it('has its blocks asked of others within 30 s, and the download completes', () => {
    forEachSeed(seeds(10), (seed) => {
      const swarm = new SimSwarm({ seed, length: 8 * MIB, pieceLength: 512 * KIB })
      const slow = { up: MIB }
      swarm.join({ name: 'seeder', have: 'all', link: slow })
      const silent = swarm.join({ name: 'silent', have: 'all', link: slow })
      const leecher = swarm.join({ name: 'leecher' })
      const { host } = silent.machine.address
      const asked = (): number => {
        for (const session of leecher.torrent.sessions.values()) {
          if (session.address.host === host) return session.requests.size
        }
        return 0
      }
      swarm.runUntil('it sends', () => silent.uploaded > MIB + 5000 && asked() > 0, 30)
      silent.freeze()
      swarm.runUntil('its blocks are given up', () => asked() === 0, 30)
      swarm.runToCompletion(40)
      assert.equal(leecher.banned.size, 0)
    })
  })

  it('is fetched from again when it wakes, even when nobody else has the pieces', () => {
    forEachSeed(seeds(5), (seed) => {
      const swarm = new SimSwarm({ seed, length: 4 * MIB, pieceLength: 512 * KIB })
      const seeder = swarm.join({ name: 'seeder', have: 'all', link: { up: MIB } })
      swarm.join({ name: 'leecher' })
      swarm.runUntil('it sends', () => seeder.uploaded > MIB, 30)
      // Deaf and dumb for 40 s, which is not yet long enough for the connection to be given up.
      seeder.pause(40_000)
      swarm.run(41)
      swarm.runToCompletion(120)
    })
  })
})

describe('pieces of odd sizes', () => {
  it('of one block come through', () => {
    forEachSeed(seeds(4), (seed) => {
      const swarm = new SimSwarm({ seed, length: MIB + 1, pieceLength: 16 * KIB })
      swarm.join({ name: 'seeder', have: 'all' })
      for (let at = 1; at <= 5; at++) swarm.join({ name: `leecher ${at}` })
      swarm.runToCompletion(60)
    })
  })

  it('of one short block, and a last piece of one byte, come through', () => {
    forEachSeed(seeds(4), (seed) => {
      for (const length of [1, 1000, 100_001]) {
        const swarm = new SimSwarm({ seed, length, pieceLength: 1000 })
        swarm.join({ name: 'seeder', have: 'all' })
        for (let at = 1; at <= 5; at++) swarm.join({ name: `leecher ${at}` })
        swarm.runToCompletion(60)
      }
    })
  })

  it('of many blocks come through with little memory for pieces on their way', () => {
    forEachSeed(seeds(3), (seed) => {
      const swarm = new SimSwarm({ seed, length: 8 * MIB, pieceLength: MIB })
      swarm.join({ name: 'seeder', have: 'all' })
      for (let at = 1; at <= 4; at++) swarm.join({ name: `leecher ${at}`, limits: { maxAssemblyBytes: 2 * MIB } })
      swarm.runToCompletion(120)
    })
  })

  it('come through when peers that leave strand more pieces than fit into memory', () => {
    forEachSeed(seeds(4), (seed) => {
      const swarm = new SimSwarm({ seed, length: 8 * MIB, pieceLength: 512 * KIB })
      const early = Array.from({ length: 8 }, (_, piece) => piece)
      const late = Array.from({ length: 8 }, (_, piece) => piece + 8)
      const leaving = swarm.join({ name: 'leaving', have: early, link: { up: MIB } })
      const leecher = swarm.join({ name: 'leecher', limits: { maxAssemblyBytes: 512 * KIB } })
      const onTheWay = (): boolean =>
        Array.from(leecher.torrent.picker.assemblies.values()).some((piece) => piece.received > 4)
      swarm.runUntil('a piece is on its way', onTheWay, 20)
      leaving.leave()
      swarm.join({ name: 'staying', have: late })
      swarm.runUntil('what is there is fetched', () => leecher.torrent.have.count >= 8, 60)
    })
  })
})

describe('storage in trouble', () => {
  it('that fails at times costs the piece anew, and no more', () => {
    forEachSeed(seeds(5), (seed) => {
      const swarm = new SimSwarm({ seed, length: 4 * MIB, pieceLength: 128 * KIB })
      const random = seededRandom(seed)
      let failures = 0
      swarm.join({ name: 'seeder', have: 'all' })
      swarm.join({ name: 'sound leecher' })
      const leecher = swarm.join({ name: 'leecher', storeFails: () => random() < 0.3 && ++failures > 0 })
      swarm.runToCompletion(60)
      assert.ok(failures > 0)
      assert.ok(leecher.torrent.counters.wasted >= failures * 128 * KIB)
      assert.equal(leecher.banned.size, 0)
    })
  })

  it('that cannot keep up lets no new piece begin, until it can again', () => {
    const swarm = new SimSwarm({ seed: 1, length: 8 * MIB, pieceLength: 256 * KIB })
    swarm.join({ name: 'seeder', have: 'all', link: { up: 2 * MIB } })
    const leecher = swarm.join({ name: 'leecher' })
    swarm.runUntil('it gets on', () => leecher.torrent.have.count >= 4, 20)
    leecher.handle({ type: 'storage-pressure', high: true })
    const begun = new Set(leecher.torrent.picker.assemblies.keys())
    swarm.run(20)
    assert.equal(leecher.torrent.picker.assemblies.size, 0)
    const had = leecher.torrent.have.count
    assert.ok(had <= 4 + begun.size && had < 32, `${had} pieces`)
    leecher.handle({ type: 'storage-pressure', high: false })
    swarm.runToCompletion(30)
  })

  it('that takes long for each piece does not stop the swarm', () => {
    const swarm = new SimSwarm({ seed: 2, length: 8 * MIB, pieceLength: 256 * KIB })
    swarm.join({ name: 'seeder', have: 'all' })
    const limits = { maxAssemblyBytes: MIB }
    for (let at = 1; at <= 3; at++) swarm.join({ name: `leecher ${at}`, storeMs: 2000, limits })
    swarm.runToCompletion(120)
  })
})

describe('trouble of every kind at once', () => {
  it('holds no honest peer up for ever, and gets none banned', () => {
    forEachSeed(seeds(15), (seed) => {
      const swarm = new SimSwarm({ seed, length: 2 * MIB + 77, pieceLength: 128 * KIB })
      const random = seededRandom(seed * 7)
      const poisons = (): boolean => random() < 0.2
      const storeFails = (): boolean => random() < 0.1
      const slow = { up: 128 * KIB, latency: 20 }
      const seeder = swarm.join({ name: 'seeder', have: 'all', link: slow })
      const poisoner = swarm.join({ name: 'poisoner', have: 'all', poisons, link: slow })
      const leechers = [1, 2, 3, 4].map((at) =>
        swarm.join({ name: `leecher ${at}`, storeFails, fast: at % 2 === 0, link: slow }),
      )
      for (let pause = 0; pause < 12; pause++) {
        const peer = [seeder, poisoner, ...leechers][Math.floor(random() * 6)]
        swarm.clock.at(random() * 60_000, () => peer?.pause(random() * 45_000))
      }
      swarm.runToCompletion(900)
      const { host } = poisoner.machine.address
      for (const peer of leechers)
        for (const banned of peer.banned) assert.equal(banned, host, `${peer.name} banned it`)
    })
  })
})
