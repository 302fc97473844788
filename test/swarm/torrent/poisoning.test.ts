import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH } from '../../../src/protocol/index.ts'
import { TorrentRig, block, reject, type RigOptions } from './torrent-rig.ts'

const BAD = Buffer.alloc(BLOCK_LENGTH, 7)
/** All blocks are asked of peer 1, for it was the first. */
const rigOf = (options: RigOptions = {}): TorrentRig => new TorrentRig(options).connectSeeder(1)

describe('a piece whose hash is wrong', () => {
  it('from one peer alone: that peer is banned, and the piece fetched anew', () => {
    const rig = rigOf({ pieces: 1 }).connectSeeder(2)
    rig.take()
    rig.block(1, block(0, 0), BAD).block(1, block(0, 1)).settle()
    assert.deepEqual(rig.of('hash-failed'), [{ type: 'hash-failed', index: 0 }])
    assert.deepEqual(rig.of('banned'), [{ type: 'banned', banKey: '10.0.0.1', reason: 'piece-poisoning' }])
    assert.equal(rig.closeReason(1), 'piece-poisoning')
    assert.equal(rig.torrent.counters.hashFailures, 1)
    assert.equal(rig.torrent.counters.wasted, 2 * BLOCK_LENGTH)
    rig.block(2, block(0, 0)).block(2, block(0, 1)).settle()
    assert.equal(rig.torrent.have.isFull, true)
    rig.connect(5, { host: '10.0.0.1', outbound: false })
    assert.equal(rig.closeReason(5), 'banned')
  })

  it('from two: it comes from one alone now, and then the guilty one is banned', () => {
    const rig = rigOf({ pieces: 1 }).connectSeeder(2)
    rig.pass(1)
    rig.block(1, block(0, 0), BAD).block(2, block(0, 1)).settle()
    assert.equal(rig.of('banned').length, 0)
    assert.equal(rig.of('hash-failed').length, 1)
    const chosen = rig.inFlight(1) > 0 ? 1 : 2
    assert.equal(rig.inFlight(chosen), 2)
    rig.pass(5)
    assert.equal(rig.inFlight(3 - chosen), 0)
    rig.block(chosen, block(0, 0)).block(chosen, block(0, 1)).settle()
    assert.deepEqual(
      rig.of('banned').map(({ banKey }) => banKey),
      ['10.0.0.1'],
    )
    assert.equal(rig.torrent.have.isFull, true)
  })

  it('that must come from one peer passes to another when that one chokes, leaves, refuses or falls silent', () => {
    const ways: ((rig: TorrentRig, chosen: number) => void)[] = [
      (rig, chosen) => rig.say(chosen, { type: 'choke' }, reject(block(0, 0)), reject(block(0, 1))),
      (rig, chosen) => rig.say(chosen, reject(block(0, 0)), reject(block(0, 1))),
      (rig, chosen) => rig.handle({ type: 'closed', peer: chosen, reason: 'remote-closed' }),
      (rig) => rig.pass(22),
    ]
    for (const way of ways) {
      const rig = rigOf({ pieces: 1 }).connectSeeder(2)
      rig.pass(1).block(1, block(0, 0), BAD).block(2, block(0, 1)).settle()
      const chosen = rig.inFlight(1) > 0 ? 1 : 2
      way(rig, chosen)
      assert.equal(rig.inFlight(3 - chosen), 2)
      rig
        .block(3 - chosen, block(0, 0))
        .block(3 - chosen, block(0, 1))
        .settle()
      assert.equal(rig.torrent.have.isFull, true)
    }
  })

  it('does not take a late block from another peer while it must come from one', () => {
    const rig = rigOf({ pieces: 1 }).connectSeeder(2)
    rig.pass(1).block(1, block(0, 0), BAD).block(2, block(0, 1)).settle()
    const other = rig.inFlight(1) > 0 ? 2 : 1
    assert.equal(rig.torrent.blockTarget(other, 0, 0, BLOCK_LENGTH), null)
  })

  it('is announced as a ban once, though the peer poisoned several pieces', () => {
    const rig = rigOf({ pieces: 2, blocksPerPiece: 1 })
    rig.block(1, block(0), BAD).block(1, block(1), BAD).settle()
    assert.equal(rig.of('banned').length, 1)
  })
})
