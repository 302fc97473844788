/** The service as a whole: what is started in which order, stopped in the reverse, and what the control plane may ask. */
import { randomBytes } from 'node:crypto'
import { ClientPorts, DialGate, ReadMemory, monotonicNow, wallClock, type RootLock } from '../io/index.ts'
import { TrackerRegistry } from '../network/index.ts'
import { peerIdFromBytes } from '../protocol/index.ts'
import type { InfoHash, MemberId, Metainfo, PeerAddress, PeerId } from '../protocol/index.ts'
import {
  ServiceError,
  type AddResult,
  type ChokerView,
  type FairnessView,
  type FileView,
  type OpenedFile,
  type PeerView,
  type RateLimits,
  type PiecesView,
  type ReadinessCheck,
  type ServiceIdentity,
  type ServiceMeasures,
  type SwarmMeasures,
  type SwarmView,
  type TorrentWish,
  type TrackerView,
  type WishChanges,
} from './face.ts'
import { viewChoker, viewFairness, viewRounds } from './swarm/choker-view.ts'
import { ServiceEvents, type ServiceListener } from './events.ts'
import { LocalPeers } from './network/local-peers.ts'
import { SwarmPolicy, follow } from './live-settings.ts'
import { measureService } from './measures/measure-service.ts'
import { measureSwarm } from './measures/measure-swarm.ts'
import { Neighbourhood } from './network/neighbourhood.ts'
import { peerGate } from './network/peer-gate.ts'
import { PeerPort } from './network/peer-port.ts'
import { makeTorrent } from './swarm/make-torrent.ts'
import { Names } from './names/names.ts'
import type { ManifestRun, ManifestView } from './names-face.ts'
import { magnetToShare } from './magnet/magnet-to-share.ts'
import { ownAnnounceUrl } from './network/own-addresses.ts'
import { checkReadiness } from './readiness.ts'
import { SharedLimits } from './rate-limits.ts'
import type { RootFolder } from './root-folder.ts'
import type { ServiceConfig } from './service-config.ts'
import type { RunningService } from './start-service.ts'
import type { MemberView, NetworkView } from './network-face.ts'
import { StateWatch } from './swarm/state-watch.ts'
import { ServiceCounts } from './measures/service-counts.ts'
import { SwarmRegistry } from './swarm/swarm-registry.ts'
import { storedFiles } from './swarm/swarm-storage.ts'
import { viewFiles, viewPeers, viewPieces, viewSwarm } from './swarm/swarm-view.ts'
import { PART_MS, TICK_MS, TickRound } from './swarm/tick-round.ts'
import { TorrentsFolder } from './swarm/torrents-folder.ts'
import { TrackerAsker } from './network/tracker-asker.ts'
import { viewTrackers } from './network/tracker-view.ts'
import { within } from './within.ts'
import { CLIENT, PEER_ID_PREFIX, VERSION } from './version.ts'

const SAVE_MS = 60_000
/** Of all swarms, for blocks that peers ask for. */
const READ_MEMORY_BYTES = 128 * 1024 * 1024
/** At a start, torrents/ is gone through before anybody comes; what is left of thousands on a slow disk comes behind. */
const TAKE_MS = 10_000
/** At a start, small swarms are checked before we say what we are; large ones go on behind. */
const SETTLE_MS = 500

export class Service implements RunningService {
  readonly #config: ServiceConfig
  readonly #root: RootFolder
  readonly #lock: RootLock
  readonly #peerId: PeerId
  readonly #startedAt = wallClock()
  readonly #tracker: TrackerRegistry
  readonly #swarms: SwarmRegistry
  readonly #folder: TorrentsFolder
  readonly #limits: SharedLimits
  readonly follow: RunningService['follow']
  readonly callOff: RunningService['callOff'] = () => this.#names.close()
  readonly #events: ServiceEvents
  readonly #states = new StateWatch((news) => this.#events.emit(news))
  readonly #trackers: TrackerAsker
  readonly #peerPort: PeerPort
  readonly #localPeers: LocalPeers
  readonly #neighbourhood: Neighbourhood
  readonly #names: Names
  #port: number
  #timer: NodeJS.Timeout | null = null
  #savedAt = monotonicNow()
  readonly #counts = new ServiceCounts()
  readonly #readMemory = new ReadMemory(READ_MEMORY_BYTES)
  readonly #round = new TickRound()
  #tickedAt: number | null = null
  #stopping: Promise<void> | null = null

  constructor(config: ServiceConfig, root: RootFolder, memberId: MemberId, lock: RootLock) {
    this.#config = config
    this.#root = root
    this.#lock = lock
    this.#port = config.port
    this.#peerId = peerIdFromBytes(Buffer.concat([Buffer.from(PEER_ID_PREFIX, 'latin1'), randomBytes(12)]))
    const onBug = (error: unknown): void =>
      config.log('bug', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    this.#events = new ServiceEvents(wallClock, onBug)
    this.#tracker = new TrackerRegistry({
      random: Math.random,
      onChange: (change) => {
        if (change.type === 'joined') queueMicrotask(() => this.#neighbourhood.announced(change.peer))
      },
    })
    this.#trackers = new TrackerAsker(CLIENT.replace(' ', '/'), this.#counts.announceSeconds, Math.random)
    this.#limits = new SharedLimits(root.limits)
    const policy = new SwarmPolicy(config)
    const dialling = { clientPorts: new ClientPorts(config.clientPorts), dialGate: new DialGate() }
    this.#neighbourhood = new Neighbourhood(config, {
      root,
      tracker: this.#tracker,
      startedAt: this.#startedAt,
      memberId,
      peerId: this.#peerId,
      peerPort: () => this.#port,
      ...dialling,
      swarm: (infoHash) => this.#swarms.find(infoHash)?.about,
      onPeer: (infoHash, address, source) => this.#meet(infoHash, address, source),
      onBug,
    })
    this.#swarms = new SwarmRegistry({
      limits: this.#limits.pair,
      root,
      peerId: this.#peerId,
      client: CLIENT,
      peerPort: () => this.#port,
      ...dialling,
      network: this.#neighbourhood.network,
      trackers: this.#trackers,
      random: Math.random,
      counts: this.#counts,
      readMemory: this.#readMemory,
      policy,
      log: config.log,
      tell: (news) => this.#events.emit(news),
      onOwnPart: (torrent, left) => this.#ownPart(torrent, left),
    })
    this.#names = new Names({
      swarms: this.#swarms,
      network: this.#neighbourhood.network,
      seeders: (infoHash) => this.#neighbourhood.seeders(infoHash),
      lsd: () => policy.lsd,
      peerPort: () => this.#port,
      log: config.log,
      onBug,
    })
    this.#folder = new TorrentsFolder({
      path: root.torrents,
      add: (bytes) => this.#swarms.add(bytes, false),
      skipped: (file, reason) => config.log('torrent.skipped', { file, reason }),
    })
    this.#localPeers = new LocalPeers({
      isOn: () => policy.lsd,
      ...(config.host === undefined ? {} : { host: config.host }),
      peerPort: () => this.#port,
      random: Math.random,
      onPeer: (infoHash, address) => this.#meet(infoHash, address, 'lsd'),
      log: config.log,
    })
    this.#peerPort = new PeerPort({
      tracker: this.#tracker,
      manifests: this.#names.endpoint,
      port: config.port,
      ...(config.host === undefined ? {} : { host: config.host }),
      maxConnections: config.maxConnections,
      ...peerGate(this.#swarms, this.#neighbourhood.network),
      onError: onBug,
    })
    const { network } = this.#neighbourhood
    const parts = { ...dialling, peerPort: this.#peerPort, policy, network, limits: this.#limits }
    this.follow = (settings) => follow(settings, parts)
  }

  async start(): Promise<void> {
    this.#port = await this.#peerPort.open()
    await this.#limits.follow(this.#config.limits ?? {})
    await this.#swarms.restore()
    await within(TAKE_MS, this.#folder.open())
    this.#neighbourhood.network.open(this.swarms())
    this.#names.open()
    this.#localPeers.tick(monotonicNow())
    this.#timer = setInterval(() => this.#tick(), PART_MS)
    await within(SETTLE_MS, Promise.all(this.#swarms.all.map(({ life }) => life.settled)))
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop())
  }

  identity(): ServiceIdentity {
    return {
      memberId: this.#neighbourhood.memberId,
      version: VERSION,
      peerPort: this.#port,
      root: this.#root.path,
      startedAt: this.#startedAt.toISOString(),
    }
  }

  async addTorrent(bytes: Uint8Array): Promise<AddResult> {
    const added = await this.#swarms.add(bytes, true)
    if (!added) throw new Error('bug: a torrent that is asked for is never passed over')
    return { created: added.created, swarm: viewSwarm(added.swarm, monotonicNow()) }
  }

  async addMagnet(link: string): Promise<AddResult> {
    const { created, swarm } = await this.#swarms.addMagnet(link)
    return { created, swarm: viewSwarm(swarm, monotonicNow()) }
  }

  async addByName(name: string): Promise<AddResult> {
    const { created, swarm } = await this.#names.add(name)
    return { created, swarm: viewSwarm(swarm, monotonicNow()) }
  }

  manifest(infoHash: InfoHash, run: ManifestRun): ManifestView {
    return this.#names.manifest(this.#swarms.whole(infoHash), run)
  }

  magnet(infoHash: InfoHash): string {
    const addresses = this.#neighbourhood.network.own.addresses(monotonicNow())
    return magnetToShare(this.#swarms.get(infoHash).about, { addresses, port: this.#port })
  }

  async addTorrentFile(name: string): Promise<AddResult> {
    return this.addTorrent(await this.#folder.read(name))
  }

  async makeTorrent(wish: TorrentWish): Promise<AddResult> {
    return this.addTorrent(await makeTorrent(this.#root, wish, ownAnnounceUrl(this.#config.host, this.#port)))
  }

  async readiness(): Promise<ReadinessCheck[]> {
    return checkReadiness(this.#root, { running: this.#stopping === null, port: this.#port })
  }

  swarms(): SwarmView[] {
    const now = monotonicNow()
    return this.#swarms.all.map((swarm) => viewSwarm(swarm, now))
  }

  swarm(infoHash: InfoHash): SwarmView {
    return viewSwarm(this.#swarms.get(infoHash), monotonicNow())
  }

  async setDesiredState(infoHash: InfoHash, state: 'started' | 'stopped'): Promise<SwarmView> {
    await this.#swarms.get(infoHash).life.want(state)
    return this.swarm(infoHash)
  }

  remove(infoHash: InfoHash, { deleteData }: { readonly deleteData: boolean }): Promise<void> {
    return this.#swarms.remove(infoHash, deleteData)
  }

  peers(infoHash: InfoHash): PeerView[] {
    return viewPeers(this.#swarms.get(infoHash), monotonicNow(), wallClock().getTime())
  }

  choker(infoHash: InfoHash): ChokerView {
    return viewChoker(this.#swarms.runningWhole(infoHash), monotonicNow())
  }

  chokerRounds(infoHash: InfoHash, { since, limit }: { readonly since: number | null; readonly limit: number }) {
    return viewRounds(this.#swarms.get(infoHash).chokerLog, since, limit, monotonicNow(), wallClock().getTime())
  }

  fairness(infoHash: InfoHash): FairnessView {
    return viewFairness(this.#swarms.runningWhole(infoHash), monotonicNow())
  }

  addPeers(infoHash: InfoHash, addresses: readonly PeerAddress[]): number {
    const active = this.#swarms.running(infoHash)
    const before = active.torrent.peers.size
    active.runner.dispatch({ type: 'candidates', addresses, source: 'manual' })
    return active.torrent.peers.size - before
  }

  network(): NetworkView {
    return this.#neighbourhood.view()
  }

  members(): MemberView[] {
    return this.#neighbourhood.members()
  }

  pieces(infoHash: InfoHash): PiecesView {
    return viewPieces(this.#swarms.get(infoHash))
  }

  files(infoHash: InfoHash): FileView[] {
    return viewFiles(this.#swarms.get(infoHash))
  }

  measures(): Promise<ServiceMeasures> {
    return measureService({
      identity: this.identity(),
      counts: this.#counts,
      port: this.#peerPort,
      network: this.#neighbourhood.network,
      localPeers: this.#localPeers,
    })
  }

  *measuredSwarms(): Iterable<SwarmMeasures> {
    for (const { about } of this.#swarms.all) {
      const swarm = this.#swarms.find(about.infoHash)
      if (swarm) yield measureSwarm(swarm, monotonicNow(), wallClock().getTime())
    }
  }

  async changeWishes(infoHash: InfoHash, changes: WishChanges): Promise<SwarmView> {
    await this.#swarms.get(infoHash).change(changes)
    return this.swarm(infoHash)
  }

  openFile(infoHash: InfoHash, index: number): OpenedFile {
    const swarm = this.#swarms.whole(infoHash)
    const file = storedFiles(swarm.metainfo)[index]
    if (!file || file.padding) throw new ServiceError('file-not-found', `The torrent has no file ${index}.`)
    this.#swarms.running(infoHash)
    const read = (from: number, to: number, signal: AbortSignal) => swarm.reading.read(index, from, to, signal)
    return { path: file.path.join('/'), length: file.length, read }
  }

  limits(): RateLimits {
    return this.#limits.pair.limits
  }

  changeLimits(changes: Partial<RateLimits>): Promise<RateLimits> {
    return this.#limits.change(changes)
  }

  metainfo(infoHash: InfoHash): Uint8Array {
    return this.#swarms.whole(infoHash).metainfo.raw
  }

  recheck(infoHash: InfoHash): SwarmView {
    this.#swarms.whole(infoHash).recheck()
    return this.swarm(infoHash)
  }

  trackers(infoHash: InfoHash): TrackerView[] {
    return viewTrackers(this.#swarms.get(infoHash), this.#port, { now: monotonicNow(), wall: wallClock().getTime() })
  }

  announce(infoHash: InfoHash): void {
    this.#swarms.running(infoHash).runner.dispatch({ type: 'announce-now' })
  }

  onEvent(listener: ServiceListener): () => void {
    return this.#events.on(listener)
  }

  #tick(): void {
    const now = monotonicNow()
    if (!this.#round.go(this.#swarms.all, now)) return
    if (this.#tickedAt !== null) this.#counts.loopLag.observe(Math.max(0, now - this.#tickedAt - TICK_MS) / 1000)
    this.#tickedAt = now
    this.#tracker.expire(now)
    this.#localPeers.tick(now)
    const swarms = this.swarms()
    this.#states.look(swarms)
    this.#neighbourhood.tick(swarms, now)
    if (now - this.#savedAt < SAVE_MS) return
    this.#savedAt = now
    this.#readMemory.rest()
    for (const swarm of this.#swarms.all) void swarm.save()
  }

  /** Nobody may come in, then the peers and trackers hear that we leave, then the state is closed. */
  async #stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#folder.close()
    this.callOff()
    this.#neighbourhood.network.leave()
    const closed = this.#peerPort.close()
    await this.#swarms.close()
    await this.#localPeers.close()
    await closed
    this.#trackers.close()
    await this.#lock.release()
  }

  /** A peer announced itself, to our tracker or to the whole LAN: our own engine hears of it as well. */
  #meet(infoHash: InfoHash, { host, port }: PeerAddress, source: 'tracker' | 'lsd' | 'members'): void {
    this.#swarms.find(infoHash)?.active?.runner.dispatch({ type: 'candidates', addresses: [{ host, port }], source })
  }

  #ownPart(torrent: Pick<Metainfo, 'infoHash' | 'isPrivate'>, left: number | null): void {
    const { infoHash } = torrent
    this.#localPeers.ownPart(torrent, left)
    if (left === null) this.#tracker.unregister(infoHash)
    else this.#tracker.setOwnPeer(infoHash, { peerId: this.#peerId, port: this.#port, left })
    if (left !== null) this.#neighbourhood.joined(infoHash)
  }
}
