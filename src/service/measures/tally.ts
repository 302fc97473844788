/** Counts by name, of things whose names are ours and few. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by)
  }

  view(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }
}
