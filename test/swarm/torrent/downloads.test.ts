import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH, type BlockRange, type PeerMessage } from '../../../src/protocol/index.ts'
import { TorrentRig, block, reject, sha1, type RigOptions } from './torrent-rig.ts'

/** All blocks are asked of peer 1, for it was the first. */
const rigOf = (options: RigOptions = {}): TorrentRig => new TorrentRig(options).connectSeeder(1)
const names = (blocks: readonly BlockRange[]): string[] =>
  blocks.map(({ index, begin }) => `${index}.${begin / BLOCK_LENGTH}`).sort()
const bitfield = (byte: number): PeerMessage => ({ type: 'bitfield', bytes: Buffer.from([byte]) })

describe('interest', () => {
  it('is shown in who has what we lack, once, and lost when we have it', () => {
    const rig = new TorrentRig({ pieces: 2, blocksPerPiece: 1 }).connect(1).say(1, bitfield(0x80))
    rig.say(1, { type: 'have', index: 1 })
    assert.equal(rig.words(1).filter((word) => word === 'interested').length, 1)
    rig.say(1, { type: 'unchoke' }).block(1, block(0)).settle().block(1, block(1)).settle()
    assert.equal(rig.words(1).at(-1), 'not-interested')
  })

  it('is not shown in who has only what we have, or nothing', () => {
    const rig = new TorrentRig({ have: [0] }).connect(1).say(1, bitfield(0x80)).connect(2).say(2, { type: 'have-none' })
    assert.deepEqual([rig.session(1).amInterested, rig.session(2).amInterested], [false, false])
    rig.say(2, { type: 'have', index: 0 }, { type: 'have', index: 0 })
    assert.equal(rig.session(2).amInterested, false)
    rig.say(2, { type: 'have', index: 1 })
    assert.equal(rig.words(2).at(-1), 'interested')
  })
})

describe('a later bitfield', () => {
  it('adds what it brings, as haves would', () => {
    const rig = new TorrentRig({ pieces: 4 }).connect(1).say(1, bitfield(0x80), { type: 'unchoke' })
    rig.say(1, bitfield(0xb0))
    assert.deepEqual([...rig.session(1).pieces.indices()], [0, 2, 3])
    assert.equal(rig.session(1).wantedPieces, 3)
    assert.deepEqual(
      [0, 1, 2, 3].map((piece) => rig.torrent.picker.rarity.availability(piece)),
      [1, 0, 1, 1],
    )
    rig.say(1, { type: 'have-all' })
    assert.equal(rig.session(1).isSeeder, true)
  })
})

describe('a peer that speaks nonsense', () => {
  const crimes: [what: string, fast: boolean, messages: PeerMessage[], reason: string][] = [
    ['has a piece that there is not', true, [{ type: 'have', index: 4 }], 'invalid-have'],
    ['sends a bitfield with spare bits', true, [bitfield(0x08)], 'invalid-bitfield'],
    ['sends a bitfield too long', true, [{ type: 'bitfield', bytes: Buffer.alloc(2) }], 'invalid-bitfield'],
    ['tells its pieces twice', true, [bitfield(0x80), bitfield(0x80)], 'unexpected-message'],
    ['tells nothing new, late', true, [{ type: 'have', index: 0 }, bitfield(0x80)], 'unexpected-message'],
    ['takes its pieces back', true, [bitfield(0x80), { type: 'have-none' }], 'unexpected-message'],
    ['allows a piece that there is not', true, [{ type: 'allowed-fast', index: 4 }], 'invalid-allowed-fast'],
    ['says have-all without BEP 6', false, [{ type: 'have-all' }], 'unexpected-message'],
    ['says have-none without BEP 6', false, [{ type: 'have-none' }], 'unexpected-message'],
    ['rejects without BEP 6', false, [reject(block(0))], 'unexpected-message'],
    ['allows without BEP 6', false, [{ type: 'allowed-fast', index: 0 }], 'unexpected-message'],
  ]
  for (const [what, fast, messages, reason] of crimes) {
    it(`as it ${what}, is sent away: ${reason}`, () => {
      const rig = new TorrentRig()
        .connect(1, { fast })
        .say(1, ...messages)
        .say(1, { type: 'unchoke' })
      assert.equal(rig.closeReason(1), reason)
      assert.equal(rig.torrent.sessions.size, 0)
      assert.equal(rig.torrent.picker.rarity.anyAvailable, false)
    })
  }
})

describe('blocks', () => {
  it('are asked in one write as soon as we are unchoked, no sooner', () => {
    const rig = new TorrentRig().connect(1).say(1, { type: 'have-all' })
    assert.deepEqual(rig.requests(1), [])
    rig.say(1, { type: 'unchoke' })
    assert.equal(rig.of('send-requests').length, 1)
    assert.deepEqual(names(rig.requests(1)), ['0.0', '0.1', '1.0', '1.1', '2.0', '2.1', '3.0', '3.1'])
  })

  it('make a piece that is hashed, stored, and only then had and told to all', () => {
    const rig = rigOf({ pieces: 2 }).connect(2)
    rig.take()
    rig.block(1, block(0, 1)).block(1, block(0, 0))
    assert.deepEqual(
      rig.effects.map(({ type }) => type),
      ['hash'],
    )
    assert.equal(rig.torrent.have.has(0), false)
    rig.settle()
    assert.equal(rig.torrent.have.has(0), true)
    assert.equal(rig.torrent.counters.downloaded, 2 * BLOCK_LENGTH)
    for (const peer of [1, 2]) assert.deepEqual(rig.sent(peer), [{ type: 'have', index: 0 }])
  })

  it('of the last piece may be short', () => {
    const rig = rigOf({ pieces: 1, short: 100 })
    const last = { index: 0, begin: BLOCK_LENGTH, length: BLOCK_LENGTH - 100 }
    assert.deepEqual(rig.requests(1), [block(0, 0), last])
    rig.block(1, block(0, 0)).block(1, last).settle()
    assert.equal(rig.torrent.have.isFull, true)
  })

  it('end with completed, told to the tracker, and seeders go', () => {
    const rig = new TorrentRig({ pieces: 1, blocksPerPiece: 1, trackers: [['t']] }).pass(1)
    rig.handle({ type: 'announced', url: 't', answer: { interval: 30, peers: [] } })
    rig.connectSeeder(1).connectLeechers(2).take()
    rig.block(1, block(0)).settle()
    assert.equal(rig.of('completed').length, 1)
    assert.deepEqual(rig.of('announce'), [{ type: 'announce', url: 't', event: 'completed' }])
    assert.equal(rig.closeReason(1), 'both-seeders')
    assert.equal(rig.closeReason(2), null)
  })

  it('that nobody asked for are passed over, and the hundred and first ends the connection', () => {
    const rig = new TorrentRig({ have: [0] }).connectSeeder(1)
    for (let n = 0; n < 100; n++) rig.block(1, block(0))
    assert.equal(rig.closeReason(1), null)
    assert.equal(rig.torrent.counters.wasted, 100 * BLOCK_LENGTH)
    rig.block(1, block(0))
    assert.equal(rig.closeReason(1), 'unwanted-blocks')
  })

  it('of wrong shape go nowhere', () => {
    const { torrent } = rigOf()
    assert.equal(torrent.blockTarget(1, 0, 1, BLOCK_LENGTH), null)
    assert.equal(torrent.blockTarget(1, 0, 0, BLOCK_LENGTH - 1), null)
    assert.equal(torrent.blockTarget(1, 0, 2 * BLOCK_LENGTH, BLOCK_LENGTH), null)
    assert.equal(torrent.blockTarget(1, 4, 0, BLOCK_LENGTH), null)
    assert.equal(torrent.blockTarget(2, 0, 0, BLOCK_LENGTH), null)
    assert.equal(torrent.blockTarget(1, 0, 0, BLOCK_LENGTH)?.length, BLOCK_LENGTH)
  })
})

describe('a choke with requests in flight', () => {
  it('voids them at once without BEP 6, and they are asked of another', () => {
    const rig = rigOf().connectSeeder(2)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' }).connectSeeder(3, { fast: false })
    rig.handle({ type: 'closed', peer: 2, reason: 'remote-closed' })
    assert.equal(rig.inFlight(3), 8)
    rig.connectSeeder(4).take()
    rig.say(3, { type: 'choke' })
    assert.equal(rig.inFlight(3), 0)
    assert.equal(rig.requests(4).length, 8)
    assert.equal(rig.torrent.sources, 1)
  })

  it('voids them one by one with BEP 6, as they are rejected', () => {
    const rig = rigOf().connectSeeder(2)
    rig.take()
    rig.say(1, { type: 'choke' })
    assert.equal(rig.inFlight(1), 8)
    assert.deepEqual(rig.requests(2), [])
    rig.block(1, block(0, 0))
    rig.say(1, reject(block(0, 1)), reject(block(2, 1)))
    assert.equal(rig.inFlight(1), 5)
    assert.deepEqual(names(rig.requests(2)), ['0.1', '2.1'])
  })

  it('does not make a fault of blocks that come all the same', () => {
    const rig = new TorrentRig({ pieces: 4, blocksPerPiece: 40 }).connectSeeder(1, { fast: false })
    const asked = rig.requests(1)
    rig.say(1, { type: 'choke' })
    for (const range of asked) rig.block(1, range)
    assert.equal(rig.session(1).unwantedBlocks, 0)
    assert.equal(rig.torrent.counters.wasted, 0)
  })
})

describe('a reject by a peer that does not choke us', () => {
  it('is not answered by the same request at once, but a second later', () => {
    const rig = rigOf({ pieces: 1, blocksPerPiece: 1 })
    for (let turn = 0; turn < 3; turn++) {
      assert.deepEqual(rig.requests(1), [block(0)])
      rig.take()
      rig.say(1, reject(block(0)))
      assert.deepEqual(rig.requests(1), [])
      rig.pass(1)
    }
  })

  it('lets another peer be asked at once', () => {
    const rig = rigOf({ pieces: 1, blocksPerPiece: 1 }).connectSeeder(2)
    rig.take()
    rig.say(1, reject(block(0)))
    assert.deepEqual(rig.requests(2), [block(0)])
  })

  it('of a block that was not asked changes nothing', () => {
    const rig = rigOf({ have: [0] })
    rig.say(1, reject(block(0)), reject({ index: 9, begin: 3, length: 1 }))
    assert.equal(rig.inFlight(1), 6)
  })
})

describe('allowed fast', () => {
  it('lets us ask the pieces named of a peer that chokes us', () => {
    const rig = new TorrentRig().connect(1).say(1, { type: 'have-all' }, { type: 'allowed-fast', index: 2 })
    assert.deepEqual(names(rig.requests(1)), ['2.0', '2.1'])
    rig.block(1, block(2, 0)).block(1, block(2, 1)).settle()
    assert.equal(rig.torrent.have.has(2), true)
  })
})

describe('storage', () => {
  it('that failed costs the piece, which is fetched anew', () => {
    const rig = rigOf({ pieces: 1, blocksPerPiece: 1 }).block(1, block(0))
    const [hash] = rig.of('hash')
    assert.ok(hash)
    rig.handle({ type: 'hashed', index: 0, hash: sha1(hash.bytes) })
    rig.take()
    rig.handle({ type: 'store-failed', index: 0 })
    assert.deepEqual(rig.requests(1), [block(0)])
    assert.equal(rig.torrent.have.has(0), false)
    rig.block(1, block(0)).settle()
    assert.equal(rig.torrent.have.isFull, true)
  })

  it('under pressure lets no new piece begin', () => {
    const rig = new TorrentRig().handle({ type: 'storage-pressure', high: true }).connectSeeder(1)
    assert.deepEqual(rig.requests(1), [])
    rig.handle({ type: 'storage-pressure', high: false })
    assert.equal(rig.requests(1).length, 8)
  })

  it('answers that nobody waits for change nothing', () => {
    const rig = rigOf({ pieces: 1 })
    rig.take()
    rig.handle({ type: 'stored', index: 0 }, { type: 'store-failed', index: 0 })
    rig.handle({ type: 'hashed', index: 0, hash: Buffer.alloc(20) })
    assert.deepEqual(rig.take(), [])
  })
})

describe('a peer that leaves', () => {
  it('leaves its blocks to others, and no trace in the availability', () => {
    const rig = rigOf().connectSeeder(2)
    assert.equal(rig.torrent.picker.rarity.availability(0), 2)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    assert.equal(rig.requests(2).length, 8)
    assert.equal(rig.torrent.picker.rarity.availability(0), 1)
    rig.handle({ type: 'closed', peer: 2, reason: 'remote-closed' })
    assert.equal(rig.torrent.picker.rarity.anyAvailable, false)
  })

  it('in the midst of a block does no harm', () => {
    const rig = rigOf({ pieces: 1, blocksPerPiece: 1 })
    rig.torrent.blockTarget(1, 0, 0, BLOCK_LENGTH)?.subarray(0, 100).fill(7)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' }).connectSeeder(2).block(2, block(0)).settle()
    assert.equal(rig.torrent.have.isFull, true)
  })

  it('having grown to a seeder by haves is taken out of the availability piece by piece', () => {
    const rig = new TorrentRig({ pieces: 2 }).connect(1).say(1, { type: 'have', index: 0 }, { type: 'have', index: 1 })
    assert.equal(rig.torrent.picker.rarity.availability(1), 1)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    assert.equal(rig.torrent.picker.rarity.availability(1), 0)
  })
})
