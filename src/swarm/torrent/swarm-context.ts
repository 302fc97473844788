/** What the parts of one torrent's engine share: its shape, its pieces, its sessions, and the outbox for effects. */
import type { Bitfield, InfoHash, PeerId, PieceIndex, Sha1 } from '../../protocol/index.ts'
import type { ChokerLog } from '../choker/choker-log.ts'
import type { ChokerSettings } from '../choker/choker.ts'
import type { TorrentEffect } from '../events.ts'
import type { CloseReason } from '../peer/close-reason.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import type { Durations } from '../rate/durations.ts'
import { type RateBudget, RateBudgets } from '../rate/rate-budget.ts'
import { RateMeter } from '../rate/rate-meter.ts'
import type { ExtensionOffer } from './extensions.ts'

/** The part of the metainfo that the engine works with. */
export interface TorrentShape {
  readonly infoHash: InfoHash
  readonly pieceCount: number
  readonly pieceLength: number
  /** Bytes, padding included. */
  readonly length: number
  /** 20 bytes a piece. */
  readonly pieceHashes: Buffer
}

export interface TorrentLimits {
  /** Peers connected at a time. */
  readonly maxPeers: number
  /** Connections being made at a time. */
  readonly maxDialling: number
  /** Peers we ask for blocks at a time. */
  readonly maxSources: number
  /** Bytes in pieces on their way; no new piece is begun above it. */
  readonly maxAssemblyBytes: number
}

export const DEFAULT_LIMITS: TorrentLimits = {
  maxPeers: 50,
  maxDialling: 8,
  maxSources: 4,
  maxAssemblyBytes: 20 * 1024 * 1024,
}

export interface TorrentOptions {
  readonly shape: TorrentShape
  /** The info dictionary, for peers that came by a magnet link; given only where `ut_metadata` is offered. */
  readonly metadata?: Buffer
  /** Pieces we have; the engine keeps it up to date from here on. */
  readonly have: Bitfield
  readonly ownPeerId: PeerId
  /** Where we listen, for the extension handshake. */
  readonly ownPort: number
  /** `swarmd 0.1.0` */
  readonly client: string
  /** Announce URLs, already normalised, without our own. */
  readonly announceTiers: readonly (readonly string[])[]
  /** Spoken beside the extension handshake (BEP 10). */
  readonly extensions?: readonly ExtensionOffer[]
  readonly limits: TorrentLimits
  /** Limits of the rates, which others may share; none if left out. */
  readonly budgets?: { readonly download: readonly RateBudget[]; readonly upload: readonly RateBudget[] }
  readonly choker: ChokerSettings
  /** Goes on with the record of an earlier run; a new one if left out. */
  readonly chokerLog?: ChokerLog
  readonly sha1: Sha1
  /** From a request for a block to its last byte; the owner's, as several torrents may share it. */
  readonly requestLatency?: Durations
  /** 0 ≤ x < 1 */
  readonly random: () => number
  /** ms, on the clock that events bring. */
  readonly now: number
}

/**
 * Why bytes were of no use: `duplicate` another peer was faster; `late` we had given the request up; `unasked`;
 * `hash-failed` the piece was wrong; `abandoned` the rest of its piece could not be had, or not be stored.
 */
export type WasteReason = 'duplicate' | 'late' | 'unasked' | 'hash-failed' | 'abandoned'

export interface SwarmCounters {
  /** Verified payload, in bytes. */
  downloaded: number
  /** Duplicates, unasked blocks, blocks of pieces that failed. */
  wasted: number
  readonly wastedFor: Record<WasteReason, number>
  hashFailures: number
  /** Blocks asked for; refused by the peer; taken back because another sent it, or the peer let us wait. */
  readonly requests: { sent: number; rejected: number; cancelled: number }
  /** Messages of the peer exchange. */
  readonly pex: { sent: number; received: number }
}

export class SwarmContext {
  readonly options: TorrentOptions
  readonly shape: TorrentShape
  readonly have: Bitfield
  readonly sessions = new Map<PeerKey, PeerSession>()
  readonly counters: SwarmCounters = {
    downloaded: 0,
    wasted: 0,
    wastedFor: { duplicate: 0, late: 0, unasked: 0, 'hash-failed': 0, abandoned: 0 },
    hashFailures: 0,
    requests: { sent: 0, rejected: 0, cancelled: 0 },
    pex: { sent: 0, received: 0 },
  }
  /** Over all peers, those that left too. */
  readonly download: RateMeter
  readonly upload: RateMeter
  /** Storage can't keep up: no new piece is begun. */
  storagePressure = false
  readonly downloadBudget: RateBudgets
  readonly uploadBudget: RateBudgets
  #effects: TorrentEffect[] = []
  #spare: TorrentEffect[] = []

  constructor(options: TorrentOptions) {
    this.options = options
    this.shape = options.shape
    this.have = options.have
    this.download = new RateMeter(options.now)
    this.upload = new RateMeter(options.now)
    this.downloadBudget = new RateBudgets(options.budgets?.download ?? [])
    this.uploadBudget = new RateBudgets(options.budgets?.upload ?? [])
  }

  get seeding(): boolean {
    return this.have.isFull
  }

  emit(effect: TorrentEffect): void {
    this.#effects.push(effect)
  }

  /** All effects since the last call. The array is used again after the next one. */
  takeEffects(): readonly TorrentEffect[] {
    const effects = this.#effects
    this.#effects = this.#spare
    this.#effects.length = 0
    this.#spare = effects
    return effects
  }

  send(session: PeerSession, message: Extract<TorrentEffect, { type: 'send' }>['message'], now: number): void {
    session.lastSentAt = now
    this.emit({ type: 'send', peer: session.key, message })
  }

  waste(reason: WasteReason, bytes: number): void {
    this.counters.wasted += bytes
    this.counters.wastedFor[reason] += bytes
  }

  pieceSize(piece: PieceIndex): number {
    return Math.min(this.shape.pieceLength, this.shape.length - piece * this.shape.pieceLength)
  }

  isPiece(piece: number): boolean {
    return piece < this.shape.pieceCount
  }
}

/** A peer broke a rule: its session ends with this reason. Thrown by the parts, caught at the engine's one door. */
export class PeerFault extends Error {
  override readonly name = 'PeerFault'
  readonly reason: CloseReason

  constructor(reason: CloseReason) {
    super(reason)
    this.reason = reason
  }
}
