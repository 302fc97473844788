/** Local discovery (BEP 14) at work: the engine that decides, on the sockets that carry. */
import { LsdSocket, monotonicNow } from '../../io/index.ts'
import { LocalDiscovery } from '../../network/index.ts'
import { encodeLsdAnnounces, type InfoHash, type Metainfo, type PeerAddress } from '../../protocol/index.ts'

/** Links come and go: a cable, a Wi-Fi, a container's bridge. */
const REFRESH_MS = 5_000

export interface LocalPeersOptions {
  /** Asked at each tick: it may be switched on and off at any time. */
  isOn(): boolean
  /** Where the peer port listens; all addresses if left out. */
  readonly host?: string
  peerPort(): number
  /** 0 ≤ x < 1 */
  readonly random: () => number
  /** A peer of the LAN is in this swarm. */
  onPeer(infoHash: InfoHash, address: PeerAddress): void
  log(event: string, fields: Record<string, unknown>): void
}

export class LocalPeers {
  /** Times that we spoke to the LAN or answered somebody, and what was heard: of swarms of ours, or of no use. */
  readonly counts = { sent: 0, used: 0, ignored: 0 }
  readonly #options: LocalPeersOptions
  readonly #discovery: LocalDiscovery
  readonly #cookie: string
  /** null while it is off. */
  #socket: LsdSocket | null = null
  /** Those that were switched off, until they are closed. */
  #closed: Promise<void> = Promise.resolve()
  #refreshedAt = -Infinity

  constructor(options: LocalPeersOptions) {
    this.#options = options
    // 31 bits in hex: libtorrent reads it as a signed number.
    this.#cookie = Math.floor(options.random() * 2 ** 31)
      .toString(16)
      .padStart(8, '0')
    this.#discovery = new LocalDiscovery(this.#cookie, options.random)
  }

  get isOn(): boolean {
    return this.#options.isOn()
  }

  /** Our part in a swarm changed. A private torrent's peers come from its trackers alone (BEP 27). */
  ownPart({ infoHash, isPrivate }: Pick<Metainfo, 'infoHash' | 'isPrivate'>, left: number | null): void {
    if (left === null) this.#discovery.leave(infoHash, monotonicNow())
    else if (!isPrivate) this.#discovery.join(infoHash, monotonicNow())
  }

  /** At least once a second. */
  tick(now: number): void {
    if (!this.isOn) return this.#switchOff()
    this.#socket ??= this.#open()
    if (now - this.#refreshedAt >= REFRESH_MS) {
      this.#refreshedAt = now
      void this.#refresh(this.#socket)
    }
    if (this.#socket.links.length === 0) return
    const infoHashes = this.#discovery.due(now)
    if (infoHashes.length === 0) return
    this.#socket.announce((family) => this.#encode(infoHashes, family))
    this.counts.sent++
  }

  close(): Promise<void> {
    this.#switchOff()
    return this.#closed
  }

  #open(): LsdSocket {
    const { host } = this.#options
    this.#refreshedAt = -Infinity
    const socket: LsdSocket = new LsdSocket({
      ...(host === undefined ? {} : { host }),
      onDatagram: (datagram, from, toAll) => this.#heard(socket, datagram, from, toAll),
      onTrouble: (reason) => this.#options.log('lsd.unavailable', { reason }),
    })
    return socket
  }

  #switchOff(): void {
    const socket = this.#socket
    if (socket === null) return
    this.#socket = null
    this.#closed = Promise.all([this.#closed, socket.close()]).then(() => undefined)
  }

  async #refresh(socket: LsdSocket): Promise<void> {
    if (!(await socket.refresh()) || socket !== this.#socket) return
    this.#discovery.networkChanged(monotonicNow())
    const links = socket.links.map(({ device, address }) => `${device} ${address}`)
    this.#options.log('lsd.listening', { links })
    this.tick(monotonicNow())
  }

  #heard(socket: LsdSocket, datagram: Buffer, from: PeerAddress, toAll: boolean): void {
    const heard = this.#discovery.heard(datagram, from, toAll, monotonicNow())
    this.counts[heard ? 'used' : 'ignored']++
    if (heard === null) return
    const family = from.host.includes(':') ? 'ipv6' : 'ipv4'
    if (heard.answer.length > 0) {
      socket.answer(this.#encode(heard.answer, family), from)
      this.counts.sent++
    }
    for (const infoHash of heard.infoHashes) this.#options.onPeer(infoHash, heard.address)
  }

  #encode(infoHashes: readonly InfoHash[], family: 'ipv4' | 'ipv6'): Buffer[] {
    return encodeLsdAnnounces({ port: this.#options.peerPort(), infoHashes, cookie: this.#cookie }, family)
  }
}
