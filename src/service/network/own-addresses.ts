/** Whether an announce URL means ourselves: then we are the announcer, and have no need to announce to anybody. */
import os from 'node:os'
import { ownInterfaces } from '../../io/index.ts'
import { normaliseAnnounceUrl } from '../../protocol/index.ts'

/** @returns the URLs to announce to, tiers kept, without our own and without those that are no announce URLs. */
export function foreignTrackers(
  tiers: readonly (readonly string[])[],
  peerPort: number,
  refused: (url: string, reason: string) => void,
): string[][] {
  const result: string[][] = []
  for (const tier of tiers) {
    const urls: string[] = []
    for (const text of tier) {
      try {
        const tracker = normaliseAnnounceUrl(text)
        if (!isOwnTracker(tracker.host, tracker.port, peerPort)) urls.push(tracker.url)
      } catch (error) {
        refused(text, error instanceof Error ? error.message : String(error))
      }
    }
    if (urls.length > 0) result.push(urls)
  }
  return result
}

/** What a torrent of ours tells others to announce to. @param host where the peer port listens; all addresses if left out */
export function ownAnnounceUrl(host: string | undefined, peerPort: number): string {
  const everywhere = host === undefined || host === '0.0.0.0' || host === '::'
  const outside = Object.values(ownInterfaces()).flatMap((addresses) => addresses ?? [])
  const found = outside.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  const ipv4 = found.find(({ family }) => family === 'IPv4')
  const address = everywhere ? ((ipv4 ?? (host === '0.0.0.0' ? undefined : found[0]))?.address ?? '127.0.0.1') : host
  return `http://${address.includes(':') ? `[${address}]` : address}:${peerPort}/announce`
}

/** Is the tracker at this host and port our own? */
export function isOwnTracker(host: string, port: number, peerPort: number): boolean {
  if (port !== peerPort) return false
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  if (name === 'localhost' || name === os.hostname().toLowerCase() || name.startsWith('127.') || name === '::1')
    return true
  return Object.values(ownInterfaces()).some((addresses) => addresses?.some(({ address }) => address === name))
}
