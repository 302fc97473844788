import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PeakRate } from '../../../src/swarm/rate/peak-rate.ts'

test('it is the highest mean over ten seconds, and nothing before ten have passed', () => {
  const peak = new PeakRate(0, 1000)
  peak.observe(50_000, 10_500)
  assert.equal(peak.rate, 0)
  peak.observe(40_000, 11_000)
  assert.equal(peak.rate, 4000)
  peak.observe(41_000, 21_000)
  assert.equal(peak.rate, 4000)
  peak.observe(101_000, 31_000)
  assert.equal(peak.rate, 6000)
})

test('what is longer ago than thirty seconds is forgotten', () => {
  const peak = new PeakRate(0, 0)
  peak.observe(80_000, 10_000)
  peak.observe(90_000, 20_000)
  peak.observe(90_000, 30_000)
  assert.equal(peak.rate, 8000)
  peak.observe(90_000, 40_000)
  assert.equal(peak.rate, 1000)
})
