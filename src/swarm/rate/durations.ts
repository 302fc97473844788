/**
 * How long things took, as counts: a plain histogram that costs one comparison and an addition, and that is copied when
 * somebody asks. Never reset, so that any number of readers can each take differences.
 */
export const DURATION_BOUNDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const

export interface DurationsView {
  /** Seconds: upper ends of all buckets but the last, which has none. */
  readonly bounds: readonly number[]
  /** For each bucket how many fell into it, and into no lower one. One longer than `bounds`. */
  readonly counts: readonly number[]
  /** Seconds, all together. */
  readonly sum: number
  readonly count: number
}

export class Durations {
  readonly #counts = new Float64Array(DURATION_BOUNDS.length + 1)
  #sum = 0
  #count = 0

  observe(seconds: number): void {
    let bucket = 0
    while (bucket < DURATION_BOUNDS.length && seconds > (DURATION_BOUNDS[bucket] ?? Infinity)) bucket++
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += seconds
    this.#count++
  }

  view(): DurationsView {
    return { bounds: DURATION_BOUNDS, counts: [...this.#counts], sum: this.#sum, count: this.#count }
  }
}
