import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { DialGate, type DialBounds } from '../../../src/io/tcp/dial-gate.ts'
import { ClientPorts, dialPeer } from '../../../src/io/tcp/index.ts'
import { listenForPeers, THEIR_HANDSHAKE } from './peer-ends.ts'

/** A gate whose time is the test's, and who went in so far. */
function gateAt(t: TestContext, bounds: DialBounds) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  const gate = new DialGate(bounds, () => now)
  const inside: { name: number; leave: () => void }[] = []
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }
  return {
    gate,
    inside,
    enter: async (name: number, signal?: AbortSignal): Promise<void> => {
      void gate.enter(signal).then((leave) => inside.push({ name, leave }))
      await settled()
    },
    pass: async (ms: number): Promise<void> => {
      now += ms
      t.mock.timers.tick(ms)
      await settled()
    },
    leave: async (at: number): Promise<void> => {
      inside[at]?.leave()
      await settled()
    },
  }
}

describe('the gate of outgoing connections', () => {
  it('lets so many in at a time, and the next when one leaves, in the order they came', async (t) => {
    const { gate, inside, enter, leave } = gateAt(t, { maxHalfOpen: 2, perSecond: 100 })
    for (const name of [1, 2, 3, 4]) await enter(name)
    assert.deepEqual(
      inside.map(({ name }) => name),
      [1, 2],
    )
    await leave(1)
    assert.deepEqual(
      inside.map(({ name }) => name),
      [1, 2, 3],
    )
    await leave(1)
    assert.equal(gate.halfOpen, 2)
    assert.equal(gate.waiting, 1)
    await leave(0)
    assert.deepEqual(
      inside.map(({ name }) => name),
      [1, 2, 3, 4],
    )
  })

  it('lets so many in a second, however quickly they leave', async (t) => {
    const { inside, enter, leave, pass } = gateAt(t, { maxHalfOpen: 5, perSecond: 10 })
    for (let name = 0; name < 40; name++) await enter(name)
    const counts: number[] = []
    for (let tenth = 0; tenth <= 10; tenth++) {
      for (let at = 0; at < inside.length; at++) await leave(at)
      counts.push(inside.length)
      await pass(100)
    }
    assert.deepEqual(counts, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  })

  it('keeps nobody who has called it off', async (t) => {
    const { gate, inside, enter, leave } = gateAt(t, { maxHalfOpen: 1, perSecond: 100 })
    const off = new AbortController()
    await enter(1)
    await enter(2, off.signal)
    await enter(3)
    off.abort()
    await enter(4, off.signal)
    assert.equal(gate.waiting, 1)
    await leave(1)
    assert.equal(gate.halfOpen, 1)
    await leave(0)
    assert.deepEqual(new Set(inside.map(({ name }) => name)), new Set([1, 2, 3, 4]))
    assert.equal(gate.halfOpen, 1)
  })

  it('is left by a dial when it is connected or has failed', async (t) => {
    const gate = new DialGate({ maxHalfOpen: 1, perSecond: 1000 })
    const dial = (port: number) =>
      dialPeer({
        address: { host: '127.0.0.1', port },
        ours: THEIR_HANDSHAKE,
        clientPorts: new ClientPorts(null),
        gate,
      })
    const { port } = await listenForPeers(t)
    const made = await Promise.all(Array.from({ length: 5 }, () => dial(port)))
    for (const connection of made) connection.close()
    for (let failure = 0; failure < 3; failure++) await assert.rejects(dial(9), { name: 'DialError' })
    assert.equal(gate.halfOpen, 0)
    assert.equal(gate.waiting, 0)
  })
})
