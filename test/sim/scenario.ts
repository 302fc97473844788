/** The trials' common ground: what a scenario is unless it says otherwise, and what is reckoned from its result. */
import type { PeerRecord, Scenario, SimulationResult } from './simulation.ts'

export const KIB = 1024
export const MIB = 1024 * KIB
/** Bytes per second. */
export const MBIT = 1e6 / 8

export function scenario(changes: Partial<Scenario>): Scenario {
  const uplink = changes.uplink ?? { from: 10 * MBIT, to: 10 * MBIT }
  return {
    seed: 1,
    size: 8 * MIB,
    pieceLength: 128 * KIB,
    seeders: 1,
    leechers: 8,
    freeRiders: 0,
    uplink,
    downlink: uplink,
    seederUplink: uplink.to,
    latency: 10,
    jitter: 0,
    loss: 0,
    churn: 0,
    arrivals: 1,
    profile: 'lab',
    afterwards: 'seed',
    ...changes,
  }
}

export const peersOf = (result: SimulationResult, role: PeerRecord['role']): PeerRecord[] =>
  result.peers.filter((peer) => peer.role === role)

/** Seconds from its coming to its last piece; without end for who never had it. */
export const tookSeconds = ({ completedAt, joinedAt }: PeerRecord): number =>
  completedAt === null ? Number.POSITIVE_INFINITY : completedAt - joinedAt

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const [below = Number.NaN, above = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (below + above) / 2
}

/** Spearman's rank correlation: 1 when `b` rises whenever `a` does. Equal values share their ranks. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const x = ranks(a)
  const y = ranks(b)
  const mean = (x.length + 1) / 2
  let both = 0
  let squaresX = 0
  let squaresY = 0
  x.forEach((rank, at) => {
    const dx = rank - mean
    const dy = (y[at] ?? mean) - mean
    both += dx * dy
    squaresX += dx * dx
    squaresY += dy * dy
  })
  return both / Math.sqrt(squaresX * squaresY)
}

const ranks = (values: readonly number[]): number[] =>
  values.map((value) => {
    const below = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return below + (equal + 1) / 2
  })
