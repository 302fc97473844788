/** Who is connected: dials candidates, admits or refuses those that arrive, says the first words, ends what is idle. */
import {
  LONG_BLOCK_LENGTH,
  METADATA_NAME,
  addressKey,
  encodeExtensionHandshake,
  type PeerAddress,
} from '../../protocol/index.ts'
import { DebtBook } from '../choker/debt.ts'
import { isBelievable } from '../peer-list/hearsay.ts'
import { PeerList, banKeyOf, type PeerSource } from '../peer-list/peer-list.ts'
import type { CloseReason } from '../peer/close-reason.ts'
import { PeerSession, type PeerGreeting } from '../peer/peer-session.ts'
import { UPLOAD_QUEUE_LIMIT } from '../peer/upload-queue.ts'
import type { SwarmContext } from './swarm-context.ts'

/** BEP 3: connections are kept alive every two minutes. */
const KEEP_ALIVE_MS = 90_000
const IDLE_MS = 130_000
/** Who speaks from here may name any address at which a peer can listen. */
const THIS_MACHINE = '127.0.0.1'

export class Connections {
  readonly peers: PeerList
  readonly #swarm: SwarmContext
  readonly #extensions: ReadonlyMap<string, number>
  readonly #left: (session: PeerSession, now: number) => void
  readonly #debts = new DebtBook()

  /**
   * @param extensions name to id of those that we offer
   * @param left undoes whatever the other parts keep of a session
   */
  constructor(
    swarm: SwarmContext,
    extensions: ReadonlyMap<string, number>,
    left: (session: PeerSession, now: number) => void,
  ) {
    this.#swarm = swarm
    this.#extensions = extensions
    this.#left = left
    this.peers = new PeerList(swarm.options.random)
  }

  /** Admits the peer and says what we have, or closes the connection. */
  connected(greeting: PeerGreeting, now: number): void {
    // What reached us there is what others tell each other of us: no need to try.
    const { ownHost } = greeting
    if (ownHost !== undefined) this.peers.isOurselves({ host: ownHost, port: this.#swarm.options.ownPort })
    const refusal = this.#refusal(greeting, now)
    if (refusal !== null) {
      this.#swarm.emit({ type: 'close', peer: greeting.peer, reason: refusal })
      if (!greeting.outbound) return
      if (refusal === 'self-connection') this.peers.isOurselves(greeting.address)
      else if (refusal !== 'duplicate-connection') this.peers.disconnected(greeting.address, now)
      else if (!this.#isSamePeer(greeting, now)) this.peers.dialFailed(greeting.address, now)
      return
    }
    const session = new PeerSession(greeting, banKeyOf(greeting.address), this.#swarm.shape.pieceCount, now)
    this.#debts.joined(session)
    this.#swarm.sessions.set(session.key, session)
    if (session.outbound) this.peers.connected(session.address, now)
    this.#introduce(session, now)
  }

  /** The connection ended by itself. */
  closed(session: PeerSession, now: number): void {
    this.#swarm.sessions.delete(session.key)
    this.#debts.left(session, now)
    this.#left(session, now)
    const { listenAddress } = session
    if (listenAddress && !this.#isConnectedTo(listenAddress)) this.peers.disconnected(listenAddress, now)
  }

  close(session: PeerSession, reason: CloseReason, now: number): void {
    this.#swarm.emit({ type: 'close', peer: session.key, reason })
    this.closed(session, now)
  }

  ban(banKey: string, reason: CloseReason, now: number): void {
    if (this.peers.bans.has(banKey)) return
    this.peers.ban(banKey, reason)
    this.#swarm.emit({ type: 'banned', banKey, reason })
    for (const session of [...this.#swarm.sessions.values()]) {
      if (session.banKey === banKey) this.close(session, reason, now)
    }
  }

  candidates(addresses: readonly PeerAddress[], source: PeerSource, now: number): void {
    for (const address of addresses) {
      // Who shouts on the LAN speaks for itself alone.
      if (source === 'lsd' && !isBelievable(address, address.host)) continue
      // A link may come from anybody; yet its user may well have a peer on this machine.
      if (source === 'magnet' && !isBelievable(address, THIS_MACHINE)) continue
      this.peers.add(address, source, now)
    }
    this.#dial(now)
  }

  dialFailed(address: PeerAddress, now: number): void {
    this.peers.dialFailed(address, now)
  }

  /** An extension handshake told us where an inbound peer listens: we need not dial that address. */
  listensAt(session: PeerSession, port: number, now: number): void {
    if (session.listenAddress) return
    session.listenAddress = { host: session.address.host, port }
    this.peers.add(session.listenAddress, 'inbound', now)
    this.peers.connected(session.listenAddress, now)
  }

  tick(now: number): void {
    for (const session of [...this.#swarm.sessions.values()]) {
      if (now - session.lastHeardAt > IDLE_MS) this.close(session, 'idle-timeout', now)
      else if (now - session.lastSentAt > KEEP_ALIVE_MS) this.#swarm.send(session, { type: 'keep-alive' }, now)
    }
    this.#dial(now)
  }

  /** A seeder only listens, but for the addresses that a person gave. */
  #dial(now: number): void {
    const { maxPeers, maxDialling } = this.#swarm.options.limits
    const dialling = this.peers.dialling
    const room = Math.min(maxDialling - dialling, maxPeers - this.#swarm.sessions.size - dialling)
    if (room <= 0) return
    for (const address of this.peers.take(room, now, this.#swarm.seeding)) this.#swarm.emit({ type: 'dial', address })
  }

  #refusal(greeting: PeerGreeting, now: number): CloseReason | null {
    if (greeting.peerId === this.#swarm.options.ownPeerId) return 'self-connection'
    if (this.peers.isBanned(greeting.address)) return 'banned'
    const twin = this.#twin(greeting)
    if (twin) {
      if (!this.#replaces(twin, greeting)) return 'duplicate-connection'
      this.close(twin, 'duplicate-connection', now)
    }
    return this.#swarm.sessions.size >= this.#swarm.options.limits.maxPeers ? 'too-many-peers' : null
  }

  /** Two who call each other are connected twice for a moment; libtorrent shows another peer id on each connection. */
  #isConnectedTo(address: PeerAddress): boolean {
    const key = addressKey(address)
    for (const { listenAddress } of this.#swarm.sessions.values())
      if (listenAddress && addressKey(listenAddress) === key) return true
    return false
  }

  #twin(greeting: PeerGreeting): PeerSession | undefined {
    for (const session of this.#swarm.sessions.values()) if (session.peerId === greeting.peerId) return session
    return undefined
  }

  /** We dialled a peer that had dialled us: its address is not tried again while that session lasts. */
  #isSamePeer(greeting: PeerGreeting, now: number): boolean {
    const twin = this.#twin(greeting)
    if (!twin || twin.address.host !== greeting.address.host) return false
    twin.listenAddress ??= greeting.address
    if (addressKey(twin.listenAddress) !== addressKey(greeting.address)) return false
    this.peers.connected(greeting.address, now)
    return true
  }

  /**
   * Both sides dialled each other: the connection made by the smaller peer id stays, on both sides. A peer id is only the
   * peer's word, so from another machine it never drives out the first.
   */
  #replaces(twin: PeerSession, greeting: PeerGreeting): boolean {
    if (twin.address.host !== greeting.address.host || twin.outbound === greeting.outbound) return false
    return greeting.outbound === this.#swarm.options.ownPeerId < greeting.peerId
  }

  /** Our pieces first (BEP 6 wants that before all else), then what we are (BEP 10). */
  #introduce(session: PeerSession, now: number): void {
    const { have } = this.#swarm
    if (session.fast && have.isFull) this.#swarm.send(session, { type: 'have-all' }, now)
    else if (session.fast && have.isEmpty) this.#swarm.send(session, { type: 'have-none' }, now)
    else if (!have.isEmpty) this.#swarm.send(session, { type: 'bitfield', bytes: have.toBytes() }, now)
    if (!session.extended) return
    const { client, ownPort, metadata } = this.#swarm.options
    const m = this.#extensions
    const known = metadata && m.has(METADATA_NAME) ? { metadataSize: metadata.length } : {}
    const takes = { reqq: UPLOAD_QUEUE_LIMIT, longestRequest: LONG_BLOCK_LENGTH }
    const payload = encodeExtensionHandshake({ v: client, port: ownPort, ...takes, m, ...known })
    this.#swarm.send(session, { type: 'extended', id: 0, payload }, now)
  }
}
