import { BlockList } from 'node:net'
import { canonicalIp } from '../../protocol/index.ts'
import { ownInterfaces } from '../own-interfaces.ts'

/** An address of this machine on a network that others are on, too. */
export interface LocalLink {
  readonly family: 'ipv4' | 'ipv6'
  /** Canonical text. */
  readonly address: string
  /** The interface's name. */
  readonly device: string
  /** `10.0.0.248/24` */
  readonly cidr: string
}

/**
 * The links that peers could be found on, for a peer port that listens at `host` (all addresses if left out). Addresses
 * that mean something on one link only (fe80::/10) are left out: nobody could be told to connect to them.
 */
export function localLinks(host?: string): LocalLink[] {
  const links: LocalLink[] = []
  for (const [device, addresses] of Object.entries(ownInterfaces())) {
    for (const { address, cidr, family, internal } of addresses ?? []) {
      const canonical = canonicalIp(address)
      if (internal || canonical === null || cidr === null || isLinkLocalIpv6(canonical)) continue
      const link = { family: family === 'IPv4' ? 'ipv4' : 'ipv6', address: canonical, device, cidr } as const
      if (listensOn(link, host)) links.push(link)
    }
  }
  return links
}

/** The networks of these links: what sends from elsewhere is not on them, whatever it wants. */
export function linkNetworks(links: readonly LocalLink[]): BlockList {
  const networks = new BlockList()
  for (const { cidr, family } of links) {
    const [network = '', prefix = ''] = cidr.split('/')
    networks.addSubnet(network, Number(prefix), family)
  }
  return networks
}

function listensOn({ family, address }: LocalLink, host: string | undefined): boolean {
  if (host === undefined) return true
  const canonical = canonicalIp(host)
  // A socket at `::` takes IPv4 as well.
  if (canonical === '::') return true
  return canonical === '0.0.0.0' ? family === 'ipv4' : canonical === address
}

const isLinkLocalIpv6 = (address: string): boolean => /^fe[89ab]/.test(address)
