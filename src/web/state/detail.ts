import { signal } from '@preact/signals'
import { ask, ApiError, type Peer, type Pieces, type TorrentFile } from '../api/client.ts'
import { PeerRates } from '../words/rate-history.ts'
import { noteAnswer } from './connection.ts'
import type { Route } from './route.ts'

/** Of the swarm that is open. */
export const peers = signal<readonly Peer[]>([])
export const pieces = signal<Pieces | null>(null)
export const files = signal<readonly TorrentFile[]>([])
export const peerRates = signal(new PeerRates())

let shown = ''

/** Asks for what the open tab shows. Never throws. */
export async function refreshDetail(route: Route): Promise<void> {
  if (route.page !== 'swarm') {
    close()
    return
  }
  const { infoHash, tab } = route
  if (infoHash !== shown) close()
  shown = infoHash
  const path = { infoHash }
  const query = { limit: 1000 }
  // An answer for a swarm that is no longer shown is dropped.
  const keep = <T>(target: { value: T }, value: T): void => {
    if (shown === infoHash) target.value = value
  }
  const ways: Record<typeof tab, () => Promise<unknown>> = {
    overview: async () => {
      const found = await ask((client) => client.GET('/swarms/{infoHash}/pieces', { params: { path } }))
      keep(pieces, found)
    },
    peers: async () => {},
    log: async () => {},
    files: async () => {
      const page = await ask((client) => client.GET('/swarms/{infoHash}/files', { params: { path, query } }))
      keep(files, page.items)
    },
  }
  try {
    const page = ask((client) => client.GET('/swarms/{infoHash}/peers', { params: { path, query } }))
    await ways[tab]()
    const { items } = await page
    keep(peers, items)
    if (shown === infoHash) peerRates.value.add(Date.now() / 1000, items)
  } catch (error) {
    // The list says it when a swarm is gone.
    if (!(error instanceof ApiError && error.status === 404)) noteAnswer(error)
  }
}

function close(): void {
  if (shown === '') return
  shown = ''
  peers.value = []
  pieces.value = null
  files.value = []
  peerRates.value = new PeerRates()
}
