import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { RateMeter } from '../../../src/swarm/rate/rate-meter.ts'

describe('RateMeter', () => {
  it('gives the mean over its life while that is short, but at least over one second', () => {
    const meter = new RateMeter(0)
    meter.add(1000, 100)
    assert.equal(meter.rate(100), 1000)
    assert.equal(meter.rate(1000), 1000)
    assert.equal(meter.rate(2000), 500)
    assert.equal(meter.rate(10_000), 100)
  })

  it('measures anew after a restart, and never forgets what it had in all', () => {
    const meter = new RateMeter(0)
    meter.add(9000, 4000)
    meter.restart(12_500)
    assert.equal(meter.rate(12_500), 0)
    meter.add(3000, 14_000)
    assert.equal(meter.rate(15_500), 1000)
    assert.equal(meter.rate(40_000), 0)
    assert.equal(meter.total, 12_000)
  })

  it('forgets what is older than twenty seconds, and never what it had in all', () => {
    const meter = new RateMeter(0)
    meter.add(2000, 0)
    meter.add(4000, 5000)
    assert.equal(meter.rate(19_999), 6000 / 19.999)
    assert.equal(meter.rate(20_000), 200)
    assert.equal(meter.rate(25_000), 0)
    assert.equal(meter.total, 6000)
  })

  it('is 0 after any long silence, and right again after it', () => {
    const meter = new RateMeter(0)
    meter.add(1000, 0)
    assert.equal(meter.rate(1e9), 0)
    meter.add(1000, 1e9)
    assert.equal(meter.rate(1e9), 50)
  })

  it('is the sum of the window, whatever came when', () => {
    const adds = fc.array(fc.tuple(fc.nat(3000), fc.nat(100_000)), { maxLength: 60 })
    fc.assert(
      fc.property(adds, (steps) => {
        const meter = new RateMeter(0)
        const all: [at: number, bytes: number][] = []
        let now = 0
        for (const [delay, bytes] of steps) {
          now += delay
          meter.add(bytes, now)
          all.push([now, bytes])
          const first = Math.floor(now / 1000) - 19
          const inWindow = all.filter(([at]) => Math.floor(at / 1000) >= first).reduce((sum, [, add]) => sum + add, 0)
          const seconds = Math.min(20, Math.max(1, now / 1000))
          assert.ok(Math.abs(meter.rate(now) - inWindow / seconds) < 1e-6)
        }
      }),
    )
  })
})
