/**
 * The peers we know of and could connect to: where each was heard of, when it may be tried again, who is banned.
 * Bounded: the least promising candidate makes room for a new one.
 */
import { addressKey, ipBytes, ipText, ipv4Behind, type PeerAddress } from '../../protocol/index.ts'

/** Where an address was heard of. `manual`: the user asked for it by name; `magnet`: it stood in a magnet link. */
export type PeerSource = 'tracker' | 'manual' | 'inbound' | 'pex' | 'lsd' | 'dht' | 'members' | 'magnet'

const MAX_CANDIDATES = 3000
const FIRST_BACKOFF_MS = 5_000
const MAX_BACKOFF_MS = 10 * 60_000
/** A peer that was connected and went away is tried again after this. */
const RECONNECT_MS = 10_000
/** A connection that lasted no longer than this came to nothing. */
const LASTING_MS = 60_000
/**
 * Where the first connection came to nothing the second is tried soon: two who call each other at the same moment may each
 * close the other's call. (libtorrent then closes both, and would not call again for a minute.)
 */
const SECOND_CHANCE_MS = 2_000
/** An address that others only told of is not tried twice within this: it may be somebody who never asked for it. */
const HEARSAY_BACKOFF_MS = 60_000
const HEARSAY: ReadonlySet<PeerSource> = new Set(['pex', 'lsd', 'dht'])

interface Candidate {
  readonly address: PeerAddress
  readonly sources: Set<PeerSource>
  /** A peer of this swarm was met there: it is no hearsay any more. */
  met: boolean
  /** Dials that failed, and connections that did not last, since the last one that did. */
  failures: number
  connectedAt: number
  nextTryAt: number
  state: 'idle' | 'dialling' | 'connected'
}

export class PeerList {
  /** Addresses that were new, by where they were heard of first. */
  readonly learned: Record<PeerSource, number> = {
    tracker: 0,
    manual: 0,
    inbound: 0,
    pex: 0,
    lsd: 0,
    dht: 0,
    members: 0,
    magnet: 0,
  }
  readonly #candidates = new Map<string, Candidate>()
  readonly #bans = new Map<string, string>()
  /** Addresses that turned out to be our own: trackers name them again and again. */
  readonly #own = new Set<string>()
  readonly #random: () => number

  /** @param random 0 ≤ x < 1, for jitter */
  constructor(random: () => number) {
    this.#random = random
  }

  get size(): number {
    return this.#candidates.size
  }

  /** All that are known: who is connected, and so worth most, comes first. */
  all(): { readonly address: PeerAddress; readonly sources: ReadonlySet<PeerSource> }[] {
    const place = ({ state }: Candidate): number => (state === 'connected' ? 0 : 1)
    return Array.from(this.#candidates.values()).sort((a, b) => place(a) - place(b))
  }

  get dialling(): number {
    let count = 0
    for (const candidate of this.#candidates.values()) if (candidate.state === 'dialling') count++
    return count
  }

  /** @returns whether the address was new. */
  add(address: PeerAddress, source: PeerSource, now: number): boolean {
    if (address.port < 1 || address.port > 65535 || this.isBanned(address)) return false
    const key = addressKey(address)
    if (this.#own.has(key)) return false
    const known = this.#candidates.get(key)
    if (known) {
      known.sources.add(source)
      if (source === 'manual' && known.state === 'idle') known.nextTryAt = now
      return false
    }
    if (this.#candidates.size >= MAX_CANDIDATES && !this.#makeRoom()) return false
    this.#candidates.set(key, {
      address,
      sources: new Set([source]),
      met: false,
      failures: 0,
      connectedAt: now,
      nextTryAt: now,
      state: 'idle',
    })
    this.learned[source]++
    return true
  }

  /** Candidates to dial now, at most `count`; they count as dialling from here on. `manualOnly`: what a seeder dials. */
  take(count: number, now: number, manualOnly: boolean): PeerAddress[] {
    const taken: PeerAddress[] = []
    for (const candidate of this.#candidates.values()) {
      if (taken.length >= count) break
      if (candidate.state !== 'idle' || candidate.nextTryAt > now) continue
      if (manualOnly && !candidate.sources.has('manual')) continue
      candidate.state = 'dialling'
      taken.push(candidate.address)
    }
    return taken
  }

  connected(address: PeerAddress, now: number): void {
    const candidate = this.#candidates.get(addressKey(address))
    if (!candidate || candidate.state === 'connected') return
    candidate.state = 'connected'
    candidate.met = true
    candidate.connectedAt = now
  }

  dialFailed(address: PeerAddress, now: number): void {
    const candidate = this.#candidates.get(addressKey(address))
    // An inbound connection from there may have come first.
    if (candidate?.state === 'dialling') this.#failed(candidate, now)
  }

  disconnected(address: PeerAddress, now: number): void {
    const candidate = this.#candidates.get(addressKey(address))
    if (!candidate) return
    const lasted = candidate.state === 'connected' && now - candidate.connectedAt >= LASTING_MS
    if (lasted) candidate.failures = 0
    else if (candidate.met && candidate.failures === 0) candidate.failures = 1
    else return this.#failed(candidate, now, RECONNECT_MS)
    candidate.state = 'idle'
    candidate.nextTryAt = now + this.#jitter(lasted ? RECONNECT_MS : SECOND_CHANCE_MS)
  }

  /** Never again: it is ourselves. */
  isOurselves(address: PeerAddress): void {
    const key = addressKey(address)
    this.#candidates.delete(key)
    this.#own.add(key)
  }

  ban(banKey: string, reason: string): void {
    this.#bans.set(banKey, reason)
    for (const [key, candidate] of this.#candidates) {
      if (banKeyOf(candidate.address) === banKey) this.#candidates.delete(key)
    }
  }

  isBanned(address: PeerAddress): boolean {
    return this.#bans.size > 0 && this.#bans.has(banKeyOf(address))
  }

  /** Ban key to reason. */
  get bans(): ReadonlyMap<string, string> {
    return this.#bans
  }

  /** It is tried again after twice the time of the last failure, a quarter more or less, and not before `least` (ms). */
  #failed(candidate: Candidate, now: number, least = 0): void {
    const backoff = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** candidate.failures)
    const wait = this.#jitter(Math.max(least, backoff))
    const isHearsay = !candidate.met && Array.from(candidate.sources).every((source) => HEARSAY.has(source))
    candidate.state = 'idle'
    candidate.failures++
    candidate.nextTryAt = now + (isHearsay ? Math.max(HEARSAY_BACKOFF_MS, wait) : wait)
  }

  #jitter(ms: number): number {
    return ms * (0.75 + 0.5 * this.#random())
  }

  #makeRoom(): boolean {
    let worst: [string, Candidate] | null = null
    for (const entry of this.#candidates) {
      if (entry[1].state === 'idle' && (!worst || entry[1].failures > worst[1].failures)) worst = entry
    }
    if (!worst) return false
    this.#candidates.delete(worst[0])
    return true
  }
}

/**
 * A ban is for a machine: the peer id is the peer's own word, and a port costs it nothing; nor does an IPv6 address of the many
 * that lead to one IPv4 address. On loopback, where all peers of one machine share the address, it is for the end of the one
 * connection.
 */
export function banKeyOf(address: PeerAddress): string {
  if (isLoopback(address.host)) return addressKey(address)
  const bytes = ipBytes(address.host)
  const behind = bytes && ipv4Behind(bytes)
  return behind ? ipText(behind) : address.host
}

const isLoopback = (host: string): boolean =>
  host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.')
