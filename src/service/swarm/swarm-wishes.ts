/** What the user wants of a swarm beside its running: which files, in what order, how fast. */
import type { Metainfo } from '../../protocol/index.ts'
import { PIECE_LEVELS, type PieceOrder } from '../../swarm/index.ts'
import { ServiceError } from '../face.ts'

export const FILE_PRIORITIES = ['off', 'low', 'normal', 'high'] as const
export type FilePriority = (typeof FILE_PRIORITIES)[number]

export interface SwarmWishes {
  /** Pieces come from the first to the last, and not rarest first. */
  readonly sequential: boolean
  /** By index of the file; those that are not named are normal. */
  readonly priorities: Readonly<Record<string, FilePriority>>
  /** Bytes per second, or null. */
  readonly downloadLimit: number | null
  readonly uploadLimit: number | null
}

export interface WishChanges extends Partial<Omit<SwarmWishes, 'priorities'>> {
  readonly files?: readonly { readonly index: number; readonly priority: FilePriority }[]
}

export const NO_WISHES: SwarmWishes = { sequential: false, priorities: {}, downloadLimit: null, uploadLimit: null }

/** @throws ServiceError file-not-found */
export function withChanges(
  wishes: SwarmWishes,
  { files, ...changes }: WishChanges,
  metainfo: Pick<Metainfo, 'files'>,
): SwarmWishes {
  const priorities = new Map(Object.entries(wishes.priorities))
  for (const { index, priority } of files ?? []) {
    const file = metainfo.files[index]
    if (!file || file.padding) throw new ServiceError('file-not-found', `The torrent has no file ${index}.`)
    if (priority === 'normal') priorities.delete(String(index))
    else priorities.set(String(index), priority)
  }
  return { ...wishes, ...changes, priorities: Object.fromEntries(priorities) }
}

/** A piece has the level of the most wanted file that has a byte in it. */
export function pieceOrder({ sequential, priorities }: SwarmWishes, metainfo: Metainfo): PieceOrder {
  if (Object.keys(priorities).length === 0) return { levels: null, sequential }
  const levels = new Uint8Array(metainfo.pieceCount)
  for (const [index, { offset, length, padding }] of metainfo.files.entries()) {
    if (length === 0 || padding) continue
    const level = PIECE_LEVELS[priorities[index] ?? 'normal']
    const last = Math.floor((offset + length - 1) / metainfo.pieceLength)
    for (let piece = Math.floor(offset / metainfo.pieceLength); piece <= last; piece++) {
      levels[piece] = Math.max(levels[piece] ?? 0, level)
    }
  }
  return { levels, sequential }
}

/** As it was written down; what can't be read counts as no wish. */
export function readWishes(value: unknown): SwarmWishes {
  if (typeof value !== 'object' || value === null) return NO_WISHES
  const { sequential, priorities, downloadLimit, uploadLimit } = value as Record<string, unknown>
  const isPriority = (word: unknown): word is FilePriority => FILE_PRIORITIES.some((each) => each === word)
  const limit = (number: unknown): number | null => (typeof number === 'number' && number > 0 ? number : null)
  return {
    sequential: sequential === true,
    priorities: Object.fromEntries(
      Object.entries(typeof priorities === 'object' && priorities !== null ? priorities : {}).filter(
        (entry): entry is [string, FilePriority] => isPriority(entry[1]),
      ),
    ),
    downloadLimit: limit(downloadLimit),
    uploadLimit: limit(uploadLimit),
  }
}
