/**
 * Blocks on their way in: where the bytes of each go, straight from the socket into its piece, and what its end means. What
 * comes with one message is a block, or several in a row, if we asked for them so; such a row is taken whole or not at all.
 */
import { BLOCK_LENGTH, type BlockRange } from '../../protocol/index.ts'
import type { PeerSession } from '../peer/peer-session.ts'
import type { PieceAssembly } from '../piece-picker/piece-assembly.ts'
import type { PieceBuffers } from '../piece-picker/piece-buffers.ts'
import type { PiecePicker } from '../piece-picker/piece-picker.ts'
import { PeerFault, type SwarmContext } from './swarm-context.ts'
import { forgetWriters, isReceiving } from './writers.ts'

/** Blocks that nobody asked for, before the peer is sent away. */
const UNWANTED_BLOCKS_LIMIT = 100

export interface ArrivalsParts {
  readonly swarm: SwarmContext
  readonly picker: PiecePicker
  readonly buffers: PieceBuffers
  /** What could not be asked of anybody may be asked again. */
  readonly askAgain: () => void
}

export class Arrivals {
  readonly #swarm: SwarmContext
  readonly #picker: PiecePicker
  readonly #buffers: PieceBuffers
  readonly #askAgain: () => void

  constructor({ swarm, picker, buffers, askAgain }: ArrivalsParts) {
    this.#swarm = swarm
    this.#picker = picker
    this.#buffers = buffers
    this.#askAgain = askAgain
  }

  /** Where the bytes that begin to arrive go, or null when they are of no use. */
  target(session: PeerSession, range: BlockRange): Uint8Array | null {
    const ids = this.#picker.idsOf(range)
    const assembly = this.#picker.assemblies.get(range.index)
    if (!ids || assembly?.stage !== 'collecting') return null
    if (assembly.exclusive !== null && assembly.exclusive !== session.key) return null
    const first = range.begin / BLOCK_LENGTH
    const end = first + ids.end - ids.first
    for (let block = first, id = ids.first; block < end; block++, id++) {
      // What we gave up is welcome all the same.
      if (assembly.has(block) || !(session.requests.has(id) || session.givenUp.has(id))) return null
    }
    // Two peers must never write the same block at once: the mix would be nobody's.
    if (isReceiving(this.#swarm.sessions.values(), assembly, first, end)) return null
    assembly.bytes ??= this.#buffers.take(assembly.length)
    session.receiving = { assembly, first, end }
    return assembly.bytes.subarray(range.begin, range.begin + range.length)
  }

  /** The last byte is here; `taken`: all of them went where `target` said. @throws PeerFault for a flood of what nobody asked for */
  arrived(session: PeerSession, range: BlockRange, taken: boolean, now: number): void {
    const { receiving, requests } = session
    session.receiving = null
    session.lastBlockAt = now
    session.snubbed = false
    session.nothingToAsk = false
    session.download.add(range.length, now)
    this.#swarm.download.add(range.length, now)
    const ids = this.#picker.idsOf(range)
    if (!ids) return this.#unasked(session, range.length)
    const askedAt = requests.sentAt(ids.first)
    if (askedAt !== undefined) this.#swarm.options.requestLatency?.observe((now - askedAt) / 1000)
    const assembly = this.#picker.assemblies.get(range.index)
    const first = range.begin / BLOCK_LENGTH
    let bytes = range.length
    // Most often there are none.
    const unasked: number[] = []
    for (let id = ids.first; id < ids.end; id++) {
      if (requests.remove(id)) assembly?.released(first + id - ids.first)
      else {
        unasked.push(id)
        bytes -= this.#lengthOf(id)
      }
    }
    if (bytes > 0) {
      requests.received(bytes, now)
      session.debt.gave(bytes)
    }
    if (!taken || !receiving || !assembly || receiving.assembly !== assembly) {
      for (let id = ids.first; id < ids.end; id++) this.#wasted(session, id, !unasked.includes(id))
      return
    }
    for (let id = ids.first; id < ids.end; id++) this.#take(session, assembly, first + id - ids.first, id, now)
    if (!assembly.complete || !assembly.bytes) return
    assembly.stage = 'verifying'
    this.#swarm.emit({ type: 'hash', index: assembly.index, bytes: assembly.bytes })
  }

  /** It stopped in the midst of a block. Should it go on, then where it harms nobody: others fetch that block now. */
  detach(session: PeerSession): void {
    const assembly = session.receiving?.assembly
    if (!assembly?.bytes) return
    const bytes = this.#buffers.take(assembly.length)
    assembly.bytes.copy(bytes)
    assembly.bytes = bytes
    this.#buffers.lose()
    forgetWriters(this.#swarm.sessions.values(), assembly)
  }

  #take(session: PeerSession, assembly: PieceAssembly, block: number, id: number, now: number): void {
    if (session.givenUp.size > 0) session.givenUp.delete(id)
    assembly.take(block, session.banKey)
    if (assembly.requests(block) > 0) this.#cancelElsewhere(id, now)
  }

  #wasted(session: PeerSession, id: number, asked: boolean): void {
    const length = this.#lengthOf(id)
    const late = !asked && session.givenUp.delete(id)
    if (!asked && !late) return this.#unasked(session, length)
    session.wasted += length
    this.#swarm.waste(asked ? 'duplicate' : 'late', length)
    if (!asked) return
    session.givenUp.add(id)
    this.#askAgain()
  }

  #lengthOf(id: number): number {
    return this.#picker.range(id).length
  }

  #unasked(session: PeerSession, bytes: number): void {
    session.wasted += bytes
    this.#swarm.waste('unasked', bytes)
    if (++session.unwantedBlocks > UNWANTED_BLOCKS_LIMIT) throw new PeerFault('unwanted-blocks')
  }

  /** Endgame: the block is here, nobody else need send it. */
  #cancelElsewhere(id: number, now: number): void {
    for (const other of this.#swarm.sessions.values()) {
      if (!other.requests.remove(id)) continue
      this.#picker.release(id)
      other.givenUp.add(id)
      other.nothingToAsk = false
      other.lastSentAt = now
      this.#swarm.counters.requests.cancelled++
      this.#swarm.emit({ type: 'send-requests', peer: other.key, kind: 'cancel', blocks: [this.#picker.range(id)] })
    }
  }
}
