import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { SendQueues, type PeerConnection } from '../../../src/io/index.ts'
import { Departures } from '../../../src/service/swarm/departures.ts'

/** Two connections, whose queues in the system are what the test says. */
class Rig {
  divides = true
  readonly queued = new Map([
    [1, 0],
    [2, 0],
  ])
  readonly told: [peer: number, bytes: number][] = []
  readonly departures: Departures
  readonly #context: TestContext

  constructor(context: TestContext) {
    this.#context = context
    context.mock.timers.enable({ apis: ['setTimeout'] })
    this.departures = new Departures({
      dividesUplink: () => this.divides,
      connection: (peer) => (this.queued.has(peer) ? (ends(peer) as PeerConnection) : undefined),
      left: (peer, bytes, begunAt) => {
        assert.equal(begunAt, 5)
        this.told.push([peer, bytes])
      },
      read: () => Promise.resolve(new SendQueues([[...this.queued].map(row).join('\n')])),
    })
  }

  /** What was told in so many ms. */
  async after(ms: number): Promise<[number, number][]> {
    this.#context.mock.timers.tick(ms)
    // The reading is a promise or two away.
    await new Promise((resolve) => setImmediate(resolve))
    return this.told.splice(0)
  }
}

const ends = (peer: number) => ({
  local: { host: '10.0.0.1', port: 5000 + peer },
  remote: { host: '10.0.0.2', port: 5000 },
})
const row = ([peer, bytes]: [number, number]): string =>
  `0: 0100000A:${(5000 + peer).toString(16)} 0200000A:1388 01 ${bytes.toString(16)}:0`

describe('blocks that the system took', () => {
  it('have left at once where the uplink is not divided', (context) => {
    const rig = new Rig(context)
    rig.divides = false
    rig.departures.taken(1, 1000, 5)
    assert.deepEqual(rig.told, [[1, 1000]])
  })

  it('have left when the far end has confirmed them, where it is', async (context) => {
    const rig = new Rig(context)
    rig.queued.set(1, 600)
    rig.departures.taken(1, 1000, 5)
    rig.departures.taken(2, 50, 5)
    assert.deepEqual(rig.told, [])
    assert.deepEqual(await rig.after(200), [
      [1, 400],
      [2, 50],
    ])
    rig.departures.taken(1, 300, 5)
    rig.queued.set(1, 900)
    assert.deepEqual(await rig.after(200), [])
    rig.queued.set(1, 100)
    assert.deepEqual(await rig.after(200), [[1, 800]])
    rig.queued.set(1, 0)
    assert.deepEqual(await rig.after(200), [[1, 100]])
    assert.deepEqual(await rig.after(1000), [])
  })

  it('have left, all of them, when it is divided no more', async (context) => {
    const rig = new Rig(context)
    rig.queued.set(1, 600)
    rig.departures.taken(1, 1000, 5)
    rig.divides = false
    rig.departures.taken(2, 10, 5)
    assert.deepEqual(await rig.after(200), [
      [1, 1000],
      [2, 10],
    ])
  })

  it('are told of to nobody when the connection is gone, or the swarm', async (context) => {
    const rig = new Rig(context)
    rig.departures.taken(1, 1000, 5)
    rig.departures.taken(2, 1000, 5)
    rig.queued.delete(1)
    assert.deepEqual(await rig.after(200), [[2, 1000]])
    rig.departures.taken(2, 1000, 5)
    rig.departures.stop()
    assert.deepEqual(await rig.after(1000), [])
  })
})
