import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { ask, type Swarm } from '../api/client.ts'
import { RateHistory } from '../words/rate-history.ts'
import { type Eta, steadyEta } from '../words/steady-eta.ts'
import { noteAnswer } from './connection.ts'

const byHash = new Map<string, Signal<Swarm>>()
const etas = new Map<string, Eta | null>()
const histories = new Map<string, RateHistory>()

/** Info hashes in the order that the service lists them. */
export const order = signal<readonly string[]>([])
export const loaded = signal(false)
export const totals = signal({ down: 0, up: 0 })
/** Bumped with each sample, for plots. */
export const sampled = signal(0)
export const totalHistory = new RateHistory()

/** One swarm, followed by whoever shows it: a change of one redraws one row. */
export const swarmOf = (infoHash: string): ReadonlySignal<Swarm> | undefined => byHash.get(infoHash)

export const etaOf = (infoHash: string): number | null => etas.get(infoHash)?.seconds ?? null

export function historyOf(infoHash: string): RateHistory {
  let history = histories.get(infoHash)
  if (history === undefined) {
    history = new RateHistory()
    histories.set(infoHash, history)
  }
  return history
}

/** Swarms that are not complete and move. */
export const comingCount = computed(
  () => order.value.filter((infoHash) => (byHash.get(infoHash)?.value.progress ?? 1) < 1).length,
)

/** Asks for all swarms. Never throws: what goes wrong is the connection's state. */
export async function refreshSwarms(): Promise<void> {
  try {
    const swarms: Swarm[] = []
    let cursor: string | null = null
    do {
      const query: { limit: number; cursor?: string } = cursor === null ? { limit: 1000 } : { limit: 1000, cursor }
      const page = await ask((client) => client.GET('/swarms', { params: { query } }))
      swarms.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    takeSwarms(swarms, Date.now())
    noteAnswer()
  } catch (error) {
    noteAnswer(error)
  }
}

function takeSwarms(swarms: readonly Swarm[], now: number): void {
  batch(() => {
    for (const swarm of swarms) {
      etas.set(swarm.infoHash, steadyEta(etas.get(swarm.infoHash) ?? null, swarm.etaSeconds, now))
      const known = byHash.get(swarm.infoHash)
      if (known === undefined) byHash.set(swarm.infoHash, signal(swarm))
      else if (!isSame(known.peek(), swarm)) known.value = swarm
      const isMoving = swarm.downloadRate > 0 || swarm.uploadRate > 0
      if (isMoving || histories.has(swarm.infoHash)) {
        historyOf(swarm.infoHash).add(now / 1000, swarm.downloadRate, swarm.uploadRate)
      }
    }
    const hashes = swarms.map(({ infoHash }) => infoHash)
    if (hashes.join() !== order.peek().join()) order.value = hashes
    const there = new Set(hashes)
    for (const infoHash of byHash.keys()) {
      if (there.has(infoHash)) continue
      for (const map of [byHash, etas, histories]) map.delete(infoHash)
    }
    const down = swarms.reduce((sum, { downloadRate }) => sum + downloadRate, 0)
    const up = swarms.reduce((sum, { uploadRate }) => sum + uploadRate, 0)
    totalHistory.add(now / 1000, down, up)
    totals.value = { down, up }
    sampled.value++
    loaded.value = true
  })
}

/** An eta that runs down is a change too, so only those that stand still are left alone. */
const isSame = (a: Swarm, b: Swarm): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Adds the bytes of a .torrent. @returns what to say about it */
export async function addTorrent(bytes: Uint8Array<ArrayBuffer>): Promise<{ swarm: Swarm; created: boolean }> {
  let created = false
  const swarm = await ask(async (client) => {
    const answer = await client.POST('/swarms', {
      body: bytes,
      bodySerializer: (body) => body as Uint8Array<ArrayBuffer>,
      headers: { 'content-type': 'application/x-bittorrent' },
    })
    created = answer.response.status === 201
    return answer
  })
  await refreshSwarms()
  return { swarm, created }
}

export async function setState(infoHash: string, state: 'started' | 'stopped'): Promise<void> {
  await ask((client) => client.PATCH('/swarms/{infoHash}', { params: { path: { infoHash } }, body: { state } }))
  await refreshSwarms()
}

export async function removeSwarm(infoHash: string, data: 'keep' | 'delete'): Promise<void> {
  await ask((client) => client.DELETE('/swarms/{infoHash}', { params: { path: { infoHash }, query: { data } } }))
  await refreshSwarms()
}
