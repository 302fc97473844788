import { isIPv4, isIPv6 } from 'node:net'
import type { PeerAddress } from '../service/index.ts'
import { Problem, type RequestFault } from './problem.ts'

const ADDRESS = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:[\]]+)):(?<port>\d{1,5})$/

/**
 * Reads `10.0.0.1:5000` and `[fe80::1]:5000`: all of them, or none.
 *
 * @throws Problem `invalid-address`, which points at each that is none
 */
export function parsePeerAddresses(texts: readonly string[]): PeerAddress[] {
  const addresses = texts.map(parseAddress)
  const faults = addresses.flatMap((address, index): RequestFault[] => {
    if (address !== null) return []
    return [{ in: 'body', pointer: `#/addresses/${index}`, detail: `${JSON.stringify(texts[index])} is no address` }]
  })
  if (faults.length > 0) {
    throw new Problem('invalid-address', faults.map(({ detail }) => detail).join('; '), { faults })
  }
  return addresses.filter((address) => address !== null)
}

function parseAddress(text: string): PeerAddress | null {
  const { v4, v6, port } = ADDRESS.exec(text)?.groups ?? {}
  const number = Number(port)
  if (!(number >= 1 && number <= 65535)) return null
  if (v4 !== undefined && isIPv4(v4)) return { host: v4, port: number }
  if (v6 !== undefined && isIPv6(v6)) return { host: v6.toLowerCase(), port: number }
  return null
}
