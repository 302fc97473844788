import { canonicalIp, ipFamily, isLoopbackIp } from '../protocol/index.ts'
import type { AnnouncePeer, AnnounceRequest, InfoHash, IpFamily, ScrapeCounts } from '../protocol/index.ts'
import { nearTo } from './nearness.ts'
import { TrackerSwarm } from './tracker-swarm.ts'
import type { OwnPeer, RegistryPeer } from './tracker-swarm.ts'

export interface TrackerRegistryOptions {
  /** Seconds peers are told to wait between announces. Who is silent for two of them and 10 s more is gone. */
  readonly intervalSeconds?: number
  readonly maxPeersPerSwarm?: number
  /** Swarms kept that are not our own. */
  readonly maxSwarms?: number
  /** Peers kept in swarms that are not our own, all together. */
  readonly maxForeignPeers?: number
  /** Peers of a swarm that may be at one IP address. Those on our own machine are trusted to be more. */
  readonly maxPortsPerHost?: number
  /** 0 ≤ n < 1. */
  readonly random: () => number
  /** Told of every change in the swarms registered, while it is made: must not call back. */
  readonly onChange?: (change: RegistryChange) => void
}

export type RegistryChange =
  | { readonly type: 'joined'; readonly peer: RegistryPeer }
  | { readonly type: 'left'; readonly peer: RegistryPeer; readonly reason: 'stopped' | 'expired' | 'evicted' }

/** What the tracker answers: fit to be encoded for HTTP or UDP. */
export interface AnnounceAnswer {
  /** Seconds. */
  readonly interval: number
  /** Number of seeders, us among them. */
  readonly complete: number
  /** Number of others, us among them. */
  readonly incomplete: number
  readonly peers: readonly AnnouncePeer[]
}

const DEFAULTS = {
  intervalSeconds: 30,
  maxPeersPerSwarm: 1000,
  maxSwarms: 10_000,
  maxForeignPeers: 50_000,
  maxPortsPerHost: 3,
}
const MAX_PORTS_ON_OWN_MACHINE = 64
const GRACE_SECONDS = 10

/** Peers given when the asker doesn't say how many, and the most it gets. */
const DEFAULT_NUM_WANT = 50
const MAX_NUM_WANT = 200

/**
 * The tracker in this peer (BEP 3): who announced what, and when.
 *
 * Swarms are of two kinds. *Registered* ones are our own, and stay until they are unregistered. *Foreign* ones are tracked
 * as a favour; when there are too many, the one not announced for the longest time is forgotten. Anybody on the network
 * can announce anything, so every number here has a limit.
 */
export class TrackerRegistry {
  readonly #options: Required<Omit<TrackerRegistryOptions, 'onChange'>>
  readonly #onChange: (change: RegistryChange) => void
  readonly #registered = new Map<InfoHash, TrackerSwarm>()
  /** In the order of their last announce, the oldest first. Never empty swarms. */
  readonly #foreign = new Map<InfoHash, TrackerSwarm>()
  #foreignPeers = 0
  #announces = 0

  constructor(options: TrackerRegistryOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#onChange = options.onChange ?? (() => undefined)
  }

  /** Makes this swarm one of our own. What was announced for it before is kept. */
  register(infoHash: InfoHash): void {
    if (this.#registered.has(infoHash)) return
    const known = this.#foreign.get(infoHash)
    if (known !== undefined) this.#forget(known)
    this.#registered.set(infoHash, known ?? new TrackerSwarm(infoHash))
  }

  /** The swarm goes on as a foreign one, since others may still be in it. */
  unregister(infoHash: InfoHash): void {
    const swarm = this.#registered.get(infoHash)
    if (swarm === undefined) return
    this.#registered.delete(infoHash)
    swarm.ownPeer = null
    this.#remember(swarm)
  }

  /** Says that we are in this swarm, which registers it, or (null) that we are not. */
  setOwnPeer(infoHash: InfoHash, ownPeer: OwnPeer | null): void {
    if (ownPeer !== null) this.register(infoHash)
    const swarm = this.#registered.get(infoHash)
    if (swarm !== undefined) swarm.ownPeer = ownPeer
  }

  /**
   * A peer says that it is there (or leaves), and is told of others.
   *
   * @param from IP address the announce came from; the peer's own claim (`request.ip`) counts for nothing.
   * @param now milliseconds.
   * @param reachedAt our IP address that it came to: there the asker finds us, and what else is on our machine.
   * @param family only peers of this one are of use to the asker; both when left out.
   * @throws RangeError when `from` or `reachedAt` is no IP address.
   */
  announce(request: AnnounceRequest, from: string, now: number, reachedAt: string, family?: IpFamily): AnnounceAnswer {
    this.#announces++
    const host = ipOf(from)
    const here = ipOf(reachedAt)
    const { infoHash } = request
    const registered = this.#registered.get(infoHash)
    const swarm = registered ?? this.#foreign.get(infoHash) ?? new TrackerSwarm(infoHash)
    if (registered !== undefined) this.#note(registered, request, host, now, here)
    else {
      this.#forget(swarm)
      this.#note(swarm, request, host, now, here)
      this.#remember(swarm)
    }
    const { complete, incomplete } = swarm.counts()
    const peers = request.event === 'stopped' ? [] : this.#choose(swarm, request, host, here, family)
    return { interval: this.#options.intervalSeconds, complete, incomplete, peers }
  }

  /** All peers of a swarm that announced themselves here, longest silent first; ours is not among them. */
  peers(infoHash: InfoHash): RegistryPeer[] {
    return [...(this.#swarm(infoHash)?.peers() ?? [])]
  }

  /** The numbers of a swarm (BEP 48), us among them; null when nobody is known. */
  scrape(infoHash: InfoHash): ScrapeCounts | null {
    return this.#swarm(infoHash)?.counts() ?? null
  }

  /** Removes the peers that were silent too long, in all swarms. @returns those removed. */
  expire(now: number): RegistryPeer[] {
    const removed: RegistryPeer[] = []
    for (const swarm of this.#registered.values()) removed.push(...this.#expireSwarm(swarm, now))
    for (const swarm of this.#foreign.values()) {
      const silent = this.#expireSwarm(swarm, now)
      this.#foreignPeers -= silent.length
      if (swarm.size === 0) this.#foreign.delete(swarm.infoHash)
      removed.push(...silent)
    }
    return removed
  }

  /** How much is kept, to be shown and to be watched. */
  get sizes(): { readonly registeredSwarms: number; readonly foreignSwarms: number; readonly foreignPeers: number } {
    return {
      registeredSwarms: this.#registered.size,
      foreignSwarms: this.#foreign.size,
      foreignPeers: this.#foreignPeers,
    }
  }

  /** Announces taken since the start. */
  get announces(): number {
    return this.#announces
  }

  #swarm(infoHash: InfoHash): TrackerSwarm | undefined {
    return this.#registered.get(infoHash) ?? this.#foreign.get(infoHash)
  }

  /** What the announce says becomes what is known. */
  #note(swarm: TrackerSwarm, request: AnnounceRequest, host: string, now: number, here: string): void {
    this.#expireSwarm(swarm, now)
    const { infoHash, peerId, port, left, event } = request
    if (peerId === swarm.ownPeer?.peerId) return
    if (event === 'stopped') {
      const peer = swarm.remove({ host, port }, peerId)
      if (peer !== undefined) this.#tell(swarm, { type: 'left', peer, reason: 'stopped' })
      return
    }
    const asker: RegistryPeer = { infoHash, peerId, host, port, left, seenAt: now }
    if (event === 'completed') swarm.countCompleted(asker)
    this.#put(swarm, asker, isLoopbackIp(host) || host === here)
  }

  /** This foreign swarm is now the last announced, and the limits on them are kept. */
  #remember(swarm: TrackerSwarm): void {
    if (swarm.size === 0) return
    this.#foreign.set(swarm.infoHash, swarm)
    this.#foreignPeers += swarm.size
    this.#keepForeignLimits()
  }

  #forget(swarm: TrackerSwarm): void {
    if (this.#foreign.delete(swarm.infoHash)) this.#foreignPeers -= swarm.size
  }

  /** The swarm that was announced last always fits: it has no more than `maxPeersPerSwarm`. */
  #keepForeignLimits(): void {
    const { maxSwarms, maxForeignPeers } = this.#options
    if (this.#foreign.size <= maxSwarms && this.#foreignPeers <= maxForeignPeers) return
    for (const swarm of this.#foreign.values()) {
      this.#forget(swarm)
      if (this.#foreign.size <= maxSwarms && this.#foreignPeers <= maxForeignPeers) return
    }
  }

  #put(swarm: TrackerSwarm, peer: RegistryPeer, isOnOwnMachine: boolean): void {
    const isNew = swarm.put(peer)
    if (!isNew) return
    const { maxPortsPerHost, maxPeersPerSwarm } = this.#options
    this.#tell(swarm, { type: 'joined', peer })
    this.#tellLeft(
      swarm,
      swarm.trimHost(peer.host, isOnOwnMachine ? MAX_PORTS_ON_OWN_MACHINE : maxPortsPerHost),
      'evicted',
    )
    this.#tellLeft(swarm, swarm.trim(maxPeersPerSwarm), 'evicted')
  }

  #expireSwarm(swarm: TrackerSwarm, now: number): readonly RegistryPeer[] {
    const lifetime = 1000 * (2 * this.#options.intervalSeconds + GRACE_SECONDS)
    const silent = swarm.expire(now - lifetime)
    this.#tellLeft(swarm, silent, 'expired')
    return silent
  }

  /**
   * We come first: whoever reads this answer can reach us. Then who is near the asker, then the others; each time drawn, so
   * that all get known equally.
   */
  #choose(swarm: TrackerSwarm, asker: AnnounceRequest, host: string, here: string, family?: IpFamily): AnnouncePeer[] {
    const wanted = asker.numWant < 0 ? DEFAULT_NUM_WANT : Math.min(asker.numWant, MAX_NUM_WANT)
    const chosen: AnnouncePeer[] = []
    if (wanted === 0) return chosen
    const own = swarm.ownPeer
    if (own !== null && isOfUse(own, asker)) chosen.push({ host: here, port: own.port, peerId: own.peerId })
    const others: RegistryPeer[] = []
    for (const peer of swarm.peers()) {
      if (!isOfUse(peer, asker) || (peer.port === asker.port && peer.host === host)) continue
      if (family === undefined || ipFamily(peer.host) === family) others.push(peer)
    }
    for (const peer of this.#draw(others, wanted - chosen.length, host)) {
      chosen.push({ host: hostSeenFrom(here, peer.host), port: peer.port, peerId: peer.peerId })
    }
    return chosen
  }

  #draw(peers: RegistryPeer[], count: number, host: string): RegistryPeer[] {
    if (peers.length <= count) return peers
    const isNear = nearTo(host)
    const near: RegistryPeer[] = []
    const far: RegistryPeer[] = []
    for (const peer of peers) (isNear(peer.host) ? near : far).push(peer)
    const { random } = this.#options
    const drawn = draw(near, count, random)
    return drawn.length === count ? drawn : [...drawn, ...draw(far, count - drawn.length, random)]
  }

  #tellLeft(swarm: TrackerSwarm, peers: readonly RegistryPeer[], reason: 'stopped' | 'expired' | 'evicted'): void {
    for (const peer of peers) this.#tell(swarm, { type: 'left', peer, reason })
  }

  #tell(swarm: TrackerSwarm, change: RegistryChange): void {
    if (this.#registered.has(swarm.infoHash)) this.#onChange(change)
  }
}

/** Nobody is given itself, and seeders have nothing for each other. */
function isOfUse(peer: OwnPeer | RegistryPeer, asker: AnnounceRequest): boolean {
  return peer.peerId !== asker.peerId && (peer.left > 0 || asker.left > 0)
}

/** A peer that announced itself on our own machine by 127.0.0.1 is, for the others, where we are. */
function hostSeenFrom(here: string, host: string): string {
  return isLoopbackIp(host) && !isLoopbackIp(here) ? here : host
}

/** So many of these, by chance and in any order (Fisher and Yates, as far as needed). Mixes `items`. */
function draw<T>(items: T[], count: number, random: () => number): T[] {
  const drawn = Math.min(count, items.length)
  for (let at = 0; at < drawn; at++) {
    const other = at + Math.floor(random() * (items.length - at))
    const item = items[other] as T
    items[other] = items[at] as T
    items[at] = item
  }
  return items.slice(0, drawn)
}

function ipOf(text: string): string {
  const ip = canonicalIp(text)
  if (ip === null) throw new RangeError(`${text} is not an IP address`)
  return ip
}
