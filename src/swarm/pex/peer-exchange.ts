/**
 * Peer exchange (BEP 11): each peer hears which others we are connected to, and tells us of its own. So a swarm stays whole
 * when its tracker is gone. Not spoken in private torrents (BEP 27), which do not offer it.
 */
import {
  PEX_MOST,
  PEX_NAME,
  addressKey,
  decodePeerExchange,
  encodePeerExchange,
  isLoopbackIp,
  type PeerAddress,
} from '../../protocol/index.ts'
import { isBelievable } from '../peer-list/hearsay.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import type { ExtensionOffer, ExtensionPart } from '../torrent/extensions.ts'
import { PeerFault, type SwarmContext } from '../torrent/swarm-context.ts'

/** For torrents that are not private. Long enough for any client's list, of which only the first peers are read. */
export const PEX_OFFER: ExtensionOffer = { name: PEX_NAME, id: 1, maxBytes: 128 * 1024 }

/** From one message to the next, at least. */
const PACE_MS = 60_000
/** One a minute is the rule; what was held up on its way may come together with the next. */
const MOST_A_MINUTE = 2

interface Exchange {
  /** What the peer was told of and not yet told gone, by address. */
  readonly told: Map<string, PeerAddress>
  /** -Infinity until there was something to tell. */
  toldAt: number
  /** When its last messages came. */
  heardAt: number[]
}

export interface PeerExchangePorts {
  send(session: PeerSession, payload: Buffer, now: number): void
  /** Believable addresses. */
  candidates(addresses: readonly PeerAddress[], now: number): void
}

export class PeerExchange implements ExtensionPart {
  readonly #swarm: SwarmContext
  readonly #ports: PeerExchangePorts
  readonly #exchanges = new Map<PeerKey, Exchange>()

  constructor(swarm: SwarmContext, ports: PeerExchangePorts) {
    this.#swarm = swarm
    this.#ports = ports
  }

  agreed(session: PeerSession, now: number): void {
    if (this.#exchanges.has(session.key)) return
    const exchange = newExchange()
    this.#exchanges.set(session.key, exchange)
    this.#tell(session, exchange, now)
  }

  /** @throws PeerFault `pex-flood`, ProtocolError */
  received(session: PeerSession, payload: Buffer, now: number): void {
    let exchange = this.#exchanges.get(session.key)
    // It may tell us without wanting to be told.
    if (!exchange) this.#exchanges.set(session.key, (exchange = newExchange()))
    exchange.heardAt = exchange.heardAt.filter((at) => now - at < PACE_MS)
    if (exchange.heardAt.length >= MOST_A_MINUTE) throw new PeerFault('pex-flood')
    exchange.heardAt.push(now)
    this.#swarm.counters.pex.received++
    // Who it lost may be there for us all the same: nobody is dropped at another's word.
    const { added } = decodePeerExchange(payload)
    const addresses = added.map(({ address }) => address)
    this.#ports.candidates(
      addresses.filter((address) => isBelievable(address, session.address.host)),
      now,
    )
  }

  left(session: PeerSession): void {
    this.#exchanges.delete(session.key)
  }

  tick(now: number): void {
    for (const [peer, exchange] of this.#exchanges) {
      if (now - exchange.toldAt < PACE_MS) continue
      const session = this.#swarm.sessions.get(peer)
      if (session) this.#tell(session, exchange, now)
    }
  }

  #tell(session: PeerSession, exchange: Exchange, now: number): void {
    if (!session.extensionIds.has(PEX_NAME)) return
    const connected = this.#toldTo(session)
    const added = Array.from(connected)
      .filter(([key]) => !exchange.told.has(key))
      .slice(0, PEX_MOST)
    const dropped = Array.from(exchange.told)
      .filter(([key]) => !connected.has(key))
      .slice(0, PEX_MOST)
    if (added.length === 0 && dropped.length === 0) return
    for (const [key, { listenAddress }] of added) if (listenAddress) exchange.told.set(key, listenAddress)
    for (const [key] of dropped) exchange.told.delete(key)
    exchange.toldAt = now
    const payload = encodePeerExchange({
      added: added.flatMap(([, { listenAddress, isSeeder, uploadOnly, outbound }]) =>
        listenAddress
          ? [{ address: listenAddress, encryption: false, seed: isSeeder || uploadOnly, reachable: outbound }]
          : [],
      ),
      dropped: dropped.map(([, address]) => address),
    })
    this.#ports.send(session, payload, now)
    this.#swarm.counters.pex.sent++
  }

  /** The others that we are connected to, by the address that this peer could reach them at. */
  #toldTo(session: PeerSession): Map<string, PeerSession> {
    const isNear = isLoopbackIp(session.address.host)
    const itself = session.listenAddress && addressKey(session.listenAddress)
    const others = new Map<string, PeerSession>()
    for (const other of this.#swarm.sessions.values()) {
      if (other === session || !other.listenAddress) continue
      const key = addressKey(other.listenAddress)
      if (key === itself || (isLoopbackIp(other.listenAddress.host) && !isNear)) continue
      others.set(key, other)
    }
    return others
  }
}

const newExchange = (): Exchange => ({ told: new Map(), toldAt: -Infinity, heardAt: [] })
