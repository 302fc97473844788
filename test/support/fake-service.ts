import { fakeChoker, fakeChokerRecord, fakeFairness } from './fake-choker.ts'
import {
  ServiceError,
  type FileView,
  type PeerService,
  type PeerView,
  type ServiceListener,
  type SwarmView,
  type TrackerView,
} from '../../src/service/face.ts'
import type { LiveSettings, ManifestView, MemberView } from '../../src/service/index.ts'
import { fakeMember, fakeNetwork } from './fake-members.ts'
import { fakeServiceMeasures, fakeSwarmMeasures } from './fake-measures.ts'

type InfoHash = SwarmView['infoHash']

/** The 40 hex digits that this number ends. */
export function fakeHash(number: number): InfoHash {
  return number.toString(16).padStart(40, '0') as InfoHash
}

export function fakeSwarm(number: number, changes: Partial<SwarmView> = {}): SwarmView {
  return {
    infoHash: fakeHash(number),
    name: `file-${number}.img`,
    status: 'peer',
    state: 'downloading',
    stateReason: 'downloading from 1 of 2 peers',
    length: 3_000_000_000_000,
    pieceLength: 262144,
    pieces: { total: 12, have: 6 },
    progress: 0.5,
    downloadRate: 1048576.5,
    uploadRate: 524288,
    downloaded: 1572864,
    uploaded: 786432,
    wasted: 16384,
    etaSeconds: 1.5,
    uploadState: 'choked',
    peers: { connected: 2, unchoked: 1, downloadingFrom: 1, known: 5 },
    isPrivate: false,
    sequential: false,
    downloadLimit: null,
    uploadLimit: null,
    addedAt: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    completedAt: null,
    ...changes,
  }
}

export function fakePeer(number: number): PeerView {
  return {
    address: `10.0.0.${number}:5000`,
    peerId: fakeHash(number),
    client: '<img src=x onerror=alert(1)>',
    direction: 'outbound',
    localAddress: `10.0.0.248:${5000 + number}`,
    progress: 0.25,
    downloadRate: 1000,
    uploadRate: 2000,
    downloaded: 3000,
    uploaded: 4000,
    amChoking: false,
    amInterested: true,
    peerChoking: true,
    peerInterested: false,
    snubbed: false,
    slot: number % 2 === 0 ? null : 'optimistic',
    chokeCode: 'optimistic',
    chokeReason: 'optimistic turn',
    downloadCode: 'choked',
    downloadReason: 'it chokes us',
    requestsInFlight: 1,
    uploadQueue: 2,
    connectedAt: '2026-01-01T00:00:00.000Z',
  }
}

function fakeFile(index: number): FileView {
  return { index, path: `folder/file-${index}`, length: 10, offset: 10 * index, progress: 0, priority: 'normal' }
}

/** Of three pieces. */
export function fakeManifest(
  { infoHash, name }: SwarmView,
  { from, count }: Parameters<PeerService['manifest']>[1],
): ManifestView {
  const end = Math.min(3, from - 1 + count)
  const pieces = [1, 2, 3].slice(from - 1, end).map((number) => ({
    number,
    name: `${name}.${number}`,
    length: number === 3 ? 75712 : 262144,
    sha1: fakeHash(number),
    holders: number === 3 ? [] : ['10.0.0.248:5000', '[fd00::1]:5000'],
  }))
  const nextPiece = end < 3 ? end + 1 : null
  return { name, length: 600000, pieceLength: 262144, pieceCount: 3, infoHash, isPrivate: false, pieces, nextPiece }
}

function fakeTracker(tier: number): TrackerView {
  return {
    url: `http://10.0.0.${tier}:5000/announce?passkey=***`,
    tier,
    status: tier === 0 ? 'failed' : 'working',
    statusReason: 'in words',
    lastAnnounceAt: '2026-01-01T00:00:00.000Z',
    nextAnnounceAt: tier === 0 ? null : '2026-01-01T00:00:30.000Z',
    seeders: tier === 0 ? null : 2,
    leechers: tier === 0 ? null : 3,
    peers: tier === 0 ? null : 4,
    failures: tier === 0 ? 1 : 0,
    lastError: tier === 0 ? '<img src=x onerror=alert(1)>' : null,
  }
}

/** A service of plain values, for the tests of what stands on it. */
export class FakeService implements PeerService {
  readonly held = new Map<InfoHash, SwarmView>()
  /** What was asked of it, in order. */
  readonly calls: unknown[][] = []
  /** Thrown by the next calls, when set. */
  fault: Error | null = null
  stopped = false

  constructor(...numbers: readonly number[]) {
    for (const number of numbers) this.hold(fakeSwarm(number))
  }

  hold(swarm: SwarmView): void {
    this.held.set(swarm.infoHash, swarm)
  }

  #called(...call: readonly unknown[]): void {
    this.calls.push([...call])
    if (this.fault !== null) throw this.fault
  }

  #find(infoHash: InfoHash): SwarmView {
    const swarm = this.held.get(infoHash)
    if (swarm === undefined) throw new ServiceError('swarm-not-found', `no swarm ${infoHash}`)
    return swarm
  }

  identity() {
    return {
      memberId: '6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11',
      version: '0.1.0',
      peerPort: 5000,
      root: '/srv/swarmd',
      startedAt: '2026-01-01T00:00:00.000Z',
    }
  }

  /** The first byte is the number of the swarm. */
  async addTorrent(bytes: Uint8Array) {
    this.#called('addTorrent', bytes)
    return this.#add(bytes[0] ?? 0)
  }

  /** Its length is the number of the swarm. */
  async addMagnet(link: string) {
    this.#called('addMagnet', link)
    return this.#add(link.length)
  }

  /** The length of the name is the number of the swarm. */
  async addByName(name: string) {
    this.#called('addByName', name)
    return this.#add(name.length)
  }

  manifest(infoHash: InfoHash, run: Parameters<PeerService['manifest']>[1]) {
    this.#called('manifest', infoHash, run)
    return fakeManifest(this.#find(infoHash), run)
  }

  magnet(infoHash: InfoHash) {
    this.#called('magnet', infoHash)
    this.#find(infoHash)
    return `magnet:?xt=urn:btih:${infoHash}&dn=fake`
  }

  async addTorrentFile(path: string) {
    this.#called('addTorrentFile', path)
    return this.#add(path.length)
  }

  #add(number: number) {
    const there = this.held.get(fakeHash(number))
    const swarm = there ?? fakeSwarm(number)
    this.hold(swarm)
    return { created: there === undefined, swarm }
  }

  async makeTorrent({ name }: Parameters<PeerService['makeTorrent']>[0]) {
    this.#called('makeTorrent', name)
    return this.#add(name.length)
  }

  ready = true

  async readiness() {
    return [{ name: 'state', ok: this.ready, detail: '/srv/swarmd/.swarmd' }]
  }

  swarms() {
    this.#called('swarms')
    return [...this.held.values()]
  }

  swarm(infoHash: InfoHash) {
    this.#called('swarm', infoHash)
    return this.#find(infoHash)
  }

  async changeWishes(infoHash: InfoHash, { files, ...changes }: Parameters<PeerService['changeWishes']>[1]) {
    this.#called('changeWishes', infoHash, { ...changes, ...(files && { files }) })
    const swarm: SwarmView = { ...this.#find(infoHash), ...changes }
    this.hold(swarm)
    return swarm
  }

  openFile(infoHash: InfoHash, index: number): ReturnType<PeerService['openFile']> {
    this.#called('openFile', infoHash, index)
    this.#find(infoHash)
    if (index >= 12) throw new ServiceError('file-not-found', `no file ${index}`)
    const bytes = Buffer.from('0123456789')
    return {
      path: index === 0 ? 'folder/film.mp4' : 'folder/page.html',
      length: bytes.length,
      async *read(from, to) {
        yield bytes.subarray(from, to)
      },
    }
  }

  #limits: ReturnType<PeerService['limits']> = { downloadLimit: null, uploadLimit: null }

  limits() {
    return this.#limits
  }

  async changeLimits(changes: Parameters<PeerService['changeLimits']>[0]) {
    this.#called('changeLimits', changes)
    this.#limits = { ...this.#limits, ...changes }
    return this.#limits
  }

  metainfo(infoHash: InfoHash) {
    this.#called('metainfo', infoHash)
    this.#find(infoHash)
    return Buffer.from('d4:infod4:name1:aee')
  }

  recheck(infoHash: InfoHash) {
    this.#called('recheck', infoHash)
    const swarm: SwarmView = { ...this.#find(infoHash), state: 'checking' }
    this.hold(swarm)
    return swarm
  }

  async setDesiredState(infoHash: InfoHash, state: 'started' | 'stopped') {
    this.#called('setDesiredState', infoHash, state)
    const changed: SwarmView = { ...this.#find(infoHash), state: state === 'stopped' ? 'stopped' : 'downloading' }
    this.hold(changed)
    return changed
  }

  async remove(infoHash: InfoHash, options: { readonly deleteData: boolean }) {
    this.#called('remove', infoHash, options)
    this.#find(infoHash)
    this.held.delete(infoHash)
  }

  peers(infoHash: InfoHash) {
    this.#called('peers', infoHash)
    this.#find(infoHash)
    return [fakePeer(3), fakePeer(1), fakePeer(2)]
  }

  addPeers(infoHash: InfoHash, addresses: Parameters<PeerService['addPeers']>[1]) {
    this.#called('addPeers', infoHash, addresses)
    this.#find(infoHash)
    return addresses.length
  }

  networkView = fakeNetwork

  network() {
    this.#called('network')
    return this.networkView
  }

  /** The machines of the network. */
  machines: readonly MemberView[] = [fakeMember(1, { isSelf: true }), fakeMember(2), fakeMember(3, { state: 'gone' })]

  members() {
    this.#called('members')
    return [...this.machines]
  }

  pieces(infoHash: InfoHash) {
    this.#called('pieces', infoHash)
    const { pieces, pieceLength } = this.#find(infoHash)
    const inProgress = [{ index: 6, blocks: 16, received: 3, requested: 4 }]
    return { ...pieces, pieceLength, bitfield: '/AA=', availability: Array<number>(12).fill(2), inProgress }
  }

  files(infoHash: InfoHash) {
    this.#called('files', infoHash)
    this.#find(infoHash)
    return Array.from({ length: 12 }, (_, index) => fakeFile(index))
  }

  choker(infoHash: InfoHash) {
    this.#called('choker', infoHash)
    this.#find(infoHash)
    return fakeChoker()
  }

  chokerRounds(infoHash: InfoHash, options: { readonly since: number | null; readonly limit: number }) {
    this.#called('chokerRounds', infoHash, options)
    this.#find(infoHash)
    return { items: [fakeChokerRecord(7)], lastId: 7 }
  }

  fairness(infoHash: InfoHash) {
    this.#called('fairness', infoHash)
    this.#find(infoHash)
    return fakeFairness()
  }

  trackers(infoHash: InfoHash) {
    this.#called('trackers', infoHash)
    this.#find(infoHash)
    return Array.from({ length: 12 }, (_, tier) => fakeTracker(tier))
  }

  announce(infoHash: InfoHash) {
    this.#called('announce', infoHash)
    this.#find(infoHash)
  }

  readonly listeners = new Set<ServiceListener>()

  onEvent(listener: ServiceListener) {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** Connected to each swarm, as the metrics have it. */
  measuredPeers = 2
  firstMeasuredPeer = 0

  async measures() {
    this.#called('measures')
    return fakeServiceMeasures(this.identity())
  }

  *measuredSwarms() {
    for (const swarm of this.held.values()) yield fakeSwarmMeasures(swarm, this.measuredPeers, this.firstMeasuredPeer)
  }

  async follow(settings: LiveSettings) {
    this.#called('follow', settings)
  }

  callOff() {}

  async stop() {
    this.stopped = true
  }
}
