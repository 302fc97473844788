import { monotonicNow, sha1 } from '../../io/index.ts'
import { maskAnnounceUrl, type Metainfo } from '../../protocol/index.ts'
import type { TorrentOptions } from '../../swarm/index.ts'
import { extensionOffers } from '../network/extension-offers.ts'
import { foreignTrackers } from '../network/own-addresses.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'

type OwnSide = 'ownPeerId' | 'ownPort' | 'client' | 'announceTiers' | 'extensions' | 'sha1' | 'random' | 'now'

/** What an engine knows of us, and whom and what it speaks to others. */
export function ownSide(
  about: Pick<Metainfo, 'infoHash' | 'isPrivate' | 'announceTiers'>,
  around: SwarmSurroundings,
): Pick<TorrentOptions, OwnSide> {
  const ownPort = around.peerPort()
  const skipped = (url: string, reason: string): void =>
    around.log('tracker.skipped', { infoHash: about.infoHash, url: maskAnnounceUrl(url), reason })
  return {
    ownPeerId: around.peerId,
    ownPort,
    client: around.client,
    announceTiers: foreignTrackers(about.announceTiers, ownPort, skipped),
    extensions: extensionOffers(about),
    sha1,
    random: around.random,
    now: monotonicNow(),
  }
}
