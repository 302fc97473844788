import { Durations } from '../rate/durations.ts'
import type { ChokeReasonCode } from './choker.ts'

/** What the choker of one torrent did since it began, as plain numbers. */
export class ChokerCounts {
  rounds = 0
  /** How long peers had waited when they were unchoked. */
  readonly waits = new Durations()
  readonly #decisions = new Map<ChokeReasonCode, number>()

  decided(code: ChokeReasonCode): void {
    this.#decisions.set(code, (this.#decisions.get(code) ?? 0) + 1)
  }

  /** By code; each look at a peer counts once, in rounds and between them. */
  get decisions(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#decisions)
  }
}
