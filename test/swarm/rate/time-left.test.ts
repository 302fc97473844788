import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RateMeter } from '../../../src/swarm/rate/rate-meter.ts'
import { TimeLeft } from '../../../src/swarm/rate/time-left.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'

const STEP_MS = 500

/** A download in virtual time. `speed` gives the bytes of each step; what was shown at each, and what a division says. */
function download(length: number, speed: (now: number) => number) {
  const meter = new RateMeter(0)
  const timeLeft = new TimeLeft()
  const shown: number[] = []
  const raw: number[] = []
  let left = length
  let now = 0
  while (left > 0) {
    now += STEP_MS
    const bytes = Math.min(left, speed(now))
    left -= bytes
    meter.add(bytes, now)
    const rate = meter.rate(now)
    const estimate = rate > 0 ? left / rate : null
    timeLeft.note(estimate, now)
    raw.push(estimate ?? Number.NaN)
    shown.push(timeLeft.at(now) ?? Number.NaN)
  }
  return { shown, raw, seconds: now / 1000 }
}

/** The largest step that is not the clock's own, as a part of what was shown, from the second `from` on. */
function largestJump(shown: readonly number[], from: number): number {
  let most = 0
  for (let at = from * 2; at < shown.length; at++) {
    const [before, after] = [shown[at - 1] ?? 0, shown[at] ?? 0]
    if (before > 30) most = Math.max(most, Math.abs(after - (before - STEP_MS / 1000)) / before)
  }
  return most
}

describe('the time left', () => {
  it('runs down like a clock while the network gives in gusts', () => {
    forEachSeed(seeds(50), (seed) => {
      const random = seededRandom(seed)
      const gust = (): number => (random() < 0.4 ? 0 : random() * 2.6e6)
      const { shown, raw, seconds } = download(900e6, gust)
      const [ours, division] = [largestJump(shown, 20), largestJump(raw, 20)]
      assert.ok(ours < 0.05 && ours < division / 3, `${ours}, where a division alone jumps by ${division}`)
      // And it says what is true: from a tenth of the way on it is right within a half.
      for (let at = Math.ceil(shown.length / 10); at < shown.length; at++) {
        const truth = seconds - (at + 1) / 2
        const off = Math.abs((shown[at] ?? 0) - truth)
        assert.ok(off < 0.5 * truth + 15, `at ${at / 2} s it says ${shown[at]}, and it is ${truth}`)
      }
    })
  })

  it('is at nothing when the download is, within a second', () => {
    const { shown } = download(100e6, () => 1e6)
    assert.ok((shown.at(-1) ?? 9) < 1)
    // The meter's first second is short of what comes.
    for (const [at, seconds] of shown.entries()) {
      const truth = 50 - (at + 1) / 2
      assert.ok(at < 10 || Math.abs(seconds - truth) < 2 + truth / 20, `${seconds} in place of ${truth}`)
    }
  })

  it('follows within half a minute when the rate is suddenly another one, without a leap', () => {
    for (const [slow, fast] of [
      [1e6, 10e6],
      [10e6, 1e6],
    ] as const) {
      const { shown, raw } = download(slow * 400, (now) => (now <= 60_000 ? slow : fast))
      // The meter itself needs its 20 s.
      const [after, truth] = [shown[2 * 110] ?? 0, raw[2 * 110] ?? 0]
      assert.ok(truth === 0 || Math.abs(after - truth) < Math.max(15, truth * 0.35), `${after}, and it is ${truth}`)
      assert.ok(largestJump(shown, 20) < 0.2, `${largestJump(shown, 20)}`)
    }
  })

  it('forgets at once what a moment without data said', () => {
    const timeLeft = new TimeLeft()
    for (let now = 0; now <= 200_000; now += STEP_MS) {
      timeLeft.note(now > 60_000 && now < 62_000 ? 1e9 : 1000 - now / 1000, now)
    }
    const after = timeLeft.at(200_000) ?? 0
    assert.ok(Math.abs(after - 800) < 40, `${after}`)
  })

  it('is the same however often it is told', () => {
    const often = new TimeLeft()
    const seldom = new TimeLeft()
    for (let now = 0; now <= 60_000; now += 10) {
      const estimate = 1000 - now / 1000 + (now > 20_000 ? 300 : 0)
      often.note(estimate, now)
      if (now % 2_000 === 0) seldom.note(estimate, now)
    }
    const [one, other] = [often.at(60_000) ?? 0, seldom.at(60_000) ?? 0]
    assert.ok(Math.abs(one - other) < 30, `${one} and ${other}`)
  })

  it('is unknown when nobody knows, and begins anew after that', () => {
    const timeLeft = new TimeLeft()
    assert.equal(timeLeft.at(0), null)
    timeLeft.note(100, 0)
    assert.equal(timeLeft.at(3_000), 97)
    timeLeft.note(null, 4_000)
    assert.equal(timeLeft.at(4_000), null)
    timeLeft.note(9, 5_000)
    assert.equal(timeLeft.at(5_000), 9)
    assert.equal(timeLeft.at(60_000), 0)
  })
})
