/** Chance that can be repeated (mulberry32): 0 ≤ x < 1, the same numbers for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Runs the body once for each seed; a failure says which one it was. */
export function forEachSeed(seeds: readonly number[], body: (seed: number) => void): void {
  for (const seed of seeds) {
    try {
      body(seed)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new Error(`seed ${seed}: ${why}`, { cause: error })
    }
  }
}

export const seeds = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)
