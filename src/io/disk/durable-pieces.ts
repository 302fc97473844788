import type { PieceStore } from '../../swarm/ports.ts'
import type { ResumeJournal } from './resume-journal.ts'
import { errorCode } from './storage-failure.ts'

export interface DurablePiecesOptions {
  readonly store: Pick<PieceStore, 'sync'>
  readonly journal: Pick<ResumeJournal, 'append'>
  /** A flush is due from so many bytes on. */
  readonly maxUnsyncedBytes?: number
  /** A flush is due so long after the first piece that waits for it. */
  readonly maxDelayMs?: number
}

/** These pieces were written but may not be on the disk: they are not had, and have to be written again. */
export class NotDurableError extends Error {
  override readonly name = 'NotDurableError'
  readonly pieces: readonly number[]
  /** The system's word (`EIO`, `ENOSPC`, …). */
  readonly code: string

  constructor(pieces: readonly number[], cause: unknown) {
    const code = errorCode(cause) || 'unknown'
    super(`${pieces.length} pieces may not have reached the disk: ${code}`, { cause })
    this.pieces = pieces
    this.code = code
  }
}

const MIB = 1024 * 1024

/**
 * The order of writes, on which all resuming rests: data, fdatasync of the data, record, fdatasync of the record.
 * A piece passes through once: told by `wrote`, then named either by a `flush` that resolved or by one that rejected.
 */
export class DurablePieces {
  readonly #store: Pick<PieceStore, 'sync'>
  readonly #journal: Pick<ResumeJournal, 'append'>
  readonly #maxUnsyncedBytes: number
  readonly #maxDelayMs: number
  /** Written and not yet in a flush, with their sizes. */
  #waiting = new Map<number, number>()
  #waitingBytes = 0
  #waitingSince: number | null = null
  #flushingBytes = 0
  #turn: Promise<unknown> = Promise.resolve()
  #flushes = 0

  constructor({ store, journal, maxUnsyncedBytes = 16 * MIB, maxDelayMs = 2000 }: DurablePiecesOptions) {
    this.#store = store
    this.#journal = journal
    this.#maxUnsyncedBytes = maxUnsyncedBytes
    this.#maxDelayMs = maxDelayMs
  }

  /** Written but not known to be durable, those of a flush under way included: when it grows, receive slower. */
  get unsyncedBytes(): number {
    return this.#waitingBytes + this.#flushingBytes
  }

  /** The store's `write` of this whole piece of so many bytes has resolved, at `now` ms. */
  wrote(index: number, bytes: number, now: number): void {
    this.#waitingBytes += bytes - (this.#waiting.get(index) ?? 0)
    this.#waiting.set(index, bytes)
    this.#waitingSince ??= now
  }

  /** Is it time for a `flush`? Not while one runs. `now` in ms, on the clock of `wrote`. */
  due(now: number): boolean {
    if (this.#flushes > 0 || this.#waitingSince === null) return false
    return this.#waitingBytes >= this.#maxUnsyncedBytes || now - this.#waitingSince >= this.#maxDelayMs
  }

  /**
   * Makes all pieces written so far durable and resolves with their indices. Never two at once: a call made while one
   * runs begins after it. @throws NotDurableError
   */
  flush(): Promise<readonly number[]> {
    this.#flushes++
    const turn = this.#turn.then(() => this.#flush()).finally(() => this.#flushes--)
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #flush(): Promise<readonly number[]> {
    this.#flushingBytes = this.#waitingBytes
    const pieces = this.#take()
    try {
      if (pieces.length === 0) return pieces
      await this.#store.sync()
      await this.#journal.append(pieces)
      return pieces
    } catch (cause) {
      // The system tells of a lost write once. Pieces written while the sync ran may be among the lost, and the next
      // sync would call them durable.
      throw new NotDurableError([...pieces, ...this.#take()], cause)
    } finally {
      this.#flushingBytes = 0
    }
  }

  #take(): number[] {
    const pieces = [...this.#waiting.keys()]
    this.#waiting = new Map()
    this.#waitingBytes = 0
    this.#waitingSince = null
    return pieces
  }
}
