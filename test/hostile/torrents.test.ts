import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ServiceError } from '../../src/service/index.ts'
import { TestService } from '../support/running-service.ts'

const torrent = (info: string, around = ''): Buffer => Buffer.from(`d${around}4:info${info}e`, 'latin1')
const hashes = (count: number): string => `6:pieces${20 * count}:${'h'.repeat(20 * count)}`
const single = (fields: { length?: string; name?: string; piece?: string; pieces?: string }): Buffer => {
  const { length = 'i100000e', name = '1:a', piece = 'i32768e', pieces = hashes(4) } = fields
  return torrent(`d6:length${length}4:name${name}12:piece length${piece}${pieces}e`)
}
const files = (list: string, pieces = hashes(1)): Buffer =>
  torrent(`d5:filesl${list}e4:name1:a12:piece lengthi32768e${pieces}e`)

const BAD: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['a million open lists', Buffer.from('l'.repeat(1_000_000))],
  ['a million open dictionaries', Buffer.from('d1:a'.repeat(1_000_000))],
  ['a million closed lists', Buffer.from('l'.repeat(1_000_000) + 'e'.repeat(1_000_000))],
  ['lists a hundred thousand deep inside info', torrent(`d1:x${'l'.repeat(100_000)}${'e'.repeat(100_000)}e`)],
  ['a negative string length', Buffer.from('l-3:e')],
  ['a string length of 4 GiB', Buffer.from('4294967295:a')],
  ['a string length of 400 digits', Buffer.from(`${'9'.repeat(400)}:a`)],
  ['an integer of a million digits', single({ length: `i${'9'.repeat(1_000_000)}e` })],
  ['nothing', Buffer.alloc(0)],
  ['no dictionary', Buffer.from('i1e')],
  ['no info', Buffer.from('d8:announce1:xe')],
  ['a key twice in info', torrent(`d6:lengthi100000e6:lengthi100000e4:name1:a12:piece lengthi32768e${hashes(4)}e`)],
  ['too few pieces', single({ pieces: hashes(3) })],
  ['too many pieces', single({ pieces: hashes(5) })],
  ['pieces of 81 bytes', single({ pieces: `6:pieces81:${'h'.repeat(81)}` })],
  ['no bytes', single({ length: 'i0e', pieces: '6:pieces0:' })],
  ...[
    'i0e',
    'i-1e',
    'i1e',
    'i2147483648e',
    'i4294967296e',
    'i9007199254740993e',
    'i9223372036854775807e',
    'i-0e',
    '1:x',
  ].map((value) => [`a piece length of ${value}`, single({ piece: value })] as const),
  ...['i-1e', 'i9007199254740993e', 'i9223372036854775807e', 'i18446744073709551616e', 'i01e', '1:x', 'le'].map(
    (value) => [`a length of ${value}`, single({ length: value })] as const,
  ),
  ['a name that is no text', single({ name: 'i5e' })],
  ['files that are no list', torrent(`d5:filesi1e4:name1:a12:piece lengthi32768e${hashes(1)}e`)],
  ['no files', files('')],
  ['a file without a path', files('d6:lengthi5ee')],
  ['a file of a negative length', files('d6:lengthi-5e4:pathl1:beed6:lengthi10e4:pathl1:cee')],
  ['lengths that add up beyond 2^53', files('d6:lengthi9007199254740991e4:pathl1:bee'.repeat(3))],
]

describe('a .torrent that is no good', { timeout: 240_000 }, () => {
  let running: TestService
  before(async () => {
    running = await TestService.start()
  })
  after(() => running[Symbol.asyncDispose]())

  for (const [what, bytes] of BAD) {
    it(`is refused in a word: ${what}`, async () => {
      await assert.rejects(
        async () => running.service.addTorrent(bytes),
        (error) => error instanceof ServiceError && error.code === 'invalid-torrent' && error.message.length < 500,
      )
      assert.deepEqual(running.service.swarms(), [])
    })
  }

  it('is taken or refused in no time when it has a hundred thousand files, all of one name', async () => {
    const bytes = files('d6:lengthi1e4:pathl1:beee'.slice(0, -1).repeat(100_000), hashes(4))
    const started = performance.now()
    const add = async (): Promise<unknown> => running.service.addTorrent(bytes)
    await add().catch((error: unknown) => assert.ok(error instanceof ServiceError))
    assert.ok(performance.now() - started < 5000, `took ${performance.now() - started} ms`)
    for (const { infoHash } of running.service.swarms()) await running.service.remove(infoHash, { deleteData: true })
  })

  it('lands nowhere but below shareable/ and .swarmd/ when its names try to get out', async () => {
    await using own = await TestService.start()
    for (const name of ['../../escaped', '/etc/escaped', '..', '.', 'a/../../escaped', 'nul\0escaped']) {
      const bytes = single({ name: `${Buffer.byteLength(name)}:${name}` })
      try {
        const { swarm } = await own.service.addTorrent(bytes)
        assert.doesNotMatch(swarm.name, /[/\0]|^\.\.?$/)
        for (const { path } of own.service.files(swarm.infoHash)) assert.doesNotMatch(path, /\0|(^|\/)\.\.?(\/|$)|^\//)
      } catch (error) {
        assert.ok(error instanceof ServiceError, String(error))
      }
    }
  })

  it('is told of once when it lies in torrents/, and others beside it are taken', async () => {
    await using own = await TestService.start()
    await writeFile(join(own.root, 'torrents', 'bad.torrent'), single({ pieces: hashes(3) }))
    await writeFile(join(own.root, 'torrents', 'good.torrent'), single({}))
    await own.logged('swarm.added', ({ name }) => name === 'a')
    const { file, reason } = await own.logged('torrent.skipped')
    assert.match(String(file), /bad\.torrent$/)
    assert.ok(String(reason).length > 10)
    assert.equal(own.events('torrent.skipped').length, 1)
  })
})
