import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import { once } from 'node:events'
import { BlockList } from 'node:net'
import { canonicalIp, LSD_GROUP_IPV4, LSD_GROUP_IPV6, LSD_PORT } from '../../protocol/index.ts'
import type { PeerAddress } from '../../protocol/index.ts'
import { linkNetworks, localLinks } from './local-links.ts'
import type { LocalLink } from './local-links.ts'

export interface LsdSocketOptions {
  /** Where the peer port listens; all addresses if left out. */
  readonly host?: string
  /** What came from a machine on one of our links. @param toAll it was sent to the group, not to us alone */
  onDatagram(datagram: Buffer, from: PeerAddress, toAll: boolean): void
  /** A link could not be joined; it is tried again at each `refresh`. Said once for each reason. */
  onTrouble(reason: string): void
}

type Family = LocalLink['family']

const GROUPS: Record<Family, string> = { ipv4: LSD_GROUP_IPV4, ipv6: LSD_GROUP_IPV6 }
const ANY: Record<Family, string> = { ipv4: '0.0.0.0', ipv6: '::' }

/** A link, and the socket that sends on it. */
interface Joined {
  readonly link: LocalLink
  readonly sender: Socket
}

/**
 * Listens to the group of BEP 14 on every link, and speaks on each. A socket a family hears the group, and one a link, bound
 * to its address, sends there and hears what is sent to us alone. All share port 6771, also with other programs of this
 * machine. Datagrams go no further than the link (TTL 1), and what comes from beyond it is dropped.
 */
export class LsdSocket {
  readonly #options: LsdSocketOptions
  readonly #listeners = new Map<Family, Socket>()
  /** By device and address. */
  readonly #joined = new Map<string, Joined>()
  readonly #troubles = new Set<string>()
  #networks = new BlockList()
  #refreshing: Promise<boolean> | null = null
  #closed = false

  constructor(options: LsdSocketOptions) {
    this.#options = options
  }

  /** Links that are joined now. */
  get links(): readonly LocalLink[] {
    return Array.from(this.#joined.values(), ({ link }) => link)
  }

  /** Joins the links that are new and forgets those that are gone. Never throws. @returns whether there is a new one */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  /** To everybody on each link. */
  announce(datagrams: (family: Family) => readonly Buffer[]): void {
    for (const { link, sender } of this.#joined.values()) {
      for (const datagram of datagrams(link.family)) this.#send(sender, datagram, LSD_PORT, GROUPS[link.family])
    }
  }

  /** To one machine alone. */
  answer(datagrams: readonly Buffer[], to: PeerAddress): void {
    const family = familyOf(to.host)
    for (const { link, sender } of this.#joined.values()) {
      if (link.family !== family || !linkNetworks([link]).check(to.host, family)) continue
      for (const datagram of datagrams) this.#send(sender, datagram, to.port, to.host)
      return
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#refreshing
    for (const { sender } of this.#joined.values()) sender.close()
    for (const listener of this.#listeners.values()) listener.close()
    this.#joined.clear()
    this.#listeners.clear()
  }

  async #refresh(): Promise<boolean> {
    const links = new Map(localLinks(this.#options.host).map((link) => [`${link.device} ${link.cidr}`, link]))
    for (const [key, { sender }] of this.#joined) {
      if (links.has(key)) continue
      sender.close()
      this.#joined.delete(key)
    }
    let isNew = false
    for (const [key, link] of links) {
      if (this.#closed || this.#joined.has(key)) continue
      if (await this.#tryJoin(key, link)) isNew = true
    }
    this.#networks = linkNetworks(this.links)
    return isNew
  }

  async #tryJoin(key: string, link: LocalLink): Promise<boolean> {
    try {
      const listener = await this.#listener(link.family)
      try {
        listener.addMembership(GROUPS[link.family], multicastInterface(link))
      } catch (error) {
        // Joined already: by another address of the same device, or before the link was away for a while.
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      }
      this.#joined.set(key, { link, sender: await this.#sender(link) })
      return true
    } catch (error) {
      const reason = `${link.device} ${link.address}: ${error instanceof Error ? error.message : String(error)}`
      if (!this.#troubles.has(reason)) this.#options.onTrouble(reason)
      this.#troubles.add(reason)
      return false
    }
  }

  async #listener(family: Family): Promise<Socket> {
    const known = this.#listeners.get(family)
    if (known) return known
    const socket = await this.#open(family, ANY[family], true)
    this.#listeners.set(family, socket)
    return socket
  }

  async #sender(link: LocalLink): Promise<Socket> {
    const socket = await this.#open(link.family, link.address, false)
    try {
      socket.setMulticastInterface(multicastInterface(link))
      socket.setMulticastTTL(1)
      socket.setTTL(1)
      // Other peers of this machine hear us as well.
      socket.setMulticastLoopback(true)
      return socket
    } catch (error) {
      socket.close()
      throw error
    }
  }

  async #open(family: Family, address: string, toAll: boolean): Promise<Socket> {
    const socket = createSocket({
      type: family === 'ipv4' ? 'udp4' : 'udp6',
      reuseAddr: true,
      ipv6Only: family === 'ipv6',
    })
    try {
      socket.bind({ port: LSD_PORT, address, exclusive: true })
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      throw error
    }
    // A link that goes down shows up here, and is gone at the next refresh.
    socket.on('error', () => {})
    socket.on('message', (datagram, remote) => this.#received(datagram, remote, toAll))
    return socket
  }

  #received(datagram: Buffer, remote: RemoteInfo, toAll: boolean): void {
    const host = canonicalIp(remote.address)
    if (host === null || this.#closed || !this.#networks.check(host, familyOf(host))) return
    this.#options.onDatagram(datagram, { host, port: remote.port }, toAll)
  }

  /** What can't be sent is lost, like any datagram may be; the next announce follows. */
  #send(sender: Socket, datagram: Buffer, port: number, host: string): void {
    sender.send(datagram, port, host, () => {})
  }
}

/** What names the link to the system: for IPv4 its address, for IPv6 its device. */
const multicastInterface = ({ family, address, device }: LocalLink): string =>
  family === 'ipv4' ? address : `::%${device}`

const familyOf = (host: string): Family => (host.includes(':') ? 'ipv6' : 'ipv4')
