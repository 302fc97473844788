import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
  MAX_EXTENSIONS,
} from '../../src/protocol/extensions/extension-handshake.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'

const GOOD = Buffer.from(
  'd1:md11:ut_metadatai1e6:ut_pexi2ee13:metadata_sizei31235e1:pi5000e4:reqqi250e11:upload_onlyi1e1:v6:swarmd6:yourip4:abcde',
)

/** Decodes, and holds what comes out to its limits. Nothing but a ProtocolError may be thrown. */
function check(payload: Uint8Array): void {
  try {
    const { m, v, port, reqq, metadataSize } = decodeExtensionHandshake(payload)
    assert.ok(m.size <= MAX_EXTENSIONS)
    for (const id of m.values()) assert.ok(Number.isInteger(id) && id >= 0 && id <= 255)
    if (v !== undefined) assert.ok(v.length > 0 && v.length <= 128 && !/\p{Cc}/u.test(v))
    if (port !== undefined) assert.ok(port >= 1 && port <= 65535)
    for (const count of [reqq, metadataSize])
      if (count !== undefined) assert.ok(Number.isSafeInteger(count) && count > 0)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
  }
}

it('any bytes are an extension handshake within its limits, or a ProtocolError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 2000 })
})

it('so is a good one with some bytes replaced', () => {
  const changes = fc.array(fc.tuple(fc.nat({ max: GOOD.length - 1 }), fc.nat({ max: 255 })), { maxLength: 4 })
  const mutated = changes.map((list) => {
    const bytes = Buffer.from(GOOD)
    for (const [at, byte] of list) bytes[at] = byte
    return bytes
  })
  fc.assert(fc.property(mutated, check), { numRuns: 3000 })
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
    { numRuns: 500 },
  )
})
