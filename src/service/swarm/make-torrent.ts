/** Makes a .torrent of what lies in `shareable/`. */
import { hashPiece, listTree, openFileStore, wallClock, type ListedFile } from '../../io/index.ts'
import { choosePieceLength, createMetainfo } from '../../protocol/index.ts'
import { StorageError } from '../../swarm/index.ts'
import { ServiceError } from '../face.ts'
import type { RootFolder } from '../root-folder.ts'
import { Turns } from '../turns.ts'
import { CLIENT } from '../version.ts'

export interface TorrentWish {
  /** Of a file or a folder right in `shareable/`. */
  readonly name: string
  /** Bytes; chosen by the length if left out. */
  readonly pieceLength?: number
  /** BEP 27. */
  readonly isPrivate?: boolean
  readonly comment?: string
  /** Announce URLs beside our own, which comes first. */
  readonly trackers?: readonly string[]
}

/** Reading whole files is work for the disk: one at a time is fastest. */
const turns = new Turns(1)

/**
 * Reads all of it, and returns the bytes of the .torrent.
 * @param announceUrl our own
 * @throws ServiceError
 */
export function makeTorrent(root: RootFolder, wish: TorrentWish, announceUrl: string): Promise<Buffer> {
  return turns.take(async () => {
    const { name } = wish
    const files = await filesOf(root, name)
    const multiFile = files.length !== 1 || files[0]?.path.length !== 1
    const length = files.reduce((sum, file) => sum + file.length, 0)
    const pieceLength = wish.pieceLength ?? choosePieceLength(length)
    try {
      if (length === 0) throw new RangeError(`${name} has not a single byte`)
      return createMetainfo({
        name,
        files: multiFile ? files.map((file) => ({ ...file, path: file.path.slice(1) })) : files,
        multiFile,
        pieceLength,
        pieceHashes: await hashAll(root, files, length, pieceLength),
        ...(wish.isPrivate !== undefined && { isPrivate: wish.isPrivate }),
        ...(wish.comment !== undefined && { comment: wish.comment }),
        announceTiers: [[announceUrl], ...(wish.trackers ?? []).map((url) => [url])],
        createdBy: CLIENT,
        creationDate: Math.floor(wallClock().getTime() / 1000),
      })
    } catch (error) {
      if (error instanceof RangeError) throw new ServiceError('unshareable', `${error.message}.`, error)
      throw refusal(error)
    }
  })
}

async function filesOf(root: RootFolder, name: string): Promise<ListedFile[]> {
  const files = await listTree(root.shareable, name).catch((error: unknown) => {
    if (error instanceof StorageError && error.code === 'EINVAL') return null
    throw refusal(error)
  })
  if (files === null) {
    throw new ServiceError('file-not-found', `There is no file or folder ${JSON.stringify(name)} in ${root.shareable}.`)
  }
  return files
}

async function hashAll(root: RootFolder, files: readonly ListedFile[], length: number, pieceLength: number) {
  let offset = 0
  const stored = files.map((file) => {
    const placed = { ...file, offset, padding: false }
    offset += file.length
    return placed
  })
  const store = await openFileStore({ directory: root.shareable, files: stored, mode: 'read', create: false })
  try {
    const hashes: Buffer[] = []
    const buffer = Buffer.from(new SharedArrayBuffer(Math.min(pieceLength, length)))
    for (let at = 0; at < length; at += pieceLength) {
      const piece = buffer.subarray(0, Math.min(pieceLength, length - at))
      await store.read(at, piece)
      hashes.push(Buffer.from(await hashPiece(piece)))
    }
    return Buffer.concat(hashes)
  } finally {
    await store.close()
  }
}

function refusal(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error
  return new ServiceError('storage', `${error.operation} ${error.path} failed (${error.code}).`, error)
}
