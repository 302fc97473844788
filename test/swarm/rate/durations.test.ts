import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DURATION_BOUNDS, Durations } from '../../../src/swarm/rate/durations.ts'

test('a duration falls into the first bucket that holds it, its upper end included', () => {
  const durations = new Durations()
  for (const seconds of [0, 0.0005, 0.0006, 1, 31]) durations.observe(seconds)
  const { bounds, counts, sum, count } = durations.view()
  assert.deepEqual(bounds, DURATION_BOUNDS)
  assert.equal(counts.length, bounds.length + 1)
  assert.deepEqual([counts[0], counts[1], counts[bounds.indexOf(1)], counts.at(-1)], [2, 1, 1, 1])
  assert.equal(count, 5)
  assert.ok(Math.abs(sum - 32.0011) < 1e-9)
})

test('a view does not change with what comes after it', () => {
  const durations = new Durations()
  const before = durations.view()
  durations.observe(1)
  assert.equal(before.count, 0)
  assert.deepEqual(new Set(before.counts), new Set([0]))
})
