import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { fewAtATime } from '../../../src/cli/client/few-at-a-time.ts'

test('all is done, in order, and only few at a time', async () => {
  let now = 0
  let most = 0
  const doubled = await fewAtATime(
    Array.from({ length: 50 }, (_, at) => at),
    async (number) => {
      most = Math.max(most, ++now)
      for (let turns = number % 3; turns >= 0; turns--) await setImmediate()
      now--
      return number * 2
    },
    4,
  )
  assert.deepEqual(
    doubled,
    Array.from({ length: 50 }, (_, at) => at * 2),
  )
  assert.equal(most, 4)
  assert.deepEqual(await fewAtATime([], () => assert.fail()), [])
})

test('after a failure no more is begun', async () => {
  const begun: number[] = []
  const failing = fewAtATime(
    [0, 1, 2, 3, 4, 5, 6, 7],
    async (number) => {
      begun.push(number)
      await setImmediate()
      if (number === 1) throw new Error('it is gone')
    },
    2,
  )
  await assert.rejects(failing, /it is gone/)
  for (let turns = 0; turns < 10; turns++) await setImmediate()
  assert.ok(begun.length <= 4, String(begun))
})
