import { BLOCK_LENGTH, type Metainfo } from '../../protocol/index.ts'
import type { ActivePhase } from './swarm-phase.ts'
import { verifiedBytes } from './verified-bytes.ts'

/** Seconds until all that is wanted is here, at the rate of the moment; null when nothing comes or nothing is wanted. */
export function estimateTimeLeft(active: ActivePhase | null, metainfo: Metainfo, now: number): number | null {
  if (active === null || active.moving !== null) return null
  const { torrent } = active
  const rate = torrent.download.rate(now)
  if (rate <= 0 || torrent.have.isFull || torrent.wantsNoMore) return null
  const { rarity, assemblies } = torrent.picker
  let left = (rarity.size + assemblies.size) * metainfo.pieceLength
  for (const { received } of assemblies.values()) left -= received * BLOCK_LENGTH
  // The last piece may be a short one.
  return Math.max(0, Math.min(left, metainfo.length - verifiedBytes(metainfo, torrent.have))) / rate
}
