import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UplinkUse } from '../../../src/swarm/choker/uplink-use.ts'

/** A peer with a slot that takes so many bytes a second. */
function holder(bytesPerSecond: number, equalPart: number, seconds: number): UplinkUse {
  const use = new UplinkUse()
  for (let second = 1; second <= seconds; second++) use.held(bytesPerSecond * second, equalPart, 1000 * second)
  return use
}

describe('how much of our uplink a peer has had lately', () => {
  it('comes to the rate at which it takes, and half of that is forgotten every four minutes', () => {
    const use = holder(1e6, 1e6, 3600)
    const rate = use.rate(3_600_000)
    assert.ok(Math.abs(rate - 1e6) < 1e4, `${rate}`)
    assert.ok(Math.abs(use.rate(3_840_000) - rate / 2) < 1)
    assert.equal(use.isNothing(3_600_000), false)
    assert.equal(use.isNothing(3_600_000 + 7_200_000), true)
  })

  it('is half of an equal part at least while it has a slot, whatever it takes', () => {
    assert.equal(holder(0, 1e6, 60).rate(60_000), holder(0.5e6, 1e6, 60).rate(60_000))
    assert.ok(holder(0.6e6, 1e6, 60).rate(60_000) > holder(0, 1e6, 60).rate(60_000))
  })

  it('has nothing of what was on its way when the slot was taken', () => {
    const use = holder(1e6, 1e6, 10)
    const before = use.rate(11_000)
    use.skip(12e6)
    assert.equal(use.rate(11_000), before)
    use.held(12e6, 0, 11_000)
    assert.equal(use.rate(11_000), before)
  })
})
