/** One connection to another member: who it is, who wants it, what it must still be told, and how much it may say. */
import type { MemberId } from '../../protocol/index.ts'
import type { DialKey, LinkKey } from './events.ts'

/** Records, verdicts and keys that a neighbour may cost us at once, and each second. Enough for a whole network twice. */
const BURST_ENTRIES = 20_000
const ENTRIES_A_SECOND = 500
const BURST_MESSAGES = 600
const MESSAGES_A_SECOND = 60
const BURST_BYTES = 8 * 1024 * 1024
const BYTES_A_SECOND = 128 * 1024

export class MemberLink {
  readonly key: LinkKey
  readonly host: string
  readonly outbound: boolean
  readonly isOwn: boolean
  readonly dial: DialKey | null
  /** Who is at the other end, once it said so. */
  member: MemberId | null = null
  weWant = false
  theyWant = false
  /** ms; since when nobody wants it. */
  idleSince: number
  heardAt: number
  saidAt: number
  /** Digests in a row that were not ours. */
  mismatches = 0
  /** Of these it is to hear. */
  readonly untold = new Set<MemberId>()
  readonly #credit: { entries: number; messages: number; bytes: number; at: number }

  constructor(
    options: { key: LinkKey; host: string; outbound: boolean; isOwn: boolean; dial: DialKey | null },
    now: number,
  ) {
    this.key = options.key
    this.host = options.host
    this.outbound = options.outbound
    this.isOwn = options.isOwn
    this.dial = options.dial
    this.idleSince = now
    this.heardAt = now
    this.saidAt = now
    this.#credit = { entries: BURST_ENTRIES, messages: BURST_MESSAGES, bytes: BURST_BYTES, at: now }
  }

  get isActive(): boolean {
    return this.member !== null && (this.weWant || this.theyWant)
  }

  /** @returns false when the neighbour costs more than it may */
  charge(cost: { entries?: number; messages?: number; bytes?: number }, now: number): boolean {
    const credit = this.#credit
    const seconds = Math.max(0, now - credit.at) / 1000
    credit.at = now
    credit.entries = Math.min(BURST_ENTRIES, credit.entries + seconds * ENTRIES_A_SECOND) - (cost.entries ?? 0)
    credit.messages = Math.min(BURST_MESSAGES, credit.messages + seconds * MESSAGES_A_SECOND) - (cost.messages ?? 0)
    credit.bytes = Math.min(BURST_BYTES, credit.bytes + seconds * BYTES_A_SECOND) - (cost.bytes ?? 0)
    return credit.entries >= 0 && credit.messages >= 0 && credit.bytes >= 0
  }
}
