import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Raw, rawBencode, Written } from '../bencode/raw-bencode.ts'
import { ABSENT, file, hashes, multiFile, parse, pathsOf, sha1Hex, singleFile } from './torrent-fixture.ts'

const MiB = 1024 * 1024
const raw = (...bytes: number[]): Buffer => Buffer.from(bytes)

describe('a single-file torrent', () => {
  const bytes = singleFile()
  const meta = parse(bytes)

  test('is one file, called like the torrent', () => {
    assert.deepEqual(meta.files, [{ path: ['temp'], length: 40_000, offset: 0, padding: false }])
    assert.equal(meta.name, 'temp')
    assert.equal(meta.multiFile, false)
  })

  test('has its lengths and hashes', () => {
    assert.equal(meta.length, 40_000)
    assert.equal(meta.pieceLength, 16_384)
    assert.equal(meta.pieceCount, 3)
    assert.deepEqual(meta.pieceHashes, hashes(3))
  })

  test('keeps the bytes it came in, and does not share them', () => {
    assert.deepEqual(meta.raw, bytes)
    assert.deepEqual(meta.infoBytes, bytes.subarray('d4:info'.length, -1))
    const reused = Buffer.from(bytes)
    const parsed = parse(reused)
    reused.fill(0)
    assert.deepEqual(parsed.raw, bytes)
    assert.deepEqual(parsed.pieceHashes, hashes(3))
  })

  test('says nothing of what it does not have', () => {
    assert.deepEqual(meta.announceTiers, [])
    assert.equal(meta.isPrivate, false)
    for (const key of ['comment', 'createdBy', 'creationDate']) assert.equal(key in meta, false)
  })
})

describe('the info hash', () => {
  test('is the SHA-1 that other programs give the same bytes', () => {
    const bytes = Buffer.from('d4:infod6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee')
    assert.equal(parse(bytes).infoHash, '4de9b0e9855b349178fb7a42f37dc0f2fac3018d')
  })

  test('is that of the bytes as written, when keys are unsorted', () => {
    const info: Raw = { pieces: hashes(1), name: 'b', length: 5, 'piece length': 16_384, zzz: 1, aaa: 2 }
    const meta = parse(rawBencode({ info, announce: 'http://a/announce' }))
    assert.equal(meta.infoHash, sha1Hex(rawBencode(info)))
    assert.deepEqual(meta.infoBytes, rawBencode(info))
    assert.deepEqual(meta.announceTiers, [['http://a/announce']])
  })

  test('covers keys that nobody knows', () => {
    const info: Raw = { length: 1, name: 'a', 'piece length': 1, pieces: hashes(1), 'x_\u0000': [[], {}] }
    assert.equal(parse(rawBencode({ info })).infoHash, sha1Hex(rawBencode(info)))
  })

  test('does not change with what is around the info dictionary', () => {
    const around = { announce: 'udp://t:1', comment: 'c', infp: 1 }
    assert.equal(parse(singleFile({}, around)).infoHash, parse(singleFile()).infoHash)
  })

  test('is not fooled by an info dictionary inside another value', () => {
    const inner: Raw = { info: { length: 1, name: 'evil', 'piece length': 1, pieces: hashes(1) } }
    const meta = parse(singleFile({}, { aaa: inner }))
    assert.equal(meta.name, 'temp')
    assert.equal(meta.infoHash, parse(singleFile()).infoHash)
  })

  test('takes no notice of bytes after the torrent, and does not keep them', () => {
    const bytes = singleFile()
    const meta = parse(Buffer.concat([bytes, Buffer.from('\r\n')]))
    assert.deepEqual(meta.raw, bytes)
  })
})

const loads: readonly (readonly [string, Buffer, readonly string[]])[] = [
  ['several files', multiFile([file(['a.txt']), file(['dir', 'b.txt'])]), ['a.txt', 'dir/b.txt']],
  ['one file in a directory', multiFile([file(['temp'])]), ['temp']],
  ['a file of zero length', multiFile([file(['a'], { length: 0 }), file(['b'])]), ['a', 'b']],
  ['a parent directory', multiFile([file(['..', '..', 'bar'])]), ['_/_/bar']],
  ['a parent directory inside an element', multiFile([file(['foo/../../../bar'])]), ['foo_.._.._.._bar']],
  ['slashes as elements', multiFile([file(['/', '/', 'bar'])]), ['_/_/bar']],
  ['slashes inside elements', multiFile([file(['abc/../../def', '/', 'bar'])]), ['abc_.._.._def/_/bar']],
  ['an absolute path', multiFile([file(['/foobar'])]), ['_foobar']],
  ['a slash in a file name', multiFile([file(['a/a.txt'])]), ['a_a.txt']],
  ['backslashes', multiFile([file(['a\\b', '..\\..\\c'])]), ['a_b/.._.._c']],
  ['an empty element', multiFile([file(['', 'a.txt'])]), ['a.txt']],
  ['empty elements between', multiFile([file(['a', '', '', 'b', ''])]), ['a/b']],
  ['a dot for a file name', multiFile([file(['.']), file(['b'])]), ['_', 'b']],
  ['a slash for a file name', multiFile([file(['/']), file(['b']), file(['c'])]), ['_', 'b', 'c']],
  ['a blank at the end of a name', multiFile([file(['foobar '])]), ['foobar ']],
  ['names that only Windows minds', multiFile([file(['CON', 'a:b?'])]), ['CON/a:b?']],
  ['names that differ in case', multiFile([file(['README']), file(['readme'])]), ['README', 'readme']],
  [
    'a name that is a prefix of another',
    multiFile([file(['a']), file(['a.b', 'c']), file(['ab'])]),
    ['a', 'a.b/c', 'ab'],
  ],
  ['a NUL in a name', multiFile([file(['a\0b'])]), ['a_b']],
  ['a byte that is not UTF-8', multiFile([file([Buffer.from('file\x80.foo', 'latin1')])]), ['file_.foo']],
  [
    'a hundred elements',
    multiFile([file(Array.from<Raw>({ length: 100 }).fill('d'))]),
    [Array(100).fill('d').join('/')],
  ],
  ['a UTF-8 path beside one of another encoding', multiFile([file([raw(0xff)], { 'path.utf-8': ['ü'] })]), ['ü']],
  ['a UTF-8 path that is none', multiFile([file(['a'], { 'path.utf-8': 'x' })]), ['a']],
  [
    'links, which become empty files',
    multiFile([file(['a']), { attr: 'l', path: ['b'], 'symlink path': ['..', '..', 'etc'] }]),
    ['a', 'b'],
  ],
  ['padding', multiFile([file(['a']), file(['.pad', '6'], { attr: 'p' }), file(['b'])]), ['a', '.pad/6', 'b']],
  [
    'padding without a path',
    multiFile([file(['a']), { attr: 'p', length: 2124 }, file(['b'])]),
    ['a', '.pad/2124', 'b'],
  ],
  [
    'padding of one path more than once',
    multiFile(['a', 'b', 'c'].flatMap((name) => [file([name]), file(['.pad', '10'], { attr: 'p' })])),
    ['a', '.pad/10', 'b', '.pad/10', 'c', '.pad/10'],
  ],
]

describe('a torrent loads with', () => {
  for (const [what, bytes, paths] of loads) {
    test(`${what}: ${paths.join(' ').slice(0, 60)}`, () => {
      const meta = parse(bytes)
      assert.deepEqual(pathsOf(meta), paths)
      assert.equal(meta.multiFile, true)
      assert.equal(meta.name, 'temp')
    })
  }

  test('five gigabytes', () => {
    const meta = parse(singleFile({ length: 5_000_000_000, 'piece length': 16 * MiB, pieces: hashes(299) }))
    assert.equal(meta.length, 5_000_000_000)
  })

  test('a piece length that is small, odd, or 64 MiB', () => {
    for (const [pieceLength, count] of [
      [1, 40_000],
      [1024, 40],
      [32_767, 2],
      [64 * MiB, 1],
    ] as const) {
      const meta = parse(singleFile({ 'piece length': pieceLength, pieces: hashes(count) }))
      assert.equal(meta.pieceLength, pieceLength)
      assert.equal(meta.pieceCount, count)
    }
  })

  test('a length that fills its last piece', () => {
    assert.equal(parse(singleFile({ length: 32_768, pieces: hashes(2) })).pieceCount, 2)
    assert.throws(() => parse(singleFile({ length: 32_769, pieces: hashes(2) })))
  })

  test('web seeds, nodes and other things of the wrong type around it', () => {
    const around: Raw = { httpseeds: [''], nodes: 7, 'url-list': [-20, ['']], 'piece layers': 512 }
    assert.equal(parse(singleFile({}, around)).name, 'temp')
  })
})

describe('files', () => {
  const meta = parse(
    multiFile(
      [
        file(['empty'], { length: 0 }),
        file(['a'], { length: 16_000 }),
        file(['.pad', '384'], { attr: 'p', length: 384 }),
        file(['b'], { length: 5, attr: 'x' }),
        file(['end'], { length: 0 }),
      ],
      { pieces: hashes(2) },
    ),
  )

  test('stand at their offsets, padding and empty files included', () => {
    assert.deepEqual(
      meta.files.map(({ offset, length, padding }) => [offset, length, padding]),
      [
        [0, 0, false],
        [0, 16_000, false],
        [16_000, 384, true],
        [16_384, 5, false],
        [16_389, 0, false],
      ],
    )
  })

  test('and padding add up to the length', () => assert.equal(meta.length, 16_389))
})

describe('the name', () => {
  const names: readonly (readonly [Raw, string])[] = [
    ['temp/../../abc', 'temp_.._.._abc'],
    ['/etc/passwd', '_etc_passwd'],
    ['foobar ', 'foobar '],
    ['.hidden', '.hidden'],
    ['x'.repeat(300), 'x'.repeat(240)],
    ['\0\0\0\0', '____'],
    ['Ünïcödé ✓', 'Ünïcödé ✓'],
  ]
  for (const [given, name] of names) {
    test(`${JSON.stringify(given)} becomes ${JSON.stringify(name)}`, () => {
      const meta = parse(singleFile({ name: given }))
      assert.equal(meta.name, name)
      assert.deepEqual(meta.files[0]?.path, [name])
    })
  }

  test('that names nothing becomes the info hash', () => {
    for (const name of ['', '.', '..', '\u202e\u200b', '.\ufeff.']) {
      const meta = parse(singleFile({ name }))
      assert.equal(meta.name, meta.infoHash)
    }
  })

  test('in UTF-8 is taken where both are there', () => {
    assert.equal(parse(singleFile({ name: raw(0xfc), 'name.utf-8': 'ü' })).name, 'ü')
    assert.equal(parse(singleFile({ name: 'a', 'name.utf-8': 1 })).name, 'a')
  })
})

describe('trackers', () => {
  const tiers = (around: { readonly [key: string]: Raw }) => parse(singleFile({}, around)).announceTiers

  test('come from announce', () => {
    assert.deepEqual(tiers({ announce: 'http://10.0.0.248:5000/announce' }), [['http://10.0.0.248:5000/announce']])
  })

  test('may be a bare host and port', () =>
    assert.deepEqual(tiers({ announce: '10.0.0.248:5000' }), [['10.0.0.248:5000']]))

  test('come from the announce-list alone, if there is one', () => {
    const list = [['http://a', 'http://b'], ['udp://c:1']]
    assert.deepEqual(tiers({ announce: 'http://x', 'announce-list': list }), list)
  })

  test('come from announce if the announce-list has none', () => {
    for (const list of [[], [[]], [['']], [[' ']], [[7]], 'http://y', 3, {}]) {
      assert.deepEqual(tiers({ announce: 'http://x', 'announce-list': list }), [['http://x']])
    }
  })

  test('have no blanks around them', () => {
    assert.deepEqual(tiers({ announce: '\n udp://test.com/announce  ' }), [['udp://test.com/announce']])
  })

  test('that are there twice, empty, or no text are left out', () => {
    const list = [['http://a', '', 'http://a', 5, ['x']], ['http://a'], {}, ['http://b']]
    assert.deepEqual(tiers({ 'announce-list': list }), [['http://a'], ['http://b']])
  })

  test('in a plain list are a tier each', () => {
    assert.deepEqual(tiers({ 'announce-list': ['http://a', 'http://b'] }), [['http://a'], ['http://b']])
  })

  test('are a thousand at most, of 2048 bytes at most', () => {
    const many = Array.from({ length: 1500 }, (_, i) => [`http://t${i}`])
    assert.equal(tiers({ 'announce-list': many }).length, 1000)
    assert.equal(tiers({ 'announce-list': [many.flat()] }).flat().length, 1000)
    assert.deepEqual(tiers({ announce: `http://${'x'.repeat(2048)}` }), [])
  })

  test('that are no text are none', () => assert.deepEqual(tiers({ announce: 17 }), []))
})

describe('remarks', () => {
  test('are read', () => {
    const meta = parse(singleFile({}, { comment: 'ünter uns', 'created by': 'swarmd', 'creation date': 1_234_567 }))
    assert.equal(meta.comment, 'ünter uns')
    assert.equal(meta.createdBy, 'swarmd')
    assert.equal(meta.creationDate, 1_234_567)
  })

  test('of the wrong type are left out', () => {
    const meta = parse(singleFile({}, { comment: 1, 'created by': [], 'creation date': '2020' }))
    assert.deepEqual([meta.comment, meta.createdBy, meta.creationDate], [undefined, undefined, undefined])
    assert.equal(parse(singleFile({}, { 'creation date': -1 })).creationDate, undefined)
    assert.equal(parse(singleFile({}, { 'creation date': 2n ** 62n })).creationDate, undefined)
  })

  test('are cut when they are a book', () => {
    assert.equal(parse(singleFile({}, { comment: 'x'.repeat(1_000_000) })).comment?.length, 4096)
  })
})

describe('the private flag', () => {
  test('is set by a one inside the info dictionary', () => {
    assert.equal(parse(singleFile({ private: 1 })).isPrivate, true)
    assert.equal(parse(singleFile({ private: 0 })).isPrivate, false)
    assert.equal(parse(singleFile({ private: '1' })).isPrivate, false)
  })

  test('means nothing outside of it', () => assert.equal(parse(singleFile({}, { private: 1 })).isPrivate, false))
})

describe('hybrid torrents', () => {
  const leaf = (length: number): Raw => ({ '': { length, 'pieces root': Buffer.alloc(32, 1) } })

  test('load as the v1 torrents that they are', () => {
    const tree: Raw = { a: leaf(16_000), b: leaf(5) }
    const files = [
      file(['a'], { length: 16_000 }),
      file(['.pad', '384'], { attr: 'p', length: 384 }),
      file(['b'], { length: 5 }),
    ]
    const meta = parse(multiFile(files, { 'file tree': tree, 'meta version': 2, pieces: hashes(2) }))
    assert.deepEqual(pathsOf(meta), ['a', '.pad/384', 'b'])
    assert.equal(meta.infoHash, sha1Hex(meta.infoBytes))
  })

  test('are not checked against their v2 half', () => {
    const trees: Raw[] = [{ other: leaf(1) }, {}, { temp: { length: 1 } }, 7, new Written('d1:bde1:adee')]
    for (const tree of trees) {
      const meta = parse(singleFile({ 'file tree': tree, 'meta version': 2 }))
      assert.deepEqual(pathsOf(meta), ['temp'])
    }
  })

  test('need a v1 length like any other', () => {
    const bytes = singleFile({ length: ABSENT, 'file tree': { temp: leaf(40_000) } })
    assert.throws(() => parse(bytes), { code: 'metainfo-invalid-length' })
  })
})
