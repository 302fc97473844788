import { ipBytes, ipText } from '../service/index.ts'

/** Whoever has one IPv6 address has all of its /64. */
const IPV6_NETWORK_BYTES = 8

/** What counts as one caller: an IPv4 address, in whichever form, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  const bytes = ipBytes(address)
  if (bytes === null) return address
  return bytes.length === 4 ? ipText(bytes) : bytes.subarray(0, IPV6_NETWORK_BYTES).toString('hex')
}
