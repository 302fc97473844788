/**
 * Reads a file of a torrent that need not be whole yet: pieces that are not here are asked for before all others, and
 * waited for.
 */
import type { Metainfo, MetainfoFile } from '../../protocol/index.ts'
import { ServiceError } from '../face.ts'
import type { ActivePhase } from './swarm-phase.ts'

/** What a reader wants asked for in advance, beside the piece it waits for. */
const AHEAD_BYTES = 8 * 1024 * 1024
const READ_BYTES = 1024 * 1024

/** The part of a swarm that is needed here. */
export interface ReadableSwarm {
  readonly metainfo: Metainfo
  readonly active: ActivePhase | null
}

interface Reader {
  /** Wanted next, and up to this one. */
  piece: number
  last: number
  wake: () => void
}

export class FileReading {
  readonly #swarm: ReadableSwarm
  readonly #readers = new Set<Reader>()

  constructor(swarm: ReadableSwarm) {
    this.#swarm = swarm
  }

  /** Pieces came, or the swarm is another: whoever waits looks again. */
  look(): void {
    for (const { wake } of [...this.#readers]) wake()
  }

  /**
   * The bytes from `from` to before `to` of the file, in order, as they come.
   * @throws ServiceError not-ready when the swarm does not run (any more), StorageError, or the signal's reason
   */
  async *read(file: MetainfoFile, from: number, to: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { metainfo } = this.#swarm
    const end = file.offset + to
    const reader: Reader = { piece: -1, last: Math.floor((end - 1) / metainfo.pieceLength), wake: () => {} }
    const onAbort = (): void => reader.wake()
    signal.addEventListener('abort', onAbort)
    this.#readers.add(reader)
    try {
      for (let at = file.offset + from; at < end; ) {
        const piece = Math.floor(at / metainfo.pieceLength)
        await this.#wait(reader, piece, signal)
        const upTo = Math.min(end, (piece + 1) * metainfo.pieceLength, at + READ_BYTES)
        yield await this.#readNow(at, upTo)
        at = upTo
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#readers.delete(reader)
      this.#tellWishes()
    }
  }

  async #wait(reader: Reader, piece: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      if (reader.piece !== piece) {
        reader.piece = piece
        this.#tellWishes()
      }
      if (this.#running().torrent.have.has(piece)) return
      await new Promise<void>((resolve) => {
        reader.wake = resolve
      })
    }
  }

  async #readNow(at: number, upTo: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(upTo - at)
    const { storage } = this.#running()
    try {
      await storage.store.read(at, bytes)
    } catch (error) {
      // The files may have moved to shareable/ meanwhile, and what was open is closed.
      const now = this.#running().storage
      if (now === storage) throw error
      await now.store.read(at, bytes)
    }
    return bytes
  }

  #running(): ActivePhase {
    const { active } = this.#swarm
    if (active) return active
    throw new ServiceError('not-ready', 'The swarm is not running. Start it, or wait until its files are checked.')
  }

  /** What each reader waits for first, then what they want after that, in turns. */
  #tellWishes(): void {
    const { active, metainfo } = this.#swarm
    if (!active) return
    const ahead = Math.max(1, Math.floor(AHEAD_BYTES / metainfo.pieceLength))
    const pieces = new Set<number>()
    for (let step = 0; step <= ahead; step++) {
      for (const { piece, last } of this.#readers) {
        const wanted = piece + step
        if (piece >= 0 && wanted <= last && !active.torrent.have.has(wanted)) pieces.add(wanted)
      }
    }
    active.runner.dispatch({ type: 'wish', pieces: [...pieces] })
  }
}
