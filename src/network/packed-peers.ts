import { compactPeerLength, ipv4Number, writeCompactPeers } from '../protocol/index.ts'
import type { RegistryPeer } from './tracker-swarm.ts'

const ENTRY_LENGTH = compactPeerLength(4)

/** More peers than this are not packed: no answer names so many. */
export const MAX_PACKED = 200

/**
 * The peers of a swarm as the bytes that an answer is made of (BEP 23), so that an announce touches one stretch of memory and
 * not every peer. It is made once for many announces: what a peer says of itself each time is not in it.
 *
 * Only for swarms where an answer is the same whoever asks but for the asker: all at IPv4 addresses of one network, and no
 * two of one id. In an office or a lab that is nearly every swarm.
 */
export class PackedPeers {
  /** Of all of them. */
  readonly network: number
  readonly #bytes: Buffer
  readonly #count: number

  private constructor(network: number, bytes: Buffer, count: number) {
    this.network = network
    this.#bytes = bytes
    this.#count = count
  }

  /** @returns null when these can't be packed. */
  static of(peers: Iterable<RegistryPeer & { readonly network: number | string }>): PackedPeers | null {
    const all = [...peers]
    const network = all[0]?.network
    if (typeof network !== 'number' || all.length > MAX_PACKED) return null
    if (all.some((peer) => peer.network !== network)) return null
    if (new Set(all.map(({ peerId }) => peerId)).size < all.length) return null
    const bytes = Buffer.allocUnsafeSlow(ENTRY_LENGTH * all.length)
    writeCompactPeers(bytes, 0, all, 4)
    return new PackedPeers(network, bytes, all.length)
  }

  /**
   * Writes up to `wanted` of them behind `offset`: others than the asker, and, when there are more, those that follow one that is
   * drawn.
   *
   * @param random 0 ≤ n < 1. @returns where they end.
   */
  write(target: Buffer, offset: number, wanted: number, asker: { host: string; port: number }, random: number): number {
    const skip = this.#indexOf(ipv4Number(asker.host), asker.port)
    const count = this.#count
    const others = skip < 0 ? count : count - 1
    let left = Math.min(wanted, others)
    let from = left < others ? Math.floor(random * count) : 0
    let end = offset
    while (left > 0) {
      if (from === skip) from = (from + 1) % count
      const to = Math.min(skip > from ? skip : count, from + left)
      end += this.#bytes.copy(target, end, from * ENTRY_LENGTH, to * ENTRY_LENGTH)
      left -= to - from
      from = to % count
    }
    return end
  }

  #indexOf(address: number, port: number): number {
    const bytes = this.#bytes
    for (let at = 0; at < this.#count; at++) {
      if (bytes.readUInt32BE(at * ENTRY_LENGTH) !== address) continue
      if (bytes.readUInt16BE(at * ENTRY_LENGTH + 4) === port) return at
    }
    return -1
  }
}
