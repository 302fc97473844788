/**
 * Our presence in a swarm, whatever we want there: who is connected, whom else we know and by whom, which extensions are
 * spoken, which trackers know of us. What peers do with pieces or metadata it hands to its engine, and catches their faults.
 */
import {
  PEX_NAME,
  ProtocolError,
  decodeExtensionHandshake,
  type ExtensionHandshake,
  type PeerMessage,
} from '../../protocol/index.ts'
import type { TorrentEvent } from '../events.ts'
import type { CloseReason } from '../peer/close-reason.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import { PeerExchange } from '../pex/peer-exchange.ts'
import { Announcing } from './announcing.ts'
import { Connections } from './connections.ts'
import { Extensions } from './extensions.ts'
import { PeerFault, type SwarmContext } from './swarm-context.ts'

type EventOf<Type extends TorrentEvent['type']> = Extract<TorrentEvent, { type: Type }>
type Extended = Extract<PeerMessage, { type: 'extended' }>

/** Of a connected peer, for the engine to understand. */
export type PeerEvent = EventOf<'message' | 'block' | 'sent' | 'unreadable'>
/** Of pieces and of time. */
export type EngineEvent = EventOf<
  'hashed' | 'stored' | 'store-failed' | 'storage-pressure' | 'order' | 'wish' | 'tick' | 'stop'
>

/** The engine, for which we are in the swarm. */
export interface PresencePorts {
  handle(event: EngineEvent, now: number): void
  /** @throws PeerFault, ProtocolError: the session ends */
  heard(session: PeerSession, event: PeerEvent, now: number): void
  /** Undoes whatever the engine keeps of a session that is over. */
  left(session: PeerSession, now: number): void
}

export class Presence {
  readonly extensions: Extensions
  readonly connections: Connections
  readonly announcing: Announcing
  readonly #swarm: SwarmContext
  readonly #ports: PresencePorts
  readonly #peerExchange: PeerExchange
  #isOver = false

  constructor(swarm: SwarmContext, ports: PresencePorts) {
    this.#swarm = swarm
    this.#ports = ports
    this.extensions = new Extensions(swarm)
    this.connections = new Connections(swarm, this.extensions.offered, (session, now) => {
      this.#peerExchange.left(session)
      ports.left(session, now)
    })
    this.#peerExchange = new PeerExchange(swarm, {
      send: (session, payload, now) => this.extensions.send(session, PEX_NAME, payload, now),
      candidates: (addresses, now) => this.connections.candidates(addresses, 'pex', now),
    })
    this.extensions.take(PEX_NAME, this.#peerExchange)
    this.announcing = new Announcing(swarm)
  }

  /** It has ended. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** One input. A peer's fault ends its session; any other throw is a bug of ours. @param now ms, monotonic */
  handle(event: TorrentEvent, now: number): void {
    switch (event.type) {
      case 'message':
      case 'block':
      case 'sent':
      case 'unreadable':
        return this.#heard(event, now)
      case 'connected':
        return this.connections.connected(event, now)
      case 'dial-failed':
        return this.connections.dialFailed(event.address, now)
      case 'closed':
        return this.#withSession(event.peer, (session) => this.connections.closed(session, now))
      case 'candidates':
        return this.connections.candidates(event.addresses, event.source, now)
      case 'announced':
        this.announcing.succeeded(event.url, event.answer, now)
        return this.connections.candidates(event.answer.peers, 'tracker', now)
      case 'announce-failed':
        return this.announcing.failed(event.url, event.reason, now)
      case 'announce-now':
        return this.announcing.now(now)
      case 'send-extension':
        return this.#withSession(event.peer, (it) => void this.extensions.send(it, event.name, event.payload, now))
      case 'expel':
        return this.#withSession(event.peer, (session) => this.connections.close(session, event.reason, now))
      case 'hashed':
      case 'stored':
      case 'store-failed':
      case 'storage-pressure':
      case 'order':
      case 'wish':
      case 'tick':
      case 'stop':
        return this.#ports.handle(event, now)
    }
  }

  /** An extended message (BEP 10). @returns what the peer says of itself, if it is that @throws PeerFault, ProtocolError */
  extended(session: PeerSession, { id, payload }: Extended, now: number): ExtensionHandshake | null {
    if (id !== 0) {
      this.extensions.received(session, id, payload, now)
      return null
    }
    const handshake = decodeExtensionHandshake(payload)
    if (handshake.reqq !== undefined) session.requests.limit = handshake.reqq
    if (handshake.longestRequest !== undefined) session.agreeOnRequests(handshake.longestRequest)
    if (handshake.v !== undefined) session.client = handshake.v
    if (handshake.port !== undefined) this.connections.listensAt(session, handshake.port, now)
    session.uploadOnly = handshake.uploadOnly ?? false
    this.extensions.agree(session, handshake, now)
    return handshake
  }

  tick(now: number): void {
    this.announcing.tick(now)
    this.connections.tick(now)
    this.#peerExchange.tick(now)
  }

  /** Closes every connection. Whether the trackers are told is the engine's business. */
  end(now: number): void {
    for (const session of [...this.#swarm.sessions.values()]) this.connections.close(session, 'swarm-stopped', now)
    this.#isOver = true
  }

  /** Who comes too late is turned away. */
  afterEnd(event: TorrentEvent): void {
    if (event.type === 'connected') this.#swarm.emit({ type: 'close', peer: event.peer, reason: 'swarm-stopped' })
  }

  #heard(event: PeerEvent, now: number): void {
    const session = this.#swarm.sessions.get(event.peer)
    if (!session) return
    if (event.type === 'message' || event.type === 'block') session.lastHeardAt = now
    try {
      this.#ports.heard(session, event, now)
    } catch (error) {
      if (!(error instanceof PeerFault) && !(error instanceof ProtocolError)) throw error
      const reason: CloseReason = error instanceof PeerFault ? error.reason : error.code
      this.connections.close(session, reason, now)
    }
  }

  #withSession(peer: PeerKey, act: (session: PeerSession) => void): void {
    const session = this.#swarm.sessions.get(peer)
    if (session) act(session)
  }
}
