import type { Bitfield, Metainfo } from '../../protocol/index.ts'
import { Torrent, type ChokerLog } from '../../swarm/index.ts'
import type { RatePair } from '../rate-limits.ts'
import { ownSide } from './own-side.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'

export interface NewTorrentOptions {
  readonly metainfo: Metainfo
  /** Pieces that are here; the engine keeps it up to date. */
  readonly have: Bitfield
  readonly chokerLog: ChokerLog
  /** Of this swarm alone. */
  readonly limits: RatePair
}

/** The engine of one swarm, in these surroundings. */
export function newTorrent(options: NewTorrentOptions, around: SwarmSurroundings): Torrent {
  const { metainfo, have, chokerLog, limits } = options
  return new Torrent({
    shape: metainfo,
    metadata: metainfo.infoBytes,
    have,
    ...ownSide(metainfo, around),
    get limits() {
      return around.policy.limits
    },
    get choker() {
      return around.policy.choker
    },
    chokerLog,
    budgets: {
      download: [around.limits.download, limits.download],
      upload: [around.limits.upload, limits.upload],
    },
    requestLatency: around.counts.requestLatency,
  })
}
