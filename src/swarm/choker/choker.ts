/**
 * Tit-for-tat: who may download from us. Pure: a snapshot of the peers goes in, one decision for each comes out, with its
 * reason. Read `rechoke` from top to bottom; it is the whole policy.
 *
 * The problem (BEP 3, "Choking and Optimistic Unchoking"). Sending to everybody at once makes every transfer slow, and
 * whoever sends to those that give nothing back invites them to give nothing. So a peer *chokes* all but a few:
 *
 * 1. **Few at a time.** At most `slots` peers are unchoked at any instant, the optimistic one counted in.
 * 2. **Give to those who give.** Interested peers are ranked by the rate at which they send to us, and the best get the
 *    regular slots. When two peers rank each other high, both are served: cooperation pays, and is kept up by nothing
 *    else. A free rider sends nothing, so it ranks last.
 * 3. **Try somebody new.** One slot, the optimistic one, is drawn by lot every 30 s, whatever the rate: else nobody would
 *    ever learn that another peer is better, and a newcomer, who has nothing to give yet, would never get its first
 *    piece. New connections are three times as likely to be drawn; and a free rider only if there is nobody else to try.
 * 4. **No fibrillation.** Slots are decided anew only in rounds, as TCP needs seconds to come up to speed; a peer that got
 *    its slot less than 10 s before a round is not judged yet.
 * 5. **A snub is answered.** Who lets us wait for blocks loses its slot, and gets none but by lot (anti-snubbing).
 *
 * When we have everything there is no rate to us to rank by, and nothing is owed to us: everybody is to have the same of our
 * uplink. So peers are ranked by the rate at which they took, over the last minutes (`uplink-use.ts`), and of those that have a
 * slot and take, who has had *most* gives way. Not who has had its slot longest: some take little of theirs, as TCP is slow to
 * find room for them, or as they have others to ask; a free rider takes what they leave, and best of all, as nothing that it sends
 * is in the way of its acknowledgements. One regular slot goes by turns, to whoever has waited longest, so that nobody
 * starves and no part of the uplink is kept for who can't take it; and the lot passes over who has had more than an equal part.
 *
 * How much of the uplink each of the few gets stands in `shares.ts`: slots alone are not tit-for-tat.
 *
 * Ours, beyond BEP 3: **a free slot is given away at once** (`betweenRounds`). On a LAN a file can be over before the next
 * round. And **a slot that is not used is taken back** while others wait: who has enough other sources asks us for nothing.
 */
import * as words from './choke-reasons.ts'
import type { ChokeCode } from './choke-reasons.ts'

export type UnchokeSlot = 'regular' | 'optimistic'

/** Whether a peer can use a slot, and deserves one. */
export interface Standing {
  readonly interested: boolean
  /** It has all pieces: it needs no slot. */
  readonly seeder: boolean
  /** It says that it only uploads (BEP 21): neither does it. */
  readonly uploadOnly: boolean
  /** It owes us blocks and sends none. */
  readonly snubbed: boolean
}

/** A peer without its rates: enough to see whether a slot may change hands. */
export interface Placement extends Standing {
  readonly key: number
  readonly slot: UnchokeSlot | null
  /** Of the last decision about it. */
  readonly code: ChokeCode
  /** Since the last round it has held a slot for a while and asked for nothing. */
  readonly unused: boolean
}

/** One peer as the choker sees it. Rates are bytes per second over the rolling window, times monotonic milliseconds. */
export interface ChokeCandidate extends Placement {
  /** From it to us. */
  readonly downloadRate: number
  /** From us to it. */
  readonly uploadRate: number
  /** When it got this slot, or when its wait for one began. */
  readonly since: number
  readonly connectedAt: number
  /** It takes and gives nothing back (`ridesFree`): its share is the least. */
  readonly freeRides: boolean
  /** When it was asked for blocks last, it gave next to nothing. */
  readonly askedInVain: boolean
  /** How much of our uplink it has had lately while we seed (`UplinkUse`). */
  readonly usedRate: number
}

export interface ChokeDecision {
  readonly key: number
  readonly slot: UnchokeSlot | null
  /** 1 = best; 0 when it was not ranked. */
  readonly rank: number
  readonly code: ChokeCode
  /** One sentence for a person. */
  readonly reason: string
}

export interface ChokerSettings {
  /** Peers unchoked at any instant. */
  readonly slots: number
  /** Optimistic slots among them. */
  readonly optimisticSlots: number
  readonly roundMs: number
  /** How long an optimistic turn lasts; it ends with the round nearest to that. */
  readonly optimisticMs: number
}

export interface ChokeMoment {
  readonly candidates: readonly ChokeCandidate[]
  /** We have all pieces. */
  readonly seeding: boolean
  readonly now: number
  /** 0 ≤ x < 1 */
  readonly random: () => number
}

/** BEP 3's numbers, and a calmer pace for a lab, where rounds cost more than they bring. */
export const CHOKER_PROFILES = {
  lab: { slots: 4, optimisticSlots: 1, roundMs: 30_000, optimisticMs: 30_000 },
  bep3: { slots: 4, optimisticSlots: 1, roundMs: 10_000, optimisticMs: 30_000 },
} as const satisfies Record<string, ChokerSettings>
export type ChokerProfile = keyof typeof CHOKER_PROFILES
export const DEFAULT_CHOKER: ChokerSettings = CHOKER_PROFILES.lab

/** A slot younger than this is not judged: TCP needs as long to come up to speed (BEP 3 has its rounds of 10 s for that). */
export const SETTLING_MS = 10_000
/** A connection is new for so many optimistic turns, and so many times likelier to be drawn (BEP 3). */
const NEWCOMER_TURNS = 2
const NEWCOMER_WEIGHT = 3
/** Chance may forget a peer, but not for ever: after so many turns for each that waits, the longest wait goes first. */
const OVERDUE_TURNS = 2

/** A round: every slot is decided anew. One decision for each candidate, in their order. */
export function rechoke(moment: ChokeMoment, settings: ChokerSettings = DEFAULT_CHOKER): ChokeDecision[] {
  const { candidates, seeding, now } = moment
  const decisions = new Map<number, ChokeDecision>()
  const decide = (candidate: ChokeCandidate, slot: UnchokeSlot | null, code: ChokeCode, reason: string): void => {
    const rank = ranked.indexOf(candidate) + 1
    decisions.set(candidate.key, { key: candidate.key, slot, rank, code, reason })
  }

  // Who can't use a slot, or doesn't deserve one, is not ranked; all others are, best first.
  const ranked = ranking(candidates, seeding)

  // The regular slots: first those that hold one too short a time to be judged, then by rank.
  const regularSlots = settings.slots - settings.optimisticSlots
  const settling = ranked
    .filter((candidate) => candidate.slot === 'regular' && now - candidate.since < SETTLING_MS)
    .slice(0, regularSlots)
  // As seeder there is nobody better to be found: who has the optimistic slot keeps that one till its turn is over.
  const goesOn = (one: ChokeCandidate): boolean => one.slot === 'optimistic' && !turnIsOver(one.since, now, settings)
  const regular = ranked
    .filter((one) => !settling.includes(one) && !(seeding && goesOn(one)))
    .slice(0, regularSlots - settling.length)

  // As seeder the last of them goes by turns; one that was filled just now was such a turn.
  const longest =
    seeding && settling.length === 0 ? ranked.filter(({ slot }) => slot === null).sort(byWait)[0] : undefined
  if (longest && !regular.includes(longest)) regular[regularSlots - 1] = longest

  for (const candidate of settling) decide(candidate, 'regular', 'settling', words.settling(now - candidate.since))
  for (const candidate of regular) {
    const place = ranked.indexOf(candidate) + 1
    const { slot, since } = candidate
    if (seeding && slot === null) decide(candidate, 'regular', 'turn', words.turn(place, ranked.length, now - since))
    else if (seeding) decide(candidate, 'regular', 'regular', words.keeps(place, ranked.length, candidate.usedRate))
    else decide(candidate, 'regular', 'regular', words.regular(place, ranked.length, candidate.downloadRate))
  }

  // The optimistic slot: whose turn is not over keeps it, else the lot decides among all others, snubbed ones too (BEP 3).
  const waiting = candidates.filter((one) => !decisions.has(one.key) && mayBeDrawn(one, seeding))
  const kept = waiting.filter(goesOn).slice(0, settings.optimisticSlots)
  for (const candidate of kept) decide(candidate, 'optimistic', 'optimistic', words.turnGoesOn(settings.optimisticMs))
  for (const { candidate, how } of draw(waiting, settings.optimisticSlots - kept.length, moment, settings)) {
    decide(candidate, 'optimistic', 'optimistic', words.drawn(how, waiting.length, settings.optimisticMs))
  }

  // All others are choked.
  const last = settling.length === 0 ? regular.at(-1) : undefined
  const mark = last ? rankedRate(last, seeding) : null
  for (const candidate of candidates) {
    if (decisions.has(candidate.key)) continue
    const code = exclusion(candidate, seeding)
    if (code) decide(candidate, null, code, words.excluded(code))
    else decide(candidate, null, 'outranked', loser(candidate))
  }
  function loser(candidate: ChokeCandidate): string {
    const place = ranked.indexOf(candidate) + 1
    if (seeding && candidate.slot === null) return words.outranked(place, ranked.length, now - candidate.since)
    if (seeding) return words.givesWay(place, ranked.length, candidate.usedRate)
    return words.outrankedByRate(place, ranked.length, rankedRate(candidate, seeding), mark)
  }
  return candidates.map(({ key }) => decisions.get(key) ?? missing(key))
}

export interface SlotChanges {
  /** Slots taken from who may not hold them any longer. */
  readonly lost: readonly ChokeDecision[]
  /** Free slots given away. */
  readonly filled: readonly ChokeDecision[]
  /** No slot changes hands, but what was said of the peer is no longer so. */
  readonly told: readonly ChokeDecision[]
}

/** Between rounds: a slot is taken from who needs none now, and no slot is free while somebody waits. */
export function betweenRounds(moment: ChokeMoment, settings: ChokerSettings = DEFAULT_CHOKER): SlotChanges {
  const { candidates, seeding, now } = moment
  const lost: ChokeDecision[] = []
  const holders: ChokeCandidate[] = []
  const waiting: ChokeCandidate[] = []
  for (const candidate of candidates) {
    const code = exclusion(candidate, seeding)
    if (candidate.slot !== null && (code === null || mayKeep(candidate, seeding))) holders.push(candidate)
    else if (code === null) waiting.push(candidate)
    else if (candidate.slot !== null) lost.push(choked(candidate.key, code, words.excluded(code)))
  }

  // Who leaves its slot unused loses it to who waits and may use it; till the next round it stands behind all others.
  const keen = waiting.filter((candidate) => !candidate.unused)
  const lacking = Math.max(0, keen.length - (settings.slots - holders.length))
  for (const idle of holders.filter((candidate) => candidate.unused).slice(0, lacking)) {
    holders.splice(holders.indexOf(idle), 1)
    const code = exclusion(idle, seeding)
    lost.push(choked(idle.key, code ?? 'unused', code ? words.excluded(code) : words.unused(keen.length)))
  }

  // A regular slot goes to the best by rate, the optimistic one to the longest wait: there is no time for a draw.
  const optimisticHeld = holders.filter((candidate) => candidate.slot === 'optimistic').length
  const regularFree = Math.max(0, settings.slots - settings.optimisticSlots - (holders.length - optimisticHeld))
  const optimisticFree = Math.max(0, settings.optimisticSlots - optimisticHeld)
  const better = byMerit(seeding)
  const left = [...waiting].sort((a, b) => byUse(a, b) || better(a, b))
  const filled = left.splice(0, regularFree).map((candidate) => give(candidate, 'regular'))
  left.sort((a, b) => byUse(a, b) || byWait(a, b))
  filled.push(...left.splice(0, optimisticFree).map((candidate) => give(candidate, 'optimistic')))
  function give({ key, since }: ChokeCandidate, slot: UnchokeSlot): ChokeDecision {
    const reason = words.freeSlot(regularFree + optimisticFree, settings.slots, waiting.length, now - since)
    return { key, slot, rank: 0, code: 'free-slot', reason }
  }

  const stillWaiting = candidates.filter(
    (candidate) => left.includes(candidate) || exclusion(candidate, seeding) !== null,
  )
  return { lost, filled, told: retold(stillWaiting, seeding, settings) }
}

/** Whether between rounds no slot changes hands, which is nearly always so: no rates are needed to see that. */
export function slotsAreAtRest(peers: readonly Placement[], seeding: boolean, { slots }: ChokerSettings): boolean {
  let held = 0
  let idle = 0
  let waiting = 0
  let keen = 0
  for (const peer of peers) {
    const code = exclusion(peer, seeding)
    if (peer.slot !== null) {
      if (code !== null && !mayKeep(peer, seeding)) return false
      held++
      if (peer.unused) idle++
    } else if (code === null) {
      waiting++
      if (!peer.unused) keen++
    }
  }
  const free = slots - held
  return (waiting === 0 || free <= 0) && (idle === 0 || keen <= free)
}

/** Of those without a slot, the ones of whom the last word said is no longer so. */
export function retold(peers: readonly Placement[], seeding: boolean, { slots }: ChokerSettings): ChokeDecision[] {
  const told: ChokeDecision[] = []
  for (const peer of peers) {
    if (peer.slot !== null) continue
    const code = exclusion(peer, seeding)
    if (code !== null) {
      if (peer.code !== code) told.push(choked(peer.key, code, words.excluded(code)))
    } else if (!WAITS.has(peer.code)) told.push(choked(peer.key, 'waiting', words.waiting(slots)))
  }
  return told
}

/** What the last word about a peer without a slot can be while it waits for one. */
const WAITS: ReadonlySet<ChokeCode> = new Set(['outranked', 'waiting', 'unused'])

const choked = (key: number, code: ChokeCode, reason: string): ChokeDecision => ({
  key,
  slot: null,
  rank: 0,
  code,
  reason,
})

/** Those that may have a regular slot, best first. */
export function ranking(candidates: readonly ChokeCandidate[], seeding: boolean): ChokeCandidate[] {
  return candidates.filter((candidate) => exclusion(candidate, seeding) === null).sort(byMerit(seeding))
}

/** Whether the optimistic turn of a peer that has the slot since then is over in a round at `now`. */
export const turnIsOver = (since: number, now: number, { optimisticMs, roundMs }: ChokerSettings): boolean =>
  now - since >= optimisticMs - roundMs / 2

/** The number a candidate is ranked by, in bytes per second: the most first while we download, the least while we seed. */
export const rankedRate = ({ downloadRate, usedRate }: ChokeCandidate, seeding: boolean): number =>
  seeding ? usedRate : downloadRate

/** Why the candidate can have no regular slot, or null. */
export function exclusion(candidate: Standing, seeding: boolean): words.ExclusionCode | null {
  if (candidate.seeder) return 'seeder'
  if (candidate.uploadOnly) return 'upload-only'
  if (!candidate.interested) return 'not-interested'
  // A seeder is owed nothing.
  return candidate.snubbed && !seeding ? 'snubbed' : null
}

const mayBeDrawn = (candidate: Standing, seeding: boolean): boolean => {
  const code = exclusion(candidate, seeding)
  return code === null || code === 'snubbed'
}

/** Who snubs us may hold what it got by lot, till its turn is over. */
const mayKeep = (candidate: Placement, seeding: boolean): boolean =>
  candidate.slot === 'optimistic' && mayBeDrawn(candidate, seeding)

/**
 * Best first: by rate; at equal rates who has waited longest, and the wait of one that holds a slot is over. As seeder: those
 * that take, who has had least first; then those that wait.
 */
function byMerit(seeding: boolean): (a: ChokeCandidate, b: ChokeCandidate) => number {
  const waits = (a: ChokeCandidate, b: ChokeCandidate): number =>
    Number(a.slot !== null) - Number(b.slot !== null) || byWait(a, b)
  if (!seeding) return (a, b) => rankedRate(b, false) - rankedRate(a, false) || waits(a, b)
  return (a, b) => Number(takes(b)) - Number(takes(a)) || (takes(a) ? a.usedRate - b.usedRate : 0) || waits(a, b)
}

/** As seeder: it has a slot and makes use of it. */
const takes = (one: ChokeCandidate): boolean => one.slot !== null && one.uploadRate >= 1

const byUse = (a: ChokeCandidate, b: ChokeCandidate): number => Number(a.unused) - Number(b.unused)

const byWait = (a: ChokeCandidate, b: ChokeCandidate): number => a.since - b.since || a.key - b.key

interface Drawn {
  readonly candidate: ChokeCandidate
  readonly how: words.DrawnHow
}

/** Fills the optimistic slots. Whoever just had its turn, or rides free, sits this draw out if there is anybody else. */
function draw(
  waiting: readonly ChokeCandidate[],
  count: number,
  { candidates, now, random, seeding }: ChokeMoment,
  { optimisticMs }: ChokerSettings,
): Drawn[] {
  const drawn: Drawn[] = []
  const left = new Set(waiting)
  const wanting = candidates.filter((one) => exclusion(one, seeding) === null)
  const equalPart = wanting.reduce((sum, { usedRate }) => sum + usedRate, 0) / wanting.length
  const isNew = (one: ChokeCandidate): boolean => now - one.connectedAt <= NEWCOMER_TURNS * optimisticMs
  while (drawn.length < count && left.size > 0) {
    const others = [...left].filter((candidate) => candidate.slot !== 'optimistic')
    const able = others.length > 0 ? others : [...left]
    // A seeder is owed nothing, but who has had more of it than its part can wait.
    const earnest = able.filter(({ freeRides, usedRate }) => (seeding ? usedRate <= equalPart : !freeRides))
    const pool = earnest.length > 0 ? earnest : able
    const patient = able.filter((one) => one.slot === null && exclusion(one, seeding) === null).sort(byWait)[0]
    const overdue = patient && now - patient.since >= OVERDUE_TURNS * waiting.length * optimisticMs ? patient : null
    const candidate = overdue ?? ticket(pool, (one) => (isNew(one) ? NEWCOMER_WEIGHT : 1), random)
    drawn.push({
      candidate,
      how: overdue ? 'overdue' : pool.length === 1 ? 'only' : isNew(candidate) ? 'newcomer' : 'lot',
    })
    left.delete(candidate)
  }
  return drawn
}

/** One of them, by lot. */
function ticket(
  pool: readonly ChokeCandidate[],
  weight: (candidate: ChokeCandidate) => number,
  random: () => number,
): ChokeCandidate {
  let left = random() * pool.reduce((sum, candidate) => sum + weight(candidate), 0)
  for (const candidate of pool) if ((left -= weight(candidate)) < 0) return candidate
  return pool.at(-1) ?? missing(-1)
}

function missing(key: number): never {
  throw new Error(`bug: no decision for candidate ${key}`)
}
