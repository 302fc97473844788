import { addressKey, ipv4Number } from '../protocol/index.ts'

/** A key for an address and port: of IPv4 one number of 48 bits, so that no text has to be made; of any other its text. */
export function endpointKey(host: string, port: number): number | string {
  const address = ipv4Number(host)
  return address >= 0 ? address * 65536 + port : addressKey({ host, port })
}
