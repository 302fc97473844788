import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decisionGroups, groupTitle, recordTitle } from '../../src/web/words/decisions.ts'

type Kind = 'round' | 'lost-slot' | 'free-slot'

const record = (id: number, kind: Kind, round: number, ...changes: (readonly [string | null, string | null])[]) => ({
  ...{ id, kind, round, time: '2026-01-01T00:00:30.000Z', slots: 4, unchoked: 1 },
  decisions: changes.map(([slotBefore, slot], at) => ({ address: `10.0.0.${at + 1}:5000`, slotBefore, slot })),
})

const got = [null, 'regular'] as const
const lost = ['regular', null] as const
const kept = ['regular', 'regular'] as const

test('slots that come and go between two rounds are one entry, with how many were given and lost', () => {
  const records = [
    record(1, 'free-slot', 0, got),
    record(2, 'round', 1, kept),
    record(3, 'lost-slot', 1, lost, kept),
    record(4, 'free-slot', 1, got, kept),
    record(5, 'lost-slot', 1, lost, kept),
    record(6, 'round', 2, got, lost, kept),
  ]
  const groups = decisionGroups(records)
  assert.deepEqual(
    groups.map((group) => [group.key, group.records.map(({ id }) => id), groupTitle(group)]),
    [
      ['round 6', [6], 'Round 2: 1 of 4 slots in use, 2 changes'],
      ['after 1', [5, 4, 3], 'Between rounds: 1 slot given, 2 lost'],
      ['round 2', [2], 'Round 1: 1 of 4 slots in use, nothing changed'],
      ['after 0', [1], '10.0.0.1:5000 got a free slot'],
    ],
  )
  assert.deepEqual(decisionGroups([]), [])
})

test('an entry keeps its name while more is added to it', () => {
  const first = record(7, 'lost-slot', 3, lost)
  const before = decisionGroups([first])
  const after = decisionGroups([first, record(8, 'free-slot', 3, got)])
  assert.equal(before[0]?.key, after[0]?.key)
})

test('a slot that changed hands is told with whose it was', () => {
  assert.equal(recordTitle(record(1, 'lost-slot', 1, kept, lost)), '10.0.0.2:5000 lost its slot')
  assert.equal(recordTitle(record(1, 'free-slot', 1, got, got)), '10.0.0.1:5000, 10.0.0.2:5000 got a free slot')
  assert.equal(recordTitle(record(1, 'lost-slot', 1)), 'A slot was given up')
})
