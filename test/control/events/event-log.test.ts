import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventLog } from '../../../src/control/events/event-log.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'

const event = (seq: number, length = 10) => ({
  seq,
  topic: 'swarms' as const,
  infoHash: 'a',
  bytes: Buffer.alloc(length),
})

test('it gives the events after a number, in order, also where numbers skip', () => {
  const log = new EventLog(4)
  for (const seq of [5, 7, 8]) log.push(event(seq))
  assert.deepEqual(
    [4, 5, 6, 7, 8].map((since) => log.next(since)?.seq),
    [5, 7, 7, 8, undefined],
  )
  assert.deepEqual(
    [4, 5, 8].map((since) => log.bytesAfter(since, ({ seq }) => seq !== 7)),
    [20, 10, 0],
  )
})

test('what is forgotten is told', () => {
  const log = new EventLog(0, 3)
  for (let seq = 1; seq <= 3; seq++) log.push(event(seq))
  assert.ok(log.has(0))
  log.push(event(4))
  assert.deepEqual([log.has(0), log.has(1), log.next(1)?.seq], [false, true, 2])
})

test('neither events nor bytes go over their bounds, whatever comes', () => {
  forEachSeed(seeds(20), (seed) => {
    const random = seededRandom(seed)
    const log = new EventLog(0, 50, 2_000)
    let held: { seq: number; length: number }[] = []
    for (let seq = 1; seq <= 500; seq++) {
      const length = Math.floor(random() * 200)
      log.push(event(seq, length))
      held.push({ seq, length })
      while (held.length > 50 || held.reduce((sum, { length }) => sum + length, 0) > 2_000) held = held.slice(1)
      const first = held[0]?.seq ?? seq + 1
      assert.ok(log.has(first - 1) && !log.has(first - 2 < 0 ? -1 : first - 2))
      assert.equal(log.next(first - 1)?.seq, held[0]?.seq)
      assert.equal(
        log.bytesAfter(first - 1, () => true),
        held.reduce((sum, { length }) => sum + length, 0),
      )
    }
  })
})
