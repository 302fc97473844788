/**
 * Finds a torrent's bytes on disk at start and says which pieces are there: complete files in `shareable/`, else the
 * partial files with their journal, else new sparse files.
 */
import path from 'node:path'
import {
  BlockReader,
  DurablePieces,
  ResumeJournal,
  filesMatch,
  getReadyForPieces,
  openFileStore,
  pathExists,
  type ReadMemory,
  type StoredFile,
} from '../../io/index.ts'
import { Bitfield, type Metainfo } from '../../protocol/index.ts'
import type { PieceStore } from '../../swarm/index.ts'
import { measuredStore } from './measured-store.ts'
import type { RootFolder } from '../root-folder.ts'
import type { DiskCounts } from '../measures/service-counts.ts'
import { sample, verifyPieces } from './verify-pieces.ts'

/** Pieces read back at a start to trust the rest: enough to notice a file that was replaced, quick on any disk. */
const SAMPLED_PIECES = 8
const MIB = 1024 * 1024
/** What a swarm's cache of blocks to upload may hold. */
const READ_CACHE_BYTES = 16 * MIB

export interface SwarmStorage {
  readonly store: PieceStore
  readonly reader: BlockReader
  readonly have: Bitfield
  /** Pieces in `have` that were not read back: the journal says that they are right. */
  readonly unread: Bitfield
  /** Null for complete files: there is nothing left to make durable. */
  readonly durable: DurablePieces | null
  close(): Promise<void>
}

export interface OpenRequest {
  readonly root: RootFolder
  readonly metainfo: Metainfo
  /** It was complete before, so a missing file is a loss and not a beginning. */
  readonly wasComplete: boolean
  /** Read every piece that may be there, trust nothing. */
  readonly recheck: boolean
  progress(checked: number, total: number): void
  readonly signal: AbortSignal
  readonly disk: DiskCounts
  /** For what peers ask for, of all swarms. */
  readonly memory: ReadMemory
}

/**
 * The files are not as they must be; the message says what to do. `retry`: worth another look in a while. `disproved`: they were read,
 * and are others than the torrent's, so that it is not complete, whatever was noted.
 */
export class FilesError extends Error {
  override readonly name = 'FilesError'
  readonly retry: boolean
  readonly disproved: boolean

  constructor(message: string, { retry = false, disproved = false }) {
    super(message)
    this.retry = retry
    this.disproved = disproved
  }
}

/** The torrent's files below a folder: `name` itself, or the folder `name` with all in it. */
export function storedFiles(metainfo: Metainfo): StoredFile[] {
  return metainfo.files.map((file) => (metainfo.multiFile ? { ...file, path: [metainfo.name, ...file.path] } : file))
}

/** @throws FilesError, StorageError, or the signal's reason */
export async function openSwarmStorage(request: OpenRequest): Promise<SwarmStorage> {
  const { root, metainfo, wasComplete } = request
  const target = path.join(root.shareable, metainfo.name)
  if (await pathExists(target)) return openComplete(request)
  if (wasComplete) {
    throw new FilesError(
      `${metainfo.name} was complete and is no longer in shareable/. Put it back, or remove the swarm and add it again to fetch it anew.`,
      { retry: true },
    )
  }
  return openPartial(request)
}

/**
 * Reads the pieces back that were taken on the journal's word. Before they are moved to `shareable/`, where they are
 * trusted for good, what rotted since they were written has to be found.
 * @returns the wrong ones
 * @throws StorageError, or the signal's reason
 */
export async function rottenPieces(
  { store, unread }: SwarmStorage,
  metainfo: Metainfo,
  signal: AbortSignal,
): Promise<number[]> {
  const indices = [...unread.indices()]
  const right = await verifyPieces(store, metainfo, indices, () => {}, signal)
  return indices.filter((index) => !right.has(index))
}

/** Files in `shareable/`, opened for reading only: they are never written to again. */
export async function openFinished(
  { root, metainfo, disk, memory }: Pick<OpenRequest, 'root' | 'metainfo' | 'disk' | 'memory'>,
  have: Bitfield,
): Promise<SwarmStorage> {
  const files = await openFileStore({
    directory: root.shareable,
    files: storedFiles(metainfo),
    mode: 'read',
    create: false,
  })
  const store = measuredStore(files, disk)
  const reader = new BlockReader(store, { length: metainfo.length, memory, budgetBytes: READ_CACHE_BYTES })
  return {
    store,
    reader,
    have,
    unread: new Bitfield(metainfo.pieceCount),
    durable: null,
    close: () => {
      reader.clear()
      return store.close()
    },
  }
}

async function openComplete(request: OpenRequest): Promise<SwarmStorage> {
  const { root, metainfo, wasComplete, recheck } = request
  const match = await filesMatch(root.shareable, storedFiles(metainfo))
  if (match !== 'present') {
    throw new FilesError(
      `shareable/${metainfo.name} is there but ${match === 'missing' ? 'lacks files of the torrent' : 'has another size than the torrent says'}. Move it away to download it, or put the whole of it there to seed it.`,
      { retry: true },
    )
  }
  const storage = await openFinished(request, Bitfield.full(metainfo.pieceCount))
  try {
    const trusted = wasComplete && !recheck
    const indices = trusted ? sample(storage.have, SAMPLED_PIECES) : [...storage.have.indices()]
    const right = await verify(request, storage.store, indices)
    const wrong = indices.find((index) => !right.has(index))
    if (wrong === undefined) return storage
    throw new FilesError(
      `shareable/${metainfo.name} is there but differs from the torrent (piece ${wrong} of ${metainfo.pieceCount}). Move it away to download it anew.`,
      { disproved: true },
    )
  } catch (error) {
    await storage.close()
    throw error
  }
}

async function openPartial(request: OpenRequest): Promise<SwarmStorage> {
  const { root, metainfo } = request
  getReadyForPieces(metainfo.pieceLength)
  const place = root.swarm(metainfo.infoHash)
  const files = storedFiles(metainfo)
  const { journal, have: recorded, condition } = await ResumeJournal.open(place.journal, metainfo)
  const somethingThere = await pathExists(place.partial)
  // A file that has to be made anew holds nothing, whatever the journal remembers of it.
  const beforeAltering = async (altered: readonly number[]): Promise<void> => {
    for (const index of altered) forgetFile(recorded, metainfo, index)
    await journal.rewrite(recorded)
  }
  const opened = await openFileStore({
    directory: place.partial,
    files,
    mode: 'read-write',
    create: true,
    beforeAltering,
  })
  const store = measuredStore(opened, request.disk)
  try {
    const doubtful = somethingThere && (condition === 'new' || condition === 'damaged')
    const { have, unread } = await trustedPieces(request, store, recorded, doubtful || request.recheck)
    if (doubtful || have.count !== recorded.count) await journal.rewrite(have)
    // While pieces still come in, an extent holds one piece at most: a fresh piece must not void its neighbours.
    const extentBytes = Math.min(MIB, metainfo.pieceLength)
    const { memory } = request
    const reader = new BlockReader(store, {
      length: metainfo.length,
      memory,
      extentBytes,
      budgetBytes: READ_CACHE_BYTES,
    })
    const close = async (): Promise<void> => {
      reader.clear()
      await journal.close()
      await store.close()
    }
    return {
      store,
      reader,
      have,
      unread,
      durable: new DurablePieces({ store, journal }),
      close,
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

function forgetFile(have: Bitfield, metainfo: Metainfo, index: number): void {
  const file = metainfo.files[index]
  if (!file || file.length === 0) return
  const last = Math.floor((file.offset + file.length - 1) / metainfo.pieceLength)
  for (let piece = Math.floor(file.offset / metainfo.pieceLength); piece <= last; piece++) have.clear(piece)
}

/** The recorded pieces if a sample of them is right, else what reading them shows; in doubt, what reading all shows. */
async function trustedPieces(
  request: OpenRequest,
  store: PieceStore,
  recorded: Bitfield,
  inDoubt: boolean,
): Promise<Pick<SwarmStorage, 'have' | 'unread'>> {
  const readAll = async (indices: Iterable<number>): Promise<Pick<SwarmStorage, 'have' | 'unread'>> => ({
    have: await verify(request, store, [...indices]),
    unread: new Bitfield(recorded.size),
  })
  if (inDoubt) return readAll(Bitfield.full(recorded.size).indices())
  const sampled = sample(recorded, SAMPLED_PIECES)
  const right = await verify(request, store, sampled)
  if (right.count < sampled.length) return readAll(recorded.indices())
  const unread = recorded.clone()
  for (const index of sampled) unread.clear(index)
  return { have: recorded, unread }
}

const verify = (request: OpenRequest, store: PieceStore, indices: readonly number[]): Promise<Bitfield> =>
  verifyPieces(store, request.metainfo, indices, (checked) => request.progress(checked, indices.length), request.signal)
