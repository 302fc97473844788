import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TrackerRegistry, type RegistryChange, type RegistryPeer } from '../../src/network/index.ts'
import { infoHashFromBytes, peerIdFromBytes, type AnnounceRequest } from '../../src/protocol/index.ts'

const HASH = infoHashFromBytes(Buffer.alloc(20, 1))
const peerId = (number: number) => peerIdFromBytes(Buffer.alloc(20, number))
const peer = (number: number, changes: Partial<RegistryPeer> = {}): RegistryPeer => ({
  infoHash: HASH,
  peerId: peerId(number),
  host: `10.0.0.${number}`,
  port: 5000,
  left: 0,
  seenAt: 0,
  ...changes,
})
const asks: AnnounceRequest = {
  infoHash: HASH,
  peerId: peerId(99),
  port: 6000,
  uploaded: 0,
  downloaded: 0,
  left: 5,
  numWant: 50,
  compact: true,
  noPeerId: true,
}
const told = (registry: TrackerRegistry, now = 0): string[] =>
  registry.announce(asks, '10.0.0.99', now, '10.0.0.1').peers.map(({ host }) => host)

describe('a tracker that is told of peers by others', () => {
  it('names them in its answers, of its own swarms and of others', () => {
    for (const isOwn of [true, false]) {
      const registry = new TrackerRegistry({ random: () => 0 })
      if (isOwn) registry.register(HASH)
      registry.learn(peer(7))
      registry.learn(peer(8, { left: 1 }))
      assert.deepEqual(told(registry).sort(), ['10.0.0.7', '10.0.0.8'])
      assert.deepEqual(registry.scrape(HASH), { complete: 1, incomplete: 2, downloaded: 0 })
    }
  })

  it('counts who is there at an address of each family once, a seeder if it says so at one of them', () => {
    const registry = new TrackerRegistry({ random: () => 0 })
    registry.learn(peer(7, { left: 1 }))
    registry.learn(peer(7, { host: 'fd00::7' }))
    registry.learn(peer(8))
    assert.deepEqual(registry.scrape(HASH), { complete: 2, incomplete: 0, downloaded: 0 })
    registry.forget(HASH, peer(7, { host: 'fd00::7' }), peerId(7))
    assert.deepEqual(registry.scrape(HASH), { complete: 1, incomplete: 1, downloaded: 0 })
    registry.learn(peer(7))
    registry.learn(peer(8, { peerId: peerId(7) }))
    assert.deepEqual(registry.scrape(HASH), { complete: 1, incomplete: 0, downloaded: 0 })
  })

  it('forgets them when they are known to be gone, but not who lives there now', () => {
    const changes: string[] = []
    const onChange = (change: RegistryChange): void => void changes.push(`${change.type} ${change.peer.host}`)
    const registry = new TrackerRegistry({ random: () => 0, onChange })
    registry.register(HASH)
    registry.learn(peer(7))
    registry.forget(HASH, peer(7), peerId(8))
    assert.deepEqual(told(registry), ['10.0.0.7'])
    registry.forget(HASH, peer(7), peerId(7))
    registry.forget(HASH, peer(7), peerId(7))
    assert.deepEqual(told(registry), [])
    assert.deepEqual(changes, ['joined 10.0.0.7', 'joined 10.0.0.99', 'left 10.0.0.7'])
  })

  it('keeps its account of foreign swarms', () => {
    const registry = new TrackerRegistry({ random: () => 0 })
    registry.learn(peer(7))
    registry.learn(peer(7, { seenAt: 1 }))
    registry.learn(peer(8))
    assert.deepEqual(registry.sizes, { registeredSwarms: 0, foreignSwarms: 1, foreignPeers: 2 })
    registry.forget(HASH, peer(7), peerId(7))
    registry.forget(HASH, peer(8), peerId(8))
    assert.deepEqual(registry.sizes, { registeredSwarms: 0, foreignSwarms: 0, foreignPeers: 0 })
  })

  it('lets them go when nobody says so any more', () => {
    const registry = new TrackerRegistry({ random: () => 0 })
    registry.learn(peer(7))
    assert.deepEqual(told(registry, 60_000), ['10.0.0.7'])
    assert.deepEqual(told(registry, 80_000), [])
  })

  it('is never told of itself', () => {
    const registry = new TrackerRegistry({ random: () => 0 })
    registry.setOwnPeer(HASH, { peerId: peerId(1), port: 5000, left: 0 })
    registry.learn(peer(1))
    assert.deepEqual(told(registry), ['10.0.0.1'])
    assert.equal(registry.scrape(HASH)?.complete, 1)
  })
})
