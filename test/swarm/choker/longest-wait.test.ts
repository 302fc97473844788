import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_CHOKER, rechoke, type ChokeCandidate } from '../../../src/swarm/choker/choker.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const NOW = 1_000_000

describe('the longest wait for a slot', () => {
  /** Of peers whose rates stay, over 1,500 rounds; in rounds. */
  const longestWait = (peers: number, seeding: boolean, seed: number): number => {
    const random = seededRandom(seed)
    let candidates = Array.from({ length: peers }, (_, at) => candidate(at))
    let longest = 0
    for (let turn = 1; turn <= 1500; turn++) {
      const now = NOW + turn * DEFAULT_CHOKER.roundMs
      const decisions = rechoke({ candidates, seeding, now, random })
      for (const one of candidates) {
        if (one.slot === null) longest = Math.max(longest, (now - one.since) / DEFAULT_CHOKER.roundMs)
      }
      candidates = candidates.map((one) => {
        const slot = decisions.find(({ key }) => key === one.key)?.slot ?? null
        return { ...one, slot, since: slot === one.slot ? one.since : now }
      })
    }
    return longest
  }

  for (const peers of [5, 9, 20, 46]) {
    const waiting = peers - 3
    it(`of ${peers} peers is ${waiting} rounds at most while we seed, ${3 * waiting} while we download`, () => {
      for (let seed = 1; seed <= 5; seed++) {
        assert.ok(longestWait(peers, true, seed) <= waiting)
        assert.ok(longestWait(peers, false, seed) <= 3 * waiting)
      }
    })
  }
})

const candidate = (key: number): ChokeCandidate => ({
  key,
  interested: true,
  seeder: false,
  uploadOnly: false,
  snubbed: false,
  downloadRate: key,
  uploadRate: key,
  slot: null,
  since: NOW,
  connectedAt: NOW,
  code: 'waiting',
  unused: false,
  freeRides: false,
  askedInVain: false,
  usedRate: key,
})
