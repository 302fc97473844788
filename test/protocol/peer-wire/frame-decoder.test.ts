import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FrameDecoder } from '../../../src/protocol/peer-wire/frame-decoder.ts'
import type { FrameSink } from '../../../src/protocol/peer-wire/frame-decoder.ts'
import { MESSAGE_ID, encodeMessage, encodePieceHeader } from '../../../src/protocol/peer-wire/messages.ts'
import type { PeerMessage } from '../../../src/protocol/peer-wire/messages.ts'

type Call =
  | { message: PeerMessage }
  | { start: [index: number, begin: number, length: number] }
  | { end: [index: number, begin: number, length: number]; taken: boolean; bytes: string }

/** Takes blocks of even pieces, reads past those of odd ones, and writes down what it was told. */
class RecordingSink implements FrameSink {
  readonly calls: Call[] = []
  #target = Buffer.alloc(0)

  message(message: PeerMessage): void {
    this.calls.push({ message })
  }

  blockStart(index: number, begin: number, length: number): Uint8Array | null {
    this.calls.push({ start: [index, begin, length] })
    this.#target = index % 2 === 0 ? Buffer.alloc(length) : Buffer.alloc(0)
    return index % 2 === 0 ? this.#target : null
  }

  blockEnd(index: number, begin: number, length: number, taken: boolean): void {
    this.calls.push({ end: [index, begin, length], taken, bytes: this.#target.toString('hex') })
  }
}

/** For what a sink must not be told. */
const unexpected = (): never => assert.fail('the sink was told more than it should be')

const piece = (index: number, begin: number, block: Buffer): Buffer =>
  Buffer.concat([encodePieceHeader(index, begin, block.length), block])

const frame = (id: number, length: number): Buffer => {
  const bytes = Buffer.alloc(4 + length)
  bytes.writeUInt32BE(length)
  bytes[4] = id
  return bytes
}

const range = { index: 3, begin: 0x4000, length: 0x4000 }
const MESSAGES: readonly PeerMessage[] = [
  { type: 'keep-alive' },
  { type: 'bitfield', bytes: Buffer.from([0xff, 0x80]) },
  { type: 'choke' },
  { type: 'unchoke' },
  { type: 'interested' },
  { type: 'not-interested' },
  { type: 'have', index: 0xffffffff },
  { type: 'request', ...range },
  { type: 'cancel', ...range },
  { type: 'reject', ...range },
  { type: 'port', port: 5000 },
  { type: 'suggest', index: 1 },
  { type: 'have-all' },
  { type: 'have-none' },
  { type: 'allowed-fast', index: 2 },
  { type: 'extended', id: 0, payload: Buffer.from('d1:md11:ut_metadatai1eee') },
  { type: 'extended', id: 9, payload: Buffer.alloc(0) },
]

/** One of everything: every message, a block taken, a block read past, an unknown id, and a message behind it all. */
const GOLDEN_STREAM = Buffer.concat([
  ...MESSAGES.map(encodeMessage),
  piece(2, 0x8000, Buffer.from('block bytes')),
  piece(1, 0, Buffer.from('unwanted')),
  frame(99, 30),
  frame(98, 1),
  encodeMessage({ type: 'keep-alive' }),
])

const GOLDEN_CALLS: readonly Call[] = [
  ...MESSAGES.map((message) => ({ message })),
  { start: [2, 0x8000, 11] },
  { end: [2, 0x8000, 11], taken: true, bytes: Buffer.from('block bytes').toString('hex') },
  { start: [1, 0, 8] },
  { end: [1, 0, 8], taken: false, bytes: '' },
  { message: { type: 'keep-alive' } },
]

/** Pushes these pieces of a stream as a socket does: all through one buffer, which is overwritten after each push. */
function decode(parts: Iterable<Buffer>, limits?: { maxFrame: number }): readonly Call[] {
  const sink = new RecordingSink()
  const decoder = new FrameDecoder(sink, limits)
  const shared = Buffer.alloc(1024 * 1024)
  for (const part of parts) {
    part.copy(shared)
    decoder.push(shared.subarray(0, part.length))
    shared.fill(0xee, 0, part.length)
  }
  return sink.calls
}

const refusal = (bytes: Buffer, code: string): void => {
  assert.throws(() => decode([bytes]), { name: 'ProtocolError', code })
}

describe('FrameDecoder', () => {
  it('finds every message in one push', () => {
    assert.deepEqual(decode([GOLDEN_STREAM]), GOLDEN_CALLS)
  })

  it('finds the same when the stream is cut in two, at every byte', () => {
    for (let cut = 0; cut <= GOLDEN_STREAM.length; cut++) {
      assert.deepEqual(decode([GOLDEN_STREAM.subarray(0, cut), GOLDEN_STREAM.subarray(cut)]), GOLDEN_CALLS, `at ${cut}`)
    }
  })

  it('finds the same in parts of any one size, down to single bytes', () => {
    for (let size = 1; size <= 40; size++) {
      const parts = Array.from({ length: Math.ceil(GOLDEN_STREAM.length / size) }, (_, part) =>
        GOLDEN_STREAM.subarray(part * size, (part + 1) * size),
      )
      assert.deepEqual(decode(parts), GOLDEN_CALLS, `parts of ${size}`)
    }
  })

  it('reads a plain Uint8Array that begins inside of its memory', () => {
    const memory = new Uint8Array(20)
    memory.set(encodeMessage({ type: 'have', index: 5 }), 7)
    const sink = new RecordingSink()
    new FrameDecoder(sink).push(memory.subarray(7, 16))
    assert.deepEqual(sink.calls, [{ message: { type: 'have', index: 5 } }])
  })

  it('asks for the target as soon as the 13 bytes of a block header are here', () => {
    const header = encodePieceHeader(2, 0, 16384)
    assert.deepEqual(decode([header.subarray(0, 12)]), [])
    assert.deepEqual(decode([header]), [{ start: [2, 0, 16384] }])
  })

  it('copies a block straight into the target, and leaves what lies beyond it alone', () => {
    const target = Buffer.alloc(8, 0x2e)
    const ends: unknown[][] = []
    const decoder = new FrameDecoder({
      message: unexpected,
      blockStart: () => target,
      blockEnd: (...args) => ends.push(args),
    })
    const bytes = piece(4, 16384, Buffer.from('abcde'))
    decoder.push(bytes.subarray(0, 15))
    assert.equal(target.toString(), 'ab......')
    assert.deepEqual(ends, [])
    decoder.push(bytes.subarray(15))
    assert.equal(target.toString(), 'abcde...')
    assert.deepEqual(ends, [[4, 16384, 5, true]])
  })

  it('tells the place of the rest of a block that is wanted, and takes it as read when it is told so', () => {
    const sink = new RecordingSink()
    const decoder = new FrameDecoder(sink)
    assert.equal(decoder.place(1), null)
    decoder.push(piece(2, 0, Buffer.from('abcdef')).subarray(0, 15))
    assert.equal(decoder.place(5), null)
    const place = decoder.place(4)
    assert.equal(place?.length, 4)
    place.set(Buffer.from('cd'))
    decoder.placed(2)
    decoder.place(2)?.set(Buffer.from('ef'))
    assert.equal(sink.calls.length, 1)
    decoder.placed(2)
    const bytes = Buffer.from('abcdef').toString('hex')
    assert.deepEqual(sink.calls, [{ start: [2, 0, 6] }, { end: [2, 0, 6], taken: true, bytes }])
    decoder.push(encodeMessage({ type: 'choke' }))
    assert.deepEqual(sink.calls.at(-1), { message: { type: 'choke' } })
  })

  it('has no place for what is read past, for a message, or when it is stopped', () => {
    const decoder = new FrameDecoder(new RecordingSink())
    decoder.push(piece(1, 0, Buffer.alloc(6)).subarray(0, 15))
    assert.equal(decoder.place(1), null)
    decoder.push(Buffer.alloc(4))
    decoder.push(encodeMessage({ type: 'extended', id: 9, payload: Buffer.alloc(9) }).subarray(0, 8))
    assert.equal(decoder.place(1), null)
    decoder.push(Buffer.alloc(7))
    decoder.push(piece(2, 0, Buffer.alloc(6)).subarray(0, 15))
    assert.notEqual(decoder.place(1), null)
    decoder.stop()
    assert.equal(decoder.place(1), null)
  })

  it('says so when the target handed in is too small', () => {
    const sink = { message: unexpected, blockStart: () => Buffer.alloc(4), blockEnd: unexpected }
    assert.throws(() => new FrameDecoder(sink).push(piece(0, 0, Buffer.alloc(5))), RangeError)
  })

  it('joins a long bitfield from many small pushes', () => {
    const bytes = Buffer.from(Array.from({ length: 60_000 }, (_, at) => at & 0xff))
    const stream = encodeMessage({ type: 'bitfield', bytes })
    const parts = Array.from({ length: Math.ceil(stream.length / 700) }, (_, part) =>
      stream.subarray(part * 700, (part + 1) * 700),
    )
    assert.deepEqual(decode(parts), [{ message: { type: 'bitfield', bytes } }])
  })

  it('gives memory to a bitfield as it arrives, not as it is announced', () => {
    const liars = 200
    const before = process.memoryUsage().arrayBuffers
    const decoders = Array.from({ length: liars }, () => new FrameDecoder(new RecordingSink()))
    const start = frame(MESSAGE_ID.bitfield, 256 * 1024).subarray(0, 10)
    for (const decoder of decoders) decoder.push(start)
    const grown = process.memoryUsage().arrayBuffers - before
    assert.ok(grown < liars * 16 * 1024, `${grown} bytes for ${liars} peers that sent 10 bytes each`)
    assert.equal(decoders.length, liars)
  })
})

describe('FrameDecoder, stopped', () => {
  it('ignores the rest of the push in which a message made the sink stop it', () => {
    const seen: PeerMessage[] = []
    const decoder: FrameDecoder = new FrameDecoder({
      message: (message) => {
        seen.push(message)
        if (message.type === 'unchoke') decoder.stop()
      },
      blockStart: unexpected,
      blockEnd: unexpected,
    })
    decoder.push(Buffer.concat([encodeMessage({ type: 'unchoke' }), piece(0, 0, Buffer.alloc(9)), frame(99, 2000)]))
    decoder.push(encodeMessage({ type: 'choke' }))
    assert.deepEqual(seen, [{ type: 'unchoke' }])
  })

  it('writes no byte into a target that came with the stop', () => {
    const target = Buffer.alloc(3)
    const decoder: FrameDecoder = new FrameDecoder({
      message: unexpected,
      blockStart: () => {
        decoder.stop()
        return target
      },
      blockEnd: unexpected,
    })
    decoder.push(piece(0, 0, Buffer.from('abc')))
    assert.deepEqual(target, Buffer.alloc(3))
  })

  it('writes no byte of a block that was under way', () => {
    const target = Buffer.alloc(3)
    const decoder = new FrameDecoder({ message: unexpected, blockStart: () => target, blockEnd: unexpected })
    const bytes = piece(0, 0, Buffer.from('abc'))
    decoder.push(bytes.subarray(0, 14))
    decoder.stop()
    decoder.push(bytes.subarray(14))
    assert.equal(target.toString(), 'a\0\0')
  })

  it('is stopped by its own refusal', () => {
    const sink = new RecordingSink()
    const decoder = new FrameDecoder(sink)
    assert.throws(() => decoder.push(frame(MESSAGE_ID.have, 6)), { code: 'invalid-have' })
    decoder.push(encodeMessage({ type: 'choke' }))
    assert.deepEqual(sink.calls, [])
  })
})

describe('FrameDecoder, lengths', () => {
  const exact = { ...MESSAGE_ID, bitfield: undefined, piece: undefined, extended: undefined }
  const payloads = { have: 4, suggest: 4, 'allowed-fast': 4, request: 12, cancel: 12, reject: 12, port: 2 }

  for (const [name, id] of Object.entries(exact)) {
    if (id === undefined) continue
    const length = 1 + (payloads[name as keyof typeof payloads] ?? 0)
    it(`refuses a ${name} that is a byte short or long, with the id in hand and no more`, () => {
      for (const wrong of [length - 1, length + 1]) {
        if (wrong > 0) refusal(frame(id, wrong).subarray(0, 5), `invalid-${name}`)
      }
    })
  }

  it('refuses messages of variable length that are too short to be one', () => {
    refusal(frame(MESSAGE_ID.piece, 8), 'invalid-piece')
    refusal(frame(MESSAGE_ID.piece, 9), 'invalid-piece')
    refusal(frame(MESSAGE_ID.extended, 1), 'invalid-extended')
    refusal(frame(MESSAGE_ID.bitfield, 1), 'invalid-bitfield')
  })

  it('takes a block of 512 KiB and refuses one more byte', () => {
    const most = 512 * 1024
    assert.equal(decode([piece(1, 0, Buffer.alloc(most))]).length, 2)
    refusal(encodePieceHeader(1, 0, most + 1).subarray(0, 5), 'frame-too-large')
  })

  it('refuses a frame that is longer than any by its prefix alone', () => {
    for (const length of [512 * 1024 + 10, 0x7fffffff, 0x80000000, 0xffffffff]) {
      const prefix = Buffer.alloc(4)
      prefix.writeUInt32BE(length)
      refusal(prefix, 'frame-too-large')
    }
  })

  it('refuses what is no block over the limit with the id in hand', () => {
    for (const id of [MESSAGE_ID.bitfield, MESSAGE_ID.extended]) {
      assert.deepEqual(decode([frame(id, 256 * 1024 + 1).subarray(0, 4)]), [])
      refusal(frame(id, 256 * 1024 + 1).subarray(0, 5), 'frame-too-large')
    }
  })

  it('takes a bitfield up to the limit, which is the caller’s to choose', () => {
    const stream = encodeMessage({ type: 'bitfield', bytes: Buffer.alloc(99) })
    assert.equal(decode([stream], { maxFrame: 100 }).length, 1)
    assert.throws(() => decode([stream], { maxFrame: 99 }), { code: 'frame-too-large' })
  })

  it('reads past an unknown message of 1 KiB, and refuses a longer one', () => {
    const after = encodeMessage({ type: 'choke' })
    for (const id of [10, 12, 18, 19, 21, 255]) {
      assert.deepEqual(decode([frame(id, 1024), after]), [{ message: { type: 'choke' } }])
      refusal(frame(id, 1025).subarray(0, 5), 'invalid-message')
    }
  })
})
