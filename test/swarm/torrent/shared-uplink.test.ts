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
  underWay: number
  /** Of what is under way, what has left and was not told yet. */
  untold: number
  got: number
}

/** A link that all who have bytes under way share equally, as TCP does, each as far as its own downlink goes. */
class ModelLink {
  readonly takers: Taker[]
  /** So often the engine hears of what has left. */
  readonly #tellMs: number
  readonly #uplink = new SharedUplink()
  readonly #peak = new PeakRate(0, 0)
  #total = 0
  now = 0

  constructor(tellMs: number, ...takers: { share: number; downlink?: number }[]) {
    this.#tellMs = tellMs
    this.takers = takers.map(({ share, downlink = Number.POSITIVE_INFINITY }, at) => {
      const address = { host: `10.0.0.${at + 1}`, port: 5000 }
      const greeting = { peer: at + 1, address, peerId: peerId(`${at}`), outbound: true, fast: true, extended: false }
      const session = new PeerSession(greeting, address.host, 1, 0)
      session.share = share
      session.uploads.fit(share * LINK, true)
      return { session, downlink, underWay: 0, untold: 0, got: 0 }
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
    for (const { session } of this.takers) {
      while (session.uploads.size < 100) session.uploads.push({ index: 0, begin: 0, length: BLOCK_LENGTH })
    }
    if (this.now % 500 === 0) {
      this.#peak.observe(this.#total, this.now)
      if (this.#peak.rate > 0) this.#uplink.capacity = this.#peak.rate
    }
    if (this.now % this.#tellMs === 0) for (const taker of this.takers) tell(taker)
    this.#serve()
    // Water-filling: what one can't take is left to the others.
    let room = (LINK * STEP_MS) / 1000
    let left = this.takers.map((taker) => ({
      taker,
      most: Math.min(taker.underWay, (taker.downlink * STEP_MS) / 1000),
    }))
    left.sort((a, b) => a.most - b.most)
    while (left.length > 0) {
      const [first, ...others] = left
      if (!first) break
      const bytes = Math.min(room / left.length, first.most)
      room -= bytes
      first.taker.underWay -= bytes
      first.taker.got += bytes
      this.#total += bytes
      first.taker.untold += bytes
      left = others
    }
  }

  #serve(): void {
    for (;;) {
      const session = this.#uplink.next(this.#sessions, false, this.now)
      const taker = this.takers.find((one) => one.session === session)
      const block = session?.uploads.next()
      if (!session || !taker || !block) return
      this.#uplink.sent(session, block.length, this.now)
      taker.underWay += block.length
    }
  }
}

function tell(taker: Taker): void {
  taker.session.uploads.sent(taker.untold)
  taker.untold = 0
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

function assertParts(parts: readonly number[], expected: readonly number[]): void {
  parts.forEach((part, at) =>
    assert.ok(Math.abs(part - (expected[at] ?? 0)) < 0.02, parts.map((one) => one.toFixed(3)).join(' ')),
  )
}

describe('an uplink of unknown speed', () => {
  for (const [tellMs, what] of [
    [STEP_MS, 'at once'],
    [200, 'five times a second'],
  ] as const) {
    it(`is divided by the shares, and is full, when we hear ${what} of what has left`, () => {
      const link = new ModelLink(tellMs, { share: 0.6 }, { share: 0.25 }, { share: 0.1 }, { share: 0.05 })
      link.run(5)
      const { used, parts } = link.run(60)
      assertParts(parts, [0.6, 0.25, 0.1, 0.05])
      assert.ok(used > 0.99, `${used} used`)
    })
  }

  it('is full, too, when the one with most of it can not take that: the others have what is left, by their shares', () => {
    const link = new ModelLink(STEP_MS, { share: 0.6, downlink: 0.1 * LINK }, { share: 0.3 }, { share: 0.1 })
    link.run(60)
    const { used, parts } = link.run(120)
    assert.ok(used > 0.9, `${used} used`)
    assert.ok(Math.abs((parts[0] ?? 0) - 0.1) < 0.02)
    assert.ok((parts[1] ?? 0) > 1.5 * (parts[2] ?? 0), parts.join(' '))
  })

  it('is all for one while the others want nothing, who save nothing up by that', () => {
    const link = new ModelLink(STEP_MS, { share: 0.5 }, { share: 0.5 })
    const [first, second] = link.takers
    assert.ok(first && second)
    const uplink = new SharedUplink()
    uplink.begin([first.session, second.session], LINK, 0)
    first.session.uploads.push({ index: 0, begin: 0, length: BLOCK_LENGTH })
    uplink.sent(first.session, 1000 * BLOCK_LENGTH, 0)
    second.session.uploads.push({ index: 0, begin: 0, length: BLOCK_LENGTH })
    uplink.joins(second.session, [first.session, second.session])
    assert.ok(first.session.uploads.turn - second.session.uploads.turn <= LINK / 10)
  })

  it('waits for one whose blocks are all under way: it has what it asked for, but has not got it', () => {
    const { takers } = new ModelLink(STEP_MS, { share: 0.9 }, { share: 0.1 })
    const [large, small] = takers
    assert.ok(large && small)
    const sessions = [large.session, small.session]
    const uplink = new SharedUplink()
    uplink.begin(sessions, LINK, 0)
    large.session.uploads.push({ index: 0, begin: 0, length: BLOCK_LENGTH })
    large.session.uploads.next()
    for (let turn = 0; turn < 100; turn++) small.session.uploads.push({ index: 0, begin: 0, length: BLOCK_LENGTH })
    uplink.sent(small.session, 10 * BLOCK_LENGTH, 0)
    assert.equal(uplink.next(sessions, false, 0), null)
    large.session.uploads.sent(BLOCK_LENGTH)
    assert.equal(uplink.next(sessions, false, 0), small.session)
  })
})
