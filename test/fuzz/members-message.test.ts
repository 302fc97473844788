import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as fc from 'fast-check'
import {
  MAX_INCARNATION,
  MAX_MEMBER_ADDRESSES,
  MEMBER_BUCKETS,
  ProtocolError,
  decodeMemberRecord,
  decodeMembersMessage,
  encodeMemberRecord,
  encodeMembersMessage,
  memberIdFromBytes,
  peerIdFromBytes,
} from '../../src/protocol/index.ts'

const RECORD = encodeMemberRecord({
  addresses: ['10.0.0.1', '10.0.0.2'],
  peerPort: 5000,
  peerId: peerIdFromBytes(Buffer.alloc(20, 1)),
  apiPort: 5080,
  name: 'lab',
  version: 'swarmd',
  swarms: [],
  swarmsOmitted: 0,
})
const id = memberIdFromBytes(Buffer.alloc(16, 5))
const MESSAGE = encodeMembersMessage({
  sender: id,
  wanted: true,
  digest: 5,
  contents: [{ id, incarnation: 1000, body: RECORD }],
  verdicts: [{ id, incarnation: 3, kind: 'left' }],
  buckets: Array.from({ length: MEMBER_BUCKETS }, (_, at) => at),
  keys: { buckets: [1], entries: [{ id, incarnation: 9, bodyHash: 9, verdict: null }] },
  pulls: [id],
})

/** Nothing but a ProtocolError may be thrown, and what comes out keeps its bounds. */
function message(payload: Uint8Array): void {
  try {
    const { contents = [], verdicts = [], keys, buckets } = decodeMembersMessage(payload)
    for (const { incarnation, body } of contents) {
      assert.ok(incarnation > 0 && incarnation <= MAX_INCARNATION && body.length <= 1024)
      record(body)
    }
    for (const { incarnation } of verdicts) assert.ok(Number.isSafeInteger(incarnation))
    for (const bucket of keys?.buckets ?? []) assert.ok(bucket < MEMBER_BUCKETS)
    if (buckets) assert.equal(buckets.length, MEMBER_BUCKETS)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
  }
}

function record(bytes: Uint8Array): void {
  try {
    const { addresses, peerPort, name, version } = decodeMemberRecord(bytes)
    assert.ok(addresses.length <= MAX_MEMBER_ADDRESSES && peerPort > 0 && peerPort < 65_536)
    for (const text of [name, version]) assert.ok(text.length <= 64 && !/\p{Cc}/u.test(text))
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
  }
}

function changed(good: Buffer): fc.Arbitrary<Buffer> {
  const changes = fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), { maxLength: 4 })
  return changes.map((list) => {
    const bytes = Buffer.from(good)
    for (const [at, byte] of list) bytes[at] = byte
    return bytes
  })
}

it('any bytes are a members message within its bounds, or a ProtocolError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), message), { numRuns: 2000, seed: 1 })
  fc.assert(fc.property(changed(MESSAGE), message), { numRuns: 4000, seed: 2 })
})

it('any bytes are a member record within its bounds, or a ProtocolError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), record), { numRuns: 2000, seed: 3 })
  fc.assert(fc.property(changed(RECORD), record), { numRuns: 4000, seed: 4 })
})
