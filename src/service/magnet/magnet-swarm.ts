/**
 * A torrent of which there is only a magnet link: in its swarm like any other, but to get its metadata. What becomes of it then is
 * the registry's business.
 */
import { removeStateFile } from '../../io/index.ts'
import {
  MAGNET_LIMITS,
  METADATA_PIECE_LENGTH,
  type InfoHash,
  type Metainfo,
  type PeerAddress,
} from '../../protocol/index.ts'
import { ChokerLog, MetadataSwarm, type PeerSource } from '../../swarm/index.ts'
import { ServiceError } from '../face.ts'
import { meetPeersOfLink } from './link-peers.ts'
import { saveMagnet, type KeptLink } from './magnet-file.ts'
import type { SwarmPlace } from '../root-folder.ts'
import { orStorageRefusal } from '../storage-refusal.ts'
import type { KeptSettings } from '../swarm/kept-settings.ts'
import { ownSide } from '../swarm/own-side.ts'
import { SwarmLife } from '../swarm/swarm-life.ts'
import type { SwarmSettings } from '../swarm/swarm-settings.ts'
import type { SwarmSurroundings } from '../swarm/swarm-surroundings.ts'
import { withChanges, type WishChanges } from '../swarm/swarm-wishes.ts'
import type { TorrentRunner } from '../swarm/torrent-runner.ts'

/** What trackers are told that we lack: more than nothing, or they would take us for a seeder. */
const UNKNOWN_LEFT = METADATA_PIECE_LENGTH

export interface FetchingPhase {
  readonly name: 'active'
  readonly torrent: MetadataSwarm
  readonly runner: TorrentRunner
}

export interface KnownPeers {
  readonly source: PeerSource
  readonly addresses: readonly PeerAddress[]
}

export class MagnetSwarm {
  /** Nobody is given anything yet. */
  readonly chokerLog = new ChokerLog()
  /** As far as anything is known. */
  readonly isPrivate = false
  readonly life: SwarmLife<FetchingPhase>
  readonly around: SwarmSurroundings
  readonly #onMetadata: (magnet: MagnetSwarm, infoBytes: Buffer) => void
  #link: KeptLink
  /** It is here, and something else hinders. */
  #metadata: Buffer | null = null
  /** The name in its metadata, when that is another one than it was asked for by. */
  #provenName: string | null = null

  /** @param onMetadata it is here, and right; called again at each start */
  constructor(
    link: KeptLink,
    kept: KeptSettings,
    around: SwarmSurroundings,
    onMetadata: (magnet: MagnetSwarm, infoBytes: Buffer) => void,
  ) {
    this.#link = link
    this.around = around
    this.#onMetadata = onMetadata
    const about = { infoHash: link.infoHash, isPrivate: this.isPrivate }
    this.life = new SwarmLife({ about, kept, around, join: () => this.#start(), left: () => {} })
  }

  get infoHash(): InfoHash {
    return this.#link.infoHash
  }

  /** What the link says, or else the info hash. Hostile text. */
  get name(): string {
    return this.#link.name === '' ? this.infoHash : this.#link.name
  }

  /** As far as that is known: what it was asked for by, or, when that turned out wrong, what its metadata says. */
  get knownName(): { readonly name: string; readonly wasWrong: boolean } | null {
    const name = this.#provenName ?? this.#link.askedName
    return name === null ? null : { name, wasWrong: this.#provenName !== null }
  }

  /** What is known of the torrent. */
  get about(): Pick<Metainfo, 'infoHash' | 'name' | 'isPrivate' | 'announceTiers'> {
    return this
  }

  get link(): KeptLink {
    return this.#link
  }

  /** Each tracker of a link is asked by itself (BEP 9 says nothing of tiers). */
  get announceTiers(): readonly (readonly string[])[] {
    return this.#link.trackers.map((url) => [url])
  }

  get settings(): SwarmSettings {
    return this.life.kept.now
  }

  get active(): FetchingPhase | null {
    return this.life.active
  }

  /** Peers that were met on the way, by where they were heard of, the best first. */
  get knownPeers(): KnownPeers[] {
    const bySource = new Map<PeerSource, PeerAddress[]>()
    for (const { address, sources } of this.active?.torrent.peers.all() ?? []) {
      const source = BEST_SOURCES.find((each) => sources.has(each)) ?? [...sources][0]
      if (source === undefined) continue
      const addresses = bySource.get(source)
      if (addresses) addresses.push(address)
      else bySource.set(source, [address])
    }
    return Array.from(bySource, ([source, addresses]) => ({ source, addresses }))
  }

  /** The metadata can't be used: it is left, and tried again after a while if that may help. */
  failed(reason: string, retry: boolean): Promise<void> {
    return this.life.inTurn(() => this.life.fail(reason, retry))
  }

  /** Its metadata is here, and has this name, which is not the one that it was asked for by. */
  misnamed(name: string): Promise<void> {
    this.#provenName = name
    return this.failed(
      `it was asked for as ${this.#link.askedName}, but by its metadata it is ${name}: who named it was wrong. Remove it, or add its magnet link if it is what you want`,
      false,
    )
  }

  /** The same torrent by another link: what that one says beyond ours is taken over. @throws ServiceError storage */
  async merge(link: KeptLink): Promise<void> {
    const trackers = [...new Set([...this.#link.trackers, ...link.trackers])].slice(0, MAGNET_LIMITS.trackers)
    const isKnown = ({ host, port }: PeerAddress): boolean =>
      this.#link.peers.some((peer) => peer.host === host && peer.port === port)
    const peers = [...this.#link.peers, ...link.peers.filter((peer) => !isKnown(peer))].slice(0, MAGNET_LIMITS.peers)
    const hasNewTrackers = trackers.length > this.#link.trackers.length
    // Who asks for just this torrent takes it whatever it is called; who asks for it by the name that it has, is right.
    const askedName = link.askedName === null || this.#provenName !== null ? link.askedName : this.#link.askedName
    const isRenamed = askedName !== this.#link.askedName
    if (!hasNewTrackers && peers.length === this.#link.peers.length && !isRenamed) return
    this.#link = { ...this.#link, trackers, peers, askedName }
    if (isRenamed) this.#provenName = null
    await orStorageRefusal('Could not keep the magnet link', () => saveMagnet(this.#place.magnet, this.#link))
    const { active } = this
    if (!active) return isRenamed && this.#metadata ? this.#onMetadata(this, this.#metadata) : undefined
    if (!hasNewTrackers) return void meetPeersOfLink(this.#link, active.runner)
    await this.life.inTurn(async () => {
      if (this.active !== active) return
      await this.life.leave()
      this.#start()
    })
  }

  /** @throws ServiceError metadata-missing: files are not known yet */
  async change(changes: WishChanges): Promise<void> {
    if ((changes.files?.length ?? 0) > 0) throw metadataMissing(this)
    await this.life.kept.keep({ wishes: withChanges(this.settings.wishes, changes, { files: [] }) })
  }

  /** Stops and forgets it. @throws ServiceError storage */
  remove(): Promise<void> {
    return this.life.remove(() => removeStateFile(this.#place.magnet))
  }

  /** At least once a second. */
  tick(now: number): void {
    this.life.tick(now)
  }

  /** There is no account yet that could change by itself. */
  async save(): Promise<void> {}

  get #place(): SwarmPlace {
    return this.around.root.swarm(this.infoHash)
  }

  #start(): void {
    if (this.#metadata) this.#onMetadata(this, this.#metadata)
    else this.#join()
  }

  #join(): void {
    const { around, infoHash, life } = this
    const torrent = new MetadataSwarm({
      infoHash,
      ...ownSide(this, around),
      get limits() {
        return around.policy.limits
      },
    })
    const runner = life.newRunner({
      torrent,
      pieceLength: 0,
      storage: null,
      left: () => UNKNOWN_LEFT,
      onNews: (news) => {
        if (news.type !== 'metadata') return
        this.#metadata = news.bytes
        this.#onMetadata(this, news.bytes)
      },
      onWritten: () => {},
      onStorageError: (error) => life.log('bug', { error: error.message }),
    })
    life.enter({ name: 'active', torrent, runner })
    around.onOwnPart(this, UNKNOWN_LEFT)
    runner.dispatch({ type: 'tick' })
    void meetPeersOfLink(this.#link, runner)
  }
}

/** An address of several sources counts as that of the first of these. */
const BEST_SOURCES: readonly PeerSource[] = ['manual', 'tracker', 'magnet', 'inbound', 'members', 'pex']

export function metadataMissing({ infoHash }: { readonly infoHash: InfoHash }): ServiceError {
  return new ServiceError(
    'metadata-missing',
    `Swarm ${infoHash} came by a magnet link, and its metadata is not here yet: its files and pieces are not known.`,
  )
}
