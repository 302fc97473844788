/**
 * The time that no way of spreading a file can beat, to measure ours against.
 *
 * Equal uplinks, one seeder: Mundinger, Weber and Weiss, "Optimal scheduling of peer-to-peer file dissemination", Journal
 * of Scheduling 11 (2008), 105-120, theorem 1. A file of M parts reaches N peers that each can send one part in one unit of
 * time after M + ⌊log2 N⌋ units at the earliest, whatever the schedule: the seeder needs M units to send every part once, and
 * the last part that it sends still has to double its way to all. The part is the piece: only a verified piece is passed on.
 *
 * Unlike uplinks: the fluid bound of the same paper (and of Kumar and Ross, 2006). Everything must leave the seeders once, must
 * come in through the slowest downlink, and all copies must leave through all uplinks together.
 */
export interface BoundInput {
  /** Bytes. */
  readonly size: number
  readonly pieceLength: number
  /** Bytes per second, one for each. */
  readonly seederUplinks: readonly number[]
  readonly leecherUplinks: readonly number[]
  readonly leecherDownlinks: readonly number[]
}

export interface LowerBound {
  readonly seconds: number
  readonly source: 'Mundinger, Weber, Weiss 2008, theorem 1' | 'fluid limit'
}

export function lowerBound(input: BoundInput): LowerBound {
  const { size, pieceLength, seederUplinks, leecherUplinks, leecherDownlinks } = input
  const sum = (rates: readonly number[]): number => rates.reduce((total, rate) => total + rate, 0)
  const copies = leecherUplinks.length
  const fluid = Math.max(
    size / sum(seederUplinks),
    size / Math.min(...leecherDownlinks),
    (copies * size) / (sum(seederUplinks) + sum(leecherUplinks)),
  )
  const [rate = 0] = seederUplinks
  const equal = seederUplinks.length === 1 && leecherUplinks.every((one) => one === rate)
  if (!equal) return { seconds: fluid, source: 'fluid limit' }
  const parts = Math.ceil(size / pieceLength)
  const discrete = ((parts + Math.floor(Math.log2(copies))) / parts) * (size / rate)
  return discrete > fluid
    ? { seconds: discrete, source: 'Mundinger, Weber, Weiss 2008, theorem 1' }
    : { seconds: fluid, source: 'fluid limit' }
}
