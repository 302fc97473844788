/** Rates of the last minutes, oldest first. Times are seconds since the epoch, as plots want them. */
export class RateHistory {
  readonly times: number[] = []
  readonly down: number[] = []
  readonly up: number[] = []
  readonly #most: number

  /** @param most samples kept */
  constructor(most = 300) {
    this.#most = most
  }

  add(time: number, down: number, up: number): void {
    // Two pictures within one second, as after a change by hand, are one sample.
    if (time - (this.times.at(-1) ?? Number.NEGATIVE_INFINITY) < 0.5) return
    this.times.push(time)
    this.down.push(down)
    this.up.push(up)
    if (this.times.length <= this.#most) return
    for (const row of [this.times, this.down, this.up]) row.shift()
  }
}

/** Rates of several peers at the same moments, for a stack of them. */
export class PeerRates {
  readonly times: number[] = []
  readonly #rows = new Map<string, { down: number[]; up: number[] }>()
  readonly #most: number

  constructor(most = 300) {
    this.#most = most
  }

  add(
    time: number,
    peers: readonly { readonly address: string; readonly downloadRate: number; readonly uploadRate: number }[],
  ): void {
    if (time - (this.times.at(-1) ?? Number.NEGATIVE_INFINITY) < 0.5) return
    const now = new Map(peers.map((peer) => [peer.address, peer]))
    for (const address of now.keys()) {
      if (this.#rows.has(address)) continue
      const zeros = (): number[] => this.times.map(() => 0)
      this.#rows.set(address, { down: zeros(), up: zeros() })
    }
    this.times.push(time)
    for (const [address, row] of this.#rows) {
      const peer = now.get(address)
      row.down.push(peer?.downloadRate ?? 0)
      row.up.push(peer?.uploadRate ?? 0)
    }
    if (this.times.length <= this.#most) return
    this.times.shift()
    for (const [address, row] of this.#rows) {
      row.down.shift()
      row.up.shift()
      if (row.down.every((rate) => rate === 0) && row.up.every((rate) => rate === 0)) this.#rows.delete(address)
    }
  }

  /** The peers that moved most, and all others as one; each row on top of those before it. */
  stack(direction: 'down' | 'up', most: number): { readonly name: string; readonly sums: number[] }[] {
    const weighed = Array.from(this.#rows, ([name, row]) => {
      const rates = row[direction]
      return { name, rates, weight: rates.reduce((sum, rate) => sum + rate, 0) }
    })
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
    const shown = weighed.slice(0, most).map(({ name, rates }) => ({ name, rates }))
    const rest = weighed.slice(most)
    if (rest.length > 0) {
      const sum = this.times.map((_, at) => rest.reduce((total, { rates }) => total + (rates[at] ?? 0), 0))
      shown.push({ name: rest.length === 1 ? '1 other' : `${rest.length} others`, rates: sum })
    }
    let below: readonly number[] = this.times.map(() => 0)
    return shown.map(({ name, rates }) => {
      const sums = rates.map((rate, at) => rate + (below[at] ?? 0))
      below = sums
      return { name, sums }
    })
  }
}
