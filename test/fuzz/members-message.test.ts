import assert from 'node:assert/strict'
import { it } from 'node:test'
import {
  MAX_INCARNATION,
  MAX_MEMBER_ADDRESSES,
  MEMBER_BUCKETS,
  decodeMemberRecord,
  decodeMembersMessage,
  encodeMemberRecord,
  encodeMembersMessage,
  memberIdFromBytes,
  peerIdFromBytes,
} from '../../src/protocol/index.ts'
import { readsAnyBytes } from '../support/any-bytes.ts'

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

/** What comes out keeps its bounds. */
function message(payload: Buffer): void {
  const { contents = [], verdicts = [], keys, buckets } = decodeMembersMessage(payload)
  for (const { incarnation, body } of contents)
    assert.ok(incarnation > 0 && incarnation <= MAX_INCARNATION && body.length <= 1024)
  for (const { incarnation } of verdicts) assert.ok(Number.isSafeInteger(incarnation))
  for (const bucket of keys?.buckets ?? []) assert.ok(bucket < MEMBER_BUCKETS)
  if (buckets) assert.equal(buckets.length, MEMBER_BUCKETS)
  for (const { body } of contents) record(body)
}

function record(bytes: Buffer): void {
  const { addresses, peerPort, name, version } = decodeMemberRecord(bytes)
  assert.ok(addresses.length <= MAX_MEMBER_ADDRESSES && peerPort > 0 && peerPort < 65_536)
  for (const text of [name, version]) assert.ok(text.length <= 64 && !/\p{Cc}/u.test(text))
}

it('any bytes are a members message within its bounds, or a ProtocolError', () => {
  readsAnyBytes(message, MESSAGE, 1)
})

it('any bytes are a member record within its bounds, or a ProtocolError', () => {
  readsAnyBytes(record, RECORD, 3)
})
