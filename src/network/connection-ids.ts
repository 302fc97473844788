import type { ConnectionId, PeerAddress } from '../protocol/index.ts'
import { endpointKey } from './endpoint-key.ts'

/** HMAC of the text under the key: at least 8 bytes. Handed in, because this room imports nothing of the system. */
export type Hmac = (key: Uint8Array, text: string) => Uint8Array

const SLICE_MS = 60_000
/** The slice it was made in, and two more: an id is good for 2 minutes at least (BEP 15), for 3 at most. */
const SLICES = 3
/** Addresses whose id is kept, so that one who announces much is not hashed for each: bounded, the oldest goes first. */
const MAX_PROVEN = 4096

/**
 * Connection ids of the UDP tracker (BEP 15): who can repeat one receives what is sent to the address that it claims.
 *
 * ```
 *  ├ 0x80 | slice of time mod 128:1 ┼ HMAC(secret, "ip port slice"):7 ┤
 * ```
 *
 * Nothing is kept for who only asks. The first byte is never that of a DHT message (`d`) nor of a request for an id (0).
 */
export class ConnectionIds {
  readonly #secret: Uint8Array
  readonly #hmac: Hmac
  /** By address, the oldest first: ids that were right. */
  readonly #proven = new Map<number | string, Proof>()

  /** @param secret of this start of the service, told to nobody. */
  constructor(secret: Uint8Array, hmac: Hmac) {
    this.#secret = secret
    this.#hmac = hmac
  }

  /** @param now milliseconds. */
  issue(to: PeerAddress, now: number): ConnectionId {
    return this.#make(to, Math.floor(now / SLICE_MS))
  }

  /** Was this id given to this address, not too long ago? */
  accepts(id: ConnectionId, from: PeerAddress, now: number): boolean {
    const present = Math.floor(now / SLICE_MS)
    const key = endpointKey(from.host, from.port)
    const known = this.#proven.get(key)
    if (known !== undefined && known.high === id.high && known.low === id.low) return present - known.slice < SLICES
    const age = (present - (id.high >>> 24)) & 0x7f
    const slice = present - age
    if (age >= SLICES || slice < 0) return false
    const right = this.#make(from, slice)
    if (right.high !== id.high || right.low !== id.low) return false
    this.#proven.delete(key)
    this.#proven.set(key, { ...right, slice })
    if (this.#proven.size > MAX_PROVEN) {
      const [oldest] = this.#proven.keys()
      if (oldest !== undefined) this.#proven.delete(oldest)
    }
    return true
  }

  #make({ host, port }: PeerAddress, slice: number): ConnectionId {
    const hash = this.#hmac(this.#secret, `${host} ${port} ${slice}`)
    const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength)
    const tag = view.getUint32(0) & 0x00ffffff
    return { high: (((0x80 | (slice & 0x7f)) << 24) | tag) >>> 0, low: view.getUint32(4) }
  }
}

interface Proof extends ConnectionId {
  readonly slice: number
}
