/** Where a member is best reached from here. */
import { commonPrefixBits, isLoopbackIp, reachOf, type MemberRecord, type PeerAddress } from '../../protocol/index.ts'

/**
 * The addresses of a member, the nearest first: those that share most with one of ours. Loopback is for members that are
 * there as we are, on the same machine; to all others it would be themselves. So is any address of ours that a member of
 * another machine has, too: bridges for containers have the same one everywhere.
 */
export function reachableAddresses(record: MemberRecord, ownAddresses: readonly string[]): PeerAddress[] {
  const isLocal = ownAddresses.every(isLoopbackIp)
  const isHere = record.addresses.every((host) => ownAddresses.includes(host))
  const near = (host: string): number => Math.max(0, ...ownAddresses.map((own) => commonPrefixBits(own, host)))
  return record.addresses
    .filter(
      (host) =>
        isLoopbackIp(host) === isLocal && reachOf(host) !== 'nowhere' && (isHere || !ownAddresses.includes(host)),
    )
    .map((host) => ({ host, port: record.peerPort }))
    .sort((a, b) => near(b.host) - near(a.host))
}
