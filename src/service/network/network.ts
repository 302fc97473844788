/**
 * The membership at work: carries what its engine says over the connections that there are, those of swarms and those for
 * the membership alone, and brings back what the others say.
 */
import {
  DialError,
  dialPeer,
  monotonicNow,
  resolveHost,
  sha1,
  wallClock,
  type ClientPorts,
  type DialGate,
  type PeerConnection,
} from '../../io/index.ts'
import {
  Membership,
  type DialKey,
  type LinkKey,
  type MembershipEffect,
  type MembershipEvent,
} from '../../network/index.ts'
import {
  MEMBERS_EXTENSION,
  ProtocolError,
  addressKey,
  decodeMembersMessage,
  encodeMembersMessage,
  infoHashFromBytes,
  type Handshake,
  type MemberId,
  type PeerAddress,
  type PeerId,
} from '../../protocol/index.ts'
import type { TorrentEffect } from '../../swarm/index.ts'
import type { SwarmView } from '../face.ts'
import { MemberConnection } from './member-connection.ts'
import { OwnMember } from './own-member.ts'
import type { TorrentRunner } from '../swarm/torrent-runner.ts'
import { CLIENT } from '../version.ts'

/** A swarm that has no torrent: members meet in it who have no other in common. */
export const NETWORK_HASH = infoHashFromBytes(sha1(Buffer.from('swarmd network')))

/** On a LAN who is there answers at once. */
const CONNECT_MS = 3_000
/** A name that is not known now may be later. */
const RESOLVE_MS = 30_000

/** Our end of one link. */
interface Link {
  readonly connection: PeerConnection
  /** By which it was last seen that bytes came. */
  bytesReceived: number
  send(payload: Buffer): void
  /** Hands what was sent to the system. */
  flush(): void
  close(reason: string): void
}

export interface NetworkOptions {
  readonly memberId: MemberId
  readonly peerId: PeerId
  readonly host?: string
  peerPort(): number
  readonly apiPort: number
  /** Living members to begin with; the hosts may be names. */
  readonly seeds: readonly PeerAddress[]
  readonly clientPorts: ClientPorts
  readonly dialGate: DialGate
  readonly random: () => number
  /** Another state, or another record. */
  onChanged(id: MemberId): void
  /** Our id is not ours alone any more: we need another, by `rename`. */
  onClash(): void
  onBug(error: unknown): void
  log(event: string, fields: Record<string, unknown>): void
}

export class Network {
  readonly membership: Membership
  readonly own: OwnMember
  /** Messages of the membership, in all connections. */
  readonly traffic = { messages: { sent: 0, received: 0 }, bytes: { sent: 0, received: 0 } }
  readonly #options: NetworkOptions
  readonly #links = new Map<LinkKey, Link>()
  readonly #linkOf = new Map<PeerConnection, LinkKey>()
  readonly #leaving = new AbortController()
  #lastLink = 0
  #queue: MembershipEvent[] = []
  #isRunning = false
  #timer: NodeJS.Timeout | null = null
  /** Members to begin with, and those of them whose names are not known yet. */
  #seeds: readonly PeerAddress[]
  #unresolved: readonly PeerAddress[]
  #resolveAt = -Infinity
  #isOpen = false

  constructor(options: NetworkOptions) {
    this.#options = options
    this.own = new OwnMember(options)
    this.#seeds = options.seeds
    this.#unresolved = options.seeds
    this.membership = new Membership({
      id: options.memberId,
      incarnation: wallClock().getTime(),
      random: options.random,
    })
  }

  /** Those that the user named; the hosts may be names. */
  get seeds(): readonly PeerAddress[] {
    return this.#seeds
  }

  get apiPort(): number {
    return this.#options.apiPort
  }

  /** What we answer to who calls for the network. */
  get handshake(): Handshake {
    const extensions = { fast: false, extended: true, dht: false }
    return { infoHash: NETWORK_HASH, peerId: this.#options.peerId, extensions }
  }

  /** From now on we are a member: the peer port is open. */
  open(swarms: readonly SwarmView[]): void {
    this.#isOpen = true
    this.tick(swarms, monotonicNow())
  }

  /** At least once a second, with our swarms as they are. */
  tick(swarms: readonly SwarmView[], now: number): void {
    if (!this.#isOpen) return
    for (const [link, one] of this.#links) {
      const { bytesReceived } = one.connection
      if (bytesReceived === one.bytesReceived) continue
      one.bytesReceived = bytesReceived
      this.#queue.push({ type: 'heard', link })
    }
    this.#dispatch({ type: 'own', ...this.own.describe(swarms, now) })
    this.#resolve(now)
  }

  /** These are the members to begin with: new ones among them are called, and the names of the others asked for no more. */
  seed(seeds: readonly PeerAddress[]): void {
    const before = this.#seeds
    this.#seeds = seeds
    this.#unresolved = seeds.filter((seed) => !isIn(before, seed) || isIn(this.#unresolved, seed))
    this.#resolveAt = -Infinity
    if (this.#isOpen) this.#resolve(monotonicNow())
  }

  /** A member may be there. */
  hint(address: PeerAddress): void {
    this.#dispatch({ type: 'hint', address })
  }

  /** Somebody called for the network, perhaps before `open`: it hears of us when we are what we will be. */
  adopt(connection: PeerConnection): void {
    if (this.#leaving.signal.aborted) connection.close()
    else this.#takeUp(connection)
  }

  /** What a peer of one of our swarms says in the extension. */
  heardInSwarm(
    runner: TorrentRunner,
    effect: Extract<TorrentEffect, { type: 'extension' | 'extension-agreed' }>,
  ): void {
    const { peer, name } = effect
    const connection = runner.connection(peer)
    if (name !== MEMBERS_EXTENSION || !connection || this.#leaving.signal.aborted) return
    const known = this.#linkOf.get(connection)
    if (effect.type === 'extension') {
      if (known !== undefined) this.#heard(known, effect.payload)
      return
    }
    if (known !== undefined) return
    const link = this.#addLink(connection, {
      send: (payload) => runner.dispatch({ type: 'send-extension', peer, name, payload }),
      flush: () => undefined,
      close: (reason) => runner.dispatch({ type: 'expel', peer, reason }),
    })
    const { remote, outbound } = connection
    this.#dispatch({ type: 'link-opened', link, host: remote.host, outbound, isOwn: false })
  }

  /** A connection of one of our swarms ended. */
  closedInSwarm(connection: PeerConnection): void {
    const link = this.#linkOf.get(connection)
    if (link !== undefined) this.#gone(link)
  }

  /** Our id is another machine's. */
  rename(id: MemberId): void {
    this.membership.rename(id, monotonicNow())
    this.#run()
  }

  /** Says goodbye, and closes what is ours alone. */
  leave(): void {
    if (!this.#isOpen) return
    this.#dispatch({ type: 'leave' })
    this.#isOpen = false
    this.#leaving.abort()
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    for (const link of [...this.#links.values()]) if (!this.#isOfSwarm(link)) link.close('swarm-stopped')
  }

  #isOfSwarm(link: Link): boolean {
    return link.connection.handshake.infoHash !== NETWORK_HASH
  }

  #takeUp(connection: PeerConnection, dial?: DialKey): void {
    let link: LinkKey | null = null
    const member = new MemberConnection(connection, {
      client: CLIENT,
      peerPort: this.#options.peerPort(),
      onReady: () => {
        link = this.#addLink(connection, {
          send: (payload) => member.send(payload),
          flush: () => member.flush(),
          close: (reason) => member.close(reason),
        })
        const { remote, outbound } = connection
        const opened = { type: 'link-opened' as const, link, host: remote.host, outbound, isOwn: true }
        this.#dispatch(dial === undefined ? opened : { ...opened, dial })
      },
      onPayload: (payload) => {
        if (link !== null) this.#heard(link, payload)
      },
      onClosed: (reason) => {
        const { outbound, remote } = connection
        this.#options.log('member.closed', { peer: addressKey(remote), outbound, reason })
        if (link !== null) this.#gone(link)
        else if (dial !== undefined) this.#dispatch({ type: 'dial-failed', dial, isOurFault: false })
      },
      onBug: (error) => this.#options.onBug(error),
    })
    const { local, remote, outbound } = connection
    const direction = outbound ? 'outbound' : 'inbound'
    this.#options.log('member.connected', { socket: local.port, peer: addressKey(remote), direction })
  }

  #addLink(connection: PeerConnection, ways: Omit<Link, 'connection' | 'bytesReceived'>): LinkKey {
    const key = `${++this.#lastLink}`
    this.#links.set(key, { connection, bytesReceived: connection.bytesReceived, ...ways })
    this.#linkOf.set(connection, key)
    return key
  }

  #gone(key: LinkKey): void {
    const link = this.#links.get(key)
    if (!link) return
    this.#links.delete(key)
    this.#linkOf.delete(link.connection)
    this.#dispatch({ type: 'link-closed', link: key })
  }

  #heard(link: LinkKey, payload: Buffer): void {
    this.#count('received', payload)
    try {
      const message = decodeMembersMessage(payload)
      this.#dispatch({ type: 'message', link, message, bytes: payload.length })
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#links.get(link)?.close(error.code)
    }
  }

  #count(direction: 'sent' | 'received', { length }: Buffer): void {
    this.traffic.messages[direction]++
    this.traffic.bytes[direction] += length
  }

  #dispatch(event: MembershipEvent): void {
    this.#queue.push(event)
    this.#run()
  }

  #run(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    const written = new Set<Link>()
    try {
      do {
        const events = this.#queue
        this.#queue = []
        const now = monotonicNow()
        for (const event of events) this.membership.handle(event, now)
        for (const effect of this.membership.drain()) this.#perform(effect, written)
      } while (this.#queue.length > 0)
    } catch (error) {
      this.#queue = []
      this.#options.onBug(error)
    } finally {
      this.#isRunning = false
    }
    for (const link of written) link.flush()
    this.#wake()
  }

  /** The engine says when it wants to be asked again. */
  #wake(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (!this.#isOpen) return
    const ms = Math.max(1, Math.ceil(this.membership.dueAt - monotonicNow()))
    this.#timer = setTimeout(() => this.#dispatch({ type: 'tick' }), Math.min(1_000, ms))
  }

  #perform(effect: MembershipEffect, written: Set<Link>): void {
    switch (effect.type) {
      case 'send': {
        const link = this.#links.get(effect.link)
        if (!link) return
        const payload = encodeMembersMessage(effect.message)
        link.send(payload)
        this.#count('sent', payload)
        written.add(link)
        return
      }
      case 'close': {
        const link = this.#links.get(effect.link)
        link?.flush()
        return link?.close(effect.reason)
      }
      case 'dial':
        return void this.#dial(effect.dial, effect.addresses)
      case 'changed':
        return this.#options.onChanged(effect.id)
      case 'clash':
        return this.#options.onClash()
    }
  }

  async #dial(dial: DialKey, addresses: readonly PeerAddress[]): Promise<void> {
    let isOurFault = false
    for (const address of addresses) {
      try {
        const connection = await dialPeer({
          address,
          ours: this.handshake,
          clientPorts: this.#options.clientPorts,
          gate: this.#options.dialGate,
          connectTimeoutMs: CONNECT_MS,
          handshakeTimeoutMs: CONNECT_MS,
          signal: this.#leaving.signal,
        })
        if (this.#isOpen) this.#takeUp(connection, dial)
        else connection.close()
        return
      } catch (error) {
        if (!(error instanceof DialError)) this.#options.onBug(error)
        else isOurFault ||= ['no-client-port', 'no-resources', 'aborted'].includes(error.code)
      }
    }
    this.#dispatch({ type: 'dial-failed', dial, isOurFault })
  }

  /** Names of members to begin with become addresses. */
  #resolve(now: number): void {
    if (this.#unresolved.length === 0 || now < this.#resolveAt) return
    this.#resolveAt = now + RESOLVE_MS
    const open = this.#unresolved
    this.#unresolved = []
    for (const seed of open) void this.#resolveOne(seed)
  }

  async #resolveOne(seed: PeerAddress): Promise<void> {
    const hosts = await resolveHost(seed.host)
    if (!isIn(this.#seeds, seed)) return
    if (hosts.length === 0) {
      this.#options.log('member.unresolved', { host: seed.host })
      this.#unresolved = [...this.#unresolved, seed]
      return
    }
    for (const host of hosts.slice(0, 2)) this.#dispatch({ type: 'seed', address: { host, port: seed.port } })
  }
}

const isIn = (list: readonly PeerAddress[], { host, port }: PeerAddress): boolean =>
  list.some((each) => each.host === host && each.port === port)
