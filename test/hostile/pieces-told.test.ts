import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ID, fullBitfield, uint32 } from '../support/fake-peer.ts'
import { Victim } from './victim.ts'

describe('what a peer says of its pieces', { timeout: 120_000 }, () => {
  it('ends the connection when the bitfield is a byte too short or too long', async () => {
    await using victim = await Victim.start('leech')
    const right = fullBitfield(victim.torrent.metainfo.pieceCount)
    for (const bytes of [right.subarray(1), Buffer.concat([right, Buffer.alloc(1)])]) {
      const peer = await victim.meet()
      peer.frame(ID.bitfield, bytes)
      assert.equal(await victim.reason(peer), 'invalid-bitfield')
    }
    victim.hasNoBug()
  })

  it('ends the connection when the bitfield is 200 KiB long, which no frame limit forbids', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    peer.zeros(ID.bitfield, 200 * 1024)
    assert.equal(await victim.reason(peer), 'invalid-bitfield')
    victim.hasNoBug()
  })

  it('ends the connection when spare bits of the bitfield are set', async () => {
    await using victim = await Victim.start('leech')
    const bytes = fullBitfield(victim.torrent.metainfo.pieceCount)
    assert.notEqual(bytes.at(-1), 0xff, 'the torrent leaves bits to spare')
    bytes[bytes.length - 1] = 0xff
    const peer = await victim.meet()
    peer.frame(ID.bitfield, bytes)
    assert.equal(await victim.reason(peer), 'invalid-bitfield')
    victim.hasNoBug()
  })

  it('ends the connection when it says again what brings nothing new, in any of the three ways', async () => {
    await using victim = await Victim.start('leech')
    const { pieceCount } = victim.torrent.metainfo
    const says = [
      [ID.bitfield, fullBitfield(pieceCount)],
      [ID.haveAll, Buffer.alloc(0)],
      [ID.haveNone, Buffer.alloc(0)],
    ] as const
    for (const [first, firstPayload] of says) {
      for (const [second, secondPayload] of says) {
        // Who has nothing yet may come to have something.
        if (first === ID.haveNone && second !== ID.haveNone) continue
        const peer = await victim.meet()
        peer.frame(first, firstPayload)
        peer.frame(second, secondPayload)
        assert.equal(await victim.reason(peer), 'unexpected-message', `${first}, then ${second}`)
      }
    }
    victim.hasNoBug()
  })

  it('ends the connection when a late bitfield tells no more than the haves before it', async () => {
    await using victim = await Victim.start('leech')
    const { pieceCount } = victim.torrent.metainfo
    const peer = await victim.meet()
    for (let piece = 0; piece < pieceCount; piece++) peer.have(piece)
    peer.bitfield(pieceCount)
    assert.equal(await victim.reason(peer), 'unexpected-message')
    victim.hasNoBug()
  })

  it('ends the connection when it has a piece that the torrent has not', async () => {
    await using victim = await Victim.start('leech')
    for (const index of [victim.torrent.metainfo.pieceCount, 2 ** 31, 2 ** 32 - 1]) {
      const peer = await victim.meet()
      peer.have(index)
      assert.equal(await victim.reason(peer), 'invalid-have')
    }
    victim.hasNoBug()
  })

  it('ends the connection when it allows a piece that the torrent has not', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    peer.frame(ID.allowedFast, uint32(victim.torrent.metainfo.pieceCount))
    assert.equal(await victim.reason(peer), 'invalid-allowed-fast')
    victim.hasNoBug()
  })

  it('is counted once when it says have for one piece a hundred thousand times', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    const one = Buffer.concat([uint32(5), Buffer.from([ID.have]), uint32(3)])
    peer.send(Buffer.concat(Array.from({ length: 100_000 }, () => one)))
    peer.have(4)
    await peer.receives(ID.interested)
    const { availability } = victim.running.service.pieces(victim.infoHash)
    assert.equal(availability[3], 1)
    peer.close()
    assert.equal(await victim.reason(peer), 'remote-closed')
    assert.ok(victim.running.service.pieces(victim.infoHash).availability.every((count) => count === 0))
    victim.hasNoBug()
  })
})
