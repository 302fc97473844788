import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLabOrder, labProgress } from '../../src/web/words/lab-progress.ts'

const swarm = (infoHash: string, progress: number, etaSeconds: number | null, isStuck = false) => {
  return { infoHash, name: infoHash === 'unknown' ? null : infoHash, progress, etaSeconds, isStuck }
}

test('the whole lab is through when its last machine is, and is not known while one is stuck', () => {
  const members = [
    { state: 'alive', swarms: [swarm('image', 1, 0), swarm('notes', 0.5, 30), swarm('alone', 0.1, 9)] },
    { state: 'alive', swarms: [swarm('image', 0.5, 60), swarm('notes', 0.25, 5, true)] },
    { state: 'suspect', swarms: [swarm('image', 0.25, 90), swarm('done', 1, 0)] },
    { state: 'gone', swarms: [swarm('image', 0.9, 5), swarm('done', 1, 0)] },
    { state: 'alive', swarms: [swarm('done', 1, 0)] },
  ] as const
  const shares = { machines: 2, complete: 0, stuck: 1, gone: 0 }
  assert.deepEqual(labProgress(members), [
    { infoHash: 'notes', name: 'notes', ...shares, progress: 0.375, etaSeconds: null },
    {
      infoHash: 'image',
      name: 'image',
      machines: 3,
      complete: 1,
      stuck: 0,
      gone: 1,
      progress: 1.75 / 3,
      etaSeconds: 90,
    },
    { infoHash: 'done', name: 'done', machines: 2, complete: 2, stuck: 0, gone: 0, progress: 1, etaSeconds: 0 },
  ])
})

test('machines stand in the order that people count them', () => {
  const machines = ['lab-10', 'lab-9', 'attic', 'lab-9', 'Lab-1'].map((name, at) => ({
    name,
    memberId: String(9 - at),
  }))
  assert.deepEqual(
    inLabOrder(machines).map(({ name, memberId }) => `${name} ${memberId}`),
    ['attic 7', 'Lab-1 5', 'lab-9 6', 'lab-9 8', 'lab-10 9'],
  )
})
