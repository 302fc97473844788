import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PeerAddress } from '../../../src/protocol/index.ts'
import { PeerList, banKeyOf } from '../../../src/swarm/peer-list/peer-list.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const at = (host: string, port = 5000): PeerAddress => ({ host, port })
const A = at('10.0.0.1')
const B = at('10.0.0.2')
/** Jitter that is none: 0.75 + 0.5 · 0.5 = 1. */
const list = (random: () => number = () => 0.5): PeerList => new PeerList(random)

describe('PeerList', () => {
  it('gives each candidate out once, until its dial has ended', () => {
    const peers = list()
    assert.equal(peers.add(A, 'tracker', 0), true)
    assert.equal(peers.add(A, 'pex', 0), false)
    assert.deepEqual([peers.learned.tracker, peers.learned.pex], [1, 0])
    peers.add(B, 'tracker', 0)
    assert.deepEqual(peers.take(1, 0, false), [A])
    assert.equal(peers.dialling, 1)
    assert.deepEqual(peers.take(9, 0, false), [B])
    assert.deepEqual(peers.take(9, 1e9, false), [])
    peers.connected(A, 0)
    assert.equal(peers.dialling, 1)
  })

  it('waits twice as long after each failure, up to ten minutes', () => {
    const peers = list()
    peers.add(A, 'tracker', 0)
    let now = 0
    const waits: number[] = []
    for (let failure = 0; failure < 9; failure++) {
      peers.take(1, now, false)
      peers.dialFailed(A, now)
      let wait = 0
      while (peers.take(1, now + wait, false).length === 0) wait += 1000
      waits.push(wait / 1000)
      peers.dialFailed(at('10.9.9.9'), now)
      peers.connected(A, now - 60_000)
      peers.disconnected(A, now)
      // Put it back to where it was: the wait was only measured.
      for (let redo = 0; redo <= failure; redo++) {
        peers.add(A, 'manual', now)
        peers.take(1, now, false)
        peers.dialFailed(A, now)
      }
      now += 1e7
    }
    assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 320, 600, 600])
  })

  it('spreads the next tries by a quarter to each side', () => {
    const peers = list(seededRandom(1))
    const addresses = Array.from({ length: 200 }, (_, n) => at(`10.1.0.${n}`))
    for (const address of addresses) peers.add(address, 'tracker', 0)
    peers.take(200, 0, false)
    for (const address of addresses) peers.dialFailed(address, 0)
    assert.equal(peers.take(200, 3749, false).length, 0)
    const early = peers.take(200, 5000, false).length
    assert.ok(early > 60 && early < 140, `${early}`)
    assert.equal(peers.take(200, 6250, false).length, 200 - early)
  })

  it('tries a peer that went away again after ten seconds', () => {
    const peers = list()
    peers.add(A, 'tracker', 0)
    peers.take(1, 0, false)
    peers.connected(A, 0)
    peers.disconnected(A, 61_000)
    assert.deepEqual(peers.take(1, 70_999, false), [])
    assert.deepEqual(peers.take(1, 71_000, false), [A])
  })

  it('tries a peer whose first connection came to nothing once more after two seconds', () => {
    const peers = list()
    peers.add(A, 'tracker', 0)
    const waits: number[] = []
    for (let now = 0, before = 0; waits.length < 5; now += 500) {
      if (peers.take(1, now, false).length === 0) continue
      waits.push((now - before) / 1000)
      before = now
      peers.connected(A, now)
      peers.disconnected(A, now)
    }
    assert.deepEqual(waits, [0, 2, 10, 20, 40])
  })

  it('takes a connection that does not last for a failure, so that one who sends us away is left alone', () => {
    const peers = list()
    peers.add(A, 'tracker', 0)
    const waits: number[] = []
    let now = 0
    for (let round = 0; round < 6; round++) {
      while (peers.take(1, now, false).length === 0) now += 1000
      peers.connected(A, now)
      peers.disconnected(A, now)
      const from = now
      while (peers.take(1, now, false).length === 0) now += 1000
      waits.push((now - from) / 1000)
      peers.connected(A, now)
      peers.disconnected(A, now + (round === 4 ? 60_000 : 59_000))
      now += 1e7
    }
    assert.deepEqual(waits, [2, 20, 80, 320, 600, 2])
  })

  it('tries an address of which others only told no more than once a minute', () => {
    for (const source of ['pex', 'lsd', 'dht'] as const) {
      const peers = list(seededRandom(3))
      peers.add(A, source, 0)
      const tries: number[] = []
      for (let now = 0; now <= 10 * 60_000; now += 500) {
        peers.add(A, source, now)
        if (peers.take(1, now, false).length === 0) continue
        tries.push(now)
        peers.dialFailed(A, now)
      }
      assert.ok(tries.length >= 4, `${tries.length}`)
      for (const [at, time] of tries.entries()) assert.ok(at === 0 || time - (tries[at - 1] ?? 0) >= 60_000, `${time}`)
    }
  })

  it('believes in an address of which others told when it met a peer there', () => {
    for (const source of ['pex', 'lsd'] as const) {
      const peers = list()
      peers.add(A, source, 0)
      peers.take(1, 0, false)
      peers.connected(A, 0)
      peers.disconnected(A, 10)
      assert.deepEqual(peers.take(1, 2_010, false), [A])
      peers.dialFailed(A, 2_010)
      assert.deepEqual(peers.take(1, 12_010, false), [A])
    }
  })

  it('does not take a failed dial for the end of a connection that came in meanwhile', () => {
    const peers = list()
    peers.add(A, 'tracker', 0)
    peers.take(1, 0, false)
    peers.connected(A, 0)
    peers.dialFailed(A, 0)
    assert.deepEqual(peers.take(1, 1e9, false), [])
  })

  it('gives a seeder only what the user named, and that at once', () => {
    const peers = list()
    peers.add(A, 'tracker', 0)
    peers.add(B, 'tracker', 0)
    peers.take(2, 0, false)
    peers.dialFailed(B, 0)
    assert.deepEqual(peers.take(9, 1, true), [])
    peers.add(B, 'manual', 2)
    assert.deepEqual(peers.take(9, 2, true), [B])
  })

  it('refuses ports that are none', () => {
    const peers = list()
    assert.equal(peers.add(at('10.0.0.1', 0), 'pex', 0), false)
    assert.equal(peers.add(at('10.0.0.1', 65_536), 'pex', 0), false)
    assert.equal(peers.size, 0)
  })

  it('never tries our own address again, however often it is named', () => {
    const peers = list()
    peers.add(A, 'tracker', 0)
    peers.take(1, 0, false)
    peers.isOurselves(A)
    assert.equal(peers.add(A, 'tracker', 0), false)
    assert.equal(peers.add(A, 'manual', 0), false)
    assert.deepEqual(peers.take(1, 1e9, false), [])
  })

  it('is bounded, and lets the one that failed most go first', () => {
    const peers = list()
    for (let n = 0; n < 3000; n++) peers.add(at(`10.${n >> 8}.${n & 255}.9`), 'pex', 0)
    const bad = at('10.1.7.9')
    for (const address of peers.take(3000, 0, false)) {
      if (address.host === bad.host) peers.dialFailed(address, 0)
      else {
        peers.connected(address, 0)
        peers.disconnected(address, 60_000)
      }
    }
    assert.equal(peers.add(A, 'pex', 0), true)
    assert.equal(peers.size, 3000)
    assert.equal(peers.add(bad, 'pex', 0), true)
  })

  it('takes no more when all it has are connected', () => {
    const peers = list()
    for (let n = 0; n < 3000; n++) peers.add(at(`10.${n >> 8}.${n & 255}.9`), 'pex', 0)
    peers.take(3000, 0, false)
    assert.equal(peers.add(A, 'pex', 0), false)
  })
})

describe('PeerList, bans', () => {
  it('are for the whole machine, at whatever port', () => {
    const peers = list()
    peers.add(A, 'tracker', 0)
    peers.add(B, 'tracker', 0)
    peers.ban(banKeyOf(at('10.0.0.1', 40_000)), 'piece-poisoning')
    assert.equal(peers.isBanned(A), true)
    assert.equal(peers.isBanned(B), false)
    assert.equal(peers.add(at('10.0.0.1', 6000), 'manual', 0), false)
    assert.deepEqual(peers.take(9, 0, false), [B])
    assert.deepEqual([...peers.bans], [['10.0.0.1', 'piece-poisoning']])
  })

  it('are for one end of a connection on loopback, where all peers share the address', () => {
    for (const host of ['127.0.0.1', '127.5.5.5', '::1', '::ffff:127.0.0.1']) {
      const peers = list()
      peers.ban(banKeyOf(at(host, 5000)), 'piece-poisoning')
      assert.equal(peers.isBanned(at(host, 5000)), true, host)
      assert.equal(peers.isBanned(at(host, 5001)), false, host)
    }
  })

  it('hold for every way to the same IPv4 address', () => {
    const peers = list()
    peers.ban(banKeyOf(at('2002:808:808::1', 5000)), 'piece-poisoning')
    for (const host of ['8.8.8.8', '2002:808:808:7::9', '64:ff9b::8.8.8.8'])
      assert.equal(peers.isBanned(at(host, 1)), true)
    for (const host of ['8.8.8.9', '2002:808:809::1']) assert.equal(peers.isBanned(at(host, 1)), false)
  })
})
