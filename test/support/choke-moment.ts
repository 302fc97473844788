/** A swarm as the choker sees it, made up: all peers are interested and alike, unless told otherwise. */
import assert from 'node:assert/strict'
import type { ChokeCandidate, ChokeDecision, ChokeMoment } from '../../src/swarm/choker/choker.ts'

export const NOW = 1_000_000

export const candidate = (key: number, more: Partial<ChokeCandidate> = {}): ChokeCandidate => ({
  key,
  interested: true,
  seeder: false,
  uploadOnly: false,
  snubbed: false,
  downloadRate: 0,
  uploadRate: 0,
  slot: null,
  since: 0,
  connectedAt: 0,
  code: 'not-interested',
  unused: false,
  freeRides: false,
  askedInVain: false,
  usedRate: 0,
  ...more,
})

export const round = (candidates: readonly ChokeCandidate[], more: Partial<ChokeMoment> = {}): ChokeMoment => ({
  candidates,
  seeding: false,
  now: NOW,
  random: () => 0,
  ...more,
})

export const slotOf = (decisions: readonly ChokeDecision[], key: number): ChokeDecision => {
  const found = decisions.find((decision) => decision.key === key)
  assert.ok(found, `no decision for ${key}`)
  return found
}
export const unchoked = (decisions: readonly ChokeDecision[]): number[] =>
  decisions.filter((decision) => decision.slot !== null).map(({ key }) => key)
