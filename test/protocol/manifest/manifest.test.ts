import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodeManifest,
  decodeNameChoice,
  encodeManifest,
  encodeNameChoice,
  formatManifestTarget,
  MANIFEST_LIMITS,
  manifestPieces,
  parseManifestTarget,
  ProtocolError,
  type Manifest,
  type PeerAddress,
} from '../../../src/protocol/index.ts'
import { inMemoryTorrent } from '../../support/in-memory-torrent.ts'

const { metainfo } = inMemoryTorrent({ name: 'music.txt', content: 600_000, pieceLength: 262_144 })
const holders: readonly PeerAddress[] = [
  { host: '10.0.0.2', port: 5000 },
  { host: 'fd00::1', port: 7000 },
]

function manifest(from = 1, count = 256, changes: Partial<Manifest> = {}): Manifest {
  const { name, length, pieceLength, pieceCount, infoHash, isPrivate } = metainfo
  const run = manifestPieces(metainfo, from, count, (index) => (index === 1 ? [] : holders))
  return { name, length, pieceLength, pieceCount, infoHash, isPrivate, ...run, ...changes }
}

/** The JSON of a good one with some of it replaced. */
function spoiled(change: (fields: Record<string, unknown>, pieces: Record<string, unknown>[]) => void): Buffer {
  const fields = JSON.parse(encodeManifest(manifest()).toString()) as Record<string, unknown>
  change(fields, fields['pieces'] as Record<string, unknown>[])
  return Buffer.from(JSON.stringify(fields))
}

const refused =
  (code: string, words = /./) =>
  (error: unknown): boolean =>
    error instanceof ProtocolError && error.code === code && words.test(error.message)

describe('a manifest', () => {
  it('is JSON with a name, a length, a hash and the holders of each piece', () => {
    assert.deepEqual(JSON.parse(encodeManifest(manifest()).toString()), {
      name: 'music.txt',
      length: 600_000,
      pieceLength: 262_144,
      pieceCount: 3,
      infoHash: metainfo.infoHash,
      isPrivate: false,
      pieces: [
        {
          number: 1,
          name: 'music.txt.1',
          length: 262_144,
          sha1: metainfo.pieceHashes.toString('hex', 0, 20),
          holders: ['10.0.0.2:5000', '[fd00::1]:7000'],
        },
        {
          number: 2,
          name: 'music.txt.2',
          length: 262_144,
          sha1: metainfo.pieceHashes.toString('hex', 20, 40),
          holders: [],
        },
        {
          number: 3,
          name: 'music.txt.3',
          length: 75_712,
          sha1: metainfo.pieceHashes.toString('hex', 40, 60),
          holders: ['10.0.0.2:5000', '[fd00::1]:7000'],
        },
      ],
      nextPiece: null,
    })
  })

  it('is read as it was written, whole and in runs', () => {
    assert.deepEqual(decodeManifest(encodeManifest(manifest())), manifest())
    const first = decodeManifest(encodeManifest(manifest(1, 2)))
    assert.deepEqual([first.pieces.map(({ number }) => number), first.nextPiece], [[1, 2], 3])
    const last = decodeManifest(encodeManifest(manifest(3, 2)))
    assert.deepEqual([last.pieces.map(({ number }) => number), last.nextPiece], [[3], null])
    assert.deepEqual(
      manifestPieces(metainfo, 4, 1, () => []),
      { pieces: [], nextPiece: null },
    )
  })

  it('with fields of a later version is read all the same', () => {
    assert.deepEqual(decodeManifest(spoiled((fields) => void (fields['later'] = [1]))), manifest())
  })

  it('keeps within its size with the longest name and the most holders', () => {
    const many = Array.from({ length: 99 }, (_, at) => ({
      host: `2001:db8:1111:2222:3333:4444:5555:${at + 4096}`,
      port: 65_535,
    }))
    const name = '"'.repeat(MANIFEST_LIMITS.nameBytes)
    const big = inMemoryTorrent({ name: 'big', content: 1024 * 300, pieceLength: 1024 })
    const run = manifestPieces(big.metainfo, 1, 1000, () => many)
    assert.deepEqual([run.pieces.length, run.nextPiece], [256, 257])
    const { length, pieceLength, pieceCount, infoHash, isPrivate } = big.metainfo
    const bytes = encodeManifest({ name, length, pieceLength, pieceCount, infoHash, isPrivate, ...run })
    assert.ok(bytes.length < MANIFEST_LIMITS.bytes, `${bytes.length}`)
    assert.equal(decodeManifest(bytes).pieces[0]?.holders.length, MANIFEST_LIMITS.holders)
  })

  it('that is no manifest is refused, with a word for each kind', () => {
    assert.throws(() => decodeManifest(Buffer.alloc(MANIFEST_LIMITS.bytes + 1)), refused('manifest-too-large'))
    for (const text of ['', '{', 'nil', '\ufeff{}', '['.repeat(500_000)]) {
      assert.throws(() => decodeManifest(Buffer.from(text)), refused('manifest-not-json'), text.slice(0, 20))
    }
    assert.throws(() => decodeManifest(Buffer.from('7b22ff227d', 'hex')), refused('manifest-not-json'))
    for (const text of ['[]', 'null', '1', '{}', '"x"']) {
      assert.throws(() => decodeManifest(Buffer.from(text)), refused('manifest-invalid'), text)
    }
  })

  const crimes: readonly [string, RegExp, Parameters<typeof spoiled>[0]][] = [
    ['has no name', /name is no safe name/, (fields) => delete fields['name']],
    ['names a path', /safe name/, (fields) => (fields['name'] = '../music.txt')],
    ['has control characters in its name', /safe name/, (fields) => (fields['name'] = 'a\u001b[2Jb')],
    ['has half a character in its name', /safe name/, (fields) => (fields['name'] = '\ud800')],
    ['has a name of a megabyte', /safe name/, (fields) => (fields['name'] = 'x'.repeat(300_000))],
    ['has a length below zero', /length is a whole/, (fields) => (fields['length'] = -1)],
    ['has a length beyond what is counted', /length is a whole/, (fields) => (fields['length'] = 2 ** 53)],
    ['has a length in words', /length is a whole/, (fields) => (fields['length'] = '600000')],
    ['has pieces of a gigabyte', /pieceLength is a whole/, (fields) => (fields['pieceLength'] = 2 ** 30)],
    ['counts its pieces wrong', /are not 600000 bytes/, (fields) => (fields['pieceCount'] = 4)],
    ['has no info hash', /infoHash is 40/, (fields) => (fields['infoHash'] = 'x'.repeat(40))],
    ['does not say whether it is private', /isPrivate/, (fields) => delete fields['isPrivate']],
    ['has no list of pieces', /pieces is no list/, (fields) => (fields['pieces'] = {})],
    ['has no piece', /has no pieces/, (fields) => (fields['pieces'] = [])],
    ['has too many pieces', /entries/, (fields, pieces) => (fields['pieces'] = Array(257).fill(pieces[0]))],
    ['has pieces in disorder', /not in order/, (_, pieces) => pieces.reverse()],
    ['leaves a piece out', /not in order/, (_, pieces) => pieces.splice(1, 1)],
    ['has a piece that is none', /a piece is no object/, (_, pieces) => pieces.splice(0, 1, null as never)],
    ['has a piece number 0', /number is a whole/, (_, pieces) => (pieces[0]!['number'] = 0)],
    ['calls a piece something else', /another name/, (_, pieces) => (pieces[0]!['name'] = 'x.1')],
    ['has a piece that is too long', /piece 3 has 75712 bytes/, (_, pieces) => (pieces[2]!['length'] = 75_713)],
    ['has a short hash', /sha1 of piece 1/, (_, pieces) => (pieces[0]!['sha1'] = 'ab')],
    ['has a host name for a holder', /IP address/, (_, pieces) => (pieces[0]!['holders'] = ['evil.example:80'])],
    ['has a number for a holder', /IP address/, (_, pieces) => (pieces[0]!['holders'] = [5])],
    ['has a holder at port 0', /IP address/, (_, pieces) => (pieces[0]!['holders'] = ['10.0.0.1:0'])],
    ['has a holder at port 65536', /IP address/, (_, pieces) => (pieces[0]!['holders'] = ['10.0.0.1:65536'])],
    ['names a holder twice', /stands twice/, (_, pieces) => (pieces[0]!['holders'] = ['10.0.0.1:1', '10.0.0.1:1'])],
    ['has too many holders', /entries/, (_, pieces) => (pieces[0]!['holders'] = Array(17).fill('10.0.0.1:1'))],
    ['goes on behind its end', /nextPiece is null/, (fields) => (fields['nextPiece'] = 4)],
  ]
  for (const [what, words, change] of crimes) {
    it(`that ${what} is refused`, () => {
      assert.throws(() => decodeManifest(spoiled(change)), refused('manifest-invalid', words))
    })
  }
})

describe('a choice of torrents of one name', () => {
  const other = inMemoryTorrent({ name: 'music.txt', content: 5 }).metainfo
  const candidates = [metainfo, other].map(({ infoHash, length }) => ({ infoHash, length }))

  it('is read as it was written', () => {
    const choice = { name: 'music.txt', candidates }
    assert.deepEqual(decodeNameChoice(encodeNameChoice(choice)), choice)
  })

  it('is refused when there is nothing to choose, or too much', () => {
    const read = (of: readonly object[]) => decodeNameChoice(Buffer.from(JSON.stringify({ name: 'x', candidates: of })))
    for (const of of [
      [],
      candidates.slice(0, 1),
      [candidates[0]!, candidates[0]!],
      Array(17).fill(candidates[0]) as object[],
    ]) {
      assert.throws(() => read(of), refused('manifest-invalid'))
    }
    assert.throws(() => read([{ infoHash: 'x', length: 1 }, ...candidates]), refused('manifest-invalid'))
  })
})

describe('a question for a manifest', () => {
  it('is a path and a query, whatever the name is', () => {
    assert.equal(formatManifestTarget('music.txt'), '/manifests/music.txt')
    for (const name of ['music.txt', 'é ü/..%2e', '?#&=', '"\\', '漢'.repeat(80)]) {
      const whole = { name, from: 257, count: 3, infoHash: metainfo.infoHash }
      assert.deepEqual(parseManifestTarget(formatManifestTarget(name, whole)), whole)
      assert.deepEqual(parseManifestTarget(formatManifestTarget(name)), { name, from: 1, count: 256, infoHash: null })
    }
  })

  it('is nothing else', () => {
    for (const target of ['/', '/announce?manifests/', '/manifests', '/Manifests/x', 'manifests/x'])
      assert.equal(parseManifestTarget(target), null, target)
  })

  it('is refused when it can not be understood', () => {
    const queries = ['from=0', 'from=-1', 'from=1e3', 'from=', 'from=9999999', 'count=257', 'count=x', 'infoHash=abc']
    for (const target of [
      '',
      '%',
      '%zz',
      'x'.repeat(241),
      '漢'.repeat(81),
      'x'.repeat(5000),
      ...queries.map((each) => `x?${each}`),
    ])
      assert.throws(() => parseManifestTarget(`/manifests/${target}`), refused('manifest-bad-request'), target)
  })
})
