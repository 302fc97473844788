import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Allowance } from '../../src/network/allowance.ts'

test('an allowance can be used at once, and then as fast as it fills again', () => {
  const allowance = new Allowance(3, 3000)
  assert.deepEqual(
    [0, 0, 0, 0].map((now) => allowance.take(now)),
    [true, true, true, false],
  )
  assert.equal(allowance.take(999), false)
  assert.equal(allowance.take(1001), true)
  assert.equal(allowance.take(1002), false)
})

test('an allowance that is not used does not grow past its size', () => {
  const allowance = new Allowance(2, 1000)
  assert.deepEqual(
    [50_000, 50_000, 50_000].map((now) => allowance.take(now)),
    [true, true, false],
  )
})
