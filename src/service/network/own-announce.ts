import type { AnnounceRequest, Metainfo, PeerId } from '../../protocol/index.ts'

/** Peers asked for at a time. */
const NUM_WANT = 50

/** What a tracker is told of us now, without the event. @param left bytes */
export function ownAnnounce(
  { infoHash }: Pick<Metainfo, 'infoHash'>,
  us: { readonly peerId: PeerId; peerPort(): number },
  account: { readonly downloaded: number; readonly uploaded: number },
  left: number,
): AnnounceRequest {
  const { downloaded, uploaded } = account
  const form = { numWant: NUM_WANT, compact: true, noPeerId: true }
  return { infoHash, peerId: us.peerId, port: us.peerPort(), uploaded, downloaded, left, ...form }
}
