import { ipBytes, ipv4Number } from '../protocol/index.ts'

/** Bytes of an IPv6 address that name its network. */
const IPV6_NETWORK_LENGTH = 8

/**
 * The network that an address is taken to be on, equal for addresses on the same: the first 24 bits of IPv4 as a number, the
 * first 64 of IPv6 as text. It is a guess, good enough to name the near ones first; nothing is refused for it.
 */
export function networkOf(host: string): number | string {
  const address = ipv4Number(host)
  return address >= 0 ? address >>> 8 : (ipBytes(host)?.toString('hex', 0, IPV6_NETWORK_LENGTH) ?? host)
}
