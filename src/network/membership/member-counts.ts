/** What the membership counts of itself, as plain numbers that only grow. */
import type { MemberEntry, MemberState } from './member-map.ts'

/** How a member's state changed, as it was learnt here. `refuted`: it was suspected, and lives. */
export type MemberChange = 'joined' | 'suspected' | 'refuted' | 'gone' | 'left'

export class MemberCounts {
  readonly changes: Record<MemberChange, number> = { joined: 0, suspected: 0, refuted: 0, gone: 0, left: 0 }
  /** Digests sent, and those heard that were ours too, or were not. */
  readonly digests = { sent: 0, agreed: 0, differed: 0 }

  /** @param before null when nothing was known of it */
  changed({ state, content }: MemberEntry, before: MemberState | null): void {
    // Of some that went long ago, nothing is known but that.
    if (state === before || !content) return
    if (state === 'alive') this.changes[before === 'suspected' ? 'refuted' : 'joined']++
    else this.changes[state]++
  }
}
