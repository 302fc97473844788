import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH, encodeExtensionHandshake, type PeerMessage } from '../../../src/protocol/index.ts'
import { TorrentRig, block } from './torrent-rig.ts'

const unchoked = (rig: TorrentRig): number[] =>
  Array.from(rig.torrent.sessions.values())
    .filter((session) => !session.amChoking)
    .map(({ key }) => key)
const uploadOnly = (yes: boolean): PeerMessage => ({
  type: 'extended',
  id: 0,
  payload: encodeExtensionHandshake({ m: new Map(), uploadOnly: yes }),
})

describe('a free slot', () => {
  it('goes to who becomes interested, at once, while there are four', () => {
    const rig = new TorrentRig({ have: [0] }).connectLeechers(1, 2, 3, 4, 5)
    assert.deepEqual(unchoked(rig), [1, 2, 3, 4])
    assert.equal(rig.torrent.unchoked, 4)
    assert.deepEqual(rig.words(1).at(-1), 'unchoke')
    assert.equal(rig.session(5).amChoking, true)
  })

  it('goes on to the next at once when its holder leaves, loses interest, or has everything', () => {
    const rig = new TorrentRig({ have: [0], pieces: 2 }).connectLeechers(1, 2, 3, 4, 5, 6, 7, 8)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    assert.deepEqual(unchoked(rig), [2, 3, 4, 5])
    rig.say(2, { type: 'not-interested' })
    assert.deepEqual(unchoked(rig), [3, 4, 5, 6])
    rig.say(3, { type: 'have', index: 0 }, { type: 'have', index: 1 })
    assert.deepEqual(unchoked(rig), [4, 5, 6, 7])
    assert.equal(rig.session(3).chokeReason, 'choked: it has everything')
    rig.say(4, uploadOnly(true))
    assert.deepEqual(unchoked(rig), [5, 6, 7, 8])
    assert.equal(rig.session(4).chokeReason, 'choked: it has everything')
  })

  it('goes to a peer that no longer says that it only uploads', () => {
    const rig = new TorrentRig({ have: [0] }).connect(1).say(1, uploadOnly(true), { type: 'interested' })
    assert.deepEqual(unchoked(rig), [])
    rig.say(1, uploadOnly(false))
    assert.deepEqual(unchoked(rig), [1])
  })

  it('is taken from who snubs us in the next round, and given back as soon as it sends', () => {
    const rig = new TorrentRig({ have: [0] }).connect(2)
    rig.say(2, { type: 'bitfield', bytes: Buffer.from([0x60]) }, { type: 'unchoke' }, { type: 'interested' })
    assert.deepEqual(unchoked(rig), [2])
    const [asked] = rig.requests(2)
    assert.ok(asked)
    rig.pass(31)
    assert.equal(rig.session(2).snubbed, true)
    assert.deepEqual(unchoked(rig), [])
    assert.equal(rig.session(2).chokeReason, 'choked: it snubs us, it owes blocks and sends none')
    rig.block(2, asked)
    assert.deepEqual(unchoked(rig), [2])
  })

  it('goes to a peer that snubbed us when we have everything', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1 }).connect(1)
    rig.say(1, { type: 'have-none' }, { type: 'interested' })
    rig.session(1).snubbed = true
    rig.pass(31)
    assert.deepEqual(unchoked(rig), [])
    rig.connectSeeder(2).block(2, block(0)).settle()
    assert.deepEqual(unchoked(rig), [1])
  })
})

describe('a round', () => {
  it('comes every 30 s, ranks by the rate, and tells each peer once', () => {
    const rig = new TorrentRig({ have: [0], pieces: 2 }).connectLeechers(1, 2, 3, 4, 5, 6)
    rig.pass(1)
    rig.session(5).download.add(BLOCK_LENGTH, rig.now + 29_000)
    rig.session(6).download.add(2 * BLOCK_LENGTH, rig.now + 29_000)
    rig.take()
    rig.pass(29)
    assert.deepEqual(rig.take(), [])
    rig.pass(1)
    assert.equal(rig.session(6).slot, 'regular')
    assert.equal(rig.session(5).slot, 'regular')
    assert.equal(unchoked(rig).length, 4)
    for (const peer of [1, 2, 3, 4, 5, 6]) assert.ok(rig.words(peer).length <= 1)
  })

  it('chokes before it unchokes, so that never more than four are unchoked', () => {
    const rig = new TorrentRig({ have: 'all' }).connectLeechers(1, 2, 3, 4, 5, 6, 7, 8, 9)
    let open = 4
    let most = 0
    rig.take()
    for (let round = 0; round < 20; round++) {
      for (const peer of [1, 2, 3, 4, 5, 6, 7, 8, 9]) rig.say(peer, { type: 'keep-alive' })
      rig.pass(30)
      for (const effect of rig.take()) {
        if (effect.type !== 'send') continue
        if (effect.message.type === 'unchoke') open++
        if (effect.message.type === 'choke') open--
        most = Math.max(most, open)
      }
    }
    assert.equal(most, 4)
  })
})
