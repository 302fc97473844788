import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateBudget, RateBudgets } from '../../../src/swarm/rate/rate-budget.ts'

test('without a limit there is always room', () => {
  const budget = new RateBudget()
  budget.spend(1e12)
  assert.equal(budget.left(0), Number.POSITIVE_INFINITY)
})

test('bytes come in with time, a second of them at most is saved up, and a debt is paid off', () => {
  const budget = new RateBudget()
  budget.setLimit(1000, 0)
  assert.equal(budget.left(0), 0)
  assert.equal(budget.left(500), 500)
  assert.equal(budget.left(60_000), 1000)
  budget.spend(3000)
  assert.equal(budget.left(60_000), -2000)
  assert.equal(budget.left(62_500), 500)
  budget.setLimit(null, 62_500)
  assert.equal(budget.left(62_500), Number.POSITIVE_INFINITY)
})

test('over a long time no more goes out than the limit allows, however it is asked', () => {
  const budget = new RateBudget()
  budget.setLimit(100_000, 0)
  let spent = 0
  for (let now = 0; now <= 60_000; now += 37) {
    while (budget.left(now) > 0) {
      budget.spend(16384)
      spent += 16384
    }
  }
  assert.ok(spent >= 100_000 * 59 && spent <= 100_000 * 60 + 16384, String(spent))
})

test('of several limits each must have room', () => {
  const [all, one] = [new RateBudget(), new RateBudget()]
  const both = new RateBudgets([all, one])
  assert.equal(both.isLimited, false)
  all.setLimit(1000, 0)
  one.setLimit(5000, 0)
  assert.deepEqual([both.isLimited, both.left(1000)], [true, 1000])
  both.spend(800)
  assert.deepEqual([all.left(1000), one.left(1000)], [200, 4200])
  all.setLimit(null, 1000)
  assert.equal(both.left(1000), 4200)
})
