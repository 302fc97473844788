/** What runs a torrent's engine needs of it: events in, effects out, and where the bytes of a block go. */
import type { TorrentEffect, TorrentEvent } from '../events.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'

export interface TorrentEngine {
  readonly sessions: ReadonlyMap<PeerKey, PeerSession>
  /** It decides who gets how much of a slow uplink: bytes are to count as sent when they have left, not when the system took them. */
  readonly dividesUplink: boolean
  /** One input. @param now ms, monotonic */
  handle(event: TorrentEvent, now: number): void
  /** Ends the transition and returns what is to be done, in order. The array is only valid until the next call. */
  drain(now: number): readonly TorrentEffect[]
  /** Where the bytes of a block go that begins to arrive; null: read past them. */
  blockTarget(peer: PeerKey, index: number, begin: number, length: number): Uint8Array | null
}
