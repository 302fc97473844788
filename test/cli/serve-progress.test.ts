import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServeProgress } from '../../src/cli/serve-progress.ts'
import { FakeService, fakeSwarm } from '../support/fake-service.ts'

/** A terminal that notes what is written, and time that is turned by hand. */
function rig() {
  const written: string[] = []
  const terminal = { columns: 60, rows: 20, write: (text: string) => void written.push(text) }
  let now = 0
  let due: { at: number; call: () => void }[] = []
  const clock = {
    now: () => now,
    after(ms: number, call: () => void) {
      const entry = { at: now + ms, call }
      due.push(entry)
      return () => {
        due = due.filter((each) => each !== entry)
      }
    },
  }
  const pass = (ms: number): void => {
    now += ms
    const ready = due.filter(({ at }) => at <= now)
    due = due.filter(({ at }) => at > now)
    for (const { call } of ready) call()
  }
  const progress = new ServeProgress({ terminal, clock, style: { unicode: true, colour: false } })
  return { progress, written, pass, due: () => due.length }
}

test('a service in a terminal shows bars of what moves, below its lines, until it stops', () => {
  const service = new FakeService(1)
  service.hold(fakeSwarm(2, { progress: 1, downloadRate: 0, uploadRate: 0 }))
  service.hold(fakeSwarm(3, { state: 'stopped', progress: 0.2 }))
  const { progress, written, pass, due } = rig()
  progress.write('Peer 6d22 (peer in 1 swarm)\n')
  progress.begin(service)
  assert.equal(written[0], 'Peer 6d22 (peer in 1 swarm)\n')
  assert.match(written[1] ?? '', /file-1\.img +█████░░░░░ {2}50 %/)
  assert.doesNotMatch(written[1] ?? '', /file-[23]/)
  service.hold(fakeSwarm(1, { progress: 0.75 }))
  pass(250)
  assert.match(written[2] ?? '', /75 %/)
  progress.write('Socket 5001 connected to peer 10.0.0.251:5000\n')
  assert.match(written[3] ?? '', /J{1}Socket 5001 connected/)
  pass(250)
  assert.match(written.at(-1) ?? '', /75 %/)
  progress.end()
  assert.doesNotMatch(written.at(-1) ?? '', /file-1/)
  assert.equal(due(), 0)
})
