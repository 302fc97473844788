import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { peerIdFromBytes } from '../../src/protocol/index.ts'
import { forEachSeed, seededRandom, seeds } from '../support/seeded-random.ts'
import { SimClock } from './sim-clock.ts'
import { SimNetwork, type EndSink, type LinkSpeed, type SimEnd, type SimMachine } from './sim-network.ts'

const BLOCK = 16_384
const greeting = { peerId: peerIdFromBytes(Buffer.alloc(20, 'a')), fast: true }

/** Machines that send frames to each other, and count what comes when. */
class Wires {
  readonly clock = new SimClock()
  readonly network: SimNetwork
  readonly machines: SimMachine[] = []
  /** Bytes that arrived, by sender and receiver. */
  readonly arrived = new Map<string, number>()
  readonly order: number[] = []
  #sent = 0

  constructor(seed = 1) {
    this.network = new SimNetwork(this.clock, seededRandom(seed))
  }

  add(speed: Partial<LinkSpeed>): SimMachine {
    const address = { host: `10.0.0.${this.machines.length + 1}`, port: 5000 }
    const machine = this.network.add(address, { up: 1e6, down: 1e6, latency: 5, ...speed })
    machine.listener = { greeting, accept: () => undefined }
    this.machines.push(machine)
    return machine
  }

  connect(from: SimMachine, to: SimMachine): SimEnd {
    let made: SimEnd | null = null
    this.network.dial(from, greeting, to.address, (answer) => (made = answer?.end ?? null))
    this.clock.runUntil(() => made !== null, this.clock.now + 10_000)
    const end = made as SimEnd | null
    assert.ok(end)
    const sink: EndSink = { messages() {}, blockBegins: () => null, blockArrives() {}, closed() {} }
    end.far.sink = sink
    return end
  }

  /** Keeps a connection busy: the next frame is queued when one has left. */
  stream(end: SimEnd, frames: number): void {
    if (frames === 0) return
    const key = `${end.machine.address.host} ${end.far.machine.address.host}`
    const number = ++this.#sent
    end.send({
      bytes: BLOCK,
      sent: () => this.stream(end, frames - 1),
      arrives: () => {
        this.arrived.set(key, (this.arrived.get(key) ?? 0) + BLOCK)
        this.order.push(number)
      },
    })
  }

  total(from: SimMachine, to: SimMachine): number {
    return this.arrived.get(`${from.address.host} ${to.address.host}`) ?? 0
  }
}

const near = (value: number, expected: number, share = 0.01): void =>
  assert.ok(Math.abs(value - expected) <= share * expected, `${value} is not ${expected} within ${share * 100} %`)

describe('one flow', () => {
  for (const [name, up, down, latency] of [
    ['the uplink', 1e6, 4e6, 5],
    ['the downlink', 4e6, 1e6, 5],
    ['either', 1e6, 1e6, 100],
  ] as const) {
    it(`has the whole of ${name}, to within 1 %`, () => {
      const wires = new Wires()
      const [a, b] = [wires.add({ up, latency }), wires.add({ down, latency })]
      const end = wires.connect(a, b)
      const began = wires.clock.now
      wires.stream(end, 2000)
      wires.clock.runUntil(() => wires.total(a, b) === 2000 * BLOCK, began + 1e6)
      near((wires.clock.now - began) / 1000, (2000 * BLOCK) / 1e6 + (2 * latency) / 1000)
    })
  }
})

describe('two flows', () => {
  it('share an uplink equally, and leave it to one when the other is done', () => {
    const wires = new Wires()
    const [a, b, c] = [wires.add({ up: 1e6 }), wires.add({}), wires.add({})]
    const [first, second] = [wires.connect(a, b), wires.connect(a, c)]
    const began = wires.clock.now
    wires.stream(first, 1000)
    wires.stream(second, 500)
    wires.clock.runUntil(() => wires.total(a, c) === 500 * BLOCK, began + 1e6)
    near((wires.clock.now - began) / 1000, (1000 * BLOCK) / 1e6)
    near(wires.total(a, b), 500 * BLOCK)
    wires.clock.runUntil(() => wires.total(a, b) === 1000 * BLOCK, began + 1e6)
    near((wires.clock.now - began) / 1000, (1500 * BLOCK) / 1e6)
  })

  it('share a downlink equally', () => {
    const wires = new Wires()
    const [a, b, c] = [wires.add({ up: 3e6 }), wires.add({ up: 3e6 }), wires.add({ down: 1e6 })]
    const [first, second] = [wires.connect(a, c), wires.connect(b, c)]
    const began = wires.clock.now
    wires.stream(first, 1000)
    wires.stream(second, 1000)
    wires.clock.runUntil(() => wires.total(a, c) === 600 * BLOCK, began + 1e6)
    near(wires.total(b, c), 600 * BLOCK)
    near((wires.clock.now - began) / 1000, (1200 * BLOCK) / 1e6)
  })

  it('do not hold each other up: what one can not take of the uplink goes to the other', () => {
    const wires = new Wires()
    const [a, slow, fast] = [wires.add({ up: 1e6 }), wires.add({ down: 1e5 }), wires.add({ down: 1e6 })]
    const [first, second] = [wires.connect(a, slow), wires.connect(a, fast)]
    const began = wires.clock.now
    wires.stream(first, 1000)
    wires.stream(second, 1000)
    wires.clock.runUntil(() => wires.total(a, fast) === 1000 * BLOCK, began + 1e6)
    near((wires.clock.now - began) / 1000, (1000 * BLOCK) / 9e5, 0.02)
  })
})

describe('any number of flows, with loss and jitter', () => {
  it('lose and make no byte, keep to the links, and overtake nothing inside a connection', () => {
    forEachSeed(seeds(10), (seed) => {
      const wires = new Wires(seed)
      const random = seededRandom(seed + 100)
      for (let at = 0; at < 6; at++) {
        wires.add({ up: 1e5 + 1e6 * random(), down: 1e5 + 1e6 * random(), jitter: 20 * random(), loss: 0.05 })
      }
      const ends = wires.machines.flatMap((from, at) =>
        wires.machines.filter((_, to) => to !== at).map((to) => wires.connect(from, to)),
      )
      const began = wires.clock.now
      for (const end of ends) wires.stream(end, 50)
      let before = wires.clock.now
      const bytes = wires.machines.map(() => ({ up: 0, down: 0 }))
      for (let second = 1; second <= 100; second++) {
        wires.clock.runUntil(
          () => {
            assert.ok(wires.clock.now >= before, 'time goes on')
            before = wires.clock.now
            return false
          },
          began + second * 1000,
        )
        for (const [at, machine] of wires.machines.entries()) {
          const last = bytes[at]
          assert.ok(last)
          assert.ok(machine.bytesUp - last.up <= machine.speed.up + BLOCK, 'uplink')
          assert.ok(machine.bytesDown - last.down <= machine.speed.down + BLOCK, 'downlink')
          bytes[at] = { up: machine.bytesUp, down: machine.bytesDown }
        }
      }
      const total = ends.length * 50 * BLOCK
      for (const side of ['bytesUp', 'bytesDown'] as const) {
        assert.equal(
          wires.machines.reduce((sum, machine) => sum + machine[side], 0),
          total,
        )
      }
      assert.equal(wires.order.length, ends.length * 50)
    })
  })

  it('come in the order in which they were sent', () => {
    const wires = new Wires(3)
    const [a, b] = [wires.add({ jitter: 50, loss: 0.2 }), wires.add({})]
    wires.stream(wires.connect(a, b), 300)
    wires.clock.runUntil(() => wires.order.length === 300, 1e6)
    assert.deepEqual(
      wires.order,
      wires.order.toSorted((x, y) => x - y),
    )
  })

  it('are slower the more is lost', () => {
    const time = (loss: number): number => {
      const wires = new Wires(5)
      const [a, b] = [wires.add({ loss, latency: 20 }), wires.add({})]
      wires.stream(wires.connect(a, b), 500)
      wires.clock.runUntil(() => wires.order.length === 500, 1e6)
      return wires.clock.now
    }
    assert.ok(time(0.2) > time(0.02) && time(0.02) >= time(0))
  })
})
