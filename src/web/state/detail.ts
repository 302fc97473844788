import { signal } from '@preact/signals'
import {
  ask,
  ApiError,
  type Choker,
  type ChokerRecord,
  type Peer,
  type Pieces,
  type TorrentFile,
  type Tracker,
} from '../api/client.ts'
import { PeerRates } from '../words/rate-history.ts'
import { noteAnswer } from './connection.ts'
import { FILES_A_PAGE, fileCursors, nextFileCursor, showFirstFiles } from './file-pages.ts'
import type { Route } from './route.ts'

/** Of the swarm that is open. */
export const peers = signal<readonly Peer[]>([])
export const pieces = signal<Pieces | null>(null)
export const trackers = signal<readonly Tracker[]>([])
export const files = signal<readonly TorrentFile[]>([])
export const choker = signal<Choker | null>(null)
/** When that was said, in ms since the epoch. */
export const chokerAt = signal(0)
/** Its decisions, oldest first. */
export const rounds = signal<readonly ChokerRecord[]>([])
export const peerRates = signal(new PeerRates())

/** Asked for at a time; and shown, since this page is open. */
const ROUNDS_ASKED = 50
const ROUNDS_SHOWN = 400
/** What a swarm that is stopped, or not running yet, says when it is asked for what only a running one has. */
const NOT_RUNNING: readonly number[] = [409, 503]

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
    choker: async () => {
      const since = rounds.peek().at(-1)?.id
      const known = since === undefined ? { limit: ROUNDS_ASKED } : { since, limit: ROUNDS_ASKED }
      const [now, { items, lastId }] = await Promise.all([
        ask((client) => client.GET('/swarms/{infoHash}/choker', { params: { path } })),
        ask((client) => client.GET('/swarms/{infoHash}/choker/rounds', { params: { path, query: known } })),
      ])
      keep(choker, now)
      keep(chokerAt, Date.now())
      // A service that was started anew counts from the beginning.
      if (since !== undefined && lastId < since) keep(rounds, [])
      const news = items.filter(({ id }) => since === undefined || id > since)
      if (news.length > 0) keep(rounds, [...rounds.peek(), ...news].slice(-ROUNDS_SHOWN))
    },
    log: async () => {},
    trackers: async () => {
      const page = await ask((client) => client.GET('/swarms/{infoHash}/trackers', { params: { path, query } }))
      keep(trackers, page.items)
    },
    files: async () => {
      const cursor = fileCursors.peek().at(-1) ?? ''
      const part = { limit: FILES_A_PAGE, ...(cursor !== '' && { cursor }) }
      const page = await ask((client) => client.GET('/swarms/{infoHash}/files', { params: { path, query: part } }))
      // Of a page that is no longer shown it is dropped as well.
      if (cursor !== fileCursors.peek().at(-1)) return
      keep(files, page.items)
      keep(nextFileCursor, page.nextCursor)
    },
  }
  try {
    const [{ items }] = await Promise.all([
      ask((client) => client.GET('/swarms/{infoHash}/peers', { params: { path, query } })),
      ways[tab](),
    ])
    keep(peers, items)
    if (shown === infoHash) peerRates.value.add(Date.now() / 1000, items)
  } catch (error) {
    // The list says it when a swarm is gone.
    if (error instanceof ApiError && error.status === 404) return
    if (error instanceof ApiError && NOT_RUNNING.includes(error.status)) keep(choker, null)
    else noteAnswer(error)
  }
}

function close(): void {
  if (shown === '') return
  shown = ''
  peers.value = []
  pieces.value = null
  files.value = []
  showFirstFiles()
  trackers.value = []
  choker.value = null
  rounds.value = []
  peerRates.value = new PeerRates()
}
