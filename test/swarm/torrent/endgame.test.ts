import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH, type BlockRange, type PeerMessage } from '../../../src/protocol/index.ts'
import { TorrentRig, block, type RigOptions } from './torrent-rig.ts'

const rigOf = (options: RigOptions = {}): TorrentRig => new TorrentRig(options).connectSeeder(1)
const names = (blocks: readonly BlockRange[]): string[] =>
  blocks.map(({ index, begin }) => `${index}.${begin / BLOCK_LENGTH}`).sort()
const bitfield = (byte: number): PeerMessage => ({ type: 'bitfield', bytes: Buffer.from([byte]) })

describe('endgame', () => {
  /** Peer 1 was asked for both blocks of the only piece, and peer 2 too, a second later. */
  const both = (): TorrentRig => {
    const rig = rigOf({ pieces: 1 }).connectSeeder(2)
    rig.take()
    return rig.pass(1)
  }

  it('asks an idle peer too, and cancels with the other when the block is here', () => {
    const rig = both()
    assert.deepEqual(names(rig.requests(2)), ['0.0', '0.1'])
    rig.take()
    rig.block(2, block(0, 1))
    assert.deepEqual(rig.requests(1, 'cancel'), [block(0, 1)])
    rig.block(1, block(0, 0)).settle()
    assert.deepEqual(rig.requests(2, 'cancel'), [block(0, 0)])
    assert.equal(rig.torrent.have.isFull, true)
  })

  it('makes no fault of the block that comes after its cancel', () => {
    const rig = both().block(2, block(0, 1)).block(1, block(0, 1))
    assert.equal(rig.session(1).unwantedBlocks, 0)
    assert.equal(rig.torrent.counters.wasted, BLOCK_LENGTH)
  })

  it('lets only one peer write a block at a time, and does not ask the other for it again and again', () => {
    const rig = both()
    const first = rig.torrent.blockTarget(1, 0, 0, BLOCK_LENGTH)
    assert.ok(first)
    rig.take()
    rig.block(2, block(0, 0))
    assert.equal(rig.torrent.counters.wasted, BLOCK_LENGTH)
    rig.block(2, block(0, 1)).pass(5)
    assert.deepEqual(rig.requests(2), [])
    first.set(rig.bytesOf(block(0)))
    rig.handle({ type: 'block', peer: 1, ...block(0), taken: true }).settle()
    assert.equal(rig.torrent.have.isFull, true)
  })

  it('begins for an idle peer also when another started the last piece after it had nothing to ask', () => {
    const rig = new TorrentRig({ pieces: 2 }).connect(1).say(1, bitfield(0x80), { type: 'unchoke' })
    rig.connect(2).say(2, bitfield(0x80), { type: 'unchoke' })
    // Peer 3 has the other piece and chokes us: it is no endgame yet.
    rig.connect(3).say(3, bitfield(0x40)).pass(3)
    assert.deepEqual(rig.requests(2), [])
    rig.say(3, { type: 'unchoke' })
    assert.deepEqual(names(rig.requests(3)), ['1.0', '1.1'])
    rig.say(3, { type: 'keep-alive' })
    assert.deepEqual(names(rig.requests(2)), ['0.0', '0.1'])
  })
})
