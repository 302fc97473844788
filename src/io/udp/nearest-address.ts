import { BlockList } from 'node:net'
import { canonicalIp, isLoopbackIp } from '../../protocol/index.ts'
import { monotonicNow } from '../clock.ts'
import { ownInterfaces } from '../own-interfaces.ts'

/** Milliseconds: interfaces come and go. */
const KEPT_MS = 10_000
const MAX_REMEMBERED = 1024

interface Interface {
  readonly address: string
  readonly isIpv6: boolean
  readonly network: BlockList
}

/**
 * Which of this machine's addresses another host reaches us at. A datagram doesn't say where it was sent to, so it is taken
 * to be the address that is on one network with its sender; for senders behind a router the machine's first.
 */
export class NearestAddress {
  readonly #byHost = new Map<string, string>()
  #interfaces: readonly Interface[] = []
  #readAt = -Infinity

  /** @param host a canonical IP address. @returns a canonical IP address of the same family, if there is any. */
  to(host: string): string {
    if (isLoopbackIp(host)) return host.includes(':') ? host : '127.0.0.1'
    const now = monotonicNow()
    if (now - this.#readAt > KEPT_MS || this.#byHost.size >= MAX_REMEMBERED) {
      this.#interfaces = readInterfaces()
      this.#byHost.clear()
      this.#readAt = now
    }
    let nearest = this.#byHost.get(host)
    if (nearest === undefined) this.#byHost.set(host, (nearest = this.#find(host)))
    return nearest
  }

  #find(host: string): string {
    const isIpv6 = host.includes(':')
    const family = this.#interfaces.filter((one) => one.isIpv6 === isIpv6)
    // Of several on one network: who asks from this machine is at its own.
    const own = family.find(({ address }) => address === host)
    const near = own ?? family.find(({ network }) => network.check(host, isIpv6 ? 'ipv6' : 'ipv4'))
    // A link-local address is of use to its own link only.
    const first = family.find(({ address }) => !address.startsWith('fe80:')) ?? family[0]
    return (near ?? first)?.address ?? (isIpv6 ? '::1' : '127.0.0.1')
  }
}

function readInterfaces(): Interface[] {
  return Object.values(ownInterfaces()).flatMap((addresses = []) =>
    addresses.flatMap(({ address: text, family, internal, cidr }) => {
      const address = canonicalIp(text)
      const prefix = Number(cidr?.split('/')[1])
      if (internal || address === null || !Number.isInteger(prefix)) return []
      const isIpv6 = family === 'IPv6'
      const network = new BlockList()
      network.addSubnet(address, prefix, isIpv6 ? 'ipv6' : 'ipv4')
      return [{ address, isIpv6, network }]
    }),
  )
}
