import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventLine } from '../../../src/cli/client/event-line.ts'

const time = '2026-01-31T09:30:00.000Z'
const infoHash = '0123456789abcdef0123456789abcdef01234567'

test('an event is a line: when, which swarm, what', () => {
  const lines = [
    { type: 'swarm.added', time, swarm: { infoHash, name: 'lab\u001b[2J.img' } },
    { type: 'swarm.changed', time, infoHash, changes: { state: 'stalled', stateReason: 'no peers known yet' } },
    { type: 'swarm.completed', time, infoHash },
    { type: 'peer.connected', time, infoHash, address: '10.0.0.251:5000', direction: 'outbound' },
    { type: 'peer.closed', time, infoHash, address: '10.0.0.251:5000', reason: 'timeout' },
    { type: 'choker.round', time, infoHash, record: { kind: 'round', round: 9, unchoked: 4, slots: 4 } },
    { type: 'member.added', time, member: { memberId: '6d223864-6a3b', name: 'lab-7' } },
    { type: 'member.changed', time, memberId: '6d223864-6a3b', changes: { state: 'gone', stateReason: 'it left' } },
    { type: 'member.removed', time, memberId: '6d223864-6a3b' },
  ].map(eventLine)
  assert.deepEqual(lines, [
    `${time} 01234567 added: lab\\u{1b}[2J.img`,
    `${time} 01234567 now stalled no peers known yet`,
    `${time} 01234567 complete`,
    `${time} 01234567 peer 10.0.0.251:5000 connected (outbound)`,
    `${time} 01234567 peer 10.0.0.251:5000 gone: timeout`,
    `${time} 01234567 round 9: 4 of 4 slots`,
    `${time} 6d223864 machine lab-7 joined`,
    `${time} 6d223864 machine gone: it left`,
    `${time} 6d223864 machine forgotten`,
  ])
})

test('rates and what is not known are no lines', () => {
  assert.equal(eventLine({ type: 'stats', time }), null)
  assert.equal(eventLine({ type: 'swarm.changed', time, infoHash, changes: {} }), null)
  assert.equal(eventLine({ type: 'member.changed', time, memberId: 'x', changes: {} }), null)
  assert.equal(eventLine({ type: 'of.a.later.version', time }), null)
})
