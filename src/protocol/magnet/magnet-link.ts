import type { InfoHash } from '../ids.ts'

/** What a magnet link says. Of a torrent's own content it says nothing that could be relied on but the hash. */
export interface MagnetLink {
  readonly infoHash: InfoHash
  /** `dn`: what to call it until the metadata is here. Hostile text, cut, without control characters; '' for none. */
  readonly name: string
  /** `tr`, each once, as written: URLs, or a bare `host[:port]`, or nonsense (compare `Metainfo.announceTiers`). */
  readonly trackers: readonly string[]
  /** `x.pe`: peers that may have it. */
  readonly peers: readonly MagnetPeer[]
}

/** Where a peer listens. `host` is an IP address in its one text, or a name that has to be looked up. */
export interface MagnetPeer {
  readonly host: string
  readonly port: number
}

/** What a magnet link may have at most. Those in the wild have a name and up to some thirty trackers. */
export const MAGNET_LIMITS = {
  /** Characters of the whole link. */
  length: 16 * 1024,
  parameters: 256,
  trackers: 100,
  /** Bytes of a tracker's URL. */
  trackerLength: 2048,
  peers: 64,
  /** Characters kept of the name. */
  nameLength: 255,
} as const
