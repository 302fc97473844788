/**
 * Whom a member keeps a link to. All members that are there stand on a ring, in the order of their ids, and each
 * links to the next two and to one more drawn by its own id. So everybody is watched by somebody, and stays watched when
 * its watchers die; the whole is connected, a few links across, and no map need tell who is linked to whom. Each link
 * more would carry all news once more.
 */
import type { MemberId } from '../../protocol/index.ts'
import { hashText, mix } from './member-map.ts'

/** Up to so many others, everybody is linked to everybody. */
export const MESH_SIZE = 8
const SUCCESSORS = 2
/** Members that can't be linked are passed over; when these many in a row can't, that link has to wait. */
const MAX_SKIPPED = 16
/** A chord ends at one of so many in a row: gaps on the ring are uneven, and nobody should be drawn more than others. */
const CHORD_ENDS = 8

export class MemberRing {
  readonly #own: () => MemberId
  /** Sorted; we are not on it. */
  readonly #ids: MemberId[] = []
  /** Of the ids, in the same order. */
  readonly #hashes: number[] = []

  constructor(own: () => MemberId) {
    this.#own = own
  }

  get size(): number {
    return this.#ids.length
  }

  /** @returns whether it was not on it. */
  add(id: MemberId): boolean {
    const at = this.#indexOf(id)
    if (this.#ids[at] === id) return false
    this.#ids.splice(at, 0, id)
    this.#hashes.splice(at, 0, hashText(id))
    return true
  }

  /** @returns whether it was on it. */
  delete(id: MemberId): boolean {
    const at = this.#indexOf(id)
    if (this.#ids[at] !== id) return false
    this.#ids.splice(at, 1)
    this.#hashes.splice(at, 1)
    return true
  }

  /** @param canLink false for who was tried in vain a moment ago: the next one takes its place */
  wanted(canLink: (id: MemberId) => boolean): Set<MemberId> {
    if (this.#ids.length <= MESH_SIZE) return new Set(this.#ids)
    const wanted = new Set<MemberId>()
    const own = this.#own()
    this.#take(own, SUCCESSORS, wanted, canLink)
    this.#takeChord(mix(hashText(own), 1), wanted, canLink)
    return wanted
  }

  #takeChord(name: number, wanted: Set<MemberId>, canLink: (id: MemberId) => boolean): void {
    const start = this.#indexOf(name.toString(16).padStart(8, '0') as MemberId)
    let best: MemberId | null = null
    let least = Infinity
    for (let at = start; at < start + CHORD_ENDS; at++) {
      const id = this.#ids[at % this.#ids.length] as MemberId
      const rank = mix(this.#hashes[at % this.#ids.length] as number, name)
      if (rank >= least || wanted.has(id) || !canLink(id)) continue
      best = id
      least = rank
    }
    if (best !== null) wanted.add(best)
  }

  /** From the first id at or after this one on. */
  #take(from: MemberId, count: number, wanted: Set<MemberId>, canLink: (id: MemberId) => boolean): void {
    let left = count
    let at = this.#indexOf(from)
    for (let step = 0; step < count + MAX_SKIPPED && left > 0; step++, at++) {
      const id = this.#ids[at % this.#ids.length]
      if (id === undefined || wanted.has(id)) continue
      if (!canLink(id)) {
        // Still wanted, so that it is tried again when its time has come.
        if (step < count) wanted.add(id)
        continue
      }
      wanted.add(id)
      left--
    }
  }

  #indexOf(id: MemberId): number {
    let [low, high] = [0, this.#ids.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ids[middle] as MemberId) < id) low = middle + 1
      else high = middle
    }
    return low
  }
}
