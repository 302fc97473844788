import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatBytes, formatDuration, formatPercent, formatRate } from '../../../src/cli/terminal/quantities.ts'

describe('quantities in words', () => {
  it('of bytes have three digits and a unit of thousands', () => {
    const cases: [number, string][] = [
      [0, '0 B'],
      [999, '999 B'],
      [1000, '1.00 kB'],
      [9994, '9.99 kB'],
      [9996, '10.0 kB'],
      [99_960, '100 kB'],
      [999_499, '999 kB'],
      [999_500, '1.00 MB'],
      [41_300_000_000, '41.3 GB'],
      [9_007_199_254_740_991, '9.01 PB'],
      [-1, '0 B'],
    ]
    for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text)
    assert.equal(formatRate(104_857_600), '105 MB/s')
  })

  it('of bytes and rates never need more cells than they are given', () => {
    for (let bytes = 1; bytes < 2 ** 53; bytes = Math.ceil(bytes * 1.07)) {
      assert.ok(formatBytes(bytes).length <= 7, formatBytes(bytes))
      assert.ok(formatRate(bytes).length <= 9, formatRate(bytes))
    }
  })

  it('of time are the coarser the longer they are', () => {
    const cases: [number, string][] = [
      [0, '0 s'],
      [0.2, '1 s'],
      [59.5, '1 min'],
      [204, '3 min 20 s'],
      [601, '10 min'],
      [3599, '1 h'],
      [7530, '2 h 5 m'],
      [90_000, '1 d 1 h'],
      [99_999_999, '> 100 d'],
    ]
    for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text)
    for (let seconds = 0; seconds < 1e7; seconds = seconds * 1.01 + 1) {
      assert.ok(formatDuration(seconds).length <= 10, formatDuration(seconds))
    }
  })

  it('of a part are 100 % only for all, and 0 % only for nothing', () => {
    assert.deepEqual([0, 1e-9, 0.625, 0.99999, 1].map(formatPercent), ['0 %', '1 %', '62 %', '99 %', '100 %'])
  })
})
