import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { Bitfield } from '../../protocol/bitfield.ts'
import type { InfoHash } from '../../protocol/ids.ts'
import { StorageError } from '../../swarm/ports.ts'
import { type DiskCalls, systemCalls } from './disk-calls.ts'
import { writeExactly } from './exact-transfer.ts'
import {
  decodeJournalHeader,
  decodeJournalRecords,
  encodeDurableRecord,
  encodeExactlyRecord,
  encodeJournalHeader,
  JOURNAL_NONCE_LENGTH,
  JOURNAL_VERSION,
} from './journal-format.ts'
import { NewerFormatError } from './newer-format-error.ts'
import { readWhole, replaceFile } from './replace-file.ts'
import { told } from './storage-failure.ts'

const { O_NOFOLLOW, O_WRONLY } = constants

export interface JournalOptions {
  readonly infoHash: InfoHash
  readonly pieceCount: number
  readonly calls?: DiskCalls
}

/**
 * - `new`: there is no journal. If there is data, nothing is known of it: recheck.
 * - `intact`: `have` is all that was recorded.
 * - `torn`: the end is unreadable, as after a power cut. `have` is true as far as it goes; what was recorded last is
 *   not in it, and only pieces that aren't in it are worth a recheck.
 * - `damaged`: unreadable from the start, or another torrent's. `have` is empty: recheck.
 */
export type JournalCondition = 'new' | 'intact' | 'torn' | 'damaged'

export interface OpenedJournal {
  readonly journal: ResumeJournal
  /** The caller's own. */
  readonly have: Bitfield
  readonly condition: JournalCondition
}

/** Where the next record goes, in a file that holds exactly what `#durable` says, and the CRC it goes on from. */
interface Tail {
  readonly end: number
  readonly crc: number
}

/**
 * Which pieces of one torrent are durable on the disk. A piece may be recorded only when its bytes were synced before.
 *
 * No descriptor is kept between calls, so thousands of torrents need none.
 * Nothing is written before the first `append` or `rewrite`: so a condition that calls for a recheck lasts until the
 * recheck's outcome is recorded, however often the program is killed meanwhile.
 */
export class ResumeJournal {
  readonly #path: string
  readonly #infoHash: InfoHash
  readonly #calls: DiskCalls
  /** What the file says, or is to say when `#tail` is null. */
  #durable: Bitfield
  /** Null: the file is absent, unsound or in doubt, and the next record goes into a new one. */
  #tail: Tail | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  private constructor(path: string, infoHash: InfoHash, durable: Bitfield, calls: DiskCalls) {
    this.#path = path
    this.#infoHash = infoHash
    this.#durable = durable
    this.#calls = calls
  }

  /** @throws StorageError; NewerFormatError, and then the file is left as it is */
  static async open(
    path: string,
    { infoHash, pieceCount, calls = systemCalls }: JournalOptions,
  ): Promise<OpenedJournal> {
    const bytes = await readWhole(calls, path)
    const header = bytes === null ? null : decodeJournalHeader(bytes)
    if (header !== null && header.version > JOURNAL_VERSION) throw new NewerFormatError(path, header.version)
    const ours = header?.version === JOURNAL_VERSION && header.infoHash === infoHash && header.pieceCount === pieceCount
    if (bytes === null || header === null || !ours) {
      const journal = new ResumeJournal(path, infoHash, new Bitfield(pieceCount), calls)
      return { journal, have: new Bitfield(pieceCount), condition: bytes === null ? 'new' : 'damaged' }
    }
    const { have, end, crc } = decodeJournalRecords(bytes, header)
    const journal = new ResumeJournal(path, infoHash, have.clone(), calls)
    if (end !== bytes.length) return { journal, have, condition: 'torn' }
    journal.#tail = { end, crc }
    return { journal, have, condition: 'intact' }
  }

  /**
   * Records that these pieces are durable, durably. Rejects when that isn't sure; they may be recorded all the same,
   * which does no harm, as their bytes are on the disk. @throws StorageError; RangeError when there is no such piece
   */
  append(indices: readonly number[]): Promise<void> {
    return this.#inTurn(async () => {
      if (indices.length === 0) return
      const have = this.#durable.clone()
      for (const index of indices) have.set(index)
      if (this.#tail === null) await this.#replace(have)
      else await this.#extend(this.#tail, indices)
      this.#durable = have
    })
  }

  /**
   * Records that exactly these pieces are durable: after a recheck, or to take pieces back. When it rejects, the
   * journal says on the disk what it said before or what it should say now. @throws StorageError
   */
  rewrite(have: Bitfield): Promise<void> {
    const wanted = have.clone()
    return this.#inTurn(async () => {
      if (wanted.size !== this.#durable.size) throw new RangeError(`${wanted.size} pieces, not ${this.#durable.size}`)
      await this.#replace(wanted)
      this.#durable = wanted
    })
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#turn
  }

  async #extend(tail: Tail, indices: readonly number[]): Promise<void> {
    const { bytes, crc } = encodeDurableRecord(indices, tail.crc)
    // Until all went well: what the disk holds is unknown after a failure, and a second sync would not tell.
    this.#tail = null
    const fd = await told('open', this.#path, this.#calls.open(this.#path, O_WRONLY | O_NOFOLLOW))
    try {
      await writeExactly(this.#calls, fd, this.#path, bytes, tail.end)
      await told('sync', this.#path, this.#calls.datasync(fd))
    } finally {
      await this.#calls.close(fd)
    }
    this.#tail = { end: tail.end + bytes.length, crc }
  }

  async #replace(have: Bitfield): Promise<void> {
    const header = encodeJournalHeader(this.#infoHash, have.size, randomBytes(JOURNAL_NONCE_LENGTH))
    const record = encodeExactlyRecord(have, header.crc)
    const bytes = Buffer.concat([header.bytes, record.bytes])
    this.#tail = null
    await replaceFile(this.#calls, this.#path, bytes)
    this.#tail = { end: bytes.length, crc: record.crc }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#closed) return Promise.reject(new StorageError('closed', 'write', this.#path))
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {})
    return turn
  }
}
