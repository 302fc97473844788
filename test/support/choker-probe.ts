/** Looks at the choker of one swarm again and again, and writes each look as a line of JSON. Arguments: API, info hash, ms. */
import type { ChokerSample } from './choker-watch.ts'

const [api = '', infoHash = '', interval = '50'] = process.argv.slice(2)
const swarm = `${api}/swarms/${infoHash}`
let since = 0

async function get<T>(path: string): Promise<T | null> {
  const answer = await fetch(`${swarm}${path}`)
  const body = (await answer.json()) as T
  return answer.ok ? body : null
}

/** null while the swarm is not running. */
async function look(): Promise<ChokerSample | null> {
  const began = performance.now()
  const choker = await get<ChokerSample['choker']>('/choker')
  const peers = await get<{ items: ChokerSample['peers'] }>('/peers?limit=1000')
  const rounds = await get<ChokerSample['rounds']>(`/choker/rounds?limit=200&since=${since}`)
  if (!choker || !peers || !rounds) return null
  since = rounds.items.at(-1)?.id ?? since
  return { choker, peers: peers.items, rounds, tookMs: performance.now() - began }
}

for (;;) {
  const began = performance.now()
  const sample = await look().catch(() => null)
  if (sample) process.stdout.write(`${JSON.stringify(sample)}\n`)
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, Number(interval) - (performance.now() - began))))
}
