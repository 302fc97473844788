/** The engine's division of an uplink that it does not know, against a model of a link: TCP takes what it is given. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH } from '../../../src/protocol/index.ts'
import { PeerSession } from '../../../src/swarm/peer/peer-session.ts'
import { PeakRate } from '../../../src/swarm/rate/peak-rate.ts'
import { SharedUplink } from '../../../src/swarm/torrent/shared-uplink.ts'
import { peerId } from './torrent-rig.ts'

/** Bytes per second. */
const LINK = 100 * BLOCK_LENGTH
const STEP_MS = 10

interface Taker {
  readonly session: PeerSession
  /** Of its own downlink, bytes per second. */
  readonly downlink: number
  /** Handed out by the engine, and not taken by the kernel yet. */
  underWay: number
  kernel: number
  got: number
  /** Requests it has out at a time: what it takes in a second. */
  depth: number
  asked: number
  measured: number
}

/** A link that all who have bytes under way share equally, as TCP does, each as far as its own downlink goes. */
class ModelLink {
  readonly takers: Taker[]
  /** Bytes that the kernel takes for each before it says that its buffer is full. */
  readonly #buffer: number
  readonly #uplink = new SharedUplink()
  readonly #peak = new PeakRate(0, 0)
  #total = 0
  now = 0

  constructor(buffer: number, ...takers: { share: number; downlink?: number }[]) {
    this.#buffer = buffer
    this.takers = takers.map(({ share, downlink = Number.POSITIVE_INFINITY }, at) => {
      const address = { host: `10.0.0.${at + 1}`, port: 5000 }
      const greeting = { peer: at + 1, address, peerId: peerId(`${at}`), outbound: true, fast: true, extended: false }
      const session = new PeerSession(greeting, address.host, 1, 0)
      session.share = share
      session.uploads.fit(0, true)
      return { session, downlink, underWay: 0, kernel: 0, got: 0, depth: 16, asked: 0, measured: 0 }
    })
    this.#uplink.begin(this.#sessions, LINK, 0)
  }

  /** How much of the link was used, and what each got of it: parts of 1. */
  run(seconds: number): { used: number; parts: number[] } {
    const before = this.takers.map(({ got }) => got)
    for (const end = this.now + seconds * 1000; this.now < end; this.now += STEP_MS) this.#step()
    const got = this.takers.map((taker, at) => taker.got - (before[at] ?? 0))
    return { used: sum(got) / LINK / seconds, parts: got.map((bytes) => bytes / sum(got)) }
  }

  get #sessions(): PeerSession[] {
    return this.takers.map(({ session }) => session)
  }

  #step(): void {
    for (const taker of this.takers) this.#ask(taker)
    if (this.now % 500 === 0) {
      this.#peak.observe(this.#total, this.now)
      if (this.#peak.rate > 0) this.#uplink.capacity = this.#peak.rate
    }
    this.#serve()
    // Water-filling: what one can't take is left to the others.
    let room = (LINK * STEP_MS) / 1000
    let left = this.takers.map((taker) => ({
      taker,
      most: Math.min(taker.kernel, (taker.downlink * STEP_MS) / 1000),
    }))
    left.sort((a, b) => a.most - b.most)
    while (left.length > 0) {
      const [first, ...others] = left
      if (!first) break
      const bytes = Math.min(room / left.length, first.most)
      room -= bytes
      first.taker.kernel -= bytes
      first.taker.got += bytes
      this.#total += bytes
      left = others
    }
  }

  /** A pipeline of requests, deep enough for a second. */
  #ask(taker: Taker): void {
    if (this.now % 1000 === 0) {
      taker.depth = Math.max(4, Math.ceil((taker.got - taker.measured) / BLOCK_LENGTH))
      taker.measured = taker.got
    }
    const { session } = taker
    const out = taker.asked - Math.floor(taker.got / BLOCK_LENGTH)
    if ((taker.depth - out) * 4 < taker.depth) return
    for (let more = taker.depth - out; more > 0; more--) {
      this.#uplink.asked(session, this.#sessions, this.now)
      session.askedAt = this.now
      session.uploads.push({ index: 0, begin: 0, length: BLOCK_LENGTH })
      taker.asked++
    }
  }

  #serve(): void {
    for (;;) {
      // The engine hears of what the kernel took, not of what has left.
      for (const taker of this.takers) {
        const bytes = Math.min(taker.underWay, this.#buffer - taker.kernel)
        taker.underWay -= bytes
        taker.kernel += bytes
        taker.session.uploads.sent(bytes)
      }
      const session = this.#uplink.next(this.#sessions, false, this.now)
      const taker = this.takers.find((one) => one.session === session)
      const block = session?.uploads.next()
      if (!session || !taker || !block) return
      this.#uplink.sent(session, block.length, this.now)
      taker.underWay += block.length
    }
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

function assertParts(parts: readonly number[], expected: readonly number[]): void {
  parts.forEach((part, at) =>
    assert.ok(Math.abs(part - (expected[at] ?? 0)) < 0.02, parts.map((one) => one.toFixed(3)).join(' ')),
  )
}

describe('an uplink of unknown speed', () => {
  for (const [blocks, what] of [
    [2, 'little'],
    [64, 'two thirds of a second'],
  ] as const) {
    it(`is divided by the shares, and is full, where the kernel holds ${what} for each`, () => {
      const link = new ModelLink(
        blocks * BLOCK_LENGTH,
        { share: 0.6 },
        { share: 0.25 },
        { share: 0.1 },
        { share: 0.05 },
      )
      link.run(20)
      const { used, parts } = link.run(60)
      assertParts(parts, [0.6, 0.25, 0.1, 0.05])
      assert.ok(used > 0.97, `${used} used`)
    })
  }

  it('is nearly full, too, when the one with most of it can not take that: the others have what is left', () => {
    const link = new ModelLink(2 * BLOCK_LENGTH, { share: 0.6, downlink: 0.1 * LINK }, { share: 0.3 }, { share: 0.1 })
    link.run(60)
    const { used, parts } = link.run(120)
    assert.ok(used > 0.9, `${used} used`)
    assert.ok(Math.abs((parts[0] ?? 0) - 0.1) < 0.03, parts.join(' '))
    assert.ok((parts[1] ?? 0) > 1.5 * (parts[2] ?? 0), parts.join(' '))
  })

  it('is not kept for one that asks again after a while: it has saved up little', () => {
    const { takers } = new ModelLink(0, { share: 0.5 }, { share: 0.5 })
    const [first, second] = takers
    assert.ok(first && second)
    const uplink = new SharedUplink()
    const both = [first.session, second.session]
    uplink.begin(both, LINK, 0)
    first.session.uploads.push({ index: 0, begin: 0, length: BLOCK_LENGTH })
    uplink.sent(first.session, 1000 * BLOCK_LENGTH, 0)
    uplink.asked(second.session, both, 0)
    assert.ok(first.session.uploads.turn - second.session.uploads.turn <= LINK / 10)
  })
})
