/**
 * What the service shows to `control/` and `cli/`: plain values in, plain values out. Nothing here is live; each call
 * returns a fresh picture. Bytes are bytes, rates are bytes per second, times are RFC 3339 texts in UTC.
 */
import type { InfoHash, PeerAddress, SWARM_STATES, SWARM_STATUSES } from '../protocol/index.ts'
import type { ChokeCode, ChokerRoundsView, ChokerView, DownloadCode, FairnessView } from './choker-face.ts'
import type { MemberView, NetworkView } from './network-face.ts'
import type { ManifestRun, ManifestView } from './names-face.ts'
import type { ServiceListener } from './events.ts'
import type { ServiceMeasures, SwarmMeasures } from './measures/measures.ts'

export type * from './choker-face.ts'
export type { PeerMeasures, ServiceMeasures, SwarmMeasures } from './measures/measures.ts'
import type { TorrentWish } from './swarm/make-torrent.ts'
import type { RateLimits } from './rate-limits.ts'
import type { FilePriority, WishChanges } from './swarm/swarm-wishes.ts'

export type * from './choker-face.ts'
export type { TorrentWish } from './swarm/make-torrent.ts'
export type { RateLimits } from './rate-limits.ts'
export type { FilePriority, WishChanges } from './swarm/swarm-wishes.ts'
export type { ServiceEvent, ServiceListener, ServiceNews } from './events.ts'

/** `seeder` has all, `peer` has some and wants some, `leech` has none yet. */
export type SwarmStatus = (typeof SWARM_STATUSES)[number]

export type SwarmState = (typeof SWARM_STATES)[number]

export interface SwarmView {
  readonly infoHash: InfoHash
  readonly name: string
  readonly status: SwarmStatus
  readonly state: SwarmState
  /** Why it is in this state, one sentence for a person. */
  readonly stateReason: string
  readonly length: number
  readonly pieceLength: number
  readonly pieces: { readonly total: number; readonly have: number }
  /** 0 … 1, by bytes verified. */
  readonly progress: number
  readonly downloadRate: number
  readonly uploadRate: number
  /** Payload bytes since the swarm was added, over restarts. */
  readonly downloaded: number
  readonly uploaded: number
  /** Bytes that were of no use: duplicates, hash failures, unasked blocks. */
  readonly wasted: number
  readonly etaSeconds: number | null
  /** `choked` while all unchoke slots are taken: who asks now has to wait. */
  readonly uploadState: 'open' | 'choked'
  readonly peers: {
    readonly connected: number
    readonly unchoked: number
    readonly downloadingFrom: number
    readonly known: number
  }
  readonly isPrivate: boolean
  /** Pieces come from the first to the last, and not rarest first. */
  readonly sequential: boolean
  /** Bytes per second; null: none. */
  readonly downloadLimit: number | null
  readonly uploadLimit: number | null
  readonly addedAt: string
  readonly completedAt: string | null
}

export interface PeerView {
  /** `10.0.0.251:5000`: the remote end of the socket. */
  readonly address: string
  /** 40 hex digits. */
  readonly peerId: string
  /** What it calls itself (BEP 10 `v`), or a guess from its peer id; '' when unknown. Hostile text. */
  readonly client: string
  readonly direction: 'inbound' | 'outbound'
  /** Our end of the socket, `10.0.0.248:5001`. */
  readonly localAddress: string
  /** 0 … 1. */
  readonly progress: number
  readonly downloadRate: number
  readonly uploadRate: number
  readonly downloaded: number
  readonly uploaded: number
  readonly amChoking: boolean
  readonly amInterested: boolean
  readonly peerChoking: boolean
  readonly peerInterested: boolean
  readonly snubbed: boolean
  readonly slot: 'regular' | 'optimistic' | null
  /** The choker's last word about this peer, for programs and in a sentence. */
  readonly chokeCode: ChokeCode
  readonly chokeReason: string
  /** Why we get, or don't get, data from it, for programs and in a sentence. */
  readonly downloadCode: DownloadCode
  readonly downloadReason: string
  readonly requestsInFlight: number
  readonly uploadQueue: number
  readonly connectedAt: string
}

export interface PiecesView {
  readonly total: number
  readonly have: number
  readonly pieceLength: number
  /** Have-bits, piece 0 in the highest bit of the first byte (as on the wire, BEP 3), base64. */
  readonly bitfield: string
  /** Connected peers that have each piece. */
  readonly availability: readonly number[]
  readonly inProgress: readonly {
    readonly index: number
    readonly blocks: number
    readonly received: number
    readonly requested: number
  }[]
}

export interface FileView {
  readonly index: number
  /** Below `shareable/`, with `/`. */
  readonly path: string
  readonly length: number
  readonly offset: number
  readonly progress: number
  readonly priority: FilePriority
}

/** A file to be read, which need not be whole yet. */
export interface OpenedFile {
  /** Below `shareable/`, with `/`. */
  readonly path: string
  readonly length: number
  /**
   * The bytes from `from` to before `to`, as they come: pieces that are not here are asked for before all others.
   * Throws `swarm-stopped` when the swarm stops, `file-switched-off` when it would wait for a file that is switched off,
   * and the signal's reason.
   */
  read(from: number, to: number, signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** One thing that has to be right for the service to do its work. */
export interface ReadinessCheck {
  readonly name: string
  readonly ok: boolean
  /** In words. */
  readonly detail: string
}

/** A tracker that the torrent names, and how it went with it. */
export interface TrackerView {
  /** Passkeys are masked. */
  readonly url: string
  /** From 0. */
  readonly tier: number
  readonly status: 'working' | 'announcing' | 'waiting' | 'failed' | 'own' | 'refused' | 'stopped'
  /** The status in a sentence. */
  readonly statusReason: string
  /** When it last answered or failed. */
  readonly lastAnnounceAt: string | null
  readonly nextAnnounceAt: string | null
  /** As it last said. */
  readonly seeders: number | null
  readonly leechers: number | null
  /** Peers that its last answer named. */
  readonly peers: number | null
  /** Announces that failed since the last good one. */
  readonly failures: number
  /** Hostile text. */
  readonly lastError: string | null
}

export type AddResult = { readonly created: boolean; readonly swarm: SwarmView }

export interface ServiceIdentity {
  /** uuid, kept in the state. */
  readonly memberId: string
  readonly version: string
  readonly peerPort: number
  readonly root: string
  readonly startedAt: string
}

/** A thing that the user asked for can't be done; `code` names it for programs, the message says what to do. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ServiceErrorCode

  constructor(code: ServiceErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export type ServiceErrorCode =
  | 'invalid-torrent' // 422
  | 'invalid-magnet' // 422
  | 'unsupported-torrent' // 422
  | 'invalid-name' // 422: no torrent can be called so
  | 'name-not-found' // 404: nobody has a torrent of that name
  | 'name-ambiguous' // 409: see NameAmbiguousError
  | 'torrent-not-found' // 404: no such file in torrents/
  | 'path-outside-torrents' // 422
  | 'swarm-not-found' // 404
  | 'file-not-found' // 404: not in shareable/
  | 'unshareable' // 422: no torrent can be made of it
  | 'swarm-stopped' // 409
  | 'file-switched-off' // 409: what is not here of it never comes
  | 'metadata-missing' // 409: of a magnet link
  | 'swarm-conflict' // 409
  | 'invalid-address' // 422
  | 'not-ready' // 503
  | 'storage' // 507

/** All that the control plane can ask. Every method that takes an info hash throws `swarm-not-found`. */
export interface PeerService {
  identity(): ServiceIdentity
  /** Bytes of a .torrent. */
  addTorrent(bytes: Uint8Array): Promise<AddResult>
  /** A magnet link; its torrent's metadata is fetched from peers (BEP 9). @throws invalid-magnet, unsupported-torrent */
  addMagnet(link: string): Promise<AddResult>
  /**
   * The torrent of this name: one that is here, or else what the members of the network name; then as by a magnet link.
   * @throws invalid-name, name-not-found, name-ambiguous (a NameAmbiguousError), not-ready
   */
  addByName(name: string): Promise<AddResult>
  /** A .torrent's path inside `torrents/`. */
  addTorrentFile(path: string): Promise<AddResult>
  /** Makes a torrent of what lies in `shareable/`, with ourselves as announcer, and seeds it. */
  makeTorrent(wish: TorrentWish): Promise<AddResult>
  readiness(): Promise<ReadinessCheck[]>
  swarms(): SwarmView[]
  swarm(infoHash: InfoHash): SwarmView
  /** Leaves or joins the swarm; kept over restarts. */
  setDesiredState(infoHash: InfoHash, state: 'started' | 'stopped'): Promise<SwarmView>
  /** Forgets the swarm and its partial data; complete files in `shareable/` go only with `deleteData`. */
  remove(infoHash: InfoHash, options: { readonly deleteData: boolean }): Promise<void>
  peers(infoHash: InfoHash): PeerView[]
  /** Adds candidates to connect to; they are dialled as slots allow. Returns how many were new. */
  addPeers(infoHash: InfoHash, addresses: readonly PeerAddress[]): number
  /** This member of the network. */
  network(): NetworkView
  /** All machines of the network, ourselves first, those gone of late among them. */
  members(): MemberView[]
  pieces(infoHash: InfoHash): PiecesView
  files(infoHash: InfoHash): FileView[]
  /** Numbers for metrics. */
  measures(): Promise<ServiceMeasures>
  /** Those of one swarm after the other, each read when the iteration comes to it: the caller may pause between. */
  measuredSwarms(): Iterable<SwarmMeasures>
  /** The choker now: slots, countdown, ranking, sources. @throws ServiceError swarm-stopped, not-ready when it is not running yet */
  choker(infoHash: InfoHash): ChokerView
  /** The decisions kept, oldest first: from the record after `since` on, or with null the newest ones. */
  chokerRounds(infoHash: InfoHash, options: { readonly since: number | null; readonly limit: number }): ChokerRoundsView
  /** What each peer gave and was given. @throws ServiceError swarm-stopped, not-ready when it is not running yet */
  fairness(infoHash: InfoHash): FairnessView
  /** Which files, in what order, how fast; kept over restarts. @throws file-not-found, metadata-missing */
  changeWishes(infoHash: InfoHash, changes: WishChanges): Promise<SwarmView>
  /** One file, by its index. @throws file-not-found, swarm-stopped, not-ready, metadata-missing */
  openFile(infoHash: InfoHash, index: number): OpenedFile
  /** Those of all swarms together. */
  limits(): RateLimits
  changeLimits(changes: Partial<RateLimits>): Promise<RateLimits>
  /** A magnet link for others, with this peer as one that has it. */
  magnet(infoHash: InfoHash): string
  /** A run of the pieces, and who has each; none when it would begin behind the last. @throws metadata-missing */
  manifest(infoHash: InfoHash, run: ManifestRun): ManifestView
  /** The .torrent as it was added. @throws metadata-missing */
  metainfo(infoHash: InfoHash): Uint8Array
  /** Begins to read all pieces back, trusting nothing. @throws swarm-stopped, metadata-missing */
  recheck(infoHash: InfoHash): SwarmView
  trackers(infoHash: InfoHash): TrackerView[]
  /** Asks the trackers now. @throws ServiceError swarm-stopped, not-ready when it is not running yet */
  announce(infoHash: InfoHash): void
  /** Calls the listener with all that happens from now on. @returns ends that */
  onEvent(listener: ServiceListener): () => void
}
