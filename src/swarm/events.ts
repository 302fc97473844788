/**
 * What goes into the engine and what comes out. Inputs are events, handed over with the time; outputs are effects, which
 * the owner performs only after the transition, in order, and whose results come back as events. (The rule is
 * kraken's.) Block bytes are the exception on the way in: see `Torrent.blockTarget`.
 */
import type { BlockRange, PeerAddress, PeerMessage, PieceIndex } from '../protocol/index.ts'
import type { AnnounceEvent } from './announce/announce-tiers.ts'
import type { ChokerRecord } from './choker/choker-log.ts'
import type { CloseReason } from './peer/close-reason.ts'
import type { PeerGreeting, PeerKey } from './peer/peer-session.ts'
import type { PieceOrder } from './piece-picker/piece-plan.ts'
import type { PeerSource } from './peer-list/peer-list.ts'

export type TorrentEvent =
  /** Handshakes are exchanged. */
  | ({ readonly type: 'connected' } & PeerGreeting)
  | { readonly type: 'dial-failed'; readonly address: PeerAddress; readonly reason: string }
  /** The connection is gone; not sent for one that the engine closed. */
  | { readonly type: 'closed'; readonly peer: PeerKey; readonly reason: CloseReason }
  | { readonly type: 'message'; readonly peer: PeerKey; readonly message: PeerMessage }
  /** The last byte of a block, or of several in a row, is here. `taken`: all went where `blockTarget` said. */
  | ({ readonly type: 'block'; readonly peer: PeerKey; readonly taken: boolean } & BlockRange)
  /** So many block bytes left our buffers for the peer, the first of them at `begunAt` (ms; left out: just now). */
  | { readonly type: 'sent'; readonly peer: PeerKey; readonly bytes: number; readonly begunAt?: number }
  | { readonly type: 'hashed'; readonly index: PieceIndex; readonly hash: Uint8Array }
  | { readonly type: 'stored'; readonly index: PieceIndex }
  | { readonly type: 'store-failed'; readonly index: PieceIndex }
  /** What we were to send could not be read. */
  | ({ readonly type: 'unreadable'; readonly peer: PeerKey } & BlockRange)
  /** Storage can't keep up (or can again): start no new pieces. */
  | { readonly type: 'storage-pressure'; readonly high: boolean }
  | { readonly type: 'candidates'; readonly addresses: readonly PeerAddress[]; readonly source: PeerSource }
  | { readonly type: 'announced'; readonly url: string; readonly answer: AnnounceAnswer }
  | { readonly type: 'announce-failed'; readonly url: string; readonly reason: string }
  /** Passed over when the peer doesn't take this extension, or is gone. */
  | { readonly type: 'send-extension'; readonly peer: PeerKey; readonly name: string; readonly payload: Buffer }
  /** The owner found a fault of the peer, as in an extension that the engine knows nothing of: its session ends. */
  | { readonly type: 'expel'; readonly peer: PeerKey; readonly reason: CloseReason }
  /** Ask the trackers now, whatever their interval. */
  | { readonly type: 'announce-now' }
  /** What is wanted of the torrent, and in what order. */
  | { readonly type: 'order'; readonly order: PieceOrder }
  /** Somebody waits for these pieces, the first most: they are begun before all others. */
  | { readonly type: 'wish'; readonly pieces: readonly PieceIndex[] }
  /** Time passes: to be sent at least once a second. */
  | { readonly type: 'tick' }
  /** Leave the swarm: closes every peer and says goodbye to the trackers. */
  | { readonly type: 'stop' }

export interface AnnounceAnswer {
  /** Seconds. */
  readonly interval: number
  readonly complete?: number
  readonly incomplete?: number
  readonly peers: readonly PeerAddress[]
}

export type TorrentEffect =
  | { readonly type: 'send'; readonly peer: PeerKey; readonly message: PeerMessage }
  | {
      readonly type: 'send-requests'
      readonly peer: PeerKey
      readonly kind: 'request' | 'cancel'
      readonly blocks: readonly BlockRange[]
    }
  /** Read this block, or row of blocks, and send it in one message; then say `sent`, or `unreadable`. */
  | ({ readonly type: 'send-block'; readonly peer: PeerKey } & BlockRange)
  | { readonly type: 'close'; readonly peer: PeerKey; readonly reason: CloseReason }
  /** The peer takes an extension that is the owner's business: `send-extension` reaches it from now on. */
  | { readonly type: 'extension-agreed'; readonly peer: PeerKey; readonly name: string }
  /** A message of such an extension. Foreign bytes. */
  | { readonly type: 'extension'; readonly peer: PeerKey; readonly name: string; readonly payload: Buffer }
  | { readonly type: 'dial'; readonly address: PeerAddress }
  /** SHA-1 of the bytes, please; they stay ours. */
  | { readonly type: 'hash'; readonly index: PieceIndex; readonly bytes: Buffer }
  /** Write the verified piece; the bytes stay ours until `stored` or `store-failed`. */
  | { readonly type: 'store'; readonly index: PieceIndex; readonly bytes: Buffer }
  | { readonly type: 'announce'; readonly url: string; readonly event?: AnnounceEvent }
  | { readonly type: 'banned'; readonly banKey: string; readonly reason: string }
  | { readonly type: 'hash-failed'; readonly index: PieceIndex }
  /** The choker decided: kept in its log as well. */
  | { readonly type: 'choker-round'; readonly record: ChokerRecord }
  /** The metadata that a magnet link stands for: its hash is right. */
  | { readonly type: 'metadata'; readonly bytes: Buffer }
  /** All pieces are stored. */
  | { readonly type: 'completed' }
