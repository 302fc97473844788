import { lookup } from 'node:dns/promises'
import { canonicalIp } from '../protocol/index.ts'

/** The IP addresses of a host, as the system knows it; none when it is not known. An address is its own. */
export async function resolveHost(name: string): Promise<string[]> {
  const own = canonicalIp(name)
  if (own !== null) return [own]
  try {
    const found = await lookup(name, { all: true })
    return [...new Set(found.flatMap(({ address }) => canonicalIp(address) ?? []))]
  } catch {
    return []
  }
}
