import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UnprovenSources } from '../../src/network/unproven-sources.ts'

const answered = (sources: UnprovenSources, host: string, count: number, now: number): number => {
  let answers = 0
  for (let n = 0; n < count; n++) if (sources.mayAnswer(host, now)) answers++
  return answers
}

describe('UnprovenSources', () => {
  it('answers 50 in 10 s, then nothing for 5 minutes', () => {
    const sources = new UnprovenSources()
    assert.equal(answered(sources, '10.0.0.1', 1000, 0), 50)
    assert.equal(answered(sources, '10.0.0.1', 10, 299_999), 0)
    assert.equal(answered(sources, '10.0.0.1', 10, 300_001), 10)
  })

  it('has nothing against 5 in a second, for ever', () => {
    const sources = new UnprovenSources()
    for (let now = 0; now < 600_000; now += 200) assert.ok(sources.mayAnswer('10.0.0.1', now))
  })

  it('lets one host not stand for another', () => {
    const sources = new UnprovenSources()
    answered(sources, '10.0.0.1', 100, 0)
    assert.equal(answered(sources, '10.0.0.2', 10, 0), 10)
  })

  it('forgives who proves itself', () => {
    const sources = new UnprovenSources()
    answered(sources, '10.0.0.1', 100, 0)
    sources.proven('10.0.0.1')
    assert.equal(answered(sources, '10.0.0.1', 10, 1), 10)
  })

  it('remembers a bounded number of hosts: the oldest is forgotten', () => {
    const sources = new UnprovenSources()
    answered(sources, 'first', 100, 0)
    for (let n = 0; n < 4096; n++) sources.mayAnswer(`host-${n}`, 0)
    assert.equal(answered(sources, 'first', 10, 0), 10)
  })
})
