/** What can be done with a swarm. Each throws what the API said no with. */
import type { paths } from '../../../openapi/client.d.ts'
import { ask, type Swarm } from '../api/client.ts'
import { refreshSwarms } from './swarms.ts'

/** Adds the bytes of a .torrent. */
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

/** Adds a magnet link, or what other machines have by this name. */
export async function addByWord(
  body: { readonly magnet: string } | { readonly name: string },
): Promise<{ swarm: Swarm; created: boolean }> {
  let created = false
  const swarm = await ask(async (client) => {
    const answer = await client.POST('/swarms', { body })
    created = answer.response.status === 201
    return answer
  })
  await refreshSwarms()
  return { swarm, created }
}

/** A link for others. */
export async function magnetOf(infoHash: string): Promise<string> {
  const { magnet } = await ask((client) => client.GET('/swarms/{infoHash}/magnet', { params: { path: { infoHash } } }))
  return magnet
}

export type SwarmChange = NonNullable<
  paths['/swarms/{infoHash}']['patch']['requestBody']
>['content']['application/json']

export async function changeSwarm(infoHash: string, change: SwarmChange): Promise<void> {
  await ask((client) => client.PATCH('/swarms/{infoHash}', { params: { path: { infoHash } }, body: change }))
  await refreshSwarms()
}

export async function removeSwarm(infoHash: string, data: 'keep' | 'delete'): Promise<void> {
  await ask((client) => client.DELETE('/swarms/{infoHash}', { params: { path: { infoHash }, query: { data } } }))
  await refreshSwarms()
}

/** Begins to read all pieces back. */
export async function recheck(infoHash: string): Promise<void> {
  await ask((client) => client.POST('/swarms/{infoHash}/recheck', { params: { path: { infoHash } } }))
  await refreshSwarms()
}

export async function announceNow(infoHash: string): Promise<void> {
  await ask((client) => client.POST('/swarms/{infoHash}/announce', { params: { path: { infoHash } } }))
}
