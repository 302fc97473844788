import { readFile } from 'node:fs/promises'
import type { ApiClient, Swarm } from './api-client.ts'
import { ClientError } from './api-errors.ts'

const TORRENT = 'application/x-bittorrent'

const MAGNET = /^magnet:/i

/** @param word a magnet link, or the path of a .torrent on this machine, which the service may not see */
export async function addSwarm(api: ApiClient, word: string): Promise<{ created: boolean; swarm: Swarm }> {
  return MAGNET.test(word) ? addMagnet(api, word) : addFile(api, word)
}

async function addMagnet(api: ApiClient, magnet: string): Promise<{ created: boolean; swarm: Swarm }> {
  let created = false
  const swarm = await api.ask(async (client) => {
    const answer = await client.POST('/swarms', { body: { magnet } })
    created = answer.response.status === 201
    return answer
  })
  return { created, swarm }
}

async function addFile(api: ApiClient, word: string): Promise<{ created: boolean; swarm: Swarm }> {
  const bytes = await readFile(word).catch((error: NodeJS.ErrnoException) => {
    throw new ClientError(`can't read ${word}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`)
  })
  let created = false
  const swarm = await api.ask(async (client) => {
    const answer = await client.POST('/swarms', {
      // Not JSON: the bytes as they are.
      body: bytes,
      bodySerializer: (body) => body as Uint8Array<ArrayBuffer>,
      headers: { 'content-type': TORRENT },
    })
    created = answer.response.status === 201
    return answer
  })
  return { created, swarm }
}
