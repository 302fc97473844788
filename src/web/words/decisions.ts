import { counted } from './quantities.ts'

interface Decision {
  readonly address: string
  readonly slotBefore: string | null
  readonly slot: string | null
}

interface DecisionRecord {
  readonly id: number
  readonly kind: 'round' | 'lost-slot' | 'free-slot'
  readonly round: number
  readonly time: string
  readonly slots: number
  readonly unchoked: number
  readonly decisions: readonly Decision[]
}

/** A round, or all that happened between two rounds, newest first. */
export interface DecisionGroup<R> {
  readonly key: string
  readonly isRound: boolean
  readonly records: readonly [R, ...R[]]
}

/**
 * The decisions for people, newest first. Slots that come and go between two rounds are one entry: where a peer is interested in one
 * piece at a time there are hundreds.
 * @param records oldest first
 */
export function decisionGroups<R extends DecisionRecord>(records: readonly R[]): DecisionGroup<R>[] {
  const groups: { key: string; isRound: boolean; records: [R, ...R[]] }[] = []
  for (const record of records.toReversed()) {
    const last = groups.at(-1)
    if (record.kind !== 'round' && last?.isRound === false) last.records.push(record)
    else if (record.kind === 'round') groups.push({ key: `round ${record.id}`, isRound: true, records: [record] })
    // Named by the round before: more is added to it while it is looked at.
    else groups.push({ key: `after ${record.round}`, isRound: false, records: [record] })
  }
  return groups
}

/** @example 'Between rounds: 22 slots given, 21 lost' */
export function groupTitle({ isRound, records }: DecisionGroup<DecisionRecord>): string {
  const [newest] = records
  if (isRound) {
    const { round, unchoked, slots, decisions } = newest
    const changes = decisions.filter(isChange).length
    return `Round ${round}: ${unchoked} of ${slots} slots in use, ${changes === 0 ? 'nothing changed' : counted(changes, 'change')}`
  }
  if (records.length === 1) return recordTitle(newest)
  const changes = records.flatMap(({ decisions }) => decisions.filter(isChange))
  const given = changes.filter(({ slotBefore }) => slotBefore === null).length
  return `Between rounds: ${counted(given, 'slot')} given, ${changes.length - given} lost`
}

/** @example '10.0.0.3:5000 got a free slot' */
export function recordTitle({ kind, decisions }: DecisionRecord): string {
  const who = decisions
    .filter(isChange)
    .map(({ address }) => address)
    .join(', ')
  if (kind === 'free-slot') return who === '' ? 'A slot was free' : `${who} got a free slot`
  return who === '' ? 'A slot was given up' : `${who} lost its slot`
}

export const isChange = ({ slot, slotBefore }: Decision): boolean => slot !== slotBefore
