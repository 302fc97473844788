import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodeMetadataMessage,
  encodeMetadataMessage,
  METADATA_PIECE_LENGTH,
  metadataPieces,
  metadataPieceSize,
} from '../../../src/protocol/extensions/metadata-message.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('a message about the metadata', () => {
  // The examples of BEP 9, to the letter.
  for (const [message, text] of [
    [{ type: 'request', piece: 0 }, 'd8:msg_typei0e5:piecei0ee'],
    [
      { type: 'data', piece: 0, totalSize: 34256, bytes: bytes('xxxxxxxx') },
      'd8:msg_typei1e5:piecei0e10:total_sizei34256eexxxxxxxx',
    ],
    [{ type: 'reject', piece: 0 }, 'd8:msg_typei2e5:piecei0ee'],
  ] as const) {
    it(`${message.type} is written to the letter of BEP 9, and read`, () => {
      assert.equal(encodeMetadataMessage(message).toString('latin1'), text)
      assert.deepEqual(decodeMetadataMessage(bytes(text)), message)
    })
  }

  it('of a type of a later day is passed over', () => {
    assert.equal(decodeMetadataMessage(bytes('d8:msg_typei3e5:piecei0ee')), null)
    assert.equal(decodeMetadataMessage(bytes('d8:msg_typei77eexyz')), null)
  })

  it('may leave its keys unsorted, and the size out', () => {
    const message = decodeMetadataMessage(bytes('d5:piecei1e8:msg_typei1eeabc'))
    assert.deepEqual(message, { type: 'data', piece: 1, bytes: bytes('abc') })
  })

  it('may have a dictionary in its bytes: the first one ends where it ends', () => {
    const message = decodeMetadataMessage(bytes('d8:msg_typei1e5:piecei0eed4:name1:ae'))
    assert.deepEqual(message, { type: 'data', piece: 0, bytes: bytes('d4:name1:ae') })
  })

  for (const [what, payload, code] of [
    ['nothing', bytes(''), 'unexpected-eof'],
    ['a list', bytes('le'), 'invalid-metadata'],
    ['no type', bytes('d5:piecei0ee'), 'invalid-metadata'],
    ['a type below zero', bytes('d8:msg_typei-1e5:piecei0ee'), 'invalid-metadata'],
    ['no piece', bytes('d8:msg_typei0ee'), 'invalid-metadata'],
    ['a piece below zero', bytes('d8:msg_typei0e5:piecei-1ee'), 'invalid-metadata'],
    ['piece 2^31', bytes('d8:msg_typei0e5:piecei2147483648ee'), 'invalid-metadata'],
    ['piece 2^63', bytes('d8:msg_typei0e5:piecei9223372036854775807ee'), 'invalid-metadata'],
    ['a text for a piece', bytes('d8:msg_typei0e5:piece1:0e'), 'invalid-metadata'],
    ['data without any', bytes('d8:msg_typei1e5:piecei0ee'), 'invalid-metadata'],
    [
      'more data than a piece has',
      Buffer.concat([bytes('d8:msg_typei1e5:piecei0ee'), Buffer.alloc(METADATA_PIECE_LENGTH + 1)]),
      'invalid-metadata',
    ],
    ['bytes behind a request', bytes('d8:msg_typei0e5:piecei0eex'), 'invalid-metadata'],
    ['lists in lists', bytes(`d8:msg_type${'l'.repeat(50)}${'e'.repeat(50)}e`), 'depth-exceeded'],
  ] as const) {
    it(`with ${what} is refused with ${code}`, () => {
      assert.throws(() => decodeMetadataMessage(payload), { name: 'ProtocolError', code: new RegExp(`${code}$`) })
    })
  }
})

it('metadata is cut into whole pieces and a rest', () => {
  assert.deepEqual([1, METADATA_PIECE_LENGTH, METADATA_PIECE_LENGTH + 1, 34256].map(metadataPieces), [1, 1, 2, 3])
  assert.deepEqual(
    [0, 1, 2, 3].map((piece) => metadataPieceSize(34256, piece)),
    [METADATA_PIECE_LENGTH, METADATA_PIECE_LENGTH, 34256 - 2 * METADATA_PIECE_LENGTH, 0],
  )
})
