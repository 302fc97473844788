/**
 * Local discovery (BEP 14) without its sockets: when each of our swarms is announced to the LAN, and what is made of the
 * announces of others.
 *
 * Anybody on the link can send anything in anybody's name, so every number here is bounded: datagrams in all and a source,
 * ports a source, sources remembered.
 */
import { LSD_PORT, ProtocolError, addressKey, decodeLsdAnnounce } from '../protocol/index.ts'
import type { InfoHash, LsdAnnounce, PeerAddress } from '../protocol/index.ts'
import { Allowance } from './allowance.ts'

const ANNOUNCE_MS = 5 * 60_000
/** A swarm is never announced twice within this. */
const PACE_MS = 60_000
/** Those who heard the same newcomer do not all speak up at once. */
const SPREAD_MS = 2_000

/** Datagrams a minute: of one source (24 swarms go into each), and of all, which is three times a lab of 60. */
const PER_SOURCE = 60
const IN_ALL = 2_000
const MINUTE_MS = 60_000
const MAX_SOURCES = 1_000
/** Peers on one machine. */
const MAX_PORTS = 16
/** Newcomers that were answered, and need no second answer within the pace. */
const MAX_ANSWERED = 4_000

/** An announce of somebody else, about swarms of ours. */
export interface LocalPeer {
  /** Where it listens. */
  readonly address: PeerAddress
  readonly infoHashes: readonly InfoHash[]
  /** The swarms to answer it with, straight to the source of its datagram: it does not know of us. */
  readonly answer: readonly InfoHash[]
}

interface OwnSwarm {
  lastAt: number
  nextAt: number
}

interface Source {
  readonly allowance: Allowance
  readonly ports: Set<number>
  lastAt: number
}

export class LocalDiscovery {
  readonly #cookie: string
  readonly #random: () => number
  readonly #swarms = new Map<InfoHash, OwnSwarm>()
  /** Swarms that we left less than the pace ago: joining again does not make them due before that. */
  readonly #left = new Map<InfoHash, number>()
  readonly #all = new Allowance(IN_ALL, MINUTE_MS)
  /** By address, the one heard last at the end. */
  readonly #sources = new Map<string, Source>()
  /** Address and swarm of peers that were answered, to the time of that. */
  readonly #answered = new Map<string, number>()

  /** @param cookie what our own announces carry: heard again, they are passed over. @param random 0 ≤ x < 1 */
  constructor(cookie: string, random: () => number) {
    this.#cookie = cookie
    this.#random = random
  }

  /** A swarm of ours, never a private one; announced soon. Says nothing new of one that is known. */
  join(infoHash: InfoHash, now: number): void {
    if (this.#swarms.has(infoHash)) return
    const lastAt = this.#left.get(infoHash) ?? -Infinity
    this.#swarms.set(infoHash, { lastAt, nextAt: Math.max(now, lastAt + PACE_MS) })
  }

  leave(infoHash: InfoHash, now: number): void {
    const swarm = this.#swarms.get(infoHash)
    if (!swarm) return
    this.#swarms.delete(infoHash)
    for (const [left, at] of this.#left) if (at + PACE_MS <= now) this.#left.delete(left)
    this.#left.set(infoHash, swarm.lastAt)
  }

  /** We can be heard where we could not before: everything is announced again, as soon as the pace allows. */
  networkChanged(now: number): void {
    for (const swarm of this.#swarms.values()) swarm.nextAt = Math.max(now, swarm.lastAt + PACE_MS)
  }

  /** The swarms to announce now; they count as announced. */
  due(now: number): InfoHash[] {
    const due: InfoHash[] = []
    for (const [infoHash, swarm] of this.#swarms) {
      if (swarm.nextAt > now) continue
      swarm.lastAt = now
      swarm.nextAt = now + ANNOUNCE_MS
      due.push(infoHash)
    }
    return due
  }

  /**
   * Somebody on the link sent this.
   * @param toAll whether it was sent to the group; what was sent to us alone is itself an answer
   * @returns null when it is of no use: nonsense, ours, too much, or about other swarms
   */
  heard(datagram: Uint8Array, from: PeerAddress, toAll: boolean, now: number): LocalPeer | null {
    const source = this.#source(from.host, now)
    if (!source.allowance.take(now) || !this.#all.take(now)) return null
    const announce = read(datagram)
    if (announce === null || announce.cookie === this.#cookie) return null
    if (!source.ports.has(announce.port) && source.ports.size >= MAX_PORTS) return null
    const infoHashes = announce.infoHashes.filter((infoHash) => this.#swarms.has(infoHash))
    if (infoHashes.length === 0) return null
    source.ports.add(announce.port)
    const address = { host: from.host, port: announce.port }
    const unaware = toAll ? infoHashes.filter((infoHash) => this.#isUnaware(address, infoHash, now)) : []
    // One that listens for answers gets its own at once; for any other kind the next announce comes sooner.
    if (from.port === LSD_PORT) return { address, infoHashes, answer: unaware }
    for (const infoHash of unaware) this.#announceSoon(infoHash, now)
    return { address, infoHashes, answer: [] }
  }

  #source(host: string, now: number): Source {
    const known = this.#sources.get(host)
    const source = known && now - known.lastAt < ANNOUNCE_MS ? known : newSource(now)
    source.lastAt = now
    this.#sources.delete(host)
    this.#sources.set(host, source)
    if (this.#sources.size > MAX_SOURCES) {
      const [longestSilent] = this.#sources.keys()
      if (longestSilent !== undefined) this.#sources.delete(longestSilent)
    }
    return source
  }

  /** Whether this peer may not have heard of us in this swarm; after that it has. */
  #isUnaware(address: PeerAddress, infoHash: InfoHash, now: number): boolean {
    const key = `${addressKey(address)} ${infoHash}`
    const at = this.#answered.get(key)
    if (at !== undefined && now - at < PACE_MS) return false
    this.#answered.delete(key)
    this.#answered.set(key, now)
    if (this.#answered.size > MAX_ANSWERED) {
      const [oldest] = this.#answered.keys()
      if (oldest !== undefined) this.#answered.delete(oldest)
    }
    return true
  }

  #announceSoon(infoHash: InfoHash, now: number): void {
    const swarm = this.#swarms.get(infoHash)
    if (!swarm) return
    const soon = Math.max(now + SPREAD_MS * this.#random(), swarm.lastAt + PACE_MS)
    swarm.nextAt = Math.min(swarm.nextAt, soon)
  }
}

const newSource = (now: number): Source => ({
  allowance: new Allowance(PER_SOURCE, MINUTE_MS),
  ports: new Set(),
  lastAt: now,
})

function read(datagram: Uint8Array): LsdAnnounce | null {
  try {
    return decodeLsdAnnounce(datagram)
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}
