/** The manifest of a swarm of ours: what the torrent says, and who has what as far as we can see. */
import {
  addressKey,
  isLoopbackIp,
  manifestPieces,
  MANIFEST_LIMITS,
  type Manifest,
  type PeerAddress,
} from '../../protocol/index.ts'
import type { Swarm } from '../swarm/swarm.ts'

export interface ManifestRun {
  /** Number of the first piece, from 1. */
  readonly from: number
  /** Pieces at most. */
  readonly count: number
}

/**
 * @param own where the reader of the manifest reaches us. A reader on another machine is told of nobody who is there for this machine
 *   alone.
 * @param seeders members that have all of it, as the network knows: seeders are not connected to each other
 */
export function manifestOf(
  swarm: Swarm,
  { from, count }: ManifestRun,
  own: PeerAddress,
  seeders: readonly PeerAddress[],
): Manifest {
  const { metainfo, active } = swarm
  const { name, length, pieceLength, pieceCount, infoHash, isPrivate } = metainfo
  const connected = Array.from(active?.torrent.sessions.values() ?? [], ({ listenAddress, pieces }) => {
    return { address: listenAddress, pieces }
  })
  const whole = seeders.map((address) => ({ address, pieces: ALL_PIECES }))
  const others = [...connected, ...whole].flatMap(({ address, pieces }) => {
    return address && isThereFor(address, own) ? [{ address, pieces }] : []
  })
  const holdersOf = (index: number): PeerAddress[] => {
    const holders = new Map<string, PeerAddress>()
    if (active?.torrent.have.has(index) === true) holders.set(addressKey(own), own)
    // Each piece begins with another of them, so that those who are left out are not always the same.
    for (let at = 0; at < others.length && holders.size < MANIFEST_LIMITS.holders; at++) {
      const other = others[(index + at) % others.length]
      if (other?.pieces.has(index) === true) holders.set(addressKey(other.address), other.address)
    }
    return [...holders.values()]
  }
  return {
    ...{ name, length, pieceLength, pieceCount, infoHash, isPrivate },
    ...manifestPieces(metainfo, from, count, holdersOf),
  }
}

const ALL_PIECES = { has: () => true }

const isThereFor = ({ host }: PeerAddress, own: PeerAddress): boolean => isLoopbackIp(own.host) || !isLoopbackIp(host)
