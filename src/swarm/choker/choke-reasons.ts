/** The choker's reasons: a code for programs, a sentence for a person. What stands in a sentence was so when it was decided. */

/** Why a peer can have no regular slot, however fast it is. */
export type ExclusionCode =
  /** It has all pieces. */
  | 'seeder'
  /** It says that it only uploads. */
  | 'upload-only'
  /** It wants none of our pieces. */
  | 'not-interested'
  /** It owes us blocks and sends none. */
  | 'snubbed'

export type ChokeCode =
  | ExclusionCode
  /** Has a slot by its rank in the last round: it gave most, or while we seed, it has had least. */
  | 'regular'
  /** Has a regular slot because it had waited longest (we seed). */
  | 'turn'
  /** Got its slot so shortly before the round that it was not judged. */
  | 'settling'
  /** Has the optimistic slot. */
  | 'optimistic'
  /** Got a slot between rounds, as one was free. */
  | 'free-slot'
  /** Held a slot, asked for nothing, and others waited. */
  | 'unused'
  /** Others ranked higher in the last round. */
  | 'outranked'
  /** Wants a slot since the last round, and none is free. */
  | 'waiting'

export const CHOKE_CODES = [
  'regular',
  'turn',
  'settling',
  'optimistic',
  'free-slot',
  'unused',
  'outranked',
  'waiting',
  'not-interested',
  'seeder',
  'upload-only',
  'snubbed',
] as const satisfies readonly ChokeCode[]

/** How the optimistic slot found its holder. */
export type DrawnHow = 'lot' | 'newcomer' | 'only' | 'overdue'

const EXCLUDED: Record<ExclusionCode, string> = {
  seeder: 'choked: it has everything',
  'upload-only': 'choked: it says that it only uploads',
  'not-interested': 'choked: it is not interested in our pieces',
  snubbed: 'choked: it snubs us, it owes blocks and sends none; only the optimistic draw may pick it',
}
export const excluded = (code: ExclusionCode): string => EXCLUDED[code]

export const regular = (place: number, of: number, rate: number): string =>
  `regular: ${ordinal(place)} of ${of} by rate, ${formatRate(rate)}`

/** While we seed. */
export const keeps = (place: number, of: number, rate: number): string =>
  `regular: ${ordinal(place)} of ${of}, it has had ${formatRate(rate)} of our uplink lately; the least goes first`

export const turn = (place: number, of: number, waitedMs: number): string =>
  `turn: it has waited ${formatTime(waitedMs)} for a slot, ${ordinal(place)} of ${of}`

export const settling = (heldMs: number): string =>
  `settling: unchoked ${formatTime(heldMs)} before the round, ranked from the next one on`

export const turnGoesOn = (turnMs: number): string => `optimistic: its turn of ${formatTime(turnMs)} goes on`

export function drawn(how: DrawnHow, of: number, turnMs: number): string {
  switch (how) {
    case 'only':
      return of === 1
        ? 'optimistic: nobody else waits for the slot'
        : 'optimistic: the others had their turn or their part, or ride free'
    case 'overdue':
      return `optimistic: of ${of} waiting the lot had passed it over longest`
    case 'newcomer':
      return `optimistic: drawn among ${of} waiting for ${formatTime(turnMs)}, three times likelier as a newcomer`
    case 'lot':
      return `optimistic: drawn among ${of} waiting, for ${formatTime(turnMs)}`
  }
}

/** @param mark the slowest rate that earned a slot; null when rates alone did not decide */
export function outrankedByRate(place: number, of: number, rate: number, mark: number | null): string {
  const standing = `choked: ${ordinal(place)} of ${of} by rate, ${formatRate(rate)}`
  if (mark === null) return standing
  return mark > rate
    ? `${standing}; the regular slots went to ${formatRate(mark)} and up`
    : `${standing}; at equal rates who waits longest goes first`
}

export const outranked = (place: number, of: number, waitedMs: number): string =>
  `choked: ${ordinal(place)} of ${of}, waiting for ${formatTime(waitedMs)}; others keep their slots or have waited longer`

/** It had a slot, and we seed. */
export const givesWay = (place: number, of: number, rate: number): string =>
  `choked: ${ordinal(place)} of ${of}, it has had ${formatRate(rate)} of our uplink lately; others had less, or wait for it`

export const freeSlot = (free: number, slots: number, waiting: number, waitedMs: number): string =>
  `free slot: ${free} of ${slots} free, ${waiting} waiting, this one for ${formatTime(waitedMs)}`

export const unused = (waiting: number): string =>
  `choked: it had a slot and asked for nothing, while ${waiting} waited for one; it is ranked again in the next round`

export const waiting = (slots: number): string =>
  `choked: all ${slots} slots are taken; it is ranked in the next round, or gets the first that falls free`

/**
 * Of our uplink, for one that has a slot.
 *
 * @param gave bytes per second that it gave us
 * @param allGave what all together gave that have a slot
 */
export function shareWords(share: number, gave: number, allGave: number, freeRides: boolean): string {
  const part = `share ${Math.round(share * 100)} %`
  if (allGave === 0) return `${part}: nobody has given anything, so all are alike`
  const because = `${part}: it gave ${formatRate(gave)} of ${formatRate(allGave)}`
  return freeRides ? `${because}, and next to nothing for what it takes: it gets this and no more` : because
}

export function formatRate(bytesPerSecond: number): string {
  if (bytesPerSecond >= 1e6) return `${(bytesPerSecond / 1e6).toFixed(1)} MB/s`
  if (bytesPerSecond >= 1e3) return `${(bytesPerSecond / 1e3).toFixed(1)} kB/s`
  return `${Math.round(bytesPerSecond)} B/s`
}

/** `0.4 s`, `42 s`, `12 min`. */
export function formatTime(ms: number): string {
  if (ms < 950) return `${(ms / 1000).toFixed(1)} s`
  return ms < 600_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`
}

const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' }
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
const ordinal = (place: number): string => `${place}${SUFFIXES[ordinals.select(place)] ?? 'th'}`
