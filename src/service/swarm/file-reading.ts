/**
 * Reads a file of a torrent that need not be whole yet: pieces that are not here are asked for before all others, and
 * waited for.
 */
import type { Metainfo } from '../../protocol/index.ts'
import { ServiceError } from '../face.ts'
import { refuseIdle } from './refuse-idle.ts'
import type { ActivePhase } from './swarm-phase.ts'
import type { SwarmSettings } from './swarm-settings.ts'

/** What a reader wants asked for in advance, beside the piece it waits for. */
const AHEAD_BYTES = 8 * 1024 * 1024
const READ_BYTES = 1024 * 1024

/** The part of a swarm that is needed here. */
export interface ReadableSwarm {
  readonly metainfo: Metainfo
  readonly active: ActivePhase | null
  readonly settings: Pick<SwarmSettings, 'desired' | 'wishes'>
}

interface Reader {
  /** Index of the file. */
  readonly file: number
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
   * @param index of the file, which has to be there
   * @throws ServiceError swarm-stopped or not-ready when the swarm does not run (any more), file-switched-off when it has
   * to wait for what nobody fetches (any more); StorageError, or the signal's reason
   */
  async *read(index: number, from: number, to: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { metainfo } = this.#swarm
    const { offset = 0 } = metainfo.files[index] ?? {}
    const end = offset + to
    const last = Math.floor((end - 1) / metainfo.pieceLength)
    const reader: Reader = { file: index, piece: -1, last, wake: () => {} }
    const onAbort = (): void => reader.wake()
    signal.addEventListener('abort', onAbort)
    this.#readers.add(reader)
    try {
      for (let at = offset + from; at < end; ) {
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
      if (this.#swarm.settings.wishes.priorities[reader.file] === 'off')
        throw new ServiceError(
          'file-switched-off',
          `File ${reader.file} is switched off, and piece ${piece} is not here.`,
        )
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
    return this.#swarm.active ?? refuseIdle(this.#swarm)
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
