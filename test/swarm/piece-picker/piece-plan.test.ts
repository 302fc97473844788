import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bitfield } from '../../../src/protocol/index.ts'
import { PIECE_LEVELS } from '../../../src/swarm/index.ts'
import { PiecePicker, type PickPeer } from '../../../src/swarm/piece-picker/piece-picker.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const PIECES = 8
const BLOCK = 16384
const { off, low, normal, high } = PIECE_LEVELS

const picker = (have: readonly number[] = []): PiecePicker => {
  const had = new Bitfield(PIECES)
  for (const piece of have) had.set(piece)
  const torrent = { pieceCount: PIECES, pieceLength: BLOCK, length: PIECES * BLOCK }
  const made = new PiecePicker(torrent, had, seededRandom(1), () => false)
  made.rarity.seederJoined()
  return made
}

const peer = (key = 1): PickPeer => ({
  key,
  pieces: Bitfield.full(PIECES),
  peerChoking: false,
  allowedFast: new Set(),
  refused: new Set(),
  givenUp: new Set(),
  suggested: new Set(),
  requests: new Set<number>(),
})

/** The pieces in the order in which they are begun; one block each. */
const order = (made: PiecePicker): number[] =>
  Array.from({ length: PIECES }, () => made.pick(peer(), 1, true, 0)[0]).filter((id) => id !== undefined)

const levels = (...each: readonly number[]): Uint8Array => Uint8Array.from(each)

test('in sequence, pieces come from the first to the last', () => {
  const made = picker([2])
  made.follow({ levels: null, sequential: true })
  assert.deepEqual(order(made), [0, 1, 3, 4, 5, 6, 7])
})

test('higher levels come first, in sequence or not', () => {
  for (const sequential of [true, false]) {
    const made = picker()
    made.follow({ levels: levels(low, normal, high, low, high, normal, normal, low), sequential })
    const begun = order(made)
    assert.deepEqual(
      [begun.slice(0, 2), begun.slice(2, 5), begun.slice(5)].map((part) => [...part].sort((a, b) => a - b)),
      [
        [2, 4],
        [1, 5, 6],
        [0, 3, 7],
      ],
    )
    if (sequential) assert.deepEqual(begun, [2, 4, 1, 5, 6, 0, 3, 7])
  }
})

test('what is off does not come, is not counted as available, and comes when it is on again', () => {
  const made = picker([0])
  made.follow({ levels: levels(off, off, normal, off, off, off, normal, off), sequential: false })
  assert.deepEqual(
    order(made).sort((a, b) => a - b),
    [2, 6],
  )
  assert.equal(made.rarity.anyAvailable, false)
  assert.deepEqual(
    [0, 1, 2].map((piece) => made.isWanted(piece)),
    [false, false, true],
  )
  made.follow({ levels: null, sequential: true })
  assert.deepEqual(order(made), [1, 3, 4, 5, 7])
})

test('a piece that is switched off on its way is not begun anew when it fails', () => {
  const made = picker()
  const [begun] = order(made)
  assert.ok(begun !== undefined)
  made.follow({ levels: new Uint8Array(PIECES), sequential: false })
  made.abandon(begun)
  assert.equal(made.rarity.size, 0)
  made.follow({ levels: null, sequential: false })
  assert.equal(made.rarity.wants(begun), true)
})

test('wishes come before all else, in their order, but what is off stays off', () => {
  const made = picker()
  made.follow({ levels: levels(normal, normal, normal, high, normal, off, normal, normal), sequential: true })
  made.plan.wishes = [6, 5, 1]
  assert.deepEqual(order(made), [6, 1, 3, 0, 2, 4, 7])
})
