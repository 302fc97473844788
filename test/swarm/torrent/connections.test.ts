import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeExtensionHandshake, encodeExtensionHandshake, type PeerMessage } from '../../../src/protocol/index.ts'
import { OWN_ID, TorrentRig, block, request, sha1 } from './torrent-rig.ts'

const extended = (fields: { port?: number; reqq?: number; uploadOnly?: boolean; v?: string }): PeerMessage => ({
  type: 'extended',
  id: 0,
  payload: encodeExtensionHandshake({ m: new Map(), ...fields }),
})
const at = (host: string, port = 5000): { host: string; port: number } => ({ host, port })

describe('the first words', () => {
  it('are have-none from who has nothing, have-all from who has all, and else a bitfield', () => {
    assert.deepEqual(new TorrentRig().connect(1).words(1), ['have-none', 'extended'])
    assert.deepEqual(new TorrentRig({ have: 'all' }).connect(1).words(1), ['have-all', 'extended'])
    const some = new TorrentRig({ have: [1] }).connect(1)
    assert.deepEqual(some.words(1), ['bitfield', 'extended'])
    assert.deepEqual(some.sent(1)[0], { type: 'bitfield', bytes: Buffer.from([0x40]) })
  })

  it('are a bitfield or nothing for a peer without BEP 6', () => {
    assert.deepEqual(new TorrentRig().connect(1, { fast: false }).words(1), ['extended'])
    assert.deepEqual(new TorrentRig({ have: 'all' }).connect(1, { fast: false }).words(1), ['bitfield', 'extended'])
  })

  it('say nothing of extensions to a peer without BEP 10', () => {
    assert.deepEqual(new TorrentRig().connect(1, { extended: false }).words(1), ['have-none'])
  })

  it('tell our client, port and how many requests we keep', () => {
    const [, second] = new TorrentRig().connect(1).sent(1)
    assert.equal(second?.type, 'extended')
    const { v, port, reqq } = decodeExtensionHandshake(second.payload)
    assert.deepEqual([v, port, reqq], ['swarmd test', 5000, 2000])
  })
})

describe('what a peer tells of itself', () => {
  it('is its client, how much it takes, and where it listens', () => {
    const rig = new TorrentRig().connect(1, { outbound: false, port: 40_000 })
    rig.say(1, extended({ v: 'other 1.0', reqq: 3, port: 6881 }))
    assert.equal(rig.session(1).client, 'other 1.0')
    assert.equal(rig.session(1).requests.limit, 3)
    assert.deepEqual(rig.session(1).listenAddress, at('10.0.0.1', 6881))
    rig.handle({ type: 'candidates', addresses: [at('10.0.0.1', 6881)], source: 'tracker' })
    assert.deepEqual(rig.dials(), [])
  })

  it('ends the connection when it is nonsense', () => {
    const rig = new TorrentRig().connect(1).say(1, { type: 'extended', id: 0, payload: Buffer.from('i-3e') })
    assert.notEqual(rig.closeReason(1), null)
    assert.equal(rig.torrent.sessions.size, 0)
  })

  it('in other extensions is not our business', () => {
    const rig = new TorrentRig().connect(1).say(1, { type: 'extended', id: 7, payload: Buffer.from('?') })
    assert.equal(rig.closeReason(1), null)
  })
})

describe('a connection', () => {
  it('to ourselves ends, and its address is not tried again', () => {
    const rig = new TorrentRig()
    rig.handle({ type: 'candidates', addresses: [at('10.0.0.9')], source: 'tracker' })
    rig.handle({
      type: 'connected',
      peer: 1,
      address: at('10.0.0.9'),
      peerId: OWN_ID,
      outbound: true,
      fast: true,
      extended: true,
    })
    assert.equal(rig.closeReason(1), 'self-connection')
    rig.take()
    rig.handle({ type: 'candidates', addresses: [at('10.0.0.9')], source: 'tracker' }).pass(60)
    assert.deepEqual(rig.dials(), [])
  })

  it('too many is refused', () => {
    const rig = new TorrentRig({ limits: { maxPeers: 2 } }).connect(1).connect(2).connect(3, { outbound: false })
    assert.equal(rig.closeReason(3), 'too-many-peers')
    assert.equal(rig.torrent.sessions.size, 2)
  })

  it('of two seeders ends', () => {
    for (const message of [
      { type: 'have-all' },
      { type: 'bitfield', bytes: Buffer.from([0xf0]) },
    ] satisfies PeerMessage[]) {
      const rig = new TorrentRig({ have: 'all' }).connect(1).say(1, message)
      assert.equal(rig.closeReason(1), 'both-seeders')
    }
    const grown = new TorrentRig({ have: 'all', pieces: 1 }).connect(1).say(1, { type: 'have', index: 0 })
    assert.equal(grown.closeReason(1), 'both-seeders')
  })

  it('that comes back gone is dialled again after a while', () => {
    const rig = new TorrentRig()
    rig.handle({ type: 'candidates', addresses: [at('10.0.0.1')], source: 'tracker' })
    assert.deepEqual(rig.dials(), [at('10.0.0.1')])
    rig.connect(1).take()
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' }).pass(1)
    assert.deepEqual(rig.dials(), [])
    rig.pass(3)
    assert.deepEqual(rig.dials(), [at('10.0.0.1')])
  })

  it('that says nothing for 130 s ends; before that both sides are kept alive', () => {
    const rig = new TorrentRig().connect(1)
    rig.pass(89)
    assert.equal(rig.words(1).includes('keep-alive'), false)
    rig.pass(2)
    assert.equal(rig.words(1).filter((word) => word === 'keep-alive').length, 1)
    rig.say(1, { type: 'keep-alive' }).pass(130)
    assert.equal(rig.closeReason(1), null)
    rig.pass(1)
    assert.equal(rig.closeReason(1), 'idle-timeout')
  })
})

describe('two connections to one peer', () => {
  // The one made by the smaller peer id stays. Ours is `own`.
  const twice = (id: string, firstOutbound: boolean): TorrentRig =>
    new TorrentRig()
      .connect(1, { id, host: '10.0.0.7', outbound: firstOutbound, port: firstOutbound ? 5000 : 40_000 })
      .connect(2, { id, host: '10.0.0.7', outbound: !firstOutbound, port: firstOutbound ? 40_000 : 5000 })

  it('leave the one that we made when our id is smaller', () => {
    for (const firstOutbound of [true, false]) {
      const rig = twice('zzz', firstOutbound)
      const ours = firstOutbound ? 1 : 2
      assert.equal(rig.closeReason(3 - ours), 'duplicate-connection')
      assert.deepEqual([...rig.torrent.sessions.keys()], [ours])
    }
  })

  it('leave the one that the other made when its id is smaller', () => {
    for (const firstOutbound of [true, false]) {
      const rig = twice('aaa', firstOutbound)
      const theirs = firstOutbound ? 2 : 1
      assert.equal(rig.closeReason(3 - theirs), 'duplicate-connection')
      assert.deepEqual([...rig.torrent.sessions.keys()], [theirs])
    }
  })

  it('leave the first when both come from the same side, or from another machine that only claims the id', () => {
    const sameSide = new TorrentRig().connect(1, { id: 'x', outbound: false }).connect(2, { id: 'x', outbound: false })
    assert.equal(sameSide.closeReason(2), 'duplicate-connection')
    const claimed = new TorrentRig().connect(1, { id: 'aaa' }).connect(2, { id: 'aaa', outbound: false })
    assert.equal(claimed.closeReason(2), 'duplicate-connection')
    assert.deepEqual([...claimed.torrent.sessions.keys()], [1])
  })

  it('of which one ends are no reason to call again, as long as the other lasts', () => {
    // libtorrent shows another peer id on each connection, and ends one of the two by itself.
    const rig = new TorrentRig()
    rig.handle({ type: 'candidates', addresses: [at('10.0.0.7')], source: 'lsd' }).take()
    rig
      .connect(1, { id: 'aaa', host: '10.0.0.7' })
      .connect(2, { id: 'bbb', host: '10.0.0.7', outbound: false, port: 40_000 })
    rig.say(2, extended({ port: 5000 }))
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' }).pass(100)
    assert.deepEqual(rig.dials(), [])
    rig.handle({ type: 'closed', peer: 2, reason: 'remote-closed' }).pass(15)
    assert.deepEqual(rig.dials(), [at('10.0.0.7')])
  })

  it('are not made again and again while the first lasts', () => {
    const rig = new TorrentRig().connect(1, { id: 'aaa', host: '10.0.0.7', outbound: false, port: 40_000 })
    rig.handle({ type: 'candidates', addresses: [at('10.0.0.7')], source: 'tracker' })
    assert.deepEqual(rig.dials(), [at('10.0.0.7')])
    rig.connect(2, { id: 'aaa', host: '10.0.0.7' })
    assert.equal(rig.closeReason(2), 'duplicate-connection')
    rig.take()
    rig.pass(100)
    assert.deepEqual(rig.dials(), [])
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' }).pass(15)
    assert.deepEqual(rig.dials(), [at('10.0.0.7')])
  })
})

describe('dialling', () => {
  const many = Array.from({ length: 20 }, (_, n) => at(`10.2.0.${n}`))

  it('makes eight connections at a time, and no more than peers are wanted', () => {
    const rig = new TorrentRig().handle({ type: 'candidates', addresses: many, source: 'tracker' })
    assert.equal(rig.dials().length, 8)
    const few = new TorrentRig({ limits: { maxPeers: 3 } }).connect(1)
    few.handle({ type: 'candidates', addresses: many, source: 'tracker' })
    assert.equal(few.dials().length, 2)
  })

  it('goes on when dials fail', () => {
    const rig = new TorrentRig().handle({ type: 'candidates', addresses: many, source: 'tracker' })
    for (const address of rig.dials().slice(0, 3)) rig.handle({ type: 'dial-failed', address, reason: 'timeout' })
    rig.take()
    rig.pass(1)
    assert.deepEqual(rig.dials(), many.slice(8, 11))
  })

  it('is not for seeders, but to whom the user names', () => {
    const rig = new TorrentRig({ have: 'all' })
    rig.handle({ type: 'candidates', addresses: many, source: 'tracker' })
    rig.handle({ type: 'candidates', addresses: [at('10.3.0.1')], source: 'manual' })
    assert.deepEqual(rig.dials(), [at('10.3.0.1')])
  })

  it('takes up whom a tracker names', () => {
    const rig = new TorrentRig({ trackers: [['http://t/announce']] }).pass(1)
    assert.deepEqual(rig.of('announce'), [{ type: 'announce', url: 'http://t/announce', event: 'started' }])
    rig.handle({ type: 'announced', url: 'http://t/announce', answer: { interval: 30, peers: many.slice(0, 2) } })
    assert.deepEqual(rig.dials(), many.slice(0, 2))
  })
})

describe('a stopped torrent', () => {
  it('closes all, says goodbye to its tracker, and hears nothing more', () => {
    const rig = new TorrentRig({ trackers: [['t']], have: [0] }).pass(1)
    rig.handle({ type: 'announced', url: 't', answer: { interval: 30, peers: [] } })
    rig.connectLeechers(1, 2).take()
    rig.handle({ type: 'stop' })
    assert.deepEqual([rig.closeReason(1), rig.closeReason(2)], ['swarm-stopped', 'swarm-stopped'])
    assert.deepEqual(rig.of('announce'), [{ type: 'announce', url: 't', event: 'stopped' }])
    rig.take()
    rig.say(1, request(block(0))).pass(100)
    rig.handle({ type: 'candidates', addresses: [at('10.0.0.1')], source: 'manual' }, { type: 'stop' })
    assert.deepEqual(rig.take(), [])
    assert.equal(rig.torrent.blockTarget(1, 0, 0, 16_384), null)
  })

  it('closes a connection that was being made', () => {
    const rig = new TorrentRig().handle({ type: 'stop' }).connect(1)
    assert.equal(rig.closeReason(1), 'swarm-stopped')
  })

  it('still takes note of a piece that was being stored', () => {
    const rig = new TorrentRig({ pieces: 2, blocksPerPiece: 1 }).connectSeeder(1)
    rig.block(1, block(0))
    const [hash] = rig.of('hash')
    assert.ok(hash)
    rig.handle({ type: 'hashed', index: 0, hash: sha1(hash.bytes) })
    rig.handle({ type: 'stop' }).take()
    rig.handle({ type: 'stored', index: 0 })
    assert.equal(rig.torrent.have.has(0), true)
    assert.deepEqual(rig.take(), [])
  })
})
