import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRange } from '../../src/control/byte-range.ts'

for (const [header, expected] of [
  [undefined, 'all'],
  ['bytes=0-3', { from: 0, to: 4 }],
  ['bytes=4-', { from: 4, to: 10 }],
  ['bytes=-4', { from: 6, to: 10 }],
  ['bytes=-99', { from: 0, to: 10 }],
  ['bytes=5-99', { from: 5, to: 10 }],
  ['bytes=9-9', { from: 9, to: 10 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-4', 'all'],
  ['bytes=-', 'all'],
  ['bytes=0-1,3-4', 'all'],
  ['items=0-1', 'all'],
  ['bytes=a-b', 'all'],
  ['bytes=0-9999999999999999999999', 'all'],
] as const) {
  test(`${header} of ten bytes is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(parseRange(header, 10), expected)
  })
}

test('of no bytes no part can be had', () => {
  assert.equal(parseRange('bytes=0-', 0), 'unsatisfiable')
  assert.equal(parseRange(undefined, 0), 'all')
})
