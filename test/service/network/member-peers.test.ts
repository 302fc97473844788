import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TrackerRegistry, type MemberView } from '../../../src/network/index.ts'
import {
  infoHashFromBytes,
  memberIdFromBytes,
  peerIdFromBytes,
  type MemberSwarm,
  type PeerAddress,
} from '../../../src/protocol/index.ts'
import { MemberPeers } from '../../../src/service/network/member-peers.ts'

const HASH = infoHashFromBytes(Buffer.alloc(20, 1))
const ID = memberIdFromBytes(Buffer.alloc(16, 2))
const OWN_ID = memberIdFromBytes(Buffer.alloc(16, 3))
const PEER = peerIdFromBytes(Buffer.alloc(20, 4))

const swarm: MemberSwarm = {
  ...{ infoHash: HASH, status: 'seeder', state: 'seeding', progress: 1 },
  ...{ downloadRate: 0, uploadRate: 0, etaSeconds: 0 },
}

function member(addresses: readonly string[], changes: Partial<MemberView> = {}): MemberView {
  const record = {
    addresses,
    peerPort: 5000,
    peerId: PEER,
    apiPort: 0,
    name: '',
    version: '',
    swarms: [swarm],
    swarmsOmitted: 0,
  }
  return { id: ID, state: 'alive', record, heardAt: 0, since: 0, isLinked: true, ...changes }
}

function known(): { peers: MemberPeers; tracker: TrackerRegistry; met: PeerAddress[] } {
  const tracker = new TrackerRegistry({ random: () => 0 })
  const met: PeerAddress[] = []
  const peers = new MemberPeers({
    tracker,
    ownId: () => OWN_ID,
    ownAddresses: () => ['10.0.0.1', 'fd00::1'],
    isPrivate: () => false,
    onPeer: (_infoHash, address) => met.push(address),
  })
  return { peers, tracker, met }
}

const hostsAt = (tracker: TrackerRegistry): string[] => tracker.peers(HASH).map(({ host }) => host)

describe('members as peers', () => {
  it('are told to clients of either family, called at one address, and counted once', () => {
    const { peers, tracker, met } = known()
    peers.changed(ID, member(['10.0.0.2', 'fd00::2']), 0)
    assert.deepEqual(hostsAt(tracker).sort(), ['10.0.0.2', 'fd00::2'])
    assert.deepEqual(met, [{ host: 'fd00::2', port: 5000 }])
    assert.deepEqual(tracker.scrape(HASH), { complete: 1, incomplete: 0, downloaded: 0 })
    assert.deepEqual(peers.seeders(HASH), [{ host: 'fd00::2', port: 5000 }])
  })

  it('are forgotten at all their addresses when they go, and at one that they lose', () => {
    const { peers, tracker } = known()
    peers.changed(ID, member(['10.0.0.2', 'fd00::2']), 0)
    peers.changed(ID, member(['10.0.0.2']), 1)
    assert.deepEqual(hostsAt(tracker), ['10.0.0.2'])
    peers.changed(ID, member(['10.0.0.2', 'fd00::2']), 2)
    peers.changed(ID, member(['10.0.0.2', 'fd00::2'], { state: 'left' }), 3)
    assert.deepEqual(hostsAt(tracker), [])
    assert.deepEqual(peers.seeders(HASH), [])
  })
})
