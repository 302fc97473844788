import { monotonicNow, sha1 } from '../../io/index.ts'
import type { Bitfield, Metainfo } from '../../protocol/index.ts'
import { Torrent, type ChokerLog } from '../../swarm/index.ts'
import { extensionOffers } from '../network/extension-offers.ts'
import { foreignTrackers } from '../network/own-addresses.ts'
import type { RatePair } from '../rate-limits.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'

export interface NewTorrentOptions {
  readonly metainfo: Metainfo
  /** Pieces that are here; the engine keeps it up to date. */
  readonly have: Bitfield
  readonly chokerLog: ChokerLog
  /** Of this swarm alone. */
  readonly limits: RatePair
  /** A tracker that is not asked. */
  skipped(url: string, reason: string): void
}

/** The engine of one swarm, in these surroundings. */
export function newTorrent(options: NewTorrentOptions, around: SwarmSurroundings): Torrent {
  const { metainfo, have, chokerLog, limits } = options
  return new Torrent({
    shape: metainfo,
    metadata: metainfo.infoBytes,
    have,
    ownPeerId: around.peerId,
    ownPort: around.peerPort(),
    client: around.client,
    announceTiers: foreignTrackers(metainfo.announceTiers, around.peerPort(), (url, reason) =>
      options.skipped(url, reason),
    ),
    extensions: extensionOffers(metainfo),
    get limits() {
      return around.policy.limits
    },
    get choker() {
      return around.policy.choker
    },
    chokerLog,
    sha1,
    budgets: {
      download: [around.limits.download, limits.download],
      upload: [around.limits.upload, limits.upload],
    },
    requestLatency: around.counts.requestLatency,
    random: around.random,
    now: monotonicNow(),
  })
}
