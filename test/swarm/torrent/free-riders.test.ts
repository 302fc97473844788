import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH, Bitfield } from '../../../src/protocol/index.ts'
import { CREDIT, WORTH } from '../../../src/swarm/choker/debt.ts'
import { TorrentRig, block, request } from './torrent-rig.ts'

const PIECES = 40

/** We have the first piece; peer 1 has all others, and chokes us. */
const rigWithRider = (): TorrentRig => {
  const rig = new TorrentRig({ pieces: PIECES, blocksPerPiece: 40, have: [0] })
  connectRider(rig, 1)
  return rig
}

const connectRider = (rig: TorrentRig, peer: number, host?: string): void => {
  rig.connect(peer, { ...(host !== undefined && { host }), outbound: false, port: 40_000 + peer })
  const others = new Bitfield(PIECES)
  for (let piece = 1; piece < PIECES; piece++) others.set(piece)
  rig.say(peer, { type: 'bitfield', bytes: others.toBytes() }, { type: 'interested' })
}

/** Blocks until it has taken more than its credit. */
const ride = (rig: TorrentRig, peer: number): void => {
  for (let taken = 0; taken <= CREDIT; taken += BLOCK_LENGTH) {
    rig.say(peer, request(block(0))).handle({ type: 'sent', peer, bytes: BLOCK_LENGTH })
  }
}

describe('a free rider', () => {
  it('has had its credit and gave nothing, though it could', () => {
    const rig = rigWithRider()
    ride(rig, 1)
    assert.equal(rig.session(1).freeRides, true)
  })

  it('is none while it serves us and we do not ask', () => {
    const rig = rigWithRider()
    for (const peer of [2, 3, 4, 5]) rig.connectSeeder(peer)
    rig.say(1, { type: 'unchoke' })
    ride(rig, 1)
    assert.deepEqual([rig.session(1).isSource, rig.session(1).freeRides], [false, false])
  })

  it('is none when it gives a twentieth of what it takes, in blocks that were asked for', () => {
    const rig = rigWithRider().say(1, { type: 'unchoke' })
    ride(rig, 1)
    const [asked] = Array.from(rig.session(1).requests.blocks(), (id) => rig.torrent.picker.range(id))
    assert.ok(asked)
    rig.block(1, block(0))
    assert.equal(rig.session(1).freeRides, true)
    rig.block(1, asked)
    assert.equal(rig.session(1).freeRides, false)
    assert.ok(BLOCK_LENGTH * WORTH < CREDIT)
  })

  it('is none to a seeder, who is owed nothing, also if that finds its file broken later', () => {
    const rig = new TorrentRig({ have: 'all' }).connectLeechers(1)
    ride(rig, 1)
    assert.equal(rig.session(1).debt.isNone, true)
  })

  it('is one still when it comes back with another name and port', () => {
    const rig = rigWithRider()
    ride(rig, 1)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    connectRider(rig, 2, '10.0.0.1')
    connectRider(rig, 3, '10.0.0.77')
    assert.deepEqual([rig.session(2).freeRides, rig.session(3).freeRides], [true, false])
  })
})
