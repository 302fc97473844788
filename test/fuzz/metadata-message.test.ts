import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import {
  decodeMetadataMessage,
  encodeMetadataMessage,
  METADATA_PIECE_LENGTH,
  type MetadataMessage,
} from '../../src/protocol/extensions/metadata-message.ts'
import { readsAnyBytes } from '../support/any-bytes.ts'

const SEED = 9
const GOOD = Buffer.from('d8:msg_typei1e5:piecei2e10:total_sizei34256eeabcdefghijkl', 'latin1')

/** What comes out is within its limits. */
function check(payload: Buffer): void {
  const message = decodeMetadataMessage(payload)
  if (message === null) return
  assert.ok(Number.isInteger(message.piece) && message.piece >= 0 && message.piece < 2 ** 31)
  if (message.type === 'data') assert.ok(message.bytes.length >= 1 && message.bytes.length <= METADATA_PIECE_LENGTH)
}

it('any bytes are a message about metadata within its limits, or a ProtocolError; good ones with some replaced, too', () => {
  readsAnyBytes(check, GOOD, SEED)
})

it('what is encoded is decoded', () => {
  const piece = fc.nat({ max: 2 ** 31 - 1 })
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((array) => Buffer.from(array))
  const totalSize = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const kind = <T extends string>(type: T) => fc.constant(type)
  const plain = { noNullPrototype: true } as const
  const message: fc.Arbitrary<MetadataMessage> = fc.oneof(
    fc.record({ type: kind('request'), piece }, plain),
    fc.record({ type: kind('reject'), piece }, plain),
    fc.record({ type: kind('data'), piece, bytes }, plain),
    fc.record({ type: kind('data'), piece, totalSize, bytes }, plain),
  )
  fc.assert(
    fc.property(message, (original) => {
      assert.deepEqual(decodeMetadataMessage(encodeMetadataMessage(original)), original)
    }),
    { numRuns: 1000, seed: SEED },
  )
})
