/** Inclusive bounds. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/**
 * The local ports that outbound connections leave from, so that a firewall can know them. Each is held by one
 * connection at a time. They are handed out in turn, so that a port rests as long as it can before it is used again:
 * the kernel refuses the same pair of ends for a minute after a close (TIME_WAIT).
 *
 * Ports used by others are not known here: `dialPeer` finds out, and takes the next.
 */
export class ClientPorts {
  #range: PortRange | null = null
  readonly #held = new Set<number>()
  #next = 0

  /**
   * @param range null lets the system choose.
   * @throws RangeError when it is no range of ports.
   */
  constructor(range: PortRange | null) {
    this.change(range)
  }

  /**
   * From now on ports are taken from this range; those that are held stay held until they are given back. null lets the system choose.
   * @throws RangeError when it is no range of ports.
   */
  change(range: PortRange | null): void {
    if (range?.first === this.#range?.first && range?.last === this.#range?.last) return
    if (range !== null) {
      const { first, last } = range
      if (!Number.isInteger(first) || !Number.isInteger(last) || first < 1 || last > 65535 || first > last) {
        throw new RangeError(`${first}-${last} is not a range of ports`)
      }
    }
    this.#range = range
    this.#next = range?.first ?? 0
  }

  /** How many ports there are; 1 when the system chooses, since asking it twice is of no use. */
  get size(): number {
    return this.#range === null ? 1 : this.#range.last - this.#range.first + 1
  }

  /** Ports held by connections. */
  get held(): number {
    return this.#held.size
  }

  /** @returns a port to bind to, 0 for the system's choice, null when all are held. */
  take(): number | null {
    if (this.#range === null) return 0
    const { first, last } = this.#range
    for (let tries = this.size; tries > 0; tries--) {
      const port = this.#next
      this.#next = port === last ? first : port + 1
      if (!this.#held.has(port)) {
        this.#held.add(port)
        return port
      }
    }
    return null
  }

  /** The port's socket is closed. */
  release(port: number): void {
    this.#held.delete(port)
  }
}
