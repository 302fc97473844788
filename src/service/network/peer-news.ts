/** A connection that came or went, as the log and the events tell it. */
import type { PeerConnection } from '../../io/index.ts'
import { addressKey, type InfoHash } from '../../protocol/index.ts'
import type { ServiceNews } from '../events.ts'

export type PeerChange = { readonly type: 'peer.connected' } | { readonly type: 'peer.closed'; readonly reason: string }

export function peerNews(infoHash: InfoHash, connection: PeerConnection, change: PeerChange): ServiceNews {
  const { local, remote, outbound, handshake } = connection
  const direction = outbound ? 'outbound' : 'inbound'
  const { peerId } = handshake
  return {
    ...change,
    infoHash,
    address: addressKey(remote),
    localAddress: addressKey(local),
    peerId,
    direction,
  }
}

/** What stands in the log beside the change's own fields. */
export function peerFields({ local, remote, outbound }: PeerConnection): Record<string, unknown> {
  return { socket: local.port, peer: addressKey(remote), direction: outbound ? 'outbound' : 'inbound' }
}
