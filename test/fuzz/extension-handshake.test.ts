import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
  MAX_EXTENSIONS,
} from '../../src/protocol/extensions/extension-handshake.ts'
import { readsAnyBytes } from '../support/any-bytes.ts'

const GOOD = Buffer.from(
  'd1:md11:ut_metadatai1e6:ut_pexi2ee13:metadata_sizei31235e1:pi5000e4:reqqi250e11:upload_onlyi1e1:v6:swarmd6:yourip4:abcde',
)

/** What comes out is within its limits. */
function check(payload: Uint8Array): void {
  const { m, v, port, reqq, metadataSize } = decodeExtensionHandshake(payload)
  assert.ok(m.size <= MAX_EXTENSIONS)
  for (const id of m.values()) assert.ok(Number.isInteger(id) && id >= 0 && id <= 255)
  if (v !== undefined) assert.ok(v.length > 0 && v.length <= 128 && !/\p{Cc}/u.test(v))
  if (port !== undefined) assert.ok(port >= 1 && port <= 65535)
  for (const count of [reqq, metadataSize]) if (count !== undefined) assert.ok(Number.isSafeInteger(count) && count > 0)
}

it('any bytes are an extension handshake within its limits, or a ProtocolError; good ones with some replaced, too', () => {
  readsAnyBytes(check, GOOD, 10)
})

it('what is encoded is decoded', () => {
  const handshake = fc.record(
    {
      m: fc
        .dictionary(fc.string({ maxLength: 20 }), fc.nat({ max: 255 }), { maxKeys: 10 })
        .map((m) => new Map(Object.entries(m))),
      port: fc.integer({ min: 1, max: 65535 }),
      reqq: fc.integer({ min: 1, max: 100_000 }),
      metadataSize: fc.integer({ min: 1, max: 2 ** 40 }),
      uploadOnly: fc.boolean(),
    },
    { requiredKeys: ['m'], noNullPrototype: true },
  )
  fc.assert(
    fc.property(handshake, (original) => {
      assert.deepEqual(decodeExtensionHandshake(encodeExtensionHandshake(original)), original)
    }),
    { numRuns: 500, seed: 10 },
  )
})
