import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailedAttempts } from '../../src/control/failed-attempts.ts'

function failing(failed: FailedAttempts, address: string, times: number, now = 0): void {
  for (let nth = 0; nth < times; nth++) failed.failed(address, now)
}

test('after ten failures a caller waits until its minute is over', () => {
  const failed = new FailedAttempts()
  failing(failed, '10.0.0.1', 9)
  assert.equal(failed.wait('10.0.0.1', 1_000), 0)
  failing(failed, '10.0.0.1', 1, 1_000)
  assert.equal(failed.wait('10.0.0.1', 1_000), 59_000)
  assert.equal(failed.wait('10.0.0.1', 60_000), 0)
  assert.equal(failed.wait('10.0.0.2', 1_000), 0)
})

test('failures of the minute before do not count', () => {
  const failed = new FailedAttempts()
  failing(failed, '10.0.0.1', 9)
  failing(failed, '10.0.0.1', 9, 60_000)
  assert.equal(failed.wait('10.0.0.1', 60_001), 0)
})

test('who goes on guessing after its minute has to wait again, from its first guess of the next', () => {
  const failed = new FailedAttempts()
  failing(failed, '10.0.0.1', 10)
  failing(failed, '10.0.0.1', 10, 70_000)
  assert.equal(failed.wait('10.0.0.1', 70_000), 60_000)
})

test('who failed again is not forgotten before those that did not', () => {
  const failed = new FailedAttempts()
  failing(failed, '10.0.0.1', 9)
  for (let nth = 0; nth < 999; nth++) failing(failed, `10.1.${nth >> 8}.${nth & 255}`, 1)
  failing(failed, '10.0.0.1', 1)
  failing(failed, '10.0.0.2', 1)
  assert.equal(failed.size, 1_000)
  assert.equal(failed.wait('10.0.0.1', 0), 60_000)
})

test('it remembers a thousand callers, those that failed last', () => {
  const failed = new FailedAttempts()
  for (let nth = 0; nth < 1_100; nth++) failing(failed, `10.0.${nth >> 8}.${nth & 255}`, 10)
  assert.equal(failed.size, 1_000)
  assert.equal(failed.wait('10.0.0.0', 0), 0)
  assert.equal(failed.wait('10.0.4.75', 0), 60_000)
})
