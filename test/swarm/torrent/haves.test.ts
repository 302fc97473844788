import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TorrentRig, block, sha1 } from './torrent-rig.ts'

const PIECES = 60

/** Pieces of two blocks. Peer 1 is a seeder that gives all that is asked of it within `msEach` a block; peer 2 lacks all. */
function rigOf(msEach: number, lacking = PIECES / 4): TorrentRig {
  const rig = new TorrentRig({ pieces: PIECES }).connectSeeder(1).connectLeechers(2)
  while (rig.torrent.have.size - rig.torrent.have.count > lacking) complete(rig, msEach)
  rig.take()
  return rig
}

/** The piece that was asked of the seeder first comes, and is stored. */
function complete(rig: TorrentRig, msEach = 0): number {
  const [first] = rig.session(1).requests.blocks()
  assert.ok(first !== undefined)
  const { piece } = rig.torrent.picker.blockAt(first)
  for (const at of [0, 1]) {
    rig.now += msEach
    if (!rig.torrent.picker.assemblies.get(piece)?.has(at)) rig.block(1, block(piece, at))
  }
  rig.take()
  rig.handle({ type: 'hashed', index: piece, hash: sha1(rig.piece(piece)) }).handle({ type: 'stored', index: piece })
  return piece
}

const toldTo = (rig: TorrentRig, peer: number): number[] =>
  rig.sent(peer).flatMap((message) => (message.type === 'have' ? [message.index] : []))

describe('a piece that we have got', () => {
  it('is told to all at once while blocks come slowly', () => {
    const rig = rigOf(20)
    const piece = complete(rig)
    assert.deepEqual([toldTo(rig, 1), toldTo(rig, 2)], [[piece], [piece]])
  })

  it('is told to a fast seeder just before the next requests', () => {
    const rig = new TorrentRig({ pieces: 400 }).connectSeeder(1).connectLeechers(2)
    for (let count = 0; count < 40; count++) complete(rig)
    rig.take()
    const piece = complete(rig)
    assert.deepEqual([toldTo(rig, 1), toldTo(rig, 2)], [[], [piece]])
    do {
      const [next] = rig.session(1).requests.blocks()
      rig.take()
      rig.block(1, rig.torrent.picker.range(next ?? assert.fail('nothing is in flight')))
    } while (rig.requests(1).length === 0)
    const toSeeder = rig.effects.filter((effect) => 'peer' in effect && effect.peer === 1).map(({ type }) => type)
    assert.deepEqual(toSeeder.slice(-2), ['send', 'send-requests'])
    assert.equal(toldTo(rig, 1).at(-1), piece)
  })

  it('is told to a fast seeder of which nothing more is asked within a second, and once', () => {
    const rig = rigOf(0, 3)
    const piece = complete(rig)
    assert.deepEqual([toldTo(rig, 1), toldTo(rig, 2)], [[], [piece]])
    rig.pass(1)
    assert.equal(toldTo(rig, 1).at(-1), piece)
    const { length } = toldTo(rig, 1)
    rig.pass(1)
    assert.equal(toldTo(rig, 1).length, length)
  })

  it('is told to all at once if it is the last, with those of which a fast seeder has not heard', () => {
    const rig = rigOf(0, 2)
    const [first, last] = [complete(rig), complete(rig)]
    assert.deepEqual(toldTo(rig, 1).slice(-2), [first, last])
    assert.deepEqual(toldTo(rig, 2), [last])
    assert.equal(rig.closeReason(1), 'both-seeders')
  })
})
