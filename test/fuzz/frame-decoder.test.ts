import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import { FrameDecoder } from '../../src/protocol/peer-wire/frame-decoder.ts'
import { encodeMessage, encodePieceHeader } from '../../src/protocol/peer-wire/messages.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'

const uint32 = fc.nat({ max: 0xffffffff })
const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: 1, maxLength }).map((b) => Buffer.from(b))

const goodFrame = fc.oneof(
  fc.constantFrom('keep-alive', 'choke', 'unchoke', 'have-all').map((type) => encodeMessage({ type: type as 'choke' })),
  uint32.map((index) => encodeMessage({ type: 'have', index })),
  fc
    .record({ index: uint32, begin: uint32, length: uint32 })
    .map((block) => encodeMessage({ type: 'request', ...block })),
  bytes(200).map((bits) => encodeMessage({ type: 'bitfield', bytes: bits })),
  fc.tuple(fc.nat({ max: 255 }), bytes(200)).map(([id, payload]) => encodeMessage({ type: 'extended', id, payload })),
  fc
    .tuple(uint32, uint32, bytes(300))
    .map(([index, begin, block]) => Buffer.concat([encodePieceHeader(index, begin, block.length), block])),
)

/** All that the decoder says about a stream cut at these places, and how it ended. */
function outcome(stream: Buffer, cuts: readonly number[]): string[] {
  const said: string[] = []
  let target = Buffer.alloc(0)
  const decoder = new FrameDecoder({
    message: (message) => said.push(JSON.stringify(message)),
    blockStart: (index, begin, length) => {
      said.push(`start ${index} ${begin} ${length}`)
      target = Buffer.alloc(length)
      return index % 2 === 0 ? target : null
    },
    blockEnd: (...args) => said.push(`end ${args.join(' ')} ${target.toString('hex')}`),
  })
  const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b)
  let from = 0
  try {
    for (const end of ends) {
      const part = Buffer.from(stream.subarray(from, end))
      decoder.push(part)
      part.fill(0)
      from = end
    }
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
    said.push(error.code)
  }
  return said
}

const cuts = fc.array(fc.nat(), { maxLength: 8 })

it('messages come out the same however their stream is cut', () => {
  fc.assert(
    fc.property(fc.array(goodFrame, { maxLength: 8 }), cuts, (frames, where) => {
      const stream = Buffer.concat(frames)
      assert.deepEqual(outcome(stream, where), outcome(stream, []))
    }),
    { numRuns: 300 },
  )
})

it('any bytes end in calls or in a ProtocolError, the same however they are cut', () => {
  const noise = bytes(300)
  const spoiled = fc
    .tuple(fc.array(goodFrame, { maxLength: 4 }), fc.nat(), fc.nat({ max: 255 }))
    .map(([frames, at, byte]) => {
      const stream = Buffer.concat(frames)
      if (stream.length > 0) stream[at % stream.length] = byte
      return stream
    })
  fc.assert(
    fc.property(fc.oneof(noise, spoiled), cuts, (stream, where) => {
      assert.deepEqual(outcome(stream, where), outcome(stream, []))
    }),
    { numRuns: 500 },
  )
})
