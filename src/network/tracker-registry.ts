import { canonicalIp, compactPeerLength, isLoopbackIp, writeCompactPeers } from '../protocol/index.ts'
import type {
  AnnouncePeer,
  AnnounceRequest,
  InfoHash,
  IpFamily,
  PeerAddress,
  PeerId,
  ScrapeCounts,
} from '../protocol/index.ts'
import { networkOf } from './nearness.ts'
import { RecencyList } from './recency-list.ts'
import { TrackerSwarm } from './tracker-swarm.ts'
import type { KeptPeer, OwnPeer, RegistryPeer } from './tracker-swarm.ts'

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
  /** As they are now: to be encoded at once. */
  readonly peers: readonly AnnouncePeer[]
}

/** The same with its peers as bytes. */
export interface PackedAnswer extends Omit<AnnounceAnswer, 'peers'> {
  readonly peers: Buffer
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
const NO_PEERS = Buffer.alloc(0)

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
  readonly #swarms = new Map<InfoHash, TrackerSwarm>()
  /** Those that are not registered, in the order of their last announce. Never empty swarms. */
  readonly #foreign = new RecencyList<TrackerSwarm>()
  #foreignPeers = 0
  /** Where peers to choose from are gathered: used again by each announce. */
  readonly #pool: KeptPeer[] = []

  constructor(options: TrackerRegistryOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#onChange = options.onChange ?? (() => undefined)
  }

  /** Makes this swarm one of our own. What was announced for it before is kept. */
  register(infoHash: InfoHash): void {
    const swarm = this.#swarms.get(infoHash) ?? new TrackerSwarm(infoHash)
    if (swarm.registered) return
    if (swarm.size > 0) this.#forgetForeign(swarm)
    swarm.registered = true
    this.#swarms.set(infoHash, swarm)
  }

  /** The swarm goes on as a foreign one, since others may still be in it. */
  unregister(infoHash: InfoHash): void {
    const swarm = this.#swarms.get(infoHash)
    if (swarm?.registered !== true) return
    this.#swarms.delete(infoHash)
    swarm.registered = false
    swarm.ownPeer = null
    this.#keepForeign(swarm, 0)
  }

  /** Says that we are in this swarm, which registers it, or (null) that we are not. */
  setOwnPeer(infoHash: InfoHash, ownPeer: OwnPeer | null): void {
    if (ownPeer !== null) this.register(infoHash)
    const swarm = this.#swarms.get(infoHash)
    if (swarm?.registered === true) swarm.ownPeer = ownPeer
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
    const host = ipOf(from)
    const here = ipOf(reachedAt)
    const swarm = this.#take(request, host, now, here)
    const peers = request.event === 'stopped' ? [] : this.#choose(swarm, request, host, here, family)
    const { complete, incomplete } = swarm
    return { interval: this.#options.intervalSeconds, complete, incomplete, peers }
  }

  /** As `announce`, for an answer over IPv4: its peers are the bytes of their addresses (BEP 23). */
  announcePacked(request: AnnounceRequest, from: string, now: number, reachedAt: string): PackedAnswer {
    const host = ipOf(from)
    const here = ipOf(reachedAt)
    const swarm = this.#take(request, host, now, here)
    const { complete, incomplete } = swarm
    const peers = request.event === 'stopped' ? NO_PEERS : this.#pack(swarm, request, host, here)
    return { interval: this.#options.intervalSeconds, complete, incomplete, peers }
  }

  /** A peer that is known to be there though it didn't announce itself here: another tracker of ours says so. */
  learn({ infoHash, host, port, peerId, left, seenAt }: RegistryPeer): void {
    const swarm = this.#swarms.get(infoHash) ?? new TrackerSwarm(infoHash)
    if (peerId === swarm.ownPeer?.peerId) return
    const before = swarm.size
    const joined = swarm.put(host, port, peerId, left, seenAt)
    if (joined !== null) this.#admit(swarm, joined, isLoopbackIp(host))
    if (!swarm.registered) this.#keepForeign(swarm, before)
  }

  /** It is known to be gone. Nothing is said of another peer at that address. */
  forget(infoHash: InfoHash, { host, port }: PeerAddress, peerId: PeerId): void {
    const swarm = this.#swarms.get(infoHash)
    if (swarm === undefined) return
    const before = swarm.size
    const peer = swarm.remove(host, port, peerId)
    if (peer === undefined) return
    this.#tell(swarm, { type: 'left', peer, reason: 'stopped' })
    if (!swarm.registered) this.#keepForeign(swarm, before)
  }

  /** All peers of a swarm that announced themselves here, longest silent first; ours is not among them. */
  peers(infoHash: InfoHash): RegistryPeer[] {
    return [...(this.#swarms.get(infoHash)?.peers() ?? [])]
  }

  /** The numbers of a swarm (BEP 48), us among them; null when nobody is known. */
  scrape(infoHash: InfoHash): ScrapeCounts | null {
    const swarm = this.#swarms.get(infoHash)
    if (swarm === undefined) return null
    const { complete, incomplete, downloaded } = swarm
    return { complete, incomplete, downloaded }
  }

  /** Removes the peers that were silent too long, in all swarms. @returns those removed. */
  expire(now: number): RegistryPeer[] {
    const removed: RegistryPeer[] = []
    for (const swarm of this.#swarms.values()) {
      const silent = this.#expireSwarm(swarm, now)
      if (silent.length === 0) continue
      removed.push(...silent)
      if (swarm.registered) continue
      this.#foreignPeers -= silent.length
      if (swarm.size === 0) this.#forgetForeign(swarm)
    }
    return removed
  }

  /** How much is kept, to be shown and to be watched. */
  get sizes(): { readonly registeredSwarms: number; readonly foreignSwarms: number; readonly foreignPeers: number } {
    return {
      registeredSwarms: this.#swarms.size - this.#foreign.size,
      foreignSwarms: this.#foreign.size,
      foreignPeers: this.#foreignPeers,
    }
  }

  /** Takes an announce in. @returns its swarm, which is kept only if somebody is in it. */
  #take(request: AnnounceRequest, host: string, now: number, here: string): TrackerSwarm {
    const swarm = this.#swarms.get(request.infoHash) ?? new TrackerSwarm(request.infoHash)
    const before = swarm.size
    this.#note(swarm, request, host, now, here)
    if (!swarm.registered) this.#keepForeign(swarm, before)
    return swarm
  }

  /** What the announce says becomes what is known. */
  #note(swarm: TrackerSwarm, request: AnnounceRequest, host: string, now: number, here: string): void {
    this.#expireSwarm(swarm, now)
    const { peerId, port, left, event } = request
    if (peerId === swarm.ownPeer?.peerId) return
    if (event === 'stopped') {
      const peer = swarm.remove(host, port, peerId)
      if (peer !== undefined) this.#tell(swarm, { type: 'left', peer, reason: 'stopped' })
      return
    }
    if (event === 'completed') swarm.countCompleted(host, port)
    const joined = swarm.put(host, port, peerId, left, now)
    if (joined !== null) this.#admit(swarm, joined, isLoopbackIp(host) || host === here)
  }

  /** This foreign swarm is now the last announced, and the limits on them are kept. @param before peers it had. */
  #keepForeign(swarm: TrackerSwarm, before: number): void {
    this.#foreignPeers += swarm.size - before
    if (swarm.size === 0) {
      if (before > 0) this.#forgetForeign(swarm)
      return
    }
    if (before > 0) this.#foreign.touch(swarm)
    else {
      this.#swarms.set(swarm.infoHash, swarm)
      this.#foreign.add(swarm)
    }
    this.#keepForeignLimits()
  }

  #forgetForeign(swarm: TrackerSwarm): void {
    this.#swarms.delete(swarm.infoHash)
    this.#foreign.remove(swarm)
    this.#foreignPeers -= swarm.size
  }

  /** The swarm that was announced last always fits: it has no more than `maxPeersPerSwarm`. */
  #keepForeignLimits(): void {
    const { maxSwarms, maxForeignPeers } = this.#options
    while (this.#foreign.size > maxSwarms || this.#foreignPeers > maxForeignPeers) {
      const { oldest } = this.#foreign
      if (oldest === null) return
      this.#forgetForeign(oldest)
    }
  }

  /** Somebody new is in: whom that is too many for has to go. */
  #admit(swarm: TrackerSwarm, peer: RegistryPeer, isOnOwnMachine: boolean): void {
    const { maxPortsPerHost, maxPeersPerSwarm } = this.#options
    this.#tell(swarm, { type: 'joined', peer })
    const most = isOnOwnMachine ? MAX_PORTS_ON_OWN_MACHINE : maxPortsPerHost
    this.#tellLeft(swarm, swarm.trimHost(peer.host, most), 'evicted')
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
    const wanted = wantedBy(asker)
    const chosen: AnnouncePeer[] = []
    if (wanted === 0) return chosen
    const own = swarm.ownPeer
    if (own !== null && isOfUse(own, asker)) chosen.push({ host: here, port: own.port, peerId: own.peerId })
    const pool = this.#pool
    let size = 0
    for (let peer = swarm.oldest; peer !== null; peer = peer.newer) {
      if (!isOfUse(peer, asker) || (peer.port === asker.port && peer.host === host)) continue
      if (family === undefined || peer.family === family) pool[size++] = peer
    }
    const others = Math.min(size, wanted - chosen.length)
    if (others < size) this.#drawToFront(others, size, networkOf(host))
    const isLocal = isLoopbackIp(here)
    for (let at = 0; at < others; at++) {
      const peer = pool[at] as KeptPeer
      chosen.push(isLocal ? peer : seenFrom(here, peer))
    }
    return chosen
  }

  /** The same peers as bytes: straight from the swarm's own, where all are alike to a leecher. */
  #pack(swarm: TrackerSwarm, asker: AnnounceRequest, host: string, here: string): Buffer {
    const { packed, ownPeer } = swarm
    const isAlike = asker.left > 0 && packed?.network === networkOf(host) && isLoopbackIp(host) === isLoopbackIp(here)
    if (packed === null || !isAlike) {
      const peers = this.#choose(swarm, asker, host, here, 4)
      const bytes = Buffer.allocUnsafe(compactPeerLength(4) * peers.length)
      return bytes.subarray(0, writeCompactPeers(bytes, 0, peers, 4))
    }
    const wanted = wantedBy(asker)
    const ours = ownPeer !== null && wanted > 0 && isOfUse(ownPeer, asker) ? [{ host: here, port: ownPeer.port }] : []
    const bytes = Buffer.allocUnsafe(compactPeerLength(4) * Math.min(wanted, swarm.size + ours.length))
    const end = writeCompactPeers(bytes, 0, ours, 4)
    const { random } = this.#options
    return bytes.subarray(0, packed.write(bytes, end, wanted - ours.length, { host, port: asker.port }, random()))
  }

  /** Of the first `size` in the pool, brings `count` to its front: those of the network first, and among equals by chance. */
  #drawToFront(count: number, size: number, network: number | string): void {
    const pool = this.#pool
    let near = 0
    for (let at = 0; at < size; at++) if (pool[at]?.network === network) swap(pool, at, near++)
    const { random } = this.#options
    // Fisher and Yates, as far as needed.
    for (let at = 0; at < count; at++) {
      const end = at < near ? near : size
      swap(pool, at, at + Math.floor(random() * (end - at)))
    }
  }

  #tellLeft(swarm: TrackerSwarm, peers: readonly RegistryPeer[], reason: 'stopped' | 'expired' | 'evicted'): void {
    for (const peer of peers) this.#tell(swarm, { type: 'left', peer, reason })
  }

  #tell(swarm: TrackerSwarm, change: RegistryChange): void {
    if (swarm.registered) this.#onChange(change)
  }
}

/** Nobody is given itself, and seeders have nothing for each other. */
function isOfUse(peer: OwnPeer | RegistryPeer, asker: AnnounceRequest): boolean {
  return peer.peerId !== asker.peerId && (peer.left > 0 || asker.left > 0)
}

/** A peer that announced itself on our own machine by 127.0.0.1 is, for others, where we are. */
function seenFrom(here: string, peer: KeptPeer): AnnouncePeer {
  return isLoopbackIp(peer.host) ? { host: here, port: peer.port, peerId: peer.peerId } : peer
}

function wantedBy({ numWant }: AnnounceRequest): number {
  return numWant < 0 ? DEFAULT_NUM_WANT : Math.min(numWant, MAX_NUM_WANT)
}

function swap<T>(items: T[], one: number, other: number): void {
  const item = items[one] as T
  items[one] = items[other] as T
  items[other] = item
}

function ipOf(text: string): string {
  const ip = canonicalIp(text)
  if (ip === null) throw new RangeError(`${text} is not an IP address`)
  return ip
}
