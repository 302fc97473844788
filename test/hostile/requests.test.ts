import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK, ID, type FakePeer } from '../support/fake-peer.ts'
import { waitUntil } from '../support/wait-until.ts'
import { Victim } from './victim.ts'

const unchoked = async (victim: Victim, fast = true): Promise<FakePeer> => {
  const peer = await victim.meet({ fast })
  peer.frame(ID.interested)
  await peer.receives(ID.unchoke)
  return peer
}

describe('a peer that asks', { timeout: 240_000 }, () => {
  it('is sent away when the range is outside the torrent, outside the piece, empty or longer than a block', async () => {
    await using victim = await Victim.start('seeder')
    const { pieceCount, pieceLength } = victim.torrent.metainfo
    const wrong = [
      [pieceCount, 0, BLOCK],
      [2 ** 32 - 1, 0, BLOCK],
      [0, pieceLength, BLOCK],
      [0, pieceLength - BLOCK + 1, BLOCK],
      [0, 2 ** 32 - 1, BLOCK],
      [pieceCount - 1, 0, BLOCK],
      [0, 0, 0],
      [0, 0, BLOCK + 1],
      [0, 0, 2 ** 31],
      [0, 0, 2 ** 32 - 1],
    ] as const
    for (const [index, begin, length] of wrong) {
      const asking = await unchoked(victim)
      asking.request(index, begin, length)
      assert.equal(await victim.reason(asking), 'invalid-request', `request ${index} ${begin} ${length}`)
      const cancelling = await unchoked(victim)
      cancelling.cancel(index, begin, length)
      assert.equal(await victim.reason(cancelling), 'invalid-request', `cancel ${index} ${begin} ${length}`)
    }
    await victim.servesOthers()
  })

  it('never has more than 2,000 requests waiting, however many it makes, and each is answered', async () => {
    await using victim = await Victim.start('seeder')
    const flooder = await unchoked(victim)
    const bystander = await unchoked(victim)
    flooder.stopReading()
    let longest = 0
    const look = (): number => {
      const waiting = victim.running.service.peers(victim.infoHash).map((peer) => peer.uploadQueue)
      longest = Math.max(longest, ...waiting)
      return longest
    }
    flooder.floodRequests(5000)
    await waitUntil('the queue to be full', () => look() >= 2000, { intervalMs: 1 })
    bystander.request(0, 0)
    await bystander.receives(ID.piece)
    flooder.socket.resume()
    await waitUntil('an answer to each', () => {
      look()
      return flooder.count(ID.piece) + flooder.count(ID.reject) === 5000
    })
    assert.equal(longest, 2000)
    assert.ok(flooder.count(ID.reject) > 0)
    victim.hasNoBug()
  })

  it('is not served when it is choked, and is told so', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    peer.request(0, 0)
    await peer.receives(ID.reject)
    assert.equal(peer.count(ID.piece), 0)
    victim.hasNoBug()
  })

  it('is not served when it is choked, and hears nothing without the fast extension', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet({ fast: false })
    peer.request(0, 0)
    peer.frame(ID.interested)
    await peer.receives(ID.unchoke)
    peer.request(1, 0)
    const { payload } = await peer.receives(ID.piece)
    assert.equal(payload.readUInt32BE(0), 1)
    assert.equal(peer.count(ID.reject), 0)
    victim.hasNoBug()
  })

  it('is sent away when it goes on and on while it is choked', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    const asking = setInterval(() => peer.floodRequests(50), 50)
    try {
      assert.equal(await victim.reason(peer, 10_000), 'request-flood')
    } finally {
      clearInterval(asking)
    }
    assert.equal(peer.count(ID.piece), 0)
    await victim.servesOthers()
  })

  it('is answered with a reject, not a block, for a piece that we lack', async () => {
    await using victim = await Victim.start('leech')
    const peer = await unchoked(victim)
    peer.request(0, 0)
    await peer.receives(ID.reject)
    assert.equal(peer.count(ID.piece), 0)
    victim.hasNoBug()
  })

  it('does no harm with a storm of cancels for what it never asked', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await unchoked(victim)
    for (let round = 0; round < 20_000; round++) peer.cancel(0, 0)
    peer.request(0, 0)
    await peer.receives(ID.piece)
    assert.equal(peer.count(ID.reject), 0)
    victim.hasNoBug()
  })

  it('gets no slot by changing its mind a hundred thousand times', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    const flip = Buffer.from([0, 0, 0, 1, ID.interested, 0, 0, 0, 1, ID.notInterested])
    peer.send(Buffer.concat(Array.from({ length: 50_000 }, () => flip)))
    await waitUntil('it to be choked', () => {
      const [view] = victim.running.service.peers(victim.infoHash)
      return view !== undefined && !view.peerInterested && view.amChoking
    })
    await victim.servesOthers()
  })
})
