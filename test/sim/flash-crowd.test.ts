/**
 * One seeder, and everybody comes at once: what the lower bound is for. A scale model: what counts is how many pieces there
 * are and how long one takes, not how many bytes it has; 256 pieces of 0.5 s are 1 GiB in pieces of 4 MiB at 64 Mbit/s.
 * Crowds of 100 and 1,000 take minutes: `npm run sim`, and the figures are in the README.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KIB, MBIT, MIB, peersOf, scenario } from './scenario.ts'
import { Simulation } from './simulation.ts'

const crowd = {
  leechers: 40,
  size: 16 * MIB,
  pieceLength: 64 * KIB,
  uplink: { from: MBIT, to: MBIT },
}

describe('a crowd of 40 equal peers that comes at once', () => {
  it('is done within 1.22 of the lower bound though downlinks are as slow as uplinks; the seeder sends little twice', () => {
    const result = new Simulation(scenario(crowd)).run()
    assert.match(result.bound.source, /theorem 1/)
    assert.ok(result.ratio !== null && result.ratio <= 1.22, `${result.ratio} of the bound`)
    // It goes on giving until the last is done: the first full copy is out long before.
    assert.ok((peersOf(result, 'seeder')[0]?.uploaded ?? 0) < 1.25 * crowd.size)
    for (const peer of result.peers) assert.ok(peer.longestWait <= 10, `${peer.name} waited ${peer.longestWait} s`)
  })

  it('is done within 1.17 of it where only uplinks are scarce, as in the theorem, though one in ten leaves midway', () => {
    const result = new Simulation(scenario({ ...crowd, downlink: { from: 4 * MBIT, to: 4 * MBIT }, churn: 0.1 })).run()
    assert.equal(result.peers.filter(({ leftAt }) => leftAt !== null).length, 4)
    assert.ok(result.ratio !== null && result.ratio <= 1.17, `${result.ratio} of the bound`)
    for (const peer of peersOf(result, 'newcomer')) assert.notEqual(peer.completedAt, null)
    for (const peer of result.peers) assert.ok(peer.longestWait <= 10, `${peer.name} waited ${peer.longestWait} s`)
  })
})
