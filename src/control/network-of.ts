import { ipBytes, ipText } from '../service/index.ts'

/** Whoever has one IPv6 address has all of its /64. */
const IPV6_NETWORK_BYTES = 8

/**
 * What counts as one caller: an IPv4 address, in whichever form, or the /64 of an IPv6 address; but in the /64 that we are in
 * ourselves the address, for all machines of a LAN share that one.
 * @param here our own address, which it called
 */
export function networkOf(address: string, here = ''): string {
  const bytes = ipBytes(address)
  if (bytes === null) return address
  if (bytes.length === 4) return ipText(bytes)
  const network = bytes.subarray(0, IPV6_NETWORK_BYTES)
  return ipBytes(here)?.subarray(0, IPV6_NETWORK_BYTES).equals(network) ? ipText(bytes) : network.toString('hex')
}
