import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Bitfield } from '../../../src/protocol/index.ts'
import { TorrentRig } from './torrent-rig.ts'

const PIECES = 100

/** Connects leechers that have all pieces but the last, and unchoke us. */
function connectTraders(rig: TorrentRig, ...peers: number[]): TorrentRig {
  const pieces = Bitfield.full(PIECES)
  pieces.clear(PIECES - 1)
  for (const peer of peers)
    rig.connect(peer).say(peer, { type: 'bitfield', bytes: pieces.toBytes() }, { type: 'unchoke' })
  return rig
}

/** Peers 1 to 4 are sources and send so many blocks a second. */
function giveFor(rig: TorrentRig, rates: readonly number[], seconds: number): TorrentRig {
  for (let second = 0; second < seconds; second++) {
    for (const [at, rate] of rates.entries()) {
      const asked = Array.from(rig.session(at + 1).requests.blocks(), (id) => rig.torrent.picker.range(id))
      for (const range of asked.slice(0, rate)) rig.block(at + 1, range)
    }
    rig.settle().take()
    rig.pass(1)
  }
  return rig
}

const ALIKE = [5, 5, 5, 5]
const rigOf = (): TorrentRig => connectTraders(new TorrentRig({ pieces: PIECES, blocksPerPiece: 40 }), 1, 2, 3, 4)
const isShown = (rig: TorrentRig, ...peers: number[]): boolean[] => peers.map((peer) => rig.session(peer).amInterested)

describe('interest in who would not be asked', () => {
  it('is shown while one more may be asked, to all that have what we lack', () => {
    const rig = connectTraders(new TorrentRig({ pieces: PIECES }), 1, 2, 3)
      .pass(20)
      .connect(4)
      .connect(5)
    for (const peer of [4, 5]) rig.say(peer, { type: 'have', index: 7 })
    assert.deepEqual(isShown(rig, 1, 2, 3, 4, 5), [true, true, true, true, true])
  })

  it('ends when as many are asked as may be; those hear nothing of it', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have', index: 7 })
    assert.deepEqual(isShown(rig, 5), [true])
    rig.take()
    giveFor(rig, ALIKE, 1).pass(1)
    assert.deepEqual(isShown(rig, 1, 2, 3, 4, 5), [true, true, true, true, false])
    assert.deepEqual(rig.words(5), ['not-interested'])
    rig.connect(6).say(6, { type: 'have', index: 7 })
    assert.equal(rig.words(6).includes('interested'), false)
  })

  it('begins anew at once when one of them chokes us, and with all', () => {
    const rig = rigOf()
    for (const peer of [5, 6]) rig.connect(peer).say(peer, { type: 'have', index: 7 })
    giveFor(rig, ALIKE, 3)
    assert.deepEqual(isShown(rig, 5, 6), [false, false])
    rig.take()
    rig.say(2, { type: 'choke' })
    assert.deepEqual(isShown(rig, 2, 5, 6), [true, true, true])
    assert.deepEqual([rig.words(5), rig.words(6)], [['interested'], ['interested']])
  })

  it('stays in who has unchoked us, for it is tried in its turn, until it chokes us', () => {
    const rig = giveFor(connectTraders(rigOf(), 5), ALIKE, 3)
    assert.deepEqual(isShown(rig, 5), [true])
    rig.say(5, { type: 'choke' }).pass(1)
    assert.deepEqual(isShown(rig, 5), [false])
  })

  it('begins anew when one of them, no longer on trial, gives half of the average or less', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have', index: 7 })
    const uneven = [6, 6, 6, 1]
    giveFor(rig, uneven, 9)
    assert.deepEqual(isShown(rig, 5), [false])
    giveFor(rig, uneven, 2)
    assert.deepEqual(isShown(rig, 5), [true])
  })

  it('begins anew after half a minute: somebody might be better', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have', index: 7 })
    giveFor(rig, ALIKE, 29)
    assert.deepEqual(isShown(rig, 5), [false])
    giveFor(rig, ALIKE, 2)
    assert.deepEqual(isShown(rig, 5), [true])
    rig.say(5, { type: 'unchoke' })
    giveFor(rig, ALIKE, 3)
    assert.equal(rig.session(5).isSource, true)
    assert.equal([1, 2, 3, 4].filter((peer) => rig.session(peer).isSource).length, 3)
  })

  it('begins anew when we got less than nine tenths of what we gave, and ends when we got as much', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have', index: 7 }, { type: 'interested' })
    rig.connect(6).say(6, { type: 'have', index: 7 })
    giveFor(rig, ALIKE, 3)
    assert.deepEqual(isShown(rig, 6), [false])
    const got = rig.torrent.download.total
    rig.handle({ type: 'sent', peer: 5, bytes: Math.floor(got / 0.9) - 1 }).pass(1)
    assert.deepEqual(isShown(rig, 6), [false])
    rig.handle({ type: 'sent', peer: 5, bytes: 2 }).pass(1)
    assert.deepEqual(isShown(rig, 6), [true])
    giveFor(rig, ALIKE, 2)
    assert.deepEqual(isShown(rig, 6), [false])
  })

  it('stays in a seeder and in who has a slot of ours, as long as a source has no such claim', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have', index: 7 }, { type: 'interested' })
    rig.connect(6).say(6, { type: 'have-all' })
    giveFor(rig, ALIKE, 3)
    assert.equal(rig.session(5).slot, 'regular')
    assert.deepEqual(isShown(rig, 5, 6), [true, true])
    for (const peer of [1, 2, 3]) rig.say(peer, { type: 'interested' })
    giveFor(rig, ALIKE, 1)
    assert.deepEqual(isShown(rig, 5, 6), [true, true])
    for (const peer of [1, 2, 3, 4]) rig.say(peer, { type: 'have', index: PIECES - 1 })
    giveFor(rig, ALIKE, 1)
    assert.deepEqual(isShown(rig, 5, 6), [false, false])
  })

  it('is explained', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have', index: 7 })
    giveFor(rig, ALIKE, 2)
    const { code, reason } = rig.torrent.whyFrom(rig.session(5), rig.now)
    assert.equal(code, 'spare')
    assert.equal(reason, 'it has pieces that we lack, but we download from 4 others, and say that we want none of it')
  })
})

describe('who unchokes us while all places are taken', () => {
  const takesThePlaceOf = (rig: TorrentRig, peer: number): number[] => {
    giveFor(rig, ALIKE, 15)
    rig.say(peer, { type: 'unchoke' })
    return [1, 2, 3, 4].filter((source) => rig.session(source).givesWay)
  }

  it('has the place of one that gives no more than the average, if it is a seeder and that is none', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have-all' })
    assert.deepEqual(takesThePlaceOf(rig, 5), [1])
  })

  it('or if it has a slot of ours and that has none', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have', index: 7 }, { type: 'interested' })
    assert.deepEqual(takesThePlaceOf(rig, 5), [1])
  })

  it('waits if it has no better claim', () => {
    const rig = rigOf().connect(5).say(5, { type: 'have-all' })
    for (const peer of [1, 2, 3, 4]) rig.say(peer, { type: 'have', index: PIECES - 1 })
    assert.deepEqual(takesThePlaceOf(rig, 5), [])
  })
})
