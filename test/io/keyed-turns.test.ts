import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyedTurns } from '../../src/io/keyed-turns.ts'

test('works of one key go one after the other, and those of another do not wait for them', async () => {
  const turns = new KeyedTurns<string>()
  const told: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = turns.take('a', async () => {
    await gate.promise
    told.push('first')
    throw new Error('it failed')
  })
  const second = turns.take('a', async () => told.push('second'))
  await turns.take('b', async () => told.push('other'))
  assert.deepEqual(told, ['other'])
  gate.resolve()
  await assert.rejects(first, /it failed/)
  await second
  assert.deepEqual(told, ['other', 'first', 'second'])
})

test('all is settled when the last work that was given by then is over', async () => {
  const turns = new KeyedTurns<number>()
  const told: number[] = []
  const gate = Promise.withResolvers<void>()
  for (const key of [1, 2]) {
    void turns.take(key, () => gate.promise)
    void turns.take(key, async () => told.push(key))
  }
  const settled = turns.settled().then(() => told.length)
  gate.resolve()
  assert.equal(await settled, 2)
  await turns.settled()
})
