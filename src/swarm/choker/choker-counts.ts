import { Durations } from '../rate/durations.ts'
import { CHOKE_CODES, type ChokeCode } from './choke-reasons.ts'

/** What the choker of one torrent did since it began, as plain numbers. */
export class ChokerCounts {
  rounds = 0
  /** How long peers had waited when they were unchoked. */
  readonly waits = new Durations()
  readonly #decisions = Object.fromEntries(CHOKE_CODES.map((code) => [code, 0])) as Record<ChokeCode, number>

  decided(code: ChokeCode): void {
    this.#decisions[code]++
  }

  /** By code; each look at a peer counts once in a round, and between rounds when something changed for it. */
  get decisions(): Readonly<Record<ChokeCode, number>> {
    return { ...this.#decisions }
  }
}
