import { BlockList } from 'node:net'
import { ipBytes, ipText, ipv4Behind, isLoopbackIp } from '../../protocol/index.ts'

/**
 * How far an address reaches, nearest last:
 * - `public`: the internet;
 * - `private`: this site's networks;
 * - `loopback`: this machine;
 * - `never`: nothing that a tracker could live at: link-local (where cloud machines keep their secrets), multicast,
 *   broadcast, unspecified, a way into IPv4 that ends at anything but a public address, and what is no IP address.
 */
export type AddressScope = 'public' | 'private' | 'loopback' | 'never'

const never = blockList(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // The deprecated IPv4-compatible addresses, and the unspecified one. (::1 is asked about before.)
  ['::', 96],
  ['fe80::', 10],
  ['ff00::', 8],
  // Secrets of cloud machines again: Amazon's over IPv6, and Alibaba's.
  ['fd00:ec2::254', 128],
  ['100.100.100.200', 32],
)

const privateNetworks = blockList(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
)

function blockList(...networks: readonly [network: string, prefix: number][]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4')
  return list
}

/** Also of IPv4 written as IPv6 (`::ffff:127.0.0.1`). */
export function addressScope(address: string): AddressScope {
  const bytes = ipBytes(address)
  if (bytes === null) return 'never'
  const ip = ipText(bytes)
  if (isLoopbackIp(ip)) return 'loopback'
  const family = ip.includes(':') ? 'ipv6' : 'ipv4'
  if (never.check(ip, family)) return 'never'
  const behind = ipv4Behind(bytes)
  if (behind !== null && addressScope(ipText(behind)) !== 'public') return 'never'
  return privateNetworks.check(ip, family) ? 'private' : 'public'
}

const REACH: Record<AddressScope, number> = { public: 3, private: 2, loopback: 1, never: 0 }

/** Would going on from `from` to `to` lead further into this site than its sender may know? */
export function leadsInward(from: AddressScope, to: AddressScope): boolean {
  return REACH[to] < REACH[from]
}

/** Of all these addresses; `never` when there are none. */
export function farthestScope(addresses: readonly string[]): AddressScope {
  return addresses
    .map(addressScope)
    .reduce((farthest, scope) => (leadsInward(scope, farthest) ? scope : farthest), 'never')
}
