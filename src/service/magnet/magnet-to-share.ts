import { formatMagnet, MAGNET_LIMITS, normaliseAnnounceUrl, type Metainfo } from '../../protocol/index.ts'

/** Addresses of ours in a link: a machine has one or two that others reach it at. */
const OWN_ADDRESSES = 4

/**
 * A link to this torrent for anybody's client: its trackers, in the form that all clients know, and this peer, so that the link is
 * enough where there is no tracker. In a private torrent only the trackers name peers (BEP 27).
 */
export function magnetToShare(
  { infoHash, name, isPrivate, announceTiers }: Pick<Metainfo, 'infoHash' | 'name' | 'isPrivate' | 'announceTiers'>,
  own: { readonly addresses: readonly string[]; readonly port: number },
): string {
  const trackers = [...new Set(announceTiers.flat().flatMap(usualUrl))].slice(0, MAGNET_LIMITS.trackers)
  const addresses = isPrivate ? [] : own.addresses.slice(0, OWN_ADDRESSES)
  return formatMagnet({ infoHash, name, trackers, peers: addresses.map((host) => ({ host, port: own.port })) })
}

/** None for what is no tracker. */
function usualUrl(text: string): string[] {
  try {
    return [normaliseAnnounceUrl(text).url]
  } catch {
    return []
  }
}
