/**
 * What the agreed members are to our swarms and to our tracker: peers that it knows of without having been asked by them.
 * So every tracker gives the same answers, and none need live on.
 */
import { reachableAddresses, type MemberView, type TrackerRegistry } from '../../network/index.ts'
import {
  addressKey,
  type InfoHash,
  type MemberId,
  type MemberSwarm,
  type PeerAddress,
  type PeerId,
} from '../../protocol/index.ts'

/** The tracker forgets who says nothing for so long as two announces; members are told anew before that. */
const REFRESH_MS = 20_000
/** More than nothing: only whether it is 0 counts. */
const SOME_LEFT = 1

export interface MemberPeersOptions {
  readonly tracker: TrackerRegistry
  ownId(): MemberId
  ownAddresses(): readonly string[]
  /** Private torrents have only the trackers that they name (BEP 27). */
  isPrivate(infoHash: InfoHash): boolean
  onPeer(infoHash: InfoHash, address: PeerAddress): void
}

interface Known {
  /** Where it is best reached; then, of the other family, for those who have only that (BEP 7). */
  readonly places: readonly [PeerAddress, ...PeerAddress[]]
  readonly peerId: PeerId
  readonly swarms: readonly InfoHash[]
  /** Of these the ones that it has all of. */
  readonly complete: ReadonlySet<InfoHash>
}

export class MemberPeers {
  readonly #options: MemberPeersOptions
  readonly #known = new Map<MemberId, Known>()
  #refreshedAt = -Infinity

  constructor(options: MemberPeersOptions) {
    this.#options = options
  }

  /** A member is in another state, says something new, or is forgotten. */
  changed(id: MemberId, view: MemberView | null, now: number): void {
    if (id === this.#options.ownId()) return
    const before = this.#known.get(id)
    const after = view?.record && (view.state === 'alive' || view.state === 'suspected') ? this.#place(view) : null
    if (before) {
      for (const place of before.places) {
        const stays =
          after?.peerId === before.peerId && after.places.some((one) => addressKey(one) === addressKey(place))
        const gone = before.swarms.filter((infoHash) => !stays || !after.swarms.includes(infoHash))
        for (const infoHash of gone) this.#options.tracker.forget(infoHash, place, before.peerId)
      }
    }
    if (!after || !view) {
      this.#known.delete(id)
      return
    }
    this.#known.set(id, after)
    this.#tell(view, after, before?.swarms ?? [], now)
  }

  /** Now and then: who is there still is. */
  refresh(all: () => readonly MemberView[], now: number): void {
    if (now - this.#refreshedAt < REFRESH_MS) return
    this.#refreshedAt = now
    for (const view of all()) {
      const known = this.#known.get(view.id)
      if (known) this.#tell(view, known, known.swarms, now)
    }
  }

  /** We are in a swarm now: who of the members is there? */
  joined(infoHash: InfoHash): void {
    if (this.#options.isPrivate(infoHash)) return
    for (const { places, swarms } of this.#known.values())
      if (swarms.includes(infoHash)) this.#options.onPeer(infoHash, places[0])
  }

  /** The members that have all of this torrent, where they are reached from here; of a private one nobody is known. */
  seeders(infoHash: InfoHash): PeerAddress[] {
    if (this.#options.isPrivate(infoHash)) return []
    return [...this.#known.values()].flatMap(({ places, complete }) => (complete.has(infoHash) ? [places[0]] : []))
  }

  #place({ record }: MemberView): Known | null {
    const addresses = record ? reachableAddresses(record, this.#options.ownAddresses()) : []
    const [best] = addresses
    if (!record || !best) return null
    const other = addresses.find(({ host }) => isIpv6(host) !== isIpv6(best.host))
    const swarms = record.swarms.filter(isThere)
    const complete = swarms.filter(({ status }) => status === 'seeder')
    return {
      places: other ? [best, other] : [best],
      peerId: record.peerId,
      swarms: swarms.map(hashOf),
      complete: new Set(complete.map(hashOf)),
    }
  }

  #tell({ record }: MemberView, { places, peerId, swarms }: Known, before: readonly InfoHash[], now: number): void {
    for (const { infoHash, status } of record?.swarms ?? []) {
      if (!swarms.includes(infoHash) || this.#options.isPrivate(infoHash)) continue
      const left = status === 'seeder' ? 0 : SOME_LEFT
      for (const place of places) this.#options.tracker.learn({ infoHash, peerId, ...place, left, seenAt: now })
      if (!before.includes(infoHash)) this.#options.onPeer(infoHash, places[0])
    }
  }
}

const isIpv6 = (host: string): boolean => host.includes(':')

const hashOf = ({ infoHash }: MemberSwarm): InfoHash => infoHash

/** Whether it lets peers in. */
const isThere = ({ state }: MemberSwarm): boolean => state !== 'stopped' && state !== 'error' && state !== 'checking'
