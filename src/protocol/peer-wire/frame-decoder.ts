import { LONG_BLOCK_LENGTH } from '../ids.ts'
import { ProtocolError } from '../protocol-error.ts'
import { MESSAGE_ID } from './messages.ts'
import type { BareMessage, PeerMessage } from './messages.ts'

/** Who is told what the decoder finds. Every call comes from inside `push`, in the order of the stream. */
export interface FrameSink {
  /** A whole message. Its buffers are copies and belong to the sink. */
  message(message: PeerMessage): void
  /**
   * The header of a piece message is here and its `length` bytes follow: where do they go?
   *
   * @returns at least `length` bytes to copy them into, or null to read past them.
   */
  blockStart(index: number, begin: number, length: number): Uint8Array | null
  /** All bytes of that block are where `blockStart` wanted them (`taken`), or are read past. */
  blockEnd(index: number, begin: number, length: number, taken: boolean): void
}

export interface FrameLimits {
  /** Longest frame accepted but for blocks, its 4-byte prefix not counted; a bitfield is what needs the most. */
  readonly maxFrame: number
}

/** 256 KiB: a bitfield of two million pieces. */
export const DEFAULT_MAX_FRAME = 256 * 1024

/** Everybody is asked for 16 KiB, and who takes it for this; what some old clients send is as long. */
export const MAX_BLOCK_LENGTH = LONG_BLOCK_LENGTH

/** Id, index and begin, and the block. */
const LONGEST_PIECE_FRAME = 9 + MAX_BLOCK_LENGTH

/** A message of an unknown id is read past up to here: a new extension is no crime, a flood is. */
export const MAX_UNKNOWN_FRAME = 1024

const PREFIX_LENGTH = 4
const ID_END = 5
const INDEX = 5
const BEGIN = 9
const LENGTH = 13
const LONGEST_HEAD = 17

/** A payload of no fixed length gets this much memory before its bytes are here. */
const FIRST_BODY_LENGTH = 4096
const EMPTY = Buffer.alloc(0)

/**
 * Finds the messages in the byte stream of one peer (after the handshake), however the network cuts it:
 *
 * ```
 *                  ┌──────────── whole ────────────┐
 *  ┌─ head ───────────────────────────┐            │
 *  │ length:4 │ id:1 │ fixed fields   ├─▶ block ──▶┤  piece: copied to its target
 *  └───┬──────────┬───────────────────┘            │
 *      │          ├─────────────────────▶ body ───▶┤  bitfield, extended: copied to a buffer of its own
 *      │          └─────────────────────▶ skip ───▶┘  unknown id: read past
 *      └─ 0: keep-alive
 * ```
 *
 * - The head, 17 bytes at most, is the only thing gathered before it is understood. The length is checked
 *   against the longest of all as soon as its 4 bytes are here, and against the id with the 5th: a lie costs no memory.
 * - A block is copied once, from the pushed bytes to its target, and makes no garbage on the way; or not at all, when
 *   the caller reads it to its `place` from the socket.
 * - Nothing pushed is kept: the caller may overwrite the bytes when `push` returns.
 */
export class FrameDecoder {
  readonly #sink: FrameSink
  readonly #maxFrame: number
  #stopped = false

  #state: 'head' | 'body' | 'block' | 'skip' = 'head'
  readonly #head = Buffer.alloc(LONGEST_HEAD)
  #headLength = 0
  #headNeeded = PREFIX_LENGTH

  /** Of what follows the head: its length, and how much of it is read. */
  #length = 0
  #done = 0
  #body: Buffer = EMPTY
  #target: Uint8Array | null = null

  constructor(sink: FrameSink, limits: FrameLimits = { maxFrame: DEFAULT_MAX_FRAME }) {
    this.#sink = sink
    this.#maxFrame = limits.maxFrame
  }

  /**
   * Where the next bytes of the stream belong, if these are the rest of a block that is wanted, and at least `least` bytes.
   * Who reads them straight to there says so by `placed`, with nothing pushed in between.
   */
  place(least: number): Uint8Array | null {
    if (this.#state !== 'block' || this.#target === null || this.#length - this.#done < least) return null
    return this.#target.subarray(this.#done, this.#length)
  }

  /** The next `length` bytes of the stream are in their `place`. */
  placed(length: number): void {
    this.#done += length
    if (this.#done === this.#length) this.#payloadRead()
  }

  /**
   * Reads the next bytes of the stream, and tells the sink what they complete.
   *
   * @throws ProtocolError `frame-too-large`; `invalid-message`: unknown id over {@link MAX_UNKNOWN_FRAME};
   *   `invalid-<type>`, as `invalid-have`: not the length such a message has. The decoder is stopped then.
   */
  push(bytes: Uint8Array): void {
    const input = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let at = 0
    while (at < input.length && !this.#stopped) {
      at = this.#state === 'head' ? this.#readHead(input, at) : this.#readPayload(input, at)
    }
  }

  /** Ignores all that is still to come, also the rest of a `push` that is under way. */
  stop(): void {
    this.#stopped = true
    this.#target = null
    this.#body = EMPTY
  }

  /** @returns how far the input is read. */
  #readHead(input: Buffer, from: number): number {
    const end = Math.min(input.length, from + this.#headNeeded - this.#headLength)
    let at = from
    while (at < end) this.#head[this.#headLength++] = input[at++] as number
    if (this.#headLength < this.#headNeeded) return at
    if (this.#headLength === PREFIX_LENGTH) this.#prefixRead()
    else if (this.#headLength === ID_END) this.#idRead()
    else this.#fieldsRead()
    return at
  }

  #prefixRead(): void {
    const length = this.#head.readUInt32BE(0)
    if (length > Math.max(this.#maxFrame, LONGEST_PIECE_FRAME))
      this.#refuse('frame-too-large', `a message of ${length} bytes`)
    if (length > 0) this.#headNeeded = ID_END
    else this.#tell(BARE.keepAlive)
  }

  #idRead(): void {
    const length = this.#head.readUInt32BE(0)
    const id = this.#head[PREFIX_LENGTH] as number
    const shape = FRAME_SHAPES[id]
    if (shape === undefined) {
      if (length > MAX_UNKNOWN_FRAME) this.#refuse('invalid-message', `${length} bytes of unknown message ${id}`)
      this.#startPayload('skip', length - 1)
      return
    }
    const isPiece = id === MESSAGE_ID.piece
    const tooLarge = length > (isPiece ? LONGEST_PIECE_FRAME : this.#maxFrame)
    if (tooLarge || length < shape.shortest || length > shape.longest) {
      this.#refuse(tooLarge ? 'frame-too-large' : `invalid-${shape.name}`, `a ${shape.name} message of ${length} bytes`)
    }
    if (shape.fields > 0) this.#headNeeded = ID_END + shape.fields
    else if (id === MESSAGE_ID.bitfield) this.#startPayload('body', length - 1)
    else this.#fieldsRead()
  }

  /** The head is complete: id and fixed fields. */
  #fieldsRead(): void {
    const head = this.#head
    switch (head[PREFIX_LENGTH] as number) {
      case MESSAGE_ID.choke:
        return this.#tell(BARE.choke)
      case MESSAGE_ID.unchoke:
        return this.#tell(BARE.unchoke)
      case MESSAGE_ID.interested:
        return this.#tell(BARE.interested)
      case MESSAGE_ID['not-interested']:
        return this.#tell(BARE.notInterested)
      case MESSAGE_ID['have-all']:
        return this.#tell(BARE.haveAll)
      case MESSAGE_ID['have-none']:
        return this.#tell(BARE.haveNone)
      case MESSAGE_ID.have:
        return this.#tell({ type: 'have', index: head.readUInt32BE(INDEX) })
      case MESSAGE_ID.suggest:
        return this.#tell({ type: 'suggest', index: head.readUInt32BE(INDEX) })
      case MESSAGE_ID['allowed-fast']:
        return this.#tell({ type: 'allowed-fast', index: head.readUInt32BE(INDEX) })
      case MESSAGE_ID.request:
        return this.#tellBlock('request')
      case MESSAGE_ID.cancel:
        return this.#tellBlock('cancel')
      case MESSAGE_ID.reject:
        return this.#tellBlock('reject')
      case MESSAGE_ID.port:
        return this.#tell({ type: 'port', port: head.readUInt16BE(ID_END) })
      case MESSAGE_ID.piece:
        return this.#startBlock()
      case MESSAGE_ID.extended:
        return this.#startPayload('body', head.readUInt32BE(0) - 2)
    }
  }

  #startBlock(): void {
    const length = this.#head.readUInt32BE(0) - 9
    const target = this.#sink.blockStart(this.#head.readUInt32BE(INDEX), this.#head.readUInt32BE(BEGIN), length)
    if (this.#stopped) return
    if (target !== null && target.length < length) {
      throw new RangeError(`a target of ${target.length} bytes is too small for a block of ${length}`)
    }
    this.#target = target
    this.#startPayload('block', length)
  }

  #startPayload(state: 'body' | 'block' | 'skip', length: number): void {
    this.#state = state
    this.#length = length
    this.#done = 0
    if (length === 0) this.#payloadRead()
  }

  /** @returns how far the input is read. */
  #readPayload(input: Buffer, from: number): number {
    const end = Math.min(input.length, from + this.#length - this.#done)
    const done = this.#done + end - from
    if (this.#state === 'block') {
      if (this.#target !== null) input.copy(this.#target, this.#done, from, end)
    } else if (this.#state === 'body') {
      this.#makeRoom(done)
      input.copy(this.#body, this.#done, from, end)
    }
    this.#done = done
    if (done === this.#length) this.#payloadRead()
    return end
  }

  /** The body's buffer grows with what really arrived, and ends at the length announced. */
  #makeRoom(needed: number): void {
    if (needed <= this.#body.length) return
    const size = Math.min(this.#length, Math.max(needed, 2 * this.#body.length, FIRST_BODY_LENGTH))
    const grown = Buffer.allocUnsafe(size)
    this.#body.copy(grown, 0, 0, this.#done)
    this.#body = grown
  }

  #payloadRead(): void {
    const state = this.#state
    const body = this.#body
    const taken = this.#target !== null
    this.#nextFrame()
    if (state === 'block') {
      this.#sink.blockEnd(this.#head.readUInt32BE(INDEX), this.#head.readUInt32BE(BEGIN), this.#length, taken)
    } else if (state === 'body') {
      const isBitfield = this.#head[PREFIX_LENGTH] === MESSAGE_ID.bitfield
      this.#sink.message(
        isBitfield
          ? { type: 'bitfield', bytes: body }
          : { type: 'extended', id: this.#head[ID_END] as number, payload: body },
      )
    }
  }

  #tellBlock(type: 'request' | 'cancel' | 'reject'): void {
    const head = this.#head
    const [index, begin, length] = [head.readUInt32BE(INDEX), head.readUInt32BE(BEGIN), head.readUInt32BE(LENGTH)]
    this.#tell({ type, index, begin, length })
  }

  #tell(message: PeerMessage): void {
    this.#nextFrame()
    this.#sink.message(message)
  }

  /** Before the sink is told: it may throw, and the decoder then still stands between two frames. */
  #nextFrame(): void {
    this.#state = 'head'
    this.#headLength = 0
    this.#headNeeded = PREFIX_LENGTH
    this.#body = EMPTY
    this.#target = null
  }

  #refuse(code: string, message: string): never {
    this.stop()
    throw new ProtocolError(code, message)
  }
}

/** Made once: these say nothing but their name. */
const BARE = {
  keepAlive: Object.freeze<BareMessage>({ type: 'keep-alive' }),
  choke: Object.freeze<BareMessage>({ type: 'choke' }),
  unchoke: Object.freeze<BareMessage>({ type: 'unchoke' }),
  interested: Object.freeze<BareMessage>({ type: 'interested' }),
  notInterested: Object.freeze<BareMessage>({ type: 'not-interested' }),
  haveAll: Object.freeze<BareMessage>({ type: 'have-all' }),
  haveNone: Object.freeze<BareMessage>({ type: 'have-none' }),
}

/** What the length prefix of a message may say (id and payload, in bytes), and how many bytes of fixed fields it has. */
interface FrameShape {
  readonly name: keyof typeof MESSAGE_ID
  readonly shortest: number
  readonly longest: number
  readonly fields: number
}

const FRAME_SHAPES: readonly (FrameShape | undefined)[] = shapesById([
  ...(['choke', 'unchoke', 'interested', 'not-interested', 'have-all', 'have-none'] as const).map(exactly(0)),
  ...(['have', 'suggest', 'allowed-fast'] as const).map(exactly(4)),
  ...(['request', 'cancel', 'reject'] as const).map(exactly(12)),
  exactly(2)('port'),
  { name: 'bitfield', shortest: 2, longest: Infinity, fields: 0 },
  { name: 'piece', shortest: 10, longest: LONGEST_PIECE_FRAME, fields: 8 },
  { name: 'extended', shortest: 2, longest: Infinity, fields: 1 },
])

function exactly(fields: number): (name: FrameShape['name']) => FrameShape {
  return (name) => ({ name, shortest: 1 + fields, longest: 1 + fields, fields })
}

function shapesById(shapes: readonly FrameShape[]): (FrameShape | undefined)[] {
  const byId: (FrameShape | undefined)[] = Array.from({ length: MESSAGE_ID.extended + 1 })
  for (const shape of shapes) byId[MESSAGE_ID[shape.name]] = shape
  return byId
}
