/**
 * Tit-for-tat: who may download from us. Pure: candidates in, decisions out, each with a reason.
 *
 * At most `slots` peers are unchoked at any instant, the optimistic one included (BEP 3 §choking). In a round the
 * interested peers are ranked: while we download by the rate at which they upload to us, as seeder by the rate at which
 * they take, except that one regular slot goes by turns, so that nobody starves. Between rounds a free slot is given
 * away at once: on a LAN a file can be over before the next round.
 */

export interface ChokeCandidate {
  readonly key: number
  readonly interested: boolean
  /** It has all pieces, or says that it only uploads (BEP 21): it needs no slot. */
  readonly seeder: boolean
  readonly snubbed: boolean
  /** Bytes per second, from our side, over the rolling window. */
  readonly downloadRate: number
  readonly uploadRate: number
  readonly slot: 'regular' | 'optimistic' | null
  /** When it got its slot, or when its wait began, in ms. */
  readonly since: number
  readonly connectedAt: number
}

export interface ChokeDecision {
  readonly key: number
  readonly slot: 'regular' | 'optimistic' | null
  /** 1 = best; 0 when it was not ranked. */
  readonly rank: number
  readonly code: ChokeReasonCode
  /** One sentence for a person. */
  readonly reason: string
}

export type ChokeReasonCode =
  | 'regular'
  | 'turn'
  | 'optimistic'
  | 'free-slot'
  | 'outranked'
  | 'not-interested'
  | 'seeder'
  | 'snubbed'

export interface ChokerSettings {
  /** Peers unchoked at any instant. */
  readonly slots: number
  /** Optimistic slots among them. */
  readonly optimisticSlots: number
  readonly roundMs: number
}

export const DEFAULT_CHOKER: ChokerSettings = { slots: 4, optimisticSlots: 1, roundMs: 30_000 }

/** A peer that came within so many rounds is a newcomer: three times likelier to get the optimistic slot (BEP 3). */
const NEWCOMER_ROUNDS = 2
const NEWCOMER_WEIGHT = 3

export interface ChokeRound {
  readonly candidates: readonly ChokeCandidate[]
  /** We have all pieces. */
  readonly seeding: boolean
  readonly now: number
  /** 0 ≤ x < 1 */
  readonly random: () => number
}

/** A whole round: every slot is decided anew. One decision for each candidate. */
export function rechoke(round: ChokeRound, settings: ChokerSettings = DEFAULT_CHOKER): ChokeDecision[] {
  const decisions = new Map<number, ChokeDecision>()
  const ranked = rank(round, decisions)
  const regularSlots = settings.slots - settings.optimisticSlots
  const regular = ranked.slice(0, regularSlots)
  const waiting = ranked.slice(regularSlots)
  const turn = round.seeding ? giveTurn(regular, waiting) : null
  for (const candidate of regular) {
    decisions.set(candidate.key, regularDecision(candidate, ranked, round.seeding, candidate === turn))
  }
  const optimistic = pickOptimistic(waiting, settings, round)
  for (const candidate of waiting) {
    decisions.set(
      candidate.key,
      optimistic.includes(candidate)
        ? {
            key: candidate.key,
            slot: 'optimistic',
            rank: ranked.indexOf(candidate) + 1,
            code: 'optimistic',
            reason: `optimistic: drawn among ${waiting.length} waiting, for one round`,
          }
        : outranked(candidate, ranked, round),
    )
  }
  return round.candidates.map((candidate) => decisions.get(candidate.key) ?? bug(candidate))
}

/** Between rounds: gives free slots to those who wait longest. Decisions only for peers that change. */
export function fillFreeSlots(round: ChokeRound, settings: ChokerSettings = DEFAULT_CHOKER): ChokeDecision[] {
  const holders = round.candidates.filter((candidate) => candidate.slot !== null)
  const optimisticHeld = holders.filter((candidate) => candidate.slot === 'optimistic').length
  let regularFree = settings.slots - settings.optimisticSlots - (holders.length - optimisticHeld)
  const free = settings.slots - holders.length
  if (free <= 0) return []
  const waiting = round.candidates
    .filter((candidate) => candidate.slot === null && exclusion(candidate, round.seeding) === null)
    .sort((a, b) => a.since - b.since)
  return waiting.slice(0, free).map((candidate) => ({
    key: candidate.key,
    slot: regularFree-- > 0 ? 'regular' : 'optimistic',
    rank: 0,
    code: 'free-slot',
    reason: `unchoked: a slot was free (${free} of ${settings.slots})`,
  }))
}

/** Why the candidate can't hold a slot at all, or null. */
export function exclusion(candidate: ChokeCandidate, seeding: boolean): ChokeDecision | null {
  const choked = (code: ChokeReasonCode, reason: string): ChokeDecision => ({
    key: candidate.key,
    slot: null,
    rank: 0,
    code,
    reason,
  })
  if (candidate.seeder) return choked('seeder', 'choked: it has everything')
  if (!candidate.interested) return choked('not-interested', 'choked: it is not interested in our pieces')
  if (candidate.snubbed && !seeding) return choked('snubbed', 'choked: it snubs us, it owes blocks and sends none')
  return null
}

/** The candidates that can have a slot, best first; decisions for the others. */
function rank(round: ChokeRound, decisions: Map<number, ChokeDecision>): ChokeCandidate[] {
  const eligible: ChokeCandidate[] = []
  for (const candidate of round.candidates) {
    const excluded = exclusion(candidate, round.seeding)
    if (excluded) decisions.set(candidate.key, excluded)
    else eligible.push(candidate)
  }
  const rate = (candidate: ChokeCandidate): number => rankedRate(candidate, round.seeding)
  // Equal rates: who has waited longest comes first; a holder's wait is over.
  const waited = (candidate: ChokeCandidate): number => (candidate.slot === null ? round.now - candidate.since : -1)
  return eligible.sort((a, b) => rate(b) - rate(a) || waited(b) - waited(a) || a.key - b.key)
}

const rankedRate = (candidate: ChokeCandidate, seeding: boolean): number =>
  seeding ? candidate.uploadRate : candidate.downloadRate

/** As seeder the last regular slot goes to whoever has waited longest: the fastest takers must not keep all for ever. */
function giveTurn(regular: ChokeCandidate[], waiting: ChokeCandidate[]): ChokeCandidate | null {
  const next = waiting
    .filter((candidate) => candidate.slot === null)
    .reduce<ChokeCandidate | null>((longest, one) => (longest && longest.since <= one.since ? longest : one), null)
  const last = regular.at(-1)
  if (!next || !last) return null
  regular[regular.length - 1] = next
  waiting.splice(waiting.indexOf(next), 1, last)
  return next
}

function pickOptimistic(
  waiting: readonly ChokeCandidate[],
  settings: ChokerSettings,
  round: ChokeRound,
): ChokeCandidate[] {
  const left = [...waiting]
  const picked: ChokeCandidate[] = []
  const newcomerSince = round.now - NEWCOMER_ROUNDS * settings.roundMs
  while (picked.length < settings.optimisticSlots && left.length > 0) {
    // The one that just had its turn sits this one out, if there is anybody else.
    const others = left.filter((candidate) => candidate.slot !== 'optimistic')
    const pool = others.length > 0 ? others : left
    const weights = pool.map((candidate) => (candidate.connectedAt >= newcomerSince ? NEWCOMER_WEIGHT : 1))
    let ticket = round.random() * weights.reduce((sum, weight) => sum + weight, 0)
    const index = weights.findIndex((weight) => (ticket -= weight) < 0)
    const drawn = pool[index < 0 ? pool.length - 1 : index]
    if (!drawn) break
    picked.push(drawn)
    left.splice(left.indexOf(drawn), 1)
  }
  return picked
}

function regularDecision(
  candidate: ChokeCandidate,
  ranked: readonly ChokeCandidate[],
  seeding: boolean,
  turn: boolean,
): ChokeDecision {
  const place = ranked.indexOf(candidate) + 1
  const rate = formatRate(rankedRate(candidate, seeding))
  const reason = turn
    ? `turn: waited longest of ${ranked.length}, ${rate}`
    : `regular: ${ordinal(place)} of ${ranked.length} by rate, ${rate}`
  return { key: candidate.key, slot: 'regular', rank: place, code: turn ? 'turn' : 'regular', reason }
}

function outranked(candidate: ChokeCandidate, ranked: readonly ChokeCandidate[], round: ChokeRound): ChokeDecision {
  const place = ranked.indexOf(candidate) + 1
  return {
    key: candidate.key,
    slot: null,
    rank: place,
    code: 'outranked',
    reason: `choked: ${ordinal(place)} of ${ranked.length} by rate, ${formatRate(rankedRate(candidate, round.seeding))}`,
  }
}

function bug(candidate: ChokeCandidate): never {
  throw new Error(`bug: no decision for candidate ${candidate.key}`)
}

const formatRate = (bytesPerSecond: number): string => {
  if (bytesPerSecond >= 1e6) return `${(bytesPerSecond / 1e6).toFixed(1)} MB/s`
  if (bytesPerSecond >= 1e3) return `${(bytesPerSecond / 1e3).toFixed(1)} kB/s`
  return `${Math.round(bytesPerSecond)} B/s`
}

const ordinal = (place: number): string => {
  const suffixes: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' }
  return `${place}${suffixes[ordinals.select(place)] ?? 'th'}`
}
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
