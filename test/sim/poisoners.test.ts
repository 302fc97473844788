import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH, type BlockRange } from '../../src/protocol/index.ts'
import { forEachSeed, seeds } from '../support/seeded-random.ts'
import { SimSwarm } from './sim-swarm.ts'
import type { SimPeer } from './sim-peer.ts'

const KIB = 1024
const MIB = 1024 * KIB

function poisonedSwarm(
  seed: number,
  poisoners: number,
  poisons: (block: BlockRange) => boolean,
  { fast = true, leechers = 3, length = 3 * MIB + 1000 } = {},
): SimSwarm {
  const swarm = new SimSwarm({ seed, length, pieceLength: 128 * KIB })
  swarm.join({ name: 'seeder', have: 'all', link: { up: 2 * MIB } })
  for (let at = 1; at <= poisoners; at++) {
    swarm.join({ name: `poisoner ${at}`, have: 'all', poisons, fast, link: { up: 4 * MIB } })
  }
  for (let at = 1; at <= leechers; at++) swarm.join({ name: `leecher ${at}`, link: { up: 4 * MIB } })
  return swarm
}

/** All honest peers complete; whoever got wrong bytes bans who sent them, and nobody else is ever banned. */
function assertPoisonersFound(swarm: SimSwarm, { byAll }: { byAll: boolean }): void {
  swarm.runToCompletion(200)
  const hosts = (peers: SimPeer[]): string[] => peers.map((peer) => peer.machine.address.host)
  const guilty = new Set(hosts(swarm.peers.filter((peer) => peer.name.startsWith('poisoner'))))
  let bans = 0
  for (const peer of swarm.peers.filter((one) => one.name.startsWith('leecher'))) {
    for (const host of peer.banned) assert.ok(guilty.has(host), `${peer.name} banned ${host}, which is honest`)
    if (peer.torrent.counters.hashFailures > 0) assert.ok(peer.banned.size > 0, `${peer.name} banned nobody`)
    for (const session of peer.torrent.sessions.values()) assert.ok(!peer.banned.has(session.address.host))
    bans += peer.banned.size
  }
  if (byAll) assert.ok(bans > 0, 'nobody was banned')
}

describe('among four honest peers', () => {
  it('one that poisons every block is banned, and nobody else', () => {
    forEachSeed(seeds(20), (seed) =>
      assertPoisonersFound(
        poisonedSwarm(seed, 1, () => true),
        { byAll: true },
      ),
    )
  })

  it('two that poison every block are banned, and nobody else', () => {
    forEachSeed(seeds(20), (seed) =>
      assertPoisonersFound(
        poisonedSwarm(seed, 2, () => true),
        { byAll: true },
      ),
    )
  })

  it('one that poisons one block of each piece is banned, and nobody else', () => {
    const poisons = ({ begin }: BlockRange): boolean => begin === 3 * BLOCK_LENGTH
    forEachSeed(seeds(20), (seed) => assertPoisonersFound(poisonedSwarm(seed, 1, poisons), { byAll: true }))
  })

  it('two that poison a block of every fifth piece are banned when they did harm, and nobody else', () => {
    const poisons = ({ index, begin }: BlockRange): boolean => index % 5 === 2 && begin === BLOCK_LENGTH
    forEachSeed(seeds(20), (seed) => assertPoisonersFound(poisonedSwarm(seed, 2, poisons), { byAll: false }))
  })

  it('one that poisons and does not speak BEP 6 is banned, and nobody else', () => {
    forEachSeed(seeds(20), (seed) =>
      assertPoisonersFound(
        poisonedSwarm(seed, 1, () => true, { fast: false }),
        { byAll: true },
      ),
    )
  })
})

it('among twenty peers one that poisons is banned, and in 50 runs nobody else is', () => {
  forEachSeed(seeds(50), (seed) =>
    assertPoisonersFound(
      poisonedSwarm(seed, 1, () => true, { leechers: 18, length: MIB }),
      { byAll: true },
    ),
  )
})
