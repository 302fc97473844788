import { canonicalIp, reachOf, type Reach } from '../../protocol/index.ts'

/**
 * How far an address reaches, nearest last:
 * - `public`: the internet;
 * - `private`: this site's networks;
 * - `loopback`: this machine;
 * - `never`: nothing that a tracker could live at: link-local (where cloud machines keep their secrets), multicast,
 *   broadcast, unspecified, a way into IPv4 that ends at anything but a public address, and what is no IP address.
 */
export type AddressScope = 'public' | 'private' | 'loopback' | 'never'

/** Where cloud machines keep their secrets, beside the link: Amazon's over IPv6, and Alibaba's. */
const SECRETS: ReadonlySet<string> = new Set(['fd00:ec2::254', '100.100.100.200'])

const SCOPES: Record<Reach, AddressScope> = {
  public: 'public',
  private: 'private',
  loopback: 'loopback',
  link: 'never',
  nowhere: 'never',
}

/** Also of IPv4 written as IPv6 (`::ffff:127.0.0.1`). */
export function addressScope(address: string): AddressScope {
  const ip = canonicalIp(address)
  return ip === null || SECRETS.has(ip) ? 'never' : SCOPES[reachOf(ip)]
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
