import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeMessage, encodePieceHeader, encodeRequests } from '../../../src/protocol/peer-wire/messages.ts'
import type { PeerMessage } from '../../../src/protocol/peer-wire/messages.ts'

const block = { index: 1, begin: 0x4000, length: 0x4000 }

/** Each message and its bytes, written down by hand from the BEPs. */
const GOLDEN: readonly [PeerMessage, string][] = [
  [{ type: 'keep-alive' }, '00000000'],
  [{ type: 'choke' }, '00000001 00'],
  [{ type: 'unchoke' }, '00000001 01'],
  [{ type: 'interested' }, '00000001 02'],
  [{ type: 'not-interested' }, '00000001 03'],
  [{ type: 'have', index: 0xfffffffe }, '00000005 04 fffffffe'],
  [{ type: 'bitfield', bytes: Buffer.from([0xa5, 0x80]) }, '00000003 05 a580'],
  [{ type: 'request', ...block }, '0000000d 06 00000001 00004000 00004000'],
  [{ type: 'cancel', ...block }, '0000000d 08 00000001 00004000 00004000'],
  [{ type: 'port', port: 6881 }, '00000003 09 1ae1'],
  [{ type: 'suggest', index: 7 }, '00000005 0d 00000007'],
  [{ type: 'have-all' }, '00000001 0e'],
  [{ type: 'have-none' }, '00000001 0f'],
  [{ type: 'reject', ...block }, '0000000d 10 00000001 00004000 00004000'],
  [{ type: 'allowed-fast', index: 7 }, '00000005 11 00000007'],
  [{ type: 'extended', id: 0, payload: Buffer.from('de') }, '00000004 14 00 6465'],
  [{ type: 'extended', id: 3, payload: Buffer.alloc(0) }, '00000002 14 03'],
]

describe('encodeMessage', () => {
  for (const [message, bytes] of GOLDEN) {
    it(`writes ${message.type} as ${bytes}`, () => {
      assert.equal(encodeMessage(message).toString('hex'), bytes.replaceAll(' ', ''))
    })
  }

  it('refuses numbers that do not fit', () => {
    for (const index of [-1, 2 ** 32]) {
      assert.throws(() => encodeMessage({ type: 'have', index }), RangeError)
    }
    assert.throws(() => encodeMessage({ type: 'port', port: 65536 }), RangeError)
    assert.throws(() => encodeMessage({ type: 'extended', id: 256, payload: Buffer.alloc(0) }), RangeError)
  })
})

describe('encodeRequests', () => {
  it('packs many frames of 17 bytes into one buffer', () => {
    const blocks = [block, { index: 2, begin: 0, length: 100 }]
    const apart = blocks.map((one) => encodeMessage({ type: 'cancel', ...one }))
    assert.deepEqual(encodeRequests('cancel', blocks), Buffer.concat(apart))
  })

  it('is empty for no blocks', () => {
    assert.equal(encodeRequests('request', []).length, 0)
  })
})

describe('encodePieceHeader', () => {
  it('counts the block into the length, and leaves it to follow', () => {
    assert.equal(encodePieceHeader(1, 0x4000, 0x4000).toString('hex'), '00004009070000000100004000')
  })
})
