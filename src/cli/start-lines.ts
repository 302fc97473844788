import { networkInterfaces } from 'node:os'
import type { ServiceIdentity, SwarmView } from '../service/index.ts'

/** What a peer says of itself at its start, for people who learn from it. */
export function startLines(
  identity: ServiceIdentity,
  swarms: readonly SwarmView[],
  peerHost: string,
  apiUrl: string,
): string[] {
  const host = peerHost.includes(':') ? `[${peerHost}]` : peerHost
  return [
    `Peer ${identity.memberId} (${rolesOf(swarms)})`,
    `Listening for peers and tracker requests at ${host}:${identity.peerPort}`,
    `API and web page at ${apiUrl}`,
  ]
}

/** `seeder of 1, peer in 2 swarms` */
export function rolesOf(swarms: readonly SwarmView[]): string {
  const count = (status: SwarmView['status']): number => swarms.filter((swarm) => swarm.status === status).length
  const roles = [
    { role: 'seeder of', count: count('seeder') },
    { role: 'peer in', count: count('peer') },
    { role: 'leech in', count: count('leech') },
  ].filter(({ count }) => count > 0)
  const last = roles.at(-1)
  if (last === undefined) return 'no swarms yet'
  return `${roles.map(({ role, count }) => `${role} ${count}`).join(', ')} ${last.count === 1 ? 'swarm' : 'swarms'}`
}

/**
 * The address to tell others. When all are listened on, the first of a network card: that is the one to write into
 * the next machine's torrent.
 */
export function reachableAddress(host: string, interfaces = networkInterfaces()): string {
  if (host !== '0.0.0.0' && host !== '::') return host
  const outside = Object.values(interfaces).flatMap((addresses) => addresses?.filter(({ internal }) => !internal) ?? [])
  const ipv4 = outside.find(({ family }) => family === 'IPv4')
  // A link-local address means something on its link only.
  const ipv6 = outside.find(({ family, address }) => family === 'IPv6' && !address.startsWith('fe80:'))
  return (ipv4 ?? (host === '::' ? ipv6 : undefined))?.address ?? '127.0.0.1'
}

/** The URL by which others can come, when it names all addresses: of those, the one of `reachableAddress`. */
export function reachableUrl(url: string, interfaces = networkInterfaces()): string {
  return url.replace(/^http:\/\/(0\.0\.0\.0|\[::\]):/, (_, host: string) => {
    const address = reachableAddress(host.replace(/[[\]]/g, ''), interfaces)
    return `http://${address.includes(':') ? `[${address}]` : address}:`
  })
}

/** `Socket 5001 connected to peer 10.0.0.251:5000`, when that is what the event tells. */
export function connectionLine(event: string, fields: Readonly<Record<string, unknown>>): string | null {
  const { socket, peer, direction } = fields
  if (event !== 'peer.connected' || typeof socket !== 'number' || typeof peer !== 'string') return null
  return direction === 'inbound' ? `Peer ${peer} connected to us` : `Socket ${socket} connected to peer ${peer}`
}
