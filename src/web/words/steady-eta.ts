export interface Eta {
  readonly seconds: number
  /** When that was said, in ms. */
  readonly at: number
}

/** So far off may the clock run from what the rate says, before it is set anew. */
const TOLERANCE = 0.2
/** What a new estimate weighs. */
const WEIGHT = 0.15

/**
 * A time left that runs down like a clock: it follows the estimates slowly, and jumps only when they say something quite
 * different.
 * @param estimate the service's, in seconds
 */
export function steadyEta(last: Eta | null, estimate: number | null, now: number): Eta | null {
  if (estimate === null) return null
  if (last === null) return { seconds: estimate, at: now }
  const expected = Math.max(0, last.seconds - (now - last.at) / 1000)
  const isFar = Math.abs(estimate - expected) > Math.max(5, expected * TOLERANCE)
  return { seconds: isFar ? (estimate + expected) / 2 : expected + (estimate - expected) * WEIGHT, at: now }
}
