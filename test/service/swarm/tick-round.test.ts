import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PART_MS, TICK_MS, TickRound } from '../../../src/service/swarm/tick-round.ts'

test('in a round every swarm has one tick, and no part of it has more than a fifth of them', () => {
  for (const count of [0, 1, 4, 5, 6, 1_000, 1_003]) {
    const ticks = Array.from({ length: count }, () => 0)
    const swarms = ticks.map((_, at) => ({ tick: () => (ticks[at] = (ticks[at] ?? 0) + 1) }))
    const round = new TickRound()
    for (let turn = 1; turn <= 3; turn++) {
      for (let part = 1; part <= TICK_MS / PART_MS; part++) {
        const before = ticks.reduce((sum, each) => sum + each, 0)
        assert.equal(round.go(swarms, 0), part === TICK_MS / PART_MS)
        assert.ok(ticks.reduce((sum, each) => sum + each, 0) - before <= Math.ceil(count / 5))
      }
      assert.ok(ticks.every((each) => each === turn))
    }
  }
})
