import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlotClock } from '../../../src/swarm/choker/slot-clock.ts'

test('waits and turns are added up, the one that goes on included', () => {
  const clock = new SlotClock(0)
  assert.deepEqual([clock.phase, clock.waitedMs(50)], ['idle', 0])
  clock.to('waiting', 100)
  clock.to('waiting', 150)
  assert.deepEqual([clock.since, clock.waitedMs(400), clock.longestWaitMs(400)], [100, 300, 300])
  clock.to('served', 400)
  assert.deepEqual([clock.turns, clock.servedMs(500), clock.waitedMs(500)], [1, 100, 300])
  clock.to('waiting', 500)
  clock.to('idle', 550)
  assert.deepEqual([clock.waitedMs(900), clock.longestWaitMs(900), clock.servedMs(900)], [350, 300, 100])
  clock.to('served', 1000)
  assert.equal(clock.turns, 2)
})
