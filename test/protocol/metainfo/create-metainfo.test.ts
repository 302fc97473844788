import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  choosePieceLength,
  createMetainfo,
  type NewTorrent,
  wrapInfo,
} from '../../../src/protocol/metainfo/create-metainfo.ts'
import { hashes, parse, pathsOf, singleFile } from './torrent-fixture.ts'

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

const image: NewTorrent = {
  name: 'image.iso',
  files: [{ path: ['image.iso'], length: 40_000 }],
  pieceLength: 16_384,
  pieceHashes: hashes(3),
}

describe('a new torrent', () => {
  test('of one file is written as BEP 3 says, keys in order', () => {
    assert.equal(
      createMetainfo({ ...image, pieceHashes: Buffer.alloc(60, 'h') }).toString(),
      `d4:infod6:lengthi40000e4:name9:image.iso12:piece lengthi16384e6:pieces60:${'h'.repeat(60)}ee`,
    )
  })

  test('of one file loads as what it was made of', () => {
    const meta = parse(createMetainfo(image))
    assert.deepEqual(pathsOf(meta), ['image.iso'])
    assert.deepEqual([meta.name, meta.length, meta.pieceCount, meta.multiFile], ['image.iso', 40_000, 3, false])
    assert.deepEqual(meta.pieceHashes, hashes(3))
  })

  test('of a directory loads as what it was made of', () => {
    const files = [
      { path: ['a', 'ü.txt'], length: 0 },
      { path: ['b'], length: 40_000 },
    ]
    const meta = parse(createMetainfo({ ...image, name: 'lab', files, isPrivate: true }))
    assert.deepEqual(pathsOf(meta), ['a/ü.txt', 'b'])
    assert.deepEqual([meta.name, meta.multiFile, meta.isPrivate], ['lab', true, true])
  })

  test('of a directory with one file that is called like it stays a directory', () => {
    const meta = parse(createMetainfo({ ...image, multiFile: true }))
    assert.equal(meta.multiFile, true)
    assert.deepEqual(pathsOf(meta), ['image.iso'])
  })

  test('has its trackers and remarks', () => {
    const announceTiers = [['http://a/announce', 'http://b/announce'], ['udp://c:1']]
    const remarks = { announceTiers, comment: 'für alle', createdBy: 'swarmd', creationDate: 1_700_000_000 }
    const meta = parse(createMetainfo({ ...image, ...remarks }))
    assert.deepEqual(meta.announceTiers, announceTiers)
    assert.deepEqual([meta.comment, meta.createdBy, meta.creationDate], ['für alle', 'swarmd', 1_700_000_000])
  })

  test('with one tracker has an announce and no announce-list', () => {
    const text = createMetainfo({ ...image, announceTiers: [[], ['http://a']] }).toString('latin1')
    assert.match(text, /^d8:announce8:http:\/\/a4:info/)
  })

  test('has the same info hash wherever and whenever it is made', () => {
    const other = createMetainfo({ ...image, announceTiers: [['http://x']], creationDate: 5, comment: 'y' })
    assert.equal(parse(other).infoHash, parse(createMetainfo(image)).infoHash)
    assert.notEqual(parse(createMetainfo({ ...image, isPrivate: true })).infoHash, parse(other).infoHash)
  })

  const impossible: readonly (readonly [string, Partial<NewTorrent>])[] = [
    ['hashes that are too few', { pieceHashes: hashes(2) }],
    ['no bytes', { files: [{ path: ['image.iso'], length: 0 }], pieceHashes: hashes(0) }],
    ['no files', { files: [], pieceHashes: hashes(0) }],
    ['a piece length of zero', { pieceLength: 0 }],
    ['a piece length past the limit', { pieceLength: 128 * MiB, pieceHashes: hashes(1) }],
    ['a length that is no integer', { files: [{ path: ['image.iso'], length: 39_999.5 }] }],
    ['a slash in its name', { name: 'a/b', files: [{ path: ['a/b'], length: 40_000 }] }],
    ['a parent directory in a path', { files: [{ path: ['..', 'x'], length: 40_000 }] }],
    ['a control character in a name', { files: [{ path: ['a\nb'], length: 40_000 }] }],
    ['an empty path', { files: [{ path: [], length: 40_000 }] }],
    [
      'a path twice',
      {
        files: [
          { path: ['x'], length: 20_000 },
          { path: ['x'], length: 20_000 },
        ],
      },
    ],
    [
      'a file for a directory',
      {
        files: [
          { path: ['x'], length: 20_000 },
          { path: ['x', 'y'], length: 20_000 },
        ],
      },
    ],
    ['a single file of another name', { multiFile: false, files: [{ path: ['x'], length: 40_000 }] }],
    [
      'more than 10 MiB of hashes',
      { files: [{ path: ['image.iso'], length: 600_000 * 16_384 }], pieceHashes: hashes(600_000) },
    ],
  ]
  for (const [what, changes] of impossible) {
    test(`can't be made with ${what}`, () => assert.throws(() => createMetainfo({ ...image, ...changes }), RangeError))
  }
})

describe('an info dictionary from peers', () => {
  test('is wrapped byte for byte, and keeps its info hash', () => {
    const original = parse(singleFile({ zzz: 1, aaa: 2 }))
    const meta = parse(wrapInfo(original.infoBytes, { announceTiers: [['http://a'], ['http://b']] }))
    assert.deepEqual(meta.infoBytes, original.infoBytes)
    assert.equal(meta.infoHash, original.infoHash)
    assert.deepEqual(meta.announceTiers, [['http://a'], ['http://b']])
    assert.equal(parse(wrapInfo(original.infoBytes)).infoHash, original.infoHash)
  })
})

describe('the piece length chosen', () => {
  const choices: readonly (readonly [number, number])[] = [
    [1, 16 * KiB],
    [16 * KiB, 16 * KiB],
    [30 * MiB, 16 * KiB],
    [32 * MiB, 32 * KiB],
    [700 * MiB, 512 * KiB],
    [4 * GiB, 4 * MiB],
    [40 * GiB, 16 * MiB],
    [1024 * GiB, 16 * MiB],
  ]
  for (const [length, pieceLength] of choices) {
    test(`for ${length} bytes is ${pieceLength / KiB} KiB`, () => assert.equal(choosePieceLength(length), pieceLength))
  }

  test('makes a thousand to two thousand pieces wherever it can', () => {
    for (let length = 20 * MiB; length < 30 * GiB; length = Math.floor(length * 1.37)) {
      const pieces = Math.ceil(length / choosePieceLength(length))
      assert.ok(pieces >= 1000 && pieces <= 2000, `${pieces} pieces for ${length} bytes`)
    }
  })
})
