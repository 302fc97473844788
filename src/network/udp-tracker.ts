import {
  decodeUdpAnnounce,
  decodeUdpHead,
  decodeUdpScrape,
  encodeUdpAnnounceReply,
  encodeUdpConnectReply,
  encodeUdpError,
  encodeUdpPackedReply,
  encodeUdpScrapeReply,
  ProtocolError,
} from '../protocol/index.ts'
import type { IpFamily, PeerAddress, ScrapeCounts } from '../protocol/index.ts'
import { ConnectionIds } from './connection-ids.ts'
import type { Hmac } from './connection-ids.ts'
import type { TrackerRegistry } from './tracker-registry.ts'
import { UnprovenSources } from './unproven-sources.ts'

export interface UdpTrackerOptions {
  readonly registry: TrackerRegistry
  /** Of this start of the service, told to nobody: it makes the connection ids. */
  readonly secret: Uint8Array
  readonly hmac: Hmac
  /** Our own IP address as a host there sees it. */
  readonly addressFor: (host: string) => string
}

export interface UdpTrackerCounters {
  readonly connects: number
  readonly announces: number
  readonly scrapes: number
  /** Requests that were wrong in a way worth a word. */
  readonly errors: number
  /** Datagrams without an answer: no request, no valid connection id, too many. */
  readonly dropped: number
}

/** Peers in one datagram that is not to be cut to parts on its way (1,452 bytes over IPv6). */
const MAX_PEERS: Readonly<Record<IpFamily, number>> = { 4: 200, 6: 70 }
const NOBODY: ScrapeCounts = { complete: 0, incomplete: 0, downloaded: 0 }

/**
 * The tracker in this peer over UDP (BEP 15): a datagram in, at most one out.
 *
 * Who has not proven its address gets 16 bytes for 16, or nothing; so nobody can make this tracker shout at another.
 */
export class UdpTracker {
  readonly #registry: TrackerRegistry
  readonly #addressFor: (host: string) => string
  readonly #ids: ConnectionIds
  readonly #unproven = new UnprovenSources()
  readonly #counters = { connects: 0, announces: 0, scrapes: 0, errors: 0, dropped: 0 }

  constructor({ registry, secret, hmac, addressFor }: UdpTrackerOptions) {
    this.#registry = registry
    this.#addressFor = addressFor
    this.#ids = new ConnectionIds(secret, hmac)
  }

  get counters(): UdpTrackerCounters {
    return { ...this.#counters }
  }

  /**
   * @param from where the datagram came from: a canonical IP address.
   * @param now milliseconds.
   * @returns what to send back there, or null.
   */
  answer(bytes: Buffer, from: PeerAddress, now: number): Buffer | null {
    const head = decodeUdpHead(bytes)
    if (head === null) return this.#drop()
    const { action, transactionId, connectionId } = head
    if (action === 'connect') {
      if (!this.#unproven.mayAnswer(from.host, now)) return this.#drop()
      this.#counters.connects++
      return encodeUdpConnectReply(transactionId, this.#ids.issue(from, now))
    }
    if (!this.#ids.accepts(connectionId, from, now)) return this.#drop()
    this.#unproven.proven(from.host)
    try {
      return action === 'announce'
        ? this.#announce(bytes, transactionId, from, now)
        : this.#scrape(bytes, transactionId)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#counters.errors++
      return encodeUdpError(transactionId, error.message)
    }
  }

  #announce(bytes: Buffer, transactionId: number, { host }: PeerAddress, now: number): Buffer {
    const request = decodeUdpAnnounce(bytes)
    const family: IpFamily = host.includes(':') ? 6 : 4
    const most = MAX_PEERS[family]
    const asked = request.numWant > most ? { ...request, numWant: most } : request
    const here = this.#addressFor(host)
    this.#counters.announces++
    if (family === 4) return encodeUdpPackedReply(transactionId, this.#registry.announcePacked(asked, host, now, here))
    const answer = this.#registry.announce(asked, host, now, here, family)
    return encodeUdpAnnounceReply(transactionId, answer, family)
  }

  /** Never longer than the request, and its sender is proven. */
  #scrape(bytes: Buffer, transactionId: number): Buffer {
    const counts = decodeUdpScrape(bytes).map((infoHash) => this.#registry.scrape(infoHash) ?? NOBODY)
    this.#counters.scrapes++
    return encodeUdpScrapeReply(transactionId, counts)
  }

  #drop(): null {
    this.#counters.dropped++
    return null
  }
}
