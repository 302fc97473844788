import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pieceLines } from '../../../src/cli/terminal/piece-lines.ts'

const STYLE = { columns: 80, unicode: false }

function map(total: number, have: number, availability: number) {
  const bits = Buffer.alloc(Math.ceil(total / 8))
  for (let piece = 0; piece < have; piece++) bits[piece >> 3] = (bits[piece >> 3] ?? 0) | (0x80 >> (piece & 7))
  const bitfield = bits.toString('base64')
  return { total, have, bitfield, availability: Array.from({ length: total }, () => availability), inProgress: [] }
}

test('as long as there is no metadata it says so, and draws nothing', () => {
  assert.deepEqual(pieceLines(map(0, 0, 0), STYLE), ['Not known before the metadata is here.'])
})

test('the pieces of a very large torrent are drawn together', () => {
  const lines = pieceLines(map(1_000_000, 999_999, 2), STYLE)
  assert.equal(lines.length, 19)
  assert.match(lines[17] ?? '', /792 pieces each/)
  assert.equal(
    lines[18],
    '999999 of 1000000 pieces are here; connected peers have all that are missing, the rarest at 2',
  )
  assert.match(pieceLines(map(1_000_000, 1_000_000, 3), STYLE)[18] ?? '', /the rarest is at 3 connected peers$/)
})

test('pieces that nobody has are counted', () => {
  const lines = pieceLines({ ...map(4, 1, 1), availability: [1, 0, 1, 0] }, STYLE)
  assert.deepEqual(lines, [
    '#...',
    '',
    '# here  * coming  . missing  (a piece each)',
    '1 of 4 pieces are here; 2 of the missing 3 are at no connected peer',
  ])
})
