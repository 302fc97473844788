import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { ID } from '../support/fake-peer.ts'
import { waitUntil } from '../support/wait-until.ts'
import { Victim } from './victim.ts'

describe('who a peer says it is', { timeout: 120_000 }, () => {
  it('can not drive out another that has the same peer id, from another address', async () => {
    await using victim = await Victim.start('seeder')
    const peerId = '-XX0000-the-same-one'
    const honest = await victim.meet({ peerId, localAddress: '127.0.0.1' })
    const thief = await victim.meet({ peerId, localAddress: '127.0.0.2' })
    assert.match(thief.address, /^127\.0\.0\.2:/)
    assert.equal(await victim.reason(thief), 'duplicate-connection')
    honest.frame(ID.interested)
    await honest.receives(ID.unchoke)
    const peers = victim.running.service.peers(victim.infoHash)
    assert.deepEqual(
      peers.map(({ address }) => address),
      [honest.address],
    )
  })

  it('can not drive out another that has the same peer id, from the same address', async () => {
    await using victim = await Victim.start('seeder')
    const peerId = '-XX0000-the-same-one'
    const first = await victim.meet({ peerId })
    const second = await victim.meet({ peerId })
    assert.equal(await victim.reason(second), 'duplicate-connection')
    assert.equal(first.isClosed, false)
  })

  it('is not believed when it has our own peer id', async () => {
    await using victim = await Victim.start('seeder')
    const scout = await victim.meet()
    const ours = Buffer.from(scout.theirPeerId ?? '', 'hex').toString('latin1')
    const mirror = await victim.meet({ peerId: ours })
    assert.equal(await victim.reason(mirror), 'self-connection')
  })

  it('is told apart from ourselves: our own address is left after one try', async () => {
    await using victim = await Victim.start('leech')
    const { service, port } = victim.running
    assert.equal(service.addPeers(victim.infoHash, [{ host: '127.0.0.1', port }]), 1)
    await victim.running.logged('peer.closed', ({ reason }) => reason === 'self-connection')
    await waitUntil('no candidate to be left', () => service.swarm(victim.infoHash).peers.known === 0)
    assert.equal(service.swarm(victim.infoHash).peers.connected, 0)
    victim.hasNoBug()
  })

  it('is of no use when it has another torrent: the connection is not made', async () => {
    await using victim = await Victim.start('seeder')
    const stranger = await victim.connect({ infoHash: 'ab'.repeat(20) })
    stranger.handshake()
    await stranger.ended()
    assert.equal(stranger.theirPeerId, null)
  })

  it('is of no use when it answers our call with another torrent', async () => {
    await using victim = await Victim.start('leech')
    const server = createServer((socket) => {
      socket.on('error', () => {})
      const named = Buffer.from('\x13BitTorrent protocol\0\0\0\0\0\0\0\0', 'latin1')
      socket.end(Buffer.concat([named, Buffer.alloc(20, 0xab), Buffer.from('-XX0000-123456789012')]))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const called = once(server, 'connection')
    victim.running.service.addPeers(victim.infoHash, [{ host: '127.0.0.1', port }])
    await called
    await waitUntil('the call to be over', () => victim.running.service.swarm(victim.infoHash).peers.connected === 0)
    assert.deepEqual(victim.running.events('peer.connected'), [])
    server.close()
    victim.hasNoBug()
  })

  it('comes to nothing when the swarm is full', async () => {
    await using victim = await Victim.start('seeder')
    const inside = await Promise.all(Array.from({ length: 50 }, () => victim.meet()))
    const late = await victim.meet()
    assert.equal(await victim.reason(late), 'too-many-peers')
    inside[0]?.close()
    await victim.running.logged('peer.closed', ({ peer }) => peer === inside[0]?.address)
    const lucky = await victim.meet()
    lucky.frame(ID.interested)
    await lucky.receives(ID.unchoke)
    victim.hasNoBug()
  })
})
