import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { askAll, type Swarm } from '../api/client.ts'
import { RateHistory } from '../words/rate-history.ts'
import { noteAnswer } from './connection.ts'

const byHash = new Map<string, Signal<Swarm>>()
const histories = new Map<string, RateHistory>()

/** Info hashes in the order that the service lists them. */
export const order = signal<readonly string[]>([])
export const loaded = signal(false)
export const totals = signal({ down: 0, up: 0 })
/** Bumped with each sample, for plots. */
export const sampled = signal(0)

/** One swarm, followed by whoever shows it: a change of one redraws one row. */
export const swarmOf = (infoHash: string): ReadonlySignal<Swarm> | undefined => byHash.get(infoHash)

export function historyOf(infoHash: string): RateHistory {
  let history = histories.get(infoHash)
  if (history === undefined) {
    history = new RateHistory()
    histories.set(infoHash, history)
  }
  return history
}

/** Asks for all swarms. Never throws: what goes wrong is the connection's state. */
export async function refreshSwarms(): Promise<void> {
  try {
    takeAll(await askAll((client, query) => client.GET('/swarms', { params: { query } })))
    noteAnswer()
  } catch (error) {
    noteAnswer(error)
  }
}

/** These, and no others, are there. */
export function takeAll(swarms: readonly Swarm[]): void {
  batch(() => {
    const there = new Set(swarms.map(({ infoHash }) => infoHash))
    for (const infoHash of byHash.keys()) if (!there.has(infoHash)) drop(infoHash)
    for (const swarm of swarms) take(swarm)
    setOrder()
    loaded.value = true
  })
}

export function takeOne(swarm: Swarm): void {
  batch(() => {
    take(swarm)
    setOrder()
  })
}

/** Some fields of a swarm are others now. */
export function change(infoHash: string, changes: Partial<Swarm>): void {
  const known = byHash.get(infoHash)
  if (known !== undefined) known.value = { ...known.peek(), ...changes }
}

export function forget(infoHash: string): void {
  batch(() => {
    drop(infoHash)
    setOrder()
  })
}

function take(swarm: Swarm): void {
  const known = byHash.get(swarm.infoHash)
  if (known === undefined) byHash.set(swarm.infoHash, signal(swarm))
  else if (JSON.stringify(known.peek()) !== JSON.stringify(swarm)) known.value = swarm
}

function drop(infoHash: string): void {
  for (const map of [byHash, histories]) map.delete(infoHash)
}

/** Oldest first, as the service lists them. */
function setOrder(): void {
  const keyed = Array.from(byHash.values(), (each) => each.peek()).map(({ infoHash, addedAt }) => ({
    infoHash,
    key: `${addedAt} ${infoHash}`,
  }))
  const hashes = keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ infoHash }) => infoHash)
  if (hashes.join() !== order.peek().join()) order.value = hashes
}

/** Notes the rates of this second. @param now ms since the epoch */
export function sampleRates(now: number): void {
  let down = 0
  let up = 0
  for (const each of byHash.values()) {
    const { infoHash, downloadRate, uploadRate } = each.peek()
    down += downloadRate
    up += uploadRate
    if (downloadRate > 0 || uploadRate > 0 || histories.has(infoHash)) {
      historyOf(infoHash).add(now / 1000, downloadRate, uploadRate)
    }
  }
  batch(() => {
    if (totals.peek().down !== down || totals.peek().up !== up) totals.value = { down, up }
    sampled.value++
  })
}
