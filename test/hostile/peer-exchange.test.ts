import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { ID, type FakePeer } from '../support/fake-peer.ts'
import { waitUntil } from '../support/wait-until.ts'
import { Victim } from './victim.ts'

/** Our id of ut_pex, as our handshake tells it. */
const pexId = async (peer: FakePeer): Promise<number | null> => {
  const { payload } = await peer.receives(ID.extended)
  const found = /6:ut_pexi(\d+)e/.exec(payload.toString('latin1'))
  return found ? Number(found[1]) : null
}

const extended = (peer: FakePeer, id: number, payload: Buffer | string): void => {
  peer.frame(ID.extended, Buffer.concat([Buffer.from([id]), Buffer.from(payload)]))
}

const added = (...addresses: readonly (readonly [host: string, port: number])[]): Buffer => {
  const bytes = Buffer.concat(
    addresses.map(([host, port]) => Buffer.from([...host.split('.').map(Number), port >> 8, port & 255])),
  )
  return Buffer.concat([Buffer.from(`d5:added${bytes.length}:`), bytes, Buffer.from('e')])
}

describe('peer exchange under attack', { timeout: 120_000 }, () => {
  it('ends the connection of one that tells three times in a minute', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    const id = await pexId(peer)
    assert.ok(id !== null)
    for (let message = 0; message < 3; message++) extended(peer, id, 'de')
    assert.equal(await victim.reason(peer), 'pex-flood')
    victim.hasNoBug()
  })

  it('ends the connection of one that tells nonsense, or more than anybody has to tell', async () => {
    await using victim = await Victim.start('leech')
    const bad: readonly (readonly [payload: Buffer | string, reason: RegExp])[] = [
      ['le', /^invalid-pex$/],
      ['d5:added3:abce', /^invalid-pex$/],
      ['l'.repeat(100_000), /^bencode-/],
      [Buffer.alloc(200_000), /^extension-too-large$/],
    ]
    for (const [payload, reason] of bad) {
      const peer = await victim.meet()
      const id = await pexId(peer)
      assert.ok(id !== null)
      extended(peer, id, payload)
      assert.match(String(await victim.reason(peer)), reason)
    }
    victim.hasNoBug()
  })

  it('takes 50 of 10,000 peers, and no port of a service of this machine', async () => {
    await using victim = await Victim.start('leech')
    const known = (): number => victim.running.service.swarm(victim.infoHash).peers.known
    const peer = await victim.meet()
    const id = await pexId(peer)
    assert.ok(id !== null)
    extended(
      peer,
      id,
      added(['127.0.0.1', 22], ['0.0.0.0', 5000], ['239.0.0.1', 5000], ['127.0.0.1', victim.running.port]),
    )
    const many = Array.from({ length: 10_000 }, (_, n) => [`127.9.${n >> 8}.${n & 255}`, 5000] as const)
    extended(peer, id, added(...many))
    await waitUntil('candidates', () => known() > 0)
    assert.equal(known(), 50)
    victim.hasNoBug()
  })

  it('has a stranger called once a minute at the most, however many name it', async () => {
    await using victim = await Victim.start('leech')
    let calls = 0
    const stranger = createServer((socket) => {
      calls++
      socket.on('error', () => {})
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    const { port } = stranger.address() as AddressInfo
    for (let liar = 0; liar < 20; liar++) {
      const peer = await victim.meet()
      const id = await pexId(peer)
      assert.ok(id !== null)
      extended(peer, id, added(['127.0.0.1', port]))
      if (liar === 0) await waitUntil('the first call', () => calls > 0)
      // What it says next is answered after what it said before.
      peer.bitfield(victim.torrent.metainfo.pieceCount)
      await peer.receives(ID.interested)
    }
    assert.equal(calls, 1)
    stranger.close()
    victim.hasNoBug()
  })

  it('is neither offered nor taken in a private torrent', async () => {
    await using victim = await Victim.start('leech', 300_000, 32 * 1024, true)
    const [first, peer] = [await victim.meet(), await victim.meet()]
    assert.equal(await pexId(peer), null)
    extended(first, 0, 'd1:md6:ut_pexi1ee1:pi6000ee')
    extended(peer, 0, 'd1:md6:ut_pexi1ee1:pi6001ee')
    for (let id = 1; id < 10; id++) extended(peer, id, added(['127.0.0.1', 7000]))
    peer.bitfield(victim.torrent.metainfo.pieceCount)
    await peer.receives(ID.interested)
    // The two that are connected said where they listen; nobody else is known, and neither hears of the other.
    assert.equal(victim.running.service.swarm(victim.infoHash).peers.known, 2)
    assert.equal(peer.count(ID.extended), 1)
    assert.equal(first.count(ID.extended), 1)
    victim.hasNoBug()
  })
})
