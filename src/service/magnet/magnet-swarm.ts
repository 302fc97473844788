/**
 * A torrent of which there is only a magnet link: in its swarm like any other, but to get its metadata. What becomes of it then is
 * the registry's business. Changes of the phase go through one queue, as in `Swarm`.
 */
import { monotonicNow, pathExists, removeStateFile, sha1, type PeerConnection } from '../../io/index.ts'
import {
  MAGNET_LIMITS,
  METADATA_PIECE_LENGTH,
  type Handshake,
  type InfoHash,
  type Metainfo,
  type PeerAddress,
} from '../../protocol/index.ts'
import { ChokerLog, MetadataSwarm, type PeerSource } from '../../swarm/index.ts'
import { extensionOffers } from '../network/extension-offers.ts'
import { failureSentence } from '../failure-sentence.ts'
import { ServiceError } from '../face.ts'
import { meetPeersOfLink } from './link-peers.ts'
import { saveMagnet, type KeptLink } from './magnet-file.ts'
import { ownAnnounce } from '../network/own-announce.ts'
import { foreignTrackers } from '../network/own-addresses.ts'
import { peerFields, peerNews, type PeerChange } from '../network/peer-news.ts'
import { orStorageRefusal } from '../storage-refusal.ts'
import { saveSettings, type SwarmSettings } from '../swarm/swarm-settings.ts'
import type { SwarmSurroundings } from '../swarm/swarm-surroundings.ts'
import { withChanges, type WishChanges } from '../swarm/swarm-wishes.ts'
import { TorrentRunner, type TorrentNews } from '../swarm/torrent-runner.ts'

const RETRY_MS = 15_000
const GOODBYE_MS = 5_000
const DEAF_MS = 60_000
/** What trackers are told that we lack: more than nothing, or they would take us for a seeder. */
const UNKNOWN_LEFT = METADATA_PIECE_LENGTH

export interface FetchingPhase {
  readonly name: 'active'
  readonly torrent: MetadataSwarm
  readonly runner: TorrentRunner
}

export type MagnetPhase =
  | { readonly name: 'stopped' }
  | FetchingPhase
  /** `retryAt`: when it is tried again by itself (ms, monotonic), or null when a person has to act. */
  | { readonly name: 'error'; readonly reason: string; readonly retryAt: number | null }

export interface KnownPeers {
  readonly source: PeerSource
  readonly addresses: readonly PeerAddress[]
}

export class MagnetSwarm {
  /** Nobody is given anything yet. */
  readonly chokerLog = new ChokerLog()
  /** As far as anything is known. */
  readonly isPrivate = false
  readonly around: SwarmSurroundings
  readonly #onMetadata: (magnet: MagnetSwarm, infoBytes: Buffer) => void
  #link: KeptLink
  #settings: SwarmSettings
  #phase: MagnetPhase = { name: 'stopped' }
  #queue: Promise<unknown> = Promise.resolve()
  /** It is here, and something else hinders. */
  #metadata: Buffer | null = null

  /** @param onMetadata it is here, and right; called again when the registry said `failed` */
  constructor(
    link: KeptLink,
    settings: SwarmSettings,
    around: SwarmSurroundings,
    onMetadata: (magnet: MagnetSwarm, infoBytes: Buffer) => void,
  ) {
    this.#link = link
    this.#settings = settings
    this.around = around
    this.#onMetadata = onMetadata
  }

  get infoHash(): InfoHash {
    return this.#link.infoHash
  }

  /** What the link says, or else the info hash. Hostile text. */
  get name(): string {
    return this.#link.name === '' ? this.infoHash : this.#link.name
  }

  /** The name that it was asked for by, which its metadata has to have; null: it was asked for by its info hash. */
  get askedName(): string | null {
    return this.#link.askedName
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
    return this.#settings
  }

  get phase(): MagnetPhase {
    return this.#phase
  }

  get active(): FetchingPhase | null {
    return this.#phase.name === 'active' ? this.#phase : null
  }

  /** Resolves when no change of phase is under way. */
  get settled(): Promise<unknown> {
    return this.#queue
  }

  get handshake(): Handshake {
    const extensions = { fast: true, extended: true, dht: false }
    return { infoHash: this.infoHash, peerId: this.around.peerId, extensions }
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

  /** Joins the swarm. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#phase.name !== 'active') this.#join()
    })
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#leave()
      this.#phase = { name: 'stopped' }
    })
  }

  /** The metadata can't be used: it is left, and tried again after a while if that may help. */
  failed(reason: string, retry: boolean): Promise<void> {
    return this.#inTurn(async () => {
      await this.#leave()
      this.#phase = { name: 'error', reason, retryAt: retry ? monotonicNow() + RETRY_MS : null }
      this.#log('swarm.error', { reason })
    })
  }

  /** The same torrent by another link: what that one says beyond ours is taken over. @throws ServiceError storage */
  async merge(link: KeptLink): Promise<void> {
    const trackers = [...new Set([...this.#link.trackers, ...link.trackers])].slice(0, MAGNET_LIMITS.trackers)
    const isKnown = ({ host, port }: PeerAddress): boolean =>
      this.#link.peers.some((peer) => peer.host === host && peer.port === port)
    const peers = [...this.#link.peers, ...link.peers.filter((peer) => !isKnown(peer))].slice(0, MAGNET_LIMITS.peers)
    const hasNewTrackers = trackers.length > this.#link.trackers.length
    // Who asks for just this torrent takes it whatever it is called.
    const askedName = link.askedName === null ? null : this.#link.askedName
    const isRenamed = askedName !== this.#link.askedName
    if (!hasNewTrackers && peers.length === this.#link.peers.length && !isRenamed) return
    this.#link = { ...this.#link, trackers, peers, askedName }
    await orStorageRefusal('Could not keep the magnet link', () => saveMagnet(this.#place.magnet, this.#link))
    const { active } = this
    if (!active) return isRenamed && this.#metadata ? this.#onMetadata(this, this.#metadata) : undefined
    if (!hasNewTrackers) return void meetPeersOfLink(this.#link, active.runner)
    await this.#inTurn(async () => {
      if (this.active !== active) return
      await this.#leave()
      this.#join()
    })
  }

  /** @throws ServiceError metadata-missing: files are not known yet */
  async change(changes: WishChanges): Promise<void> {
    if ((changes.files?.length ?? 0) > 0) throw metadataMissing(this)
    this.#settings = { ...this.#settings, wishes: withChanges(this.#settings.wishes, changes, { files: [] }) }
    await orStorageRefusal('Could not note that for the next start', () => this.#save())
  }

  /** What the user wants of it, kept over restarts. */
  async want(desired: 'started' | 'stopped'): Promise<void> {
    this.#settings = { ...this.#settings, desired }
    await orStorageRefusal('Could not note that for the next start', () => this.#save())
    if (desired === 'started') await this.start()
    else await this.stop()
  }

  /** Stops and forgets it. */
  async remove(): Promise<void> {
    await this.stop()
    await orStorageRefusal('Could not remove the swarm', async () => {
      await removeStateFile(this.#place.magnet)
      this.#settings = { ...this.#settings, removed: true }
      await this.#save()
    })
  }

  adopt(connection: PeerConnection): void {
    const { active } = this
    if (active) active.runner.adopt(connection)
    else connection.close()
  }

  /** What hinders may be gone: it is tried now, and not in a while. */
  retry(): void {
    const phase = this.#phase
    if (phase.name === 'error' && phase.retryAt !== null) this.#phase = { ...phase, retryAt: monotonicNow() }
  }

  /** At least once a second. */
  tick(now: number): void {
    const phase = this.#phase
    if (phase.name === 'error' && phase.retryAt !== null && now >= phase.retryAt) {
      this.#phase = { ...phase, retryAt: null }
      if (this.#metadata) this.#onMetadata(this, this.#metadata)
      else void this.start()
    }
    if (phase.name !== 'active') return
    phase.runner.dispatch({ type: 'tick' })
    phase.runner.closeDeaf(now - DEAF_MS)
  }

  /** There is no account yet that could change by itself. */
  async save(): Promise<void> {}

  get #place(): ReturnType<SwarmSurroundings['root']['swarm']> {
    return this.around.root.swarm(this.infoHash)
  }

  #join(): void {
    const { around, infoHash } = this
    const torrent = new MetadataSwarm({
      infoHash,
      ownPeerId: around.peerId,
      ownPort: around.peerPort(),
      client: around.client,
      announceTiers: foreignTrackers(this.announceTiers, around.peerPort(), (url, reason) =>
        this.#log('tracker.skipped', { url, reason }),
      ),
      extensions: extensionOffers(this),
      limits: around.policy.limits,
      sha1,
      random: around.random,
      now: monotonicNow(),
    })
    const runner = new TorrentRunner({
      torrent,
      pieceLength: 0,
      storage: null,
      handshake: this.handshake,
      clientPorts: around.clientPorts,
      dialGate: around.dialGate,
      askTracker: (url, request, signal) => around.trackers.ask(url, request, signal),
      counts: around.counts,
      announceRequest: () => ownAnnounce(this, around, this.#settings, UNKNOWN_LEFT),
      onEffect: (effect) => this.#onEffect(effect),
      onExtension: (effect) => around.network.heardInSwarm(runner, effect),
      onWritten: () => {},
      onConnected: (connection) => this.#tellOfPeer(connection, { type: 'peer.connected' }),
      onClosed: (connection, reason) => {
        around.network.closedInSwarm(connection)
        this.#tellOfPeer(connection, { type: 'peer.closed', reason })
      },
      onStorageError: (error) => this.#log('bug', { error: error.message }),
      onBug: (error) =>
        this.#log('bug', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    })
    this.#phase = { name: 'active', torrent, runner }
    around.onOwnPart(this, UNKNOWN_LEFT)
    runner.dispatch({ type: 'tick' })
    void meetPeersOfLink(this.#link, runner)
  }

  #onEffect(effect: TorrentNews): void {
    if (effect.type === 'banned') {
      this.around.counts.bans.add(effect.reason)
      this.#log('peer.banned', { peer: effect.banKey, reason: effect.reason })
    }
    if (effect.type !== 'metadata') return
    this.#metadata = effect.bytes
    this.#onMetadata(this, effect.bytes)
  }

  async #leave(): Promise<void> {
    const { active } = this
    if (!active) return
    this.around.onOwnPart(this, null)
    await active.runner.stop(GOODBYE_MS)
    this.#phase = { name: 'stopped' }
  }

  /** The swarm's folder is there from its adding to its end: a removed one is not written again. */
  async #save(): Promise<void> {
    if (await pathExists(this.#place.folder)) await saveSettings(this.#place.settings, this.#settings)
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(change)
    this.#queue = turn.catch((error: unknown) => this.#log('swarm.error', { reason: failureSentence(error) }))
    return turn
  }

  #tellOfPeer(connection: PeerConnection, change: PeerChange): void {
    const { type, ...fields } = change
    this.#log(type, { ...peerFields(connection), ...fields })
    this.around.tell(peerNews(this.infoHash, connection, change))
  }

  #log(event: string, fields: Record<string, unknown>): void {
    this.around.log(event, { infoHash: this.infoHash, ...fields })
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
