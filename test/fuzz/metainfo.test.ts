import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { fileSlices, pieceSize } from '../../src/protocol/metainfo/file-slices.ts'
import type { Metainfo } from '../../src/protocol/metainfo/metainfo.ts'
import { createMetainfo } from '../../src/protocol/metainfo/create-metainfo.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { type Raw, rawBencode } from '../protocol/bencode/raw-bencode.ts'
import { hashes, multiFile, parse, sha1Hex, singleFile } from '../protocol/metainfo/torrent-fixture.ts'

/** What holds for every Metainfo that exists. */
function checkSound(meta: Metainfo): void {
  assert.equal(meta.infoHash, sha1Hex(meta.infoBytes))
  assert.ok(meta.raw.includes(meta.infoBytes))
  assert.ok(meta.length > 0 && Number.isSafeInteger(meta.length))
  assert.equal(meta.pieceHashes.length, 20 * meta.pieceCount)
  assert.equal(meta.pieceCount, Math.ceil(meta.length / meta.pieceLength))
  const last = pieceSize(meta, meta.pieceCount - 1)
  assert.equal((meta.pieceCount - 1) * meta.pieceLength + last, meta.length)
  let offset = 0
  for (const file of meta.files) {
    assert.equal(file.offset, offset)
    offset += file.length
    assert.ok(file.path.length > 0 && file.path.every((element) => !['', '.', '..'].includes(element)))
  }
  assert.equal(offset, meta.length)
  assert.equal(fileSlices(meta, 0, meta.length).length, meta.files.filter((file) => file.length > 0).length)
}

function loadsSoundOrIsRefused(bytes: Uint8Array): void {
  let meta: Metainfo
  try {
    meta = parse(bytes)
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
    return
  }
  checkSound(meta)
}

const seeds = [
  singleFile({}, { announce: 'http://a', 'announce-list': [['http://a'], ['udp://b:1']], 'creation date': 7 }),
  multiFile([
    { length: 5, path: ['a', 'b'] },
    { attr: 'p', length: 11, path: ['.pad', '11'] },
    { length: 7, path: ['c'] },
  ]),
]

test('any bytes are refused with a ProtocolError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), loadsSoundOrIsRefused), { numRuns: 3000 })
})

test('a torrent with some bytes changed, removed or doubled loads sound or is refused', () => {
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'remove', 'double')), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(fc.constantFrom(...seeds), edits, (seed, edits) => {
      let bytes = Buffer.from(seed)
      for (const [where, byte, edit] of edits) {
        const at = where % bytes.length
        const kept = edit === 'double' ? at : at + 1
        const put = edit === 'remove' ? [] : [edit === 'set' ? byte : bytes[at]!]
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(kept)])
      }
      loadsSoundOrIsRefused(bytes)
    }),
    { numRuns: 5000 },
  )
})

test('a torrent with any values under its keys loads sound or is refused', () => {
  const integer = fc.oneof(
    fc.constantFrom<Raw>(-1, 0, 1, 2 ** 31, 2 ** 32, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n),
    fc.integer(),
  )
  const small = fc.oneof(
    integer,
    fc.string({ maxLength: 5 }),
    fc.constantFrom<Raw>([], {}, [['x']], hashes(1), hashes(3)),
  )
  const path = fc.oneof(small, fc.array(fc.oneof(small, fc.string({ maxLength: 4 })), { maxLength: 4 }))
  const file = fc.record<{ [key: string]: Raw }>(
    { attr: fc.constantFrom('p', 'l', 'x', 'hp'), length: fc.oneof(fc.nat(5000), small), path, 'path.utf-8': path },
    { requiredKeys: [] },
  )
  const info = fc.record<{ [key: string]: Raw }>(
    {
      files: fc.oneof(small, fc.array(file, { maxLength: 4 })),
      length: fc.oneof(fc.nat(50_000), small),
      name: small,
      'piece length': fc.oneof(fc.constant(16_384), small),
      pieces: fc.oneof(fc.nat(4).map(hashes), small),
      private: small,
      'file tree': small,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(info, small, small, (info, announce, list) => {
      loadsSoundOrIsRefused(rawBencode({ announce, 'announce-list': list, comment: list, info }))
    }),
    { numRuns: 4000 },
  )
})

test('what is made loads, and is what it was made of', () => {
  const element = fc.stringMatching(/^[a-zäöü0-9][a-zäöü0-9 ._-]{0,10}$/)
  const tree = fc.uniqueArray(
    fc.record({ path: fc.tuple(element, element), length: fc.nat(100_000) }, { noNullPrototype: true }),
    {
      minLength: 1,
      maxLength: 8,
      selector: (file) => file.path.join('/'),
    },
  )
  const total = (files: readonly { length: number }[]): number => files.reduce((sum, file) => sum + file.length, 0)
  const filled = tree.filter((files) => total(files) > 0)
  fc.assert(
    fc.property(element, filled, fc.constantFrom(1000, 16_384, 65_536), (name, files, pieceLength) => {
      const pieceHashes = hashes(Math.ceil(total(files) / pieceLength))
      const meta = parse(createMetainfo({ name, files, pieceLength, pieceHashes }))
      checkSound(meta)
      assert.equal(meta.name, name)
      assert.deepEqual(
        meta.files.map(({ path, length }) => ({ path, length })),
        files,
      )
    }),
    { numRuns: 500 },
  )
})
