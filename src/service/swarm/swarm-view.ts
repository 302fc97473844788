/** Pictures of a swarm for the control plane. */
import { addressKey, infoHashBytes, type Metainfo } from '../../protocol/index.ts'
import type { DownloadCode, Explanation, PeerSession } from '../../swarm/index.ts'
import { explainSearch, searchOf } from './explain-search.ts'
import type { FileView, PeerView, PiecesView, SwarmState, SwarmStatus, SwarmView } from '../face.ts'
import { MagnetSwarm } from '../magnet/magnet-swarm.ts'
import { viewMagnet } from '../magnet/magnet-view.ts'
import { whyStopped, type ActivePhase } from './swarm-phase.ts'
import type { AnySwarm } from './swarm-registry.ts'
import type { Swarm } from './swarm.ts'
import { storedFiles } from './swarm-storage.ts'
import type { TorrentRunner } from './torrent-runner.ts'
import { verifiedBytes } from './verified-bytes.ts'

export function viewSwarm(swarm: AnySwarm, now: number): SwarmView {
  if (swarm instanceof MagnetSwarm) return viewMagnet(swarm)
  const { metainfo, settings, active } = swarm
  const have = active?.torrent.have
  const bytesHave = have ? verifiedBytes(metainfo, have) : settings.completedAt === null ? 0 : metainfo.length
  const downloadRate = Math.round(active?.torrent.download.rate(now) ?? 0)
  const { state, stateReason } = viewState(swarm, now)
  const left = metainfo.length - bytesHave
  return {
    infoHash: metainfo.infoHash,
    name: metainfo.name,
    status: viewStatus(swarm.life.phase, settings.completedAt !== null, bytesHave),
    state,
    stateReason,
    length: metainfo.length,
    pieceLength: metainfo.pieceLength,
    pieces: { total: metainfo.pieceCount, have: have?.count ?? (left === 0 ? metainfo.pieceCount : 0) },
    progress: bytesHave / metainfo.length,
    downloadRate,
    uploadRate: Math.round(active?.torrent.upload.rate(now) ?? 0),
    downloaded: settings.downloaded,
    uploaded: settings.uploaded,
    wasted: settings.wasted,
    etaSeconds: left === 0 ? 0 : state === 'downloading' ? wholeSeconds(swarm.timeLeft.at(now)) : null,
    uploadState: active && active.torrent.unchoked >= active.torrent.chokerSettings.slots ? 'choked' : 'open',
    peers: {
      connected: active?.torrent.sessions.size ?? 0,
      unchoked: active?.torrent.unchoked ?? 0,
      downloadingFrom: active?.torrent.sources ?? 0,
      known: active?.torrent.peers.size ?? 0,
    },
    isPrivate: metainfo.isPrivate,
    sequential: settings.wishes.sequential,
    downloadLimit: settings.wishes.downloadLimit,
    uploadLimit: settings.wishes.uploadLimit,
    addedAt: settings.addedAt,
    completedAt: settings.completedAt,
  }
}

const wholeSeconds = (seconds: number | null): number | null => (seconds === null ? null : Math.ceil(seconds))

function viewStatus(phase: Swarm['life']['phase'], wasComplete: boolean, bytesHave: number): SwarmStatus {
  if (phase.name === 'active' ? phase.torrent.have.isFull && phase.moving === null : wasComplete) return 'seeder'
  return bytesHave > 0 ? 'peer' : 'leech'
}

function viewState(swarm: Swarm, now: number): { state: SwarmState; stateReason: string } {
  const { phase } = swarm.life
  switch (phase.name) {
    case 'stopped':
      return { state: 'stopped', stateReason: whyStopped(swarm.settings) }
    case 'checking':
      return { state: 'checking', stateReason: `reading back piece ${phase.checked} of ${phase.total}` }
    case 'error':
      return { state: 'error', stateReason: phase.reason }
    case 'active':
      return viewActive(phase, swarm, now)
  }
}

function viewActive(
  { torrent, moving }: ActivePhase,
  swarm: Swarm,
  now: number,
): { state: SwarmState; stateReason: string } {
  if (moving !== null) return { state: 'downloading', stateReason: moving }
  if (torrent.have.isFull) {
    const served = torrent.unchoked
    return { state: 'seeding', stateReason: `serving ${served} of ${torrent.sessions.size} connected peers` }
  }
  if (torrent.wantsNoMore) {
    const stateReason = `all that is wanted is here, the other files are switched off; serving ${torrent.unchoked} of ${torrent.sessions.size} connected peers`
    return { state: 'seeding', stateReason }
  }
  const { stalled, reason } = torrent.progress(now)
  const isAlone = torrent.sessions.size === 0 && torrent.peers.size === 0
  const why = isAlone ? explainSearch(searchOf(torrent, { ...swarm.about, around: swarm.around })) : null
  return { state: stalled ? 'stalled' : 'downloading', stateReason: why ?? reason }
}

/** @param wallNow ms since the epoch, at monotonic `now` */
export function viewPeers(swarm: AnySwarm, now: number, wallNow: number): PeerView[] {
  const { active } = swarm
  if (!active) return []
  const { torrent, runner } = active
  return Array.from(torrent.sessions.values(), (session) => {
    return viewPeer(session, runner, torrent.whyFrom(session, now), { now, wallNow })
  })
}

function viewPeer(
  session: PeerSession,
  runner: TorrentRunner,
  why: Explanation<DownloadCode>,
  { now, wallNow }: { readonly now: number; readonly wallNow: number },
): PeerView {
  const local = runner.connection(session.key)?.local
  return {
    address: addressKey(session.address),
    peerId: session.peerId,
    client: session.client || clientFromPeerId(session.peerId),
    direction: session.outbound ? 'outbound' : 'inbound',
    localAddress: local ? addressKey(local) : '',
    progress: session.pieces.count / session.pieces.size,
    downloadRate: Math.round(session.download.rate(now)),
    uploadRate: Math.round(session.upload.rate(now)),
    downloaded: session.download.total,
    uploaded: session.upload.total,
    amChoking: session.amChoking,
    amInterested: session.amInterested,
    peerChoking: session.peerChoking,
    peerInterested: session.peerInterested,
    snubbed: session.snubbed,
    slot: session.slot,
    chokeCode: session.verdict.code,
    chokeReason: session.verdict.reason,
    downloadCode: why.code,
    downloadReason: why.reason,
    requestsInFlight: session.requests.size,
    uploadQueue: session.uploads.size,
    connectedAt: new Date(wallNow - (now - session.connectedAt)).toISOString(),
  }
}

/** Azureus style, `-TR3000-…` (BEP 20): two letters and a version; '' when it isn't that. */
function clientFromPeerId(peerId: string): string {
  const text = infoHashBytes(peerId as Parameters<typeof infoHashBytes>[0]).toString('latin1')
  return /^-[A-Za-z0-9]{6}-/.test(text) ? text.slice(1, 7) : ''
}

const NO_PIECES: PiecesView = { total: 0, have: 0, pieceLength: 0, bitfield: '', availability: [], inProgress: [] }

/** Of a swarm without metadata nothing is known. */
export function viewPieces(swarm: AnySwarm): PiecesView {
  if (swarm instanceof MagnetSwarm) return NO_PIECES
  const { metainfo, active } = swarm
  const total = metainfo.pieceCount
  const have = active?.torrent.have
  const bitfield = have?.toBytes() ?? Buffer.alloc(Math.ceil(total / 8))
  const picker = active?.torrent.picker
  return {
    total,
    have: have?.count ?? 0,
    pieceLength: metainfo.pieceLength,
    bitfield: bitfield.toString('base64'),
    availability: Array.from({ length: total }, (_, piece) => picker?.rarity.availability(piece) ?? 0),
    inProgress: Array.from(picker?.assemblies.values() ?? [], (assembly) => ({
      index: assembly.index,
      blocks: assembly.blockCount,
      received: assembly.received,
      requested: assembly.inFlight,
    })),
  }
}

export function viewFiles(swarm: AnySwarm): FileView[] {
  if (swarm instanceof MagnetSwarm) return []
  const { metainfo, active, settings } = swarm
  return storedFiles(metainfo).flatMap((file, index) => {
    if (file.padding) return []
    const progress = active ? fileProgress(metainfo, active, file) : settings.completedAt === null ? 0 : 1
    const priority = settings.wishes.priorities[index] ?? 'normal'
    return [{ index, path: file.path.join('/'), length: file.length, offset: file.offset, progress, priority }]
  })
}

/** By pieces that touch the file: bytes of it that are verified. */
function fileProgress(metainfo: Metainfo, active: ActivePhase, file: { offset: number; length: number }): number {
  if (file.length === 0) return 1
  const { have } = active.torrent
  const end = file.offset + file.length
  let bytes = 0
  for (let piece = Math.floor(file.offset / metainfo.pieceLength); piece * metainfo.pieceLength < end; piece++) {
    if (!have.has(piece)) continue
    const start = piece * metainfo.pieceLength
    bytes += Math.min(end, start + metainfo.pieceLength) - Math.max(file.offset, start)
  }
  return bytes / file.length
}
