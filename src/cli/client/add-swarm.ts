import { readFile, stat } from 'node:fs/promises'
import type { ApiClient, Swarm } from './api-client.ts'
import { ClientError } from './api-errors.ts'

const TORRENT = 'application/x-bittorrent'

/** Bytes of a .torrent that the API takes. */
const MOST_BYTES = 10 * 1024 * 1024

const MAGNET = /^magnet:/i
const URL_OF_ANY_KIND = /^[a-z][a-z0-9+.-]*:\/\//i
const INFO_HASH = /^[0-9a-f]{40}$/i

interface Added {
  readonly created: boolean
  readonly swarm: Swarm
}

/**
 * @param word a magnet link; the path of a .torrent on this machine, which the service may not see; an info hash; or a name that
 *   the other machines are asked for
 */
export async function addSwarm(api: ApiClient, word: string): Promise<Added> {
  if (MAGNET.test(word)) return add(api, { magnet: word })
  if (URL_OF_ANY_KIND.test(word)) {
    throw new ClientError(
      `${word} is a URL, and nothing is downloaded from those; give a .torrent, a magnet link or a name`,
    )
  }
  const bytes = await fileAt(word)
  if (bytes !== null) return addFile(api, bytes)
  if (INFO_HASH.test(word)) return add(api, { magnet: `magnet:?xt=urn:btih:${word}` })
  if (word.includes('/') || word.endsWith('.torrent'))
    throw new ClientError(`can't read ${word}: there is no such file`)
  return add(api, { name: word })
}

/** null: there is none. @throws ClientError for one that can't be read */
async function fileAt(path: string): Promise<Uint8Array | null> {
  try {
    const { size } = await stat(path)
    if (size <= MOST_BYTES) return await readFile(path)
    throw new ClientError(`${path} is no torrent: it has ${size} bytes, and those have ${MOST_BYTES} at most`)
  } catch (error) {
    if (error instanceof ClientError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENAMETOOLONG') return null
    throw new ClientError(`can't read ${path}: ${code === 'EISDIR' ? 'it is a folder' : message}`)
  }
}

async function add(api: ApiClient, body: { readonly magnet: string } | { readonly name: string }): Promise<Added> {
  let created = false
  const swarm = await api.ask(async (client) => {
    const answer = await client.POST('/swarms', { body })
    created = answer.response.status === 201
    return answer
  })
  return { created, swarm }
}

async function addFile(api: ApiClient, bytes: Uint8Array): Promise<Added> {
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
