import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, it } from 'node:test'
import { completionPlot } from './completion-plot.ts'
import { lowerBound } from './lower-bound.ts'
import { parseCount, parseDuration, parseRate, parseRates, parseShare, parseSize } from './quantity.ts'
import { KIB, MBIT, MIB, peersOf, rankCorrelation, scenario } from './scenario.ts'
import { summary, table, toCsv, toJson } from './simulation-report.ts'
import { Simulation } from './simulation.ts'

describe('a simulation', () => {
  it('goes the same way for the same seed, with churn and jitter and loss too, and another for another', () => {
    const run = (seed: number): number =>
      new Simulation(
        scenario({ seed, leechers: 8, size: 4 * MIB, churn: 0.25, jitter: 5, loss: 0.01, freeRiders: 1 }),
      ).run().trace
    assert.equal(run(7), run(7))
    assert.notEqual(run(7), run(8))
  })

  it('keeps the books: what is had came from somebody, and nobody sends or takes faster than its link', () => {
    const simulation = new Simulation(scenario({ leechers: 10, freeRiders: 2, churn: 0.2 }))
    const { swarm } = simulation
    const before = new Map<object, { up: number; down: number }>()
    const look = (): void => {
      for (const { machine } of swarm.peers) {
        const last = before.get(machine) ?? { up: 0, down: 0 }
        assert.ok(machine.bytesUp - last.up <= machine.speed.up + 20 * KIB, 'uplink')
        assert.ok(machine.bytesDown - last.down <= machine.speed.down + 20 * KIB, 'downlink')
        before.set(machine, { up: machine.bytesUp, down: machine.bytesDown })
      }
      swarm.clock.after(1000, look)
    }
    look()
    const result = simulation.run()
    const sum = (of: (peer: (typeof result.peers)[number]) => number): number =>
      result.peers.reduce((total, peer) => total + of(peer), 0)
    assert.ok(sum(({ uploaded }) => uploaded) >= sum(({ downloaded }) => downloaded))
    for (const peer of result.peers) {
      if (peer.role === 'free rider') assert.equal(peer.uploaded, 0)
      if (peer.role !== 'seeder' && peer.leftAt === null) assert.equal(peer.downloaded, 8 * MIB)
    }
    assert.equal(peersOf(result, 'newcomer').length, 2)
    assert.equal(result.peers.filter(({ leftAt }) => leftAt !== null).length, 2)
    assert.ok(result.ratio !== null && result.ratio > 1)
  })

  it('is told as a table, a summary, CSV, JSON and a picture', () => {
    const result = new Simulation(scenario({ leechers: 3, freeRiders: 1 })).run()
    assert.equal(table(result).split('\n').length, 6)
    assert.match(summary(result), /lower bound.*theorem 1|fluid limit/)
    const [head, ...lines] = toCsv(result).trimEnd().split('\n')
    assert.equal(lines.length, 5)
    for (const line of lines) assert.equal(line.split(',').length, head?.split(',').length)
    assert.deepEqual((JSON.parse(toJson(result)) as { trace: number }).trace, result.trace)
    assert.match(completionPlot(result), /^<svg [^]*3 × leecher[^]*1 × free rider[^]*<\/svg>\n$/)
  })

  it('is run by a command, which refuses what it does not understand', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [path.join(import.meta.dirname, 'simulate.ts'), ...args], { encoding: 'utf8' })
    const good = run('--peers', '3', '--size', '1mib', '--uplink', '2mbit..4mbit', '--latency', '5ms')
    assert.equal(good.status, 0, good.stderr)
    assert.match(good.stdout, /times the bound/)
    for (const wrong of [
      ['--uplink', 'fast'],
      ['--peers', '0'],
    ]) {
      const bad = run(...wrong)
      assert.notEqual(bad.status, 0, wrong.join(' '))
      assert.equal(bad.stdout, '')
    }
  })
})

describe('the lower bound', () => {
  const equal = (leechers: number, parts: number) =>
    lowerBound({
      size: parts,
      pieceLength: 1,
      seederUplinks: [1],
      leecherUplinks: Array.from({ length: leechers }, () => 1),
      leecherDownlinks: Array.from({ length: leechers }, () => 1),
    })

  it('of equal uplinks is M + ⌊log2 N⌋ parts', () => {
    assert.equal(equal(1, 10).seconds, 10)
    assert.equal(equal(2, 10).seconds, 11)
    assert.equal(equal(100, 256).seconds, 262)
    assert.equal(equal(1000, 256).seconds, 265)
    assert.match(equal(100, 256).source, /theorem 1/)
  })

  it('of unlike uplinks is the slowest of the seeder, the slowest downlink, and all uplinks together', () => {
    const of = (seeder: number, ups: number[], downs: number[]) =>
      lowerBound({ size: 12, pieceLength: 1, seederUplinks: [seeder], leecherUplinks: ups, leecherDownlinks: downs })
        .seconds
    assert.equal(of(1, [5, 6], [9, 9]), 12)
    assert.equal(of(9, [8, 7], [2, 9]), 6)
    assert.equal(of(3, [0, 1, 2], [9, 9, 9]), 6)
  })
})

describe('quantities', () => {
  it('are understood as people write them', () => {
    assert.equal(parseRate('10mbit'), 10 * MBIT)
    assert.deepEqual(parseRates('2mbit..50mbit'), { from: 2 * MBIT, to: 50 * MBIT })
    assert.equal(parseSize('1.5 MiB'), 1.5 * MIB)
    assert.equal(parseDuration('2s'), 2000)
    assert.equal(parseShare('10%'), 0.1)
    assert.equal(parseCount('12'), 12)
  })

  it('are refused when they are none', () => {
    for (const wrong of ['', '10', 'mbit', '-1mbit', '0mbit', '1e3mbit', '10mb']) assert.throws(() => parseRate(wrong))
    for (const wrong of ['1.5', '-1', 'x', '']) assert.throws(() => parseCount(wrong))
  })

  it('have ranks, and those a correlation', () => {
    assert.equal(rankCorrelation([1, 2, 3, 4], [10, 20, 30, 40]), 1)
    assert.equal(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1]), -1)
    assert.ok(Math.abs(rankCorrelation([1, 2, 3], [5, 5, 9]) - 0.866) < 0.001)
  })
})
