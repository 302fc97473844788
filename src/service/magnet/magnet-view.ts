/** Pictures of a swarm without metadata for the control plane. */
import { explainMetadata } from './explain-metadata.ts'
import { explainSearch, searchOf } from '../swarm/explain-search.ts'
import { whyStopped } from '../swarm/swarm-phase.ts'
import type { SwarmView } from '../face.ts'
import type { FetchingPhase, MagnetSwarm } from './magnet-swarm.ts'

/** What nobody knows yet is 0. */
export function viewMagnet(magnet: MagnetSwarm): SwarmView {
  const { settings, active, isPrivate } = magnet
  return {
    infoHash: magnet.infoHash,
    name: magnet.name,
    status: 'leech',
    ...viewState(magnet),
    length: 0,
    pieceLength: 0,
    pieces: { total: 0, have: 0 },
    progress: 0,
    downloadRate: 0,
    uploadRate: 0,
    downloaded: settings.downloaded,
    uploaded: settings.uploaded,
    wasted: settings.wasted,
    etaSeconds: null,
    uploadState: 'open',
    peers: {
      connected: active?.torrent.sessions.size ?? 0,
      unchoked: 0,
      downloadingFrom: 0,
      known: active?.torrent.peers.size ?? 0,
    },
    isPrivate,
    sequential: settings.wishes.sequential,
    downloadLimit: settings.wishes.downloadLimit,
    uploadLimit: settings.wishes.uploadLimit,
    addedAt: settings.addedAt,
    completedAt: null,
  }
}

function viewState(magnet: MagnetSwarm): Pick<SwarmView, 'state' | 'stateReason'> {
  const { phase } = magnet.life
  switch (phase.name) {
    case 'stopped':
      return { state: 'stopped', stateReason: `${whyStopped(magnet.settings)}; its metadata is not here yet` }
    case 'error':
      return { state: 'error', stateReason: phase.reason }
    case 'active':
      return { state: 'fetching-metadata', stateReason: explain(phase, magnet) }
  }
}

function explain({ torrent }: FetchingPhase, magnet: MagnetSwarm): string {
  const connected = torrent.sessions.size
  const known = torrent.peers.size
  const why = connected === 0 && known === 0 ? explainSearch(searchOf(torrent, magnet)) : null
  return why ?? explainMetadata({ ...torrent.progress, connected, known })
}
