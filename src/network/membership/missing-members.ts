/** Members that are suspected, until they refute it or are given up, and those that are gone, until they are forgotten. */
import type { MemberEntry, MemberMap } from './member-map.ts'

/** No refutation in this time: it is gone. */
const SUSPECT_MS = 5_000
const LEFT_MS = 60_000
const LOST_MS = 60 * 60_000

export class MissingMembers {
  readonly #suspected = new Set<MemberEntry>()
  readonly #gone = new Set<MemberEntry>()

  /** It may be in another state than before. */
  changed(entry: MemberEntry): void {
    this.#suspected.delete(entry)
    this.#gone.delete(entry)
    if (entry.state === 'suspected') this.#suspected.add(entry)
    else if (entry.state !== 'alive') this.#gone.add(entry)
  }

  /** Suspected so long that they would have refuted it by now. */
  overdue(now: number): MemberEntry[] {
    return [...this.#suspected].filter(({ since }) => now - since >= SUSPECT_MS)
  }

  /** Takes out those gone so long that they are of no interest any more, and those of whom the map knows nothing any more. */
  takeForgotten(map: MemberMap, now: number): MemberEntry[] {
    const forgotten = [...this.#gone].filter((entry) => {
      return now - entry.since >= (isLost(entry) ? LOST_MS : LEFT_MS) || map.get(entry.id) !== entry
    })
    for (const entry of forgotten) this.#gone.delete(entry)
    return forgotten.filter((entry) => map.get(entry.id) === entry)
  }

  /** Those that went without a word: they may be there again, at the same place. */
  lost(): MemberEntry[] {
    return [...this.#gone].filter(isLost)
  }
}

const isLost = ({ state, record }: MemberEntry): boolean => state === 'gone' && record !== null
