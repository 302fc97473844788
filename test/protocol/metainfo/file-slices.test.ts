import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { fileSlices, pieceSize } from '../../../src/protocol/metainfo/file-slices.ts'
import type { MetainfoFile } from '../../../src/protocol/metainfo/metainfo.ts'

function withLengths(lengths: readonly number[]): { length: number; files: MetainfoFile[] } {
  let offset = 0
  const files = lengths.map((length, index) => {
    const file: MetainfoFile = { path: [String(index)], length, offset, padding: false }
    offset += length
    return file
  })
  return { length: offset, files }
}

describe('the size of a piece', () => {
  const meta = { length: 40_000, pieceLength: 16_384, pieceCount: 3 }

  test('is the piece length, but for the last', () => {
    assert.deepEqual(
      [0, 1, 2].map((index) => pieceSize(meta, index)),
      [16_384, 16_384, 7232],
    )
  })

  test('is the piece length for the last too, if it is full', () => {
    assert.equal(pieceSize({ length: 32_768, pieceLength: 16_384, pieceCount: 2 }, 1), 16_384)
  })

  test('is not to be had for pieces that are not there', () => {
    for (const index of [-1, 3, 0.5, Number.NaN]) assert.throws(() => pieceSize(meta, index), RangeError)
  })
})

describe('the slices of a range', () => {
  const meta = withLengths([5, 0, 0, 3, 7, 0])

  test('lie in one file or go over several', () => {
    assert.deepEqual(fileSlices(meta, 1, 3), [{ file: 0, fileOffset: 1, length: 3 }])
    assert.deepEqual(fileSlices(meta, 4, 6), [
      { file: 0, fileOffset: 4, length: 1 },
      { file: 3, fileOffset: 0, length: 3 },
      { file: 4, fileOffset: 0, length: 2 },
    ])
  })

  test('start with the file that starts there, past empty ones', () => {
    assert.deepEqual(fileSlices(meta, 5, 1), [{ file: 3, fileOffset: 0, length: 1 }])
  })

  test('are the whole files for the whole torrent', () => {
    assert.deepEqual(
      fileSlices(meta, 0, 15).map(({ file, length }) => [file, length]),
      [
        [0, 5],
        [3, 3],
        [4, 7],
      ],
    )
  })

  test('are none for an empty range', () => {
    assert.deepEqual(fileSlices(meta, 0, 0), [])
    assert.deepEqual(fileSlices(meta, 15, 0), [])
  })

  test('end with the torrent', () => {
    for (const [offset, length] of [
      [0, 16],
      [15, 1],
      [-1, 2],
      [2, -1],
      [Number.NaN, 1],
    ] as const) {
      assert.throws(() => fileSlices(meta, offset, length), RangeError)
    }
  })

  test('cover every byte of the range once, in order', () => {
    const lengths = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(lengths, fc.nat(), fc.nat(), (lengths, a, b) => {
        const meta = withLengths(lengths)
        const offset = a % (meta.length + 1)
        const length = b % (meta.length - offset + 1)
        const covered = fileSlices(meta, offset, length).flatMap((slice) => {
          const file = meta.files[slice.file]!
          assert.ok(slice.length > 0 && slice.fileOffset + slice.length <= file.length)
          return Array.from({ length: slice.length }, (_, i) => file.offset + slice.fileOffset + i)
        })
        assert.deepEqual(
          covered,
          Array.from({ length }, (_, i) => offset + i),
        )
      }),
      { numRuns: 500 },
    )
  })
})
