import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpuMs } from '../../support/cpu-time.ts'
import { type Raw, rawBencode, Written } from '../bencode/raw-bencode.ts'
import { ABSENT, file, hashes, multiFile, parse, singleFile } from './torrent-fixture.ts'

const MiB = 1024 * 1024

const refused: readonly (readonly [string, Buffer, string])[] = [
  // Not a torrent at all.
  ['an empty file', Buffer.from(''), 'bencode-unexpected-eof'],
  ['a string', Buffer.from('6:string'), 'metainfo-not-a-dictionary'],
  ['a list', Buffer.from('le'), 'metainfo-not-a-dictionary'],
  ['a dictionary with a broken key', Buffer.from('dhe'), 'bencode-expected-digit'],
  ['a file cut short', Buffer.from('d10:short'), 'bencode-unexpected-eof'],
  ['a web page', Buffer.from('<!doctype html>'), 'bencode-expected-value'],
  ['what makes the bencode package loop for ever', Buffer.from('l-3:e'), 'bencode-expected-value'],
  ['an empty dictionary', Buffer.from('de'), 'metainfo-missing-info'],
  ['an info dictionary that is a string', rawBencode({ info: 'files' }), 'metainfo-missing-info'],
  ['a torrent too large', Buffer.alloc(10 * MiB + 1, 'd'), 'metainfo-too-large'],
  ['two info dictionaries', Buffer.from('d4:infode4:infodee'), 'bencode-duplicate-key'],

  // The piece length.
  ['no piece length', singleFile({ 'piece length': ABSENT }), 'metainfo-missing-piece-length'],
  ['a piece length in text', singleFile({ 'piece length': '16384' }), 'metainfo-missing-piece-length'],
  ['a negative piece length', singleFile({ 'piece length': -16_384 }), 'metainfo-invalid-piece-length'],
  ['a piece length of zero', singleFile({ 'piece length': 0 }), 'metainfo-invalid-piece-length'],
  ['a piece length of 512 MiB', singleFile({ 'piece length': 536_854_528 }), 'metainfo-invalid-piece-length'],
  ['a piece length of 2^63-1', singleFile({ 'piece length': 2n ** 63n - 1n }), 'metainfo-invalid-piece-length'],
  ['a piece length of 2^64', singleFile({ 'piece length': 2n ** 64n }), 'bencode-overflow'],

  // The name.
  ['no name', singleFile({ name: ABSENT }), 'metainfo-missing-name'],
  ['a name that is a number', singleFile({ name: 1348 }), 'metainfo-missing-name'],

  // Lengths.
  ['no length', singleFile({ length: ABSENT }), 'metainfo-invalid-length'],
  ['a negative length', singleFile({ length: -425 }), 'metainfo-invalid-length'],
  ['a length in text', singleFile({ length: '40000' }), 'metainfo-invalid-length'],
  ['a length of zero', singleFile({ length: 0, pieces: '' }), 'metainfo-invalid-length'],
  ['a length past 2^53', singleFile({ length: 2n ** 53n + 1n }), 'metainfo-invalid-length'],
  ['a length of 2^63-1', singleFile({ length: 2n ** 63n - 1n }), 'metainfo-invalid-length'],
  ['a negative file length', multiFile([file(['a'], { length: -45 })]), 'metainfo-invalid-length'],
  ['a file length that is a list', multiFile([file(['a'], { length: [45] })]), 'metainfo-invalid-length'],
  ['a file without a length', multiFile([{ path: ['a'] }]), 'metainfo-invalid-length'],
  [
    'three files of length zero',
    multiFile(
      ['a', 'b', 'c'].map((name) => file([name], { length: 0 })),
      { pieces: '' },
    ),
    'metainfo-invalid-length',
  ],
  [
    'lengths that add up past 2^53',
    multiFile(['a', 'b'].map((name) => file([name], { length: Number.MAX_SAFE_INTEGER }))),
    'metainfo-invalid-length',
  ],
  ['a length and a file list', singleFile({ files: [file(['a'])] }), 'metainfo-length-and-files'],

  // The file list.
  ['an empty file list', multiFile([]), 'metainfo-no-files'],
  ['nothing but padding', multiFile([file(['.pad', '10'], { attr: 'p' })]), 'metainfo-no-files'],
  ['a file list that is a number', multiFile(7), 'metainfo-invalid-files'],
  ['a file that is a string', multiFile(['a']), 'metainfo-invalid-files'],
  ['a file without a path', multiFile([{ length: 10 }]), 'metainfo-missing-path'],
  ['a path that is a string', multiFile([{ length: 10, path: 'a' }]), 'metainfo-missing-path'],
  ['a path with a number in it', multiFile([file(['a', 1242])]), 'metainfo-invalid-path'],
  ['a path with a list in it', multiFile([file(['a', ['b']], { attr: 'l' })]), 'metainfo-invalid-path'],
  ['a path of no elements', multiFile([file([])]), 'metainfo-invalid-path'],
  ['a path of empty elements', multiFile([file(['', ''])]), 'metainfo-invalid-path'],
  ['a path of 101 elements', multiFile([file(Array.from<Raw>({ length: 101 }).fill('a'))]), 'metainfo-path-too-deep'],
  ['two files of one path', multiFile([file(['foo', 'bar.txt']), file(['foo', 'bar.txt'])]), 'metainfo-duplicate-path'],
  ['two paths that become one', multiFile([file(['a/b']), file(['a\\b'])]), 'metainfo-duplicate-path'],
  [
    'a file that is a directory too',
    multiFile([file(['a']), file(['b']), file(['a', 'b'])]),
    'metainfo-duplicate-path',
  ],

  // The pieces.
  ['no pieces', singleFile({ pieces: ABSENT }), 'metainfo-missing-pieces'],
  ['pieces that are a number', singleFile({ pieces: -23 }), 'metainfo-missing-pieces'],
  ['empty pieces', singleFile({ pieces: '' }), 'metainfo-missing-pieces'],
  ['24 bytes of pieces', singleFile({ pieces: Buffer.alloc(24) }), 'metainfo-invalid-pieces'],
  ['119 bytes of pieces', singleFile({ pieces: Buffer.alloc(119) }), 'metainfo-invalid-pieces'],
  ['a piece too few', singleFile({ pieces: hashes(2) }), 'metainfo-piece-count-mismatch'],
  ['a piece too many', singleFile({ pieces: hashes(4) }), 'metainfo-piece-count-mismatch'],
  ['1.7 TB in pieces of 16 KiB', singleFile({ length: 1_759_218_597_889 }), 'metainfo-too-many-pieces'],
  ['2^20 pieces and a byte', singleFile({ length: 2 ** 34 + 1 }), 'metainfo-too-many-pieces'],
  [
    'pieces twice',
    Buffer.from('d4:infod6:lengthi1e4:name1:a12:piece lengthi1e6:pieces1:a6:pieces1:bee'),
    'bencode-duplicate-key',
  ],

  // BitTorrent v2.
  [
    'a torrent for v2 only',
    singleFile({ pieces: ABSENT, length: ABSENT, 'file tree': { temp: { '': { length: 1 } } }, 'meta version': 2 }),
    'metainfo-unsupported-v2',
  ],
  [
    'a v2 torrent without a piece length',
    singleFile({ pieces: ABSENT, 'piece length': ABSENT, 'file tree': {} }),
    'metainfo-unsupported-v2',
  ],
  [
    'a v2 file tree of 903 directories',
    singleFile({ 'file tree': new Written('d1:a'.repeat(903) + 'de' + 'e'.repeat(903)) }),
    'bencode-depth-exceeded',
  ],
  [
    'an integer with a leading zero',
    singleFile({ 'meta version': new Written('i07e') }),
    'bencode-non-canonical-integer',
  ],
]

describe('a torrent is refused with', () => {
  for (const [what, bytes, code] of refused) {
    test(`${what}: ${code}`, () => assert.throws(() => parse(bytes), { name: 'ProtocolError', code }))
  }
})

describe('torrents made to keep a client busy', () => {
  const quickly = (run: () => void): void => {
    const took = cpuMs(run)
    assert.ok(took < 3000, `took ${took} ms of CPU`)
  }
  const text = (body: string): Written => new Written(body)

  test('a million nested lists are refused at once', () => {
    const bytes = Buffer.from('l'.repeat(1_000_000))
    quickly(() => assert.throws(() => parse(bytes), { code: 'bencode-depth-exceeded' }))
  })

  test('100,000 files of one path are refused without comparing each with each', () => {
    const bytes = multiFile(text(`l${'d6:lengthi1e4:pathl3:foo7:bar.txtee'.repeat(100_000)}e`))
    quickly(() => assert.throws(() => parse(bytes), { code: 'metainfo-duplicate-path' }))
  })

  test('more than 100,000 files are refused', () => {
    const bytes = multiFile(text(`l${'d6:lengthi1e4:pathl1:aee'.repeat(100_001)}e`))
    quickly(() => assert.throws(() => parse(bytes), { code: 'metainfo-too-many-files' }))
  })

  test('deep paths, a hundred elements each, are refused when they are a million elements', () => {
    const bytes = multiFile(text(`l${`d6:lengthi1e4:pathl${'1:a'.repeat(100)}ee`.repeat(20_000)}e`))
    quickly(() => assert.throws(() => parse(bytes), { code: 'metainfo-too-many-files' }))
  })

  test('too many tokens are refused', () => {
    const bytes = singleFile({ junk: text(`l${'0:'.repeat(3_000_000)}e`) })
    quickly(() => assert.throws(() => parse(bytes), { code: 'bencode-limit-exceeded' }))
  })

  test('10 MiB with a million tokens are read in no time', () => {
    const pieces = 400_000
    const filler = text(`l${'3:abc'.repeat(400_000)}${'i1e'.repeat(150_000)}${'de'.repeat(225_000)}e`)
    const bytes = singleFile({ junk: filler, length: pieces * 16_384, pieces: hashes(pieces) }, {})
    assert.ok(bytes.length > 10 * MiB, String(bytes.length))
    const within = singleFile({ junk: filler, length: 350_000 * 16_384, pieces: hashes(350_000) })
    quickly(() => assert.equal(parse(within).pieceCount, 350_000))
    assert.throws(() => parse(bytes), { code: 'metainfo-too-large' })
  })

  test('a million keys out of order are checked for duplicates without comparing each with each', () => {
    const keys = Array.from({ length: 800_000 }, (_, i) => `7:${String(1_000_000 - i).padStart(7, '0')}0:`)
    const bytes = singleFile({ junk: text(`d${keys.join('')}e`) })
    quickly(() => assert.equal(parse(bytes).name, 'temp'))
  })
})
