/**
 * Derives from what the choker saw what it had to decide, by rules written down anew: shares no line with the choker. Works on
 * a record as the API gives it, so that it judges a running service as well.
 */
import assert from 'node:assert/strict'
import type { ChokeDecisionView, ChokerRecordView, ChokerView } from '../../src/service/face.ts'

type Settings = Pick<ChokerView, 'slots' | 'optimisticSlots' | 'roundSeconds' | 'optimisticSeconds'>
type Seen = ChokeDecisionView

/** Seconds are ms over 1000: equal ones may differ in the last digit. */
const EPSILON = 1e-6

/** @throws AssertionError unless the record follows from what it shows */
export function checkRecord(record: ChokerRecordView, settings: Settings): void {
  try {
    for (const seen of record.decisions) {
      if (!record.seeding) assert.equal(seen.rankedRate, seen.downloadRate, `rate of ${seen.address}`)
    }
    if (record.kind === 'round') checkRound(record, settings)
    else if (record.kind === 'free-slot') checkFill(record, settings)
    else checkLoss(record)
    const holders = record.decisions.filter(({ slot }) => slot !== null)
    assert.equal(record.unchoked, holders.length)
    assert.ok(holders.length <= settings.slots, `${holders.length} unchoked`)
    assert.ok(holders.filter(({ slot }) => slot === 'optimistic').length <= settings.optimisticSlots)
    for (const seen of record.decisions) checkSentence(seen)
    checkShares(record)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`record ${record.id} (${record.kind}): ${why}\n${table(record)}`, { cause: error })
  }
}

/** Why it can have no regular slot, by what was seen. */
export function excludedBy(seen: Pick<Seen, 'seeder' | 'uploadOnly' | 'interested' | 'snubbed'>, seeding: boolean) {
  if (seen.seeder) return 'seeder'
  if (seen.uploadOnly) return 'upload-only'
  if (!seen.interested) return 'not-interested'
  return seen.snubbed && !seeding ? 'snubbed' : null
}

/** Whether `a` has to stand before `b` when a free slot is given away. */
function beforeInFill(a: Seen, b: Seen, seeding: boolean): boolean {
  return a.unused === b.unused ? before(a, b, seeding) : b.unused
}

/**
 * Whether `a` has to stand before `b`: at a seeder who makes use of a slot before all others, and of two that do the one that has
 * had less of the uplink.
 */
function before(a: Seen, b: Seen, seeding: boolean): boolean {
  if (seeding) {
    const [uses, otherUses] = [a, b].map(({ slotBefore, uploadRate }) => slotBefore !== null && uploadRate >= 1)
    if (uses !== otherUses) return uses === true
    if (uses && a.rankedRate !== b.rankedRate) return a.rankedRate < b.rankedRate
  } else if (a.rankedRate !== b.rankedRate) return a.rankedRate > b.rankedRate
  if ((a.slotBefore === null) !== (b.slotBefore === null)) return a.slotBefore === null
  return a.sinceSeconds > b.sinceSeconds + EPSILON
}

function checkRound({ decisions, seeding }: ChokerRecordView, settings: Settings): void {
  const eligible = decisions.filter((seen) => excludedBy(seen, seeding) === null).sort((a, b) => a.rank - b.rank)
  assert.deepEqual(
    eligible.map(({ rank }) => rank),
    eligible.map((_, at) => at + 1),
    'ranks count from 1',
  )
  for (const [at, seen] of eligible.entries()) {
    const better = eligible.slice(at + 1).find((other) => before(other, seen, seeding))
    assert.equal(better?.address, undefined, `ranked below ${seen.address}`)
  }

  const expected = new Map<Seen, string>()
  for (const seen of eligible) {
    if (seen.slotBefore === 'regular' && seen.sinceSeconds < 10 - EPSILON) expected.set(seen, 'settling')
  }
  const places = settings.slots - settings.optimisticSlots - expected.size
  // To whom a seeder has given the optimistic slot keeps it for its turn.
  const goesOn = (seen: Seen): boolean => seeding && seen.slotBefore === 'optimistic' && !isTurnOver(seen, settings)
  const judged = eligible.filter((seen) => !expected.has(seen) && !goesOn(seen))
  const winners = judged.slice(0, places)
  if (seeding && expected.size === 0 && !winners.some(({ slotBefore }) => slotBefore === null)) {
    const turn = judged.find(({ slotBefore, slot }) => slotBefore === null && slot === 'regular')
    const waiting = judged.filter(({ slotBefore }) => slotBefore === null)
    if (waiting.length > 0) {
      assert.ok(turn, 'somebody has waited, and nobody has the turn')
      assert.ok(!waiting.some((other) => other.sinceSeconds > turn.sinceSeconds + EPSILON), 'another waited longer')
      winners[winners.length - 1] = turn
    }
  }
  for (const seen of winners) expected.set(seen, seeding && seen.slotBefore === null ? 'turn' : 'regular')
  for (const [seen, code] of expected) {
    assert.deepEqual([seen.slot, seen.code], ['regular', code], seen.address)
  }

  const losers = decisions.filter((seen) => !expected.has(seen))
  const pool = losers.filter((seen) => [null, 'snubbed'].includes(excludedBy(seen, seeding)))
  const chosen = losers.filter(({ slot }) => slot !== null)
  assert.equal(chosen.length, Math.min(settings.optimisticSlots, pool.length), 'optimistic slots in use')
  const [drawn] = chosen
  if (drawn && settings.optimisticSlots === 1) checkDrawn(drawn, pool, eligible, seeding, settings)
  for (const seen of losers) {
    if (chosen.includes(seen)) continue
    assert.deepEqual([seen.slot, seen.code], [null, excludedBy(seen, seeding) ?? 'outranked'], seen.address)
  }
}

const isTurnOver = ({ sinceSeconds }: Seen, { optimisticSeconds, roundSeconds }: Settings): boolean =>
  sinceSeconds >= optimisticSeconds - roundSeconds / 2 - EPSILON

function checkDrawn(
  drawn: Seen,
  pool: readonly Seen[],
  eligible: readonly Seen[],
  seeding: boolean,
  settings: Settings,
): void {
  assert.ok(pool.includes(drawn))
  assert.deepEqual([drawn.slot, drawn.code], ['optimistic', 'optimistic'])
  const had = pool.find(({ slotBefore }) => slotBefore === 'optimistic')
  if (had && !isTurnOver(had, settings)) return assert.equal(drawn, had, 'its turn is not over')
  const others = pool.filter((seen) => seen !== had)
  if (others.length === 0) return
  assert.notEqual(drawn, had, 'its turn is over')
  const waiting = others.filter((seen) => seen.slotBefore === null && excludedBy(seen, seeding) === null)
  const isOverdue =
    drawn.slotBefore === null && drawn.sinceSeconds >= 2 * pool.length * settings.optimisticSeconds - EPSILON
  if (seeding && !isOverdue) {
    const part = eligible.reduce((sum, { rankedRate }) => sum + rankedRate, 0) / eligible.length
    const patient = others.filter(({ rankedRate }) => rankedRate < part * (1 - EPSILON))
    if (patient.length > 0) assert.ok(drawn.rankedRate <= part * (1 + EPSILON), 'it has had more than its part')
  }
  const longest = Math.max(...waiting.map(({ sinceSeconds }) => sinceSeconds))
  if (longest < 2 * pool.length * settings.optimisticSeconds) return
  assert.ok(drawn.sinceSeconds >= longest - EPSILON, 'somebody is overdue')
}

function checkFill({ decisions, seeding, slots }: ChokerRecordView, settings: Settings): void {
  const filled = decisions.filter(({ slot, slotBefore }) => slot !== slotBefore)
  for (const seen of filled) {
    assert.deepEqual([seen.slotBefore, seen.code, excludedBy(seen, seeding)], [null, 'free-slot', null])
  }
  const held = (kind: string): number => decisions.filter(({ slotBefore }) => slotBefore === kind).length
  const regularFree = slots - settings.optimisticSlots - held('regular')
  const optimisticFree = settings.optimisticSlots - held('optimistic')
  const waiting = decisions.filter((seen) => seen.slotBefore === null && excludedBy(seen, seeding) === null)
  const regular = filled.filter(({ slot }) => slot === 'regular')
  const optimistic = filled.filter(({ slot }) => slot === 'optimistic')
  assert.equal(regular.length, Math.min(regularFree, waiting.length))
  assert.equal(optimistic.length, Math.min(optimisticFree, waiting.length - regular.length))
  const left = waiting.filter((seen) => !filled.includes(seen))
  for (const one of regular) {
    for (const other of [...left, ...optimistic])
      assert.ok(!beforeInFill(other, one, seeding), `${other.address} stood before`)
  }
  for (const one of optimistic) {
    for (const other of left) {
      const waitedLonger = other.unused === one.unused && other.sinceSeconds > one.sinceSeconds + EPSILON
      assert.ok(!waitedLonger && (other.unused || !one.unused), 'another waited longer')
    }
  }
}

function checkLoss({ decisions, seeding, slots }: ChokerRecordView): void {
  const mayNot = decisions.filter((seen) => {
    const code = excludedBy(seen, seeding)
    return seen.slotBefore !== null && code !== null && !(code === 'snubbed' && seen.slotBefore === 'optimistic')
  })
  const idle = decisions.filter((seen) => seen.slotBefore !== null && seen.unused && !mayNot.includes(seen))
  const keen = decisions.filter(
    (seen) => seen.slotBefore === null && !seen.unused && excludedBy(seen, seeding) === null,
  )
  const taken = idle.filter(({ slot }) => slot === null)
  const free = slots - decisions.filter((seen) => seen.slotBefore !== null && !mayNot.includes(seen)).length
  const lacking = Math.max(0, keen.length - free)
  assert.equal(taken.length, Math.min(idle.length, lacking), 'unused slots go to who finds no free one, one for each')
  assert.ok(mayNot.length + taken.length > 0, 'nobody had to lose a slot')
  for (const seen of decisions) {
    if (mayNot.includes(seen)) assert.deepEqual([seen.slot, seen.code], [null, excludedBy(seen, seeding)])
    else if (taken.includes(seen)) assert.equal(seen.code, excludedBy(seen, seeding) ?? 'unused')
    else assert.equal(seen.slot, seen.slotBefore, `${seen.address} lost nothing`)
  }
}

const OPENING: Record<ChokeDecisionView['code'], RegExp> = {
  regular:
    /^regular: (\d+)(st|nd|rd|th) of \d+( by rate, [\d.]+ [kM]?B\/s|, it has had [\d.]+ [kM]?B\/s of our uplink lately; the least goes first)$/,
  turn: /^turn: it has waited [\d.]+ (s|min) for a slot, (\d+)(st|nd|rd|th) of \d+$/,
  settling: /^settling: unchoked [\d.]+ s before the round/,
  optimistic: /^optimistic: /,
  'free-slot': /^free slot: \d of \d free, \d+ waiting, this one for [\d.]+ (s|min)$/,
  unused: /^choked: it had a slot and asked for nothing/,
  outranked: /^choked: (\d+)(st|nd|rd|th) of \d+/,
  waiting: /^choked: all \d+ slots are taken/,
  'not-interested': /^choked: it is not interested/,
  seeder: /^choked: it has everything/,
  'upload-only': /^choked: it says that it only uploads/,
  snubbed: /^choked: it snubs us/,
}

/** The sentence says what the code says, and whether there is a slot. */
function checkSentence({ code, slot, reason }: Seen): void {
  assert.match(reason, OPENING[code])
  assert.equal(reason.startsWith('choked: '), slot === null, reason)
}

/** What each of those with a slot gets: by what it gave, a twentieth at least, a quarter by lot for who is no free rider, a hundredth for a proven one. */
function checkShares({ decisions, seeding }: ChokerRecordView): void {
  const holders = decisions.filter(({ slot }) => slot !== null)
  for (const seen of decisions) if (seen.slot === null) assert.equal(seen.share, 0)
  if (holders.length === 0) return
  const all = holders.reduce((sum, { share }) => sum + share, 0)
  assert.ok(Math.abs(all - 1) < EPSILON, `shares add up to ${all}`)
  const gave = holders.reduce((sum, { downloadRate }) => sum + downloadRate, 0)
  const earned = ({ downloadRate, slot, freeRides, askedInVain }: Seen): number => {
    if (seeding || gave === 0) return 1
    if (freeRides && askedInVain) return Math.max(downloadRate / gave, 1 / 100)
    return Math.max(downloadRate / gave, slot === 'regular' || freeRides ? 1 / 20 : 1 / 4)
  }
  const [first] = holders
  for (const seen of holders) {
    assert.ok(
      first && Math.abs(seen.share * earned(first) - first.share * earned(seen)) < EPSILON,
      `share of ${seen.address}`,
    )
    assert.equal(seen.shareReason === null, seeding)
  }
}

function table({ seeding, decisions }: ChokerRecordView): string {
  const rows = decisions.map(
    (seen) =>
      `${seen.address} rate ${seen.rankedRate} since ${seen.sinceSeconds} ${excludedBy(seen, seeding) ?? 'eligible'} ` +
      `${seen.slotBefore} -> ${seen.slot} rank ${seen.rank} ${seen.code}: ${seen.reason}`,
  )
  return [`seeding ${seeding}`, ...rows].join('\n')
}
