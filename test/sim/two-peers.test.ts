import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forEachSeed, seeds } from '../support/seeded-random.ts'
import { KIB, MBIT, MIB, scenario } from './scenario.ts'
import { Simulation } from './simulation.ts'

describe('two peers only', () => {
  for (const profile of ['lab', 'bep3'] as const) {
    it(`leave the link idle at no round's edge (profile ${profile})`, () => {
      forEachSeed(seeds(3), (seed) => {
        const uplink = { from: 10 * MBIT, to: 10 * MBIT }
        const simulation = new Simulation(
          scenario({ seed, leechers: 1, size: 96 * MIB, pieceLength: 512 * KIB, uplink, profile }),
        )
        const [seeder] = simulation.swarm.peers
        assert.ok(seeder)
        const { clock } = simulation.swarm
        const slices: number[] = []
        let before = 0
        const look = (): void => {
          slices.push(seeder.machine.bytesUp - before)
          before = seeder.machine.bytesUp
          clock.after(100, look)
        }
        clock.after(100, look)
        const result = simulation.run()
        // More than two rounds of 30 s; the first and the last slices are not of the steady state.
        assert.ok(Number(result.lastCompletion) > 75)
        const steady = slices.slice(20, Math.floor(Number(result.lastCompletion) * 10) - 10)
        const full = 0.1 * 10 * MBIT
        // A slice may hold a block more or less.
        for (const [at, bytes] of steady.entries()) {
          assert.ok(bytes > full - 20 * KIB, `only ${bytes} of ${full} bytes in the slice at ${(at + 20) / 10} s`)
        }
        // Announce, dial, handshake: the leecher comes within the first second.
        const late = Number(result.lastCompletion) - result.bound.seconds
        assert.ok(late < 1.5, `${late} s later than the link allows`)
      })
    })
  }
})
