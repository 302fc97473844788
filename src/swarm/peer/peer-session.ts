/** One live connection to a peer of the swarm: what each side said, asked and gave. Numbers and flags; no policy. */
import {
  BLOCK_LENGTH,
  Bitfield,
  LONG_BLOCK_LENGTH,
  type PeerAddress,
  type PeerId,
  type PieceIndex,
} from '../../protocol/index.ts'
import { excluded } from '../choker/choke-reasons.ts'
import type { ChokeDecision, UnchokeSlot } from '../choker/choker.ts'
import { Debt } from '../choker/debt.ts'
import { SlotClock } from '../choker/slot-clock.ts'
import { UplinkUse } from '../choker/uplink-use.ts'
import type { PieceAssembly } from '../piece-picker/piece-assembly.ts'
import { RateMeter } from '../rate/rate-meter.ts'
import { RequestQueue } from './request-queue.ts'
import { UploadQueue } from './upload-queue.ts'

/** The owner's number for a connection; never used twice. */
export type PeerKey = number

export interface PeerGreeting {
  readonly peer: PeerKey
  /** The far end of the socket. */
  readonly address: PeerAddress
  readonly peerId: PeerId
  /** Our end's address, if the owner knows it. */
  readonly ownHost?: string
  readonly outbound: boolean
  /** Both sides speak BEP 6. */
  readonly fast: boolean
  /** Both sides speak BEP 10. */
  readonly extended: boolean
}

/** Suggestions of a peer that we remember: it should not name more than we can fetch soon. */
const KEPT_SUGGESTIONS = 8

export class PeerSession {
  readonly key: PeerKey
  readonly address: PeerAddress
  readonly peerId: PeerId
  readonly outbound: boolean
  readonly fast: boolean
  readonly extended: boolean
  readonly connectedAt: number
  /** By which it is banned, whatever it calls itself. */
  readonly banKey: string

  /** What it calls itself (BEP 10 `v`). Hostile text. */
  client = ''
  /** Extensions that both of us speak, with the id by which this peer wants them (BEP 10). */
  readonly extensionIds = new Map<string, number>()
  /** Bytes that one request may ask for, either way: more than a block only when both of us say so. */
  longestRequest = BLOCK_LENGTH
  /** Where it listens, when we know. */
  listenAddress: PeerAddress | null

  amChoking = true
  amInterested = false
  peerChoking = true
  peerInterested = false

  readonly pieces: Bitfield
  /** Pieces it has and we lack. */
  wantedPieces = 0
  /** Whether it said anything about its pieces: a bitfield after that has to bring something new. */
  heardPieces = false
  uploadOnly = false
  /** It said at once that it has everything: counted as a seeder in the availability, not piece by piece. */
  countedAsSeeder = false
  /** Pieces it serves even while it chokes us (BEP 6). */
  readonly allowedFast = new Set<number>()
  /** Pieces that we have got and that it is yet to be told of. */
  readonly untold: PieceIndex[] = []
  /** Pieces that it proposes to us (BEP 6 suggest), the latest ones. */
  readonly suggested = new Set<number>()
  /** Pieces that we proposed to it and that it has not asked for yet. */
  readonly suggestedToIt = new Set<number>()
  /** Pieces of which it rejected a block though it does not choke us: asking at once again would go round for ever. */
  readonly refused = new Set<number>()

  readonly download: RateMeter
  readonly upload: RateMeter
  readonly requests: RequestQueue
  readonly uploads = new UploadQueue()
  /** Requests we gave up, or that came to nothing. They may be answered all the same, which is no fault. */
  readonly givenUp = new Set<number>()
  /** The blocks whose bytes come in right now, from `first` up to `end`, and where they go. */
  receiving: { readonly assembly: PieceAssembly; readonly first: number; readonly end: number } | null = null

  /** One of the few peers that we send requests to. */
  isSource = false
  /** It is asked for nothing more, and its place goes to another when it has sent what it owes. */
  givesWay = false
  sourceSince = 0
  /** What it had sent when it became a source. */
  downloadedBefore = 0
  /** It had blocks of ours to send and sent none for too long. */
  snubbed = false
  snubbedAt = 0
  /** When it was a source last, it gave next to nothing. */
  askedInVain = false
  /** Set when nothing of its could be asked; cleared by any change. */
  nothingToAsk = false

  slot: UnchokeSlot | null = null
  /** When it got this slot. */
  slotSince = 0
  readonly slots: SlotClock
  /** Of our uplink, while we seed; its machine's from before, if that comes back. */
  use = new UplinkUse()
  /** Of our uplink, while it has a slot: 0 to 1. */
  share = 1
  /** What it took and has not paid for; its machine's from before, if that comes back. */
  debt = new Debt()
  /** The choker's last word about it. Both sides begin choked and not interested (BEP 3). */
  verdict: ChokeDecision
  /** When it first said that it is interested, and when the first byte went to it. */
  interestedAt: number | null = null
  givenAt: number | null = null

  /** When it last asked for a block, or took one. */
  lastServedAt = Number.NEGATIVE_INFINITY
  /** Since the last round it has held a slot for a while and asked for nothing. */
  unused = false
  /** The rate that ranked it in the last round; null before there was one. */
  rankedRate: number | null = null

  lastHeardAt: number
  lastSentAt: number
  lastBlockAt: number
  wasted = 0
  unwantedBlocks = 0
  /** Requests that came since we choked it. */
  chokedRequests = 0

  constructor(greeting: PeerGreeting, banKey: string, pieceCount: number, now: number) {
    this.key = greeting.peer
    this.address = greeting.address
    this.peerId = greeting.peerId
    this.outbound = greeting.outbound
    this.fast = greeting.fast
    this.extended = greeting.extended
    this.banKey = banKey
    this.listenAddress = greeting.outbound ? greeting.address : null
    this.pieces = new Bitfield(pieceCount)
    this.download = new RateMeter(now)
    this.upload = new RateMeter(now)
    this.requests = new RequestQueue(now)
    this.slots = new SlotClock(now)
    this.verdict = { key: this.key, slot: null, rank: 0, code: 'not-interested', reason: excluded('not-interested') }
    this.connectedAt = now
    this.lastHeardAt = now
    this.lastSentAt = now
    this.lastBlockAt = now
  }

  /** It serves requests of so many bytes, as it says; we serve as long ones as it does, up to what we said. */
  agreeOnRequests(bytes: number): void {
    this.longestRequest = Math.max(BLOCK_LENGTH, Math.min(bytes, LONG_BLOCK_LENGTH))
  }

  /** It proposes that we fetch this piece next: a seeder knows better than we what nobody else fetches. */
  heardSuggestion(piece: number): void {
    this.suggested.add(piece)
    const [oldest] = this.suggested
    if (this.suggested.size > KEPT_SUGGESTIONS && oldest !== undefined) this.suggested.delete(oldest)
  }

  /** It lives on the others' work: it has had its credit, and is in debt though it could give. */
  get freeRides(): boolean {
    // Who would serve us, and is not asked, is not to blame.
    const { peerChoking, isSource, snubbed, askedInVain } = this
    return this.debt.exceedsCredit && (peerChoking || isSource || snubbed || askedInVain)
  }

  get isSeeder(): boolean {
    return this.pieces.isFull
  }

  /** Whether it would send blocks that we ask for now. */
  get serves(): boolean {
    return !this.peerChoking || this.allowedFast.size > 0
  }
}
