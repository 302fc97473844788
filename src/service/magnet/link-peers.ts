import { resolveHost } from '../../io/index.ts'
import { canonicalIp, type MagnetLink, type PeerAddress } from '../../protocol/index.ts'
import type { TorrentRunner } from '../swarm/torrent-runner.ts'

/**
 * The peers that a magnet link names are candidates from now on; addresses at once, names when they are looked up, one after the
 * other: a link is no reason for a storm of questions.
 */
export async function meetPeersOfLink({ peers }: MagnetLink, runner: Pick<TorrentRunner, 'dispatch'>): Promise<void> {
  const meet = (addresses: readonly PeerAddress[]): void => {
    runner.dispatch({ type: 'candidates', addresses, source: 'magnet' })
  }
  const isAddress = ({ host }: PeerAddress): boolean => canonicalIp(host) !== null
  meet(peers.filter(isAddress))
  for (const { host, port } of peers.filter((peer) => !isAddress(peer)))
    meet((await resolveHost(host)).map((address) => ({ host: address, port })))
}
