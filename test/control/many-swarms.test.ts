import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeService } from '../support/fake-service.ts'
import { controlApp } from './control-app.ts'

test('of 1,000 swarms a page of 100 costs little CPU', async (t) => {
  const { app } = await controlApp(t, new FakeService(...Array.from({ length: 1_000 }, (_, number) => number)))
  const spent: number[] = []
  for (let nth = 0; nth < 100; nth++) {
    const before = process.threadCpuUsage()
    const answer = await app.inject('/swarms?limit=100')
    const { user, system } = process.threadCpuUsage(before)
    assert.equal(answer.json<{ items: unknown[] }>().items.length, 100)
    spent.push((user + system) / 1000)
  }
  spent.sort((a, b) => a - b)
  const [median, p99] = [spent[50] ?? Number.NaN, spent[98] ?? Number.NaN]
  t.diagnostic(`CPU: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
  // It took 1 to 3.
  assert.ok(median < 30, `${median} ms`)
})
