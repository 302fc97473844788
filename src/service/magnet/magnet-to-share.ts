import { addressKey, formatMagnet, MAGNET_LIMITS, normaliseAnnounceUrl, type Metainfo } from '../../protocol/index.ts'

/** Addresses of ours in a link: a machine has one or two that others reach it at. */
const OWN_ADDRESSES = 4

/**
 * A link to this torrent for anybody's client: its trackers, in the form that all clients know, and this peer, so that the link is
 * enough where there is no tracker: as a peer, and for clients that heed no peers in links, as the tracker that it is. In a private
 * torrent only the trackers that it names may name peers (BEP 27).
 */
export function magnetToShare(
  { infoHash, name, isPrivate, announceTiers }: Pick<Metainfo, 'infoHash' | 'name' | 'isPrivate' | 'announceTiers'>,
  own: { readonly addresses: readonly string[]; readonly port: number },
): string {
  const addresses = isPrivate ? [] : own.addresses.slice(0, OWN_ADDRESSES)
  const peers = addresses.map((host) => ({ host, port: own.port }))
  const ownTracker = peers.slice(0, 1).map((address) => `http://${addressKey(address)}/announce`)
  const theirs = announceTiers
    .flat()
    .flatMap(usualUrl)
    .filter((url) => !ownTracker.includes(url))
  const trackers = [...new Set(theirs)].slice(0, MAGNET_LIMITS.trackers - ownTracker.length)
  return formatMagnet({ infoHash, name, trackers: [...trackers, ...ownTracker], peers })
}

/** None for what is no tracker. */
function usualUrl(text: string): string[] {
  try {
    return [normaliseAnnounceUrl(text).url]
  } catch {
    return []
  }
}
