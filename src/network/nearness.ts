import { ipBytes, ipv4Number } from '../protocol/index.ts'

/** Bytes of an IPv6 address that name its network. */
const IPV6_NETWORK_LENGTH = 8

/**
 * Whether addresses are on one network with this: the first 24 bits of IPv4, the first 64 of IPv6. It is a guess, good
 * enough to name the near ones first; nothing is refused for it.
 */
export function nearTo(host: string): (other: string) => boolean {
  const address = ipv4Number(host)
  if (address >= 0) {
    const network = address >>> 8
    return (other) => {
      const otherAddress = ipv4Number(other)
      return otherAddress >= 0 && otherAddress >>> 8 === network
    }
  }
  const network = ipBytes(host)?.subarray(0, IPV6_NETWORK_LENGTH)
  return (other) =>
    network !== undefined &&
    other.includes(':') &&
    ipBytes(other)?.subarray(0, IPV6_NETWORK_LENGTH).equals(network) === true
}
