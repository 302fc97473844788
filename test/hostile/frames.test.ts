import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ID, uint32, type FakePeer } from '../support/fake-peer.ts'
import { Victim } from './victim.ts'

/** Payload lengths that BEP 3, 5, 6 and 10 give to messages whose length is fixed. */
const FIXED: readonly (readonly [id: number, name: string, length: number])[] = [
  [ID.choke, 'choke', 0],
  [ID.unchoke, 'unchoke', 0],
  [ID.interested, 'interested', 0],
  [ID.notInterested, 'not-interested', 0],
  [ID.have, 'have', 4],
  [ID.request, 'request', 12],
  [ID.cancel, 'cancel', 12],
  [ID.port, 'port', 2],
  [ID.suggest, 'suggest', 4],
  [ID.haveAll, 'have-all', 0],
  [ID.haveNone, 'have-none', 0],
  [ID.reject, 'reject', 12],
  [ID.allowedFast, 'allowed-fast', 4],
]

describe('a frame that breaks the rules', { timeout: 120_000 }, () => {
  for (const length of [512 * 1024 + 10, 2 ** 31, 2 ** 32 - 1]) {
    it(`ends the connection when it says it is ${length} bytes long`, async () => {
      await using victim = await Victim.start('leech')
      const peer = await victim.meet()
      peer.prefix(length)
      assert.equal(await victim.reason(peer, 1000), 'frame-too-large')
      victim.hasNoBug()
    })
  }

  it('ends the connection for every message of a fixed length that is one byte longer or shorter', async () => {
    await using victim = await Victim.start('leech')
    for (const [id, name, length] of FIXED) {
      for (const wrong of length === 0 ? [length + 1] : [length + 1, length - 1]) {
        const peer = await victim.meet()
        peer.zeros(id, wrong)
        assert.equal(await victim.reason(peer), `invalid-${name}`, `${name} with ${wrong} bytes`)
      }
    }
    victim.hasNoBug()
  })

  it('ends the connection for a piece without a block, or with one that is far too long', async () => {
    await using victim = await Victim.start('leech')
    const short = await victim.meet()
    short.zeros(ID.piece, 8)
    assert.equal(await victim.reason(short), 'invalid-piece')
    const long = await victim.meet()
    long.zeros(ID.piece, 8 + 512 * 1024 + 1)
    assert.equal(await victim.reason(long), 'frame-too-large')
    victim.hasNoBug()
  })

  it('ends the connection for a bitfield or an extended message that is far too long, by its first five bytes', async () => {
    await using victim = await Victim.start('leech')
    for (const id of [ID.bitfield, ID.extended]) {
      const peer = await victim.meet()
      peer.prefix(256 * 1024 + 1)
      peer.send(Buffer.from([id]))
      assert.equal(await victim.reason(peer, 1000), 'frame-too-large')
    }
    victim.hasNoBug()
  })

  it('ends the connection for an extended message without its id', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    peer.zeros(ID.extended, 0)
    assert.equal(await victim.reason(peer), 'invalid-extended')
    victim.hasNoBug()
  })

  it('is read past when its id is unknown and it is short', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    for (const id of [10, 11, 12, 18, 19, 21, 99, 255]) peer.zeros(id, 1023)
    peer.frame(ID.interested)
    await peer.receives(ID.unchoke)
    victim.hasNoBug()
  })

  it('ends the connection when its id is unknown and it is long', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    peer.zeros(99, 1024)
    assert.equal(await victim.reason(peer), 'invalid-message')
    victim.hasNoBug()
  })

  it('does no harm when there are a hundred thousand keep-alives', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    peer.send(Buffer.alloc(400_000))
    peer.frame(ID.interested)
    await peer.receives(ID.unchoke)
    victim.hasNoBug()
  })

  it('does no harm to others when it is garbage after a right handshake', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    peer.send(Buffer.alloc(1_000_000, 0xab))
    assert.equal(await victim.reason(peer), 'frame-too-large')
    await victim.servesOthers()
  })

  it('ends the connection when it needs the fast extension, which was not agreed on', async () => {
    await using victim = await Victim.start('leech')
    const moves: readonly ((peer: FakePeer) => void)[] = [
      (peer) => peer.frame(ID.haveAll),
      (peer) => peer.frame(ID.haveNone),
      (peer) => peer.frame(ID.reject, uint32(0, 0, 16384)),
      (peer) => peer.frame(ID.allowedFast, uint32(0)),
    ]
    for (const move of moves) {
      const peer = await victim.meet({ fast: false })
      move(peer)
      assert.equal(await victim.reason(peer), 'unexpected-message')
    }
    victim.hasNoBug()
  })

  it('does not come again from a service that itself talks to a peer without the fast extension', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet({ fast: false, extended: false })
    peer.frame(ID.interested)
    await peer.receives(ID.unchoke)
    const known = new Set<number>([ID.bitfield, ID.unchoke])
    assert.deepEqual(
      peer.frames.filter(({ id }) => !known.has(id)),
      [],
    )
  })
})
