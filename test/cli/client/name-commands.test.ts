/** Names on the command line, against the real API over a service of plain values. */
import assert from 'node:assert/strict'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { NameAmbiguousError, ServiceError } from '../../../src/service/index.ts'
import { commandLine, json } from '../../support/command-line.ts'
import { fakeHash, fakeManifest, fakeSwarm } from '../../support/fake-service.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

describe('names on the command line', () => {
  it('add and get: take a word that is no file, no link and no info hash for a name', async (t) => {
    const { service, run } = await commandLine(t)
    const { infoHash, name } = fakeSwarm(9)
    assert.deepEqual(await run('add', 'music.txt'), { code: 0, out: `${infoHash} ${name}\n`, err: '' })
    assert.equal((await run('get', 'music.txt')).out, `${infoHash} downloading\n`)
    await run('add', 'AB'.repeat(20))
    assert.deepEqual(
      service.calls.filter(([call]) => call !== 'swarms'),
      [
        ['addByName', 'music.txt'],
        ['addByName', 'music.txt'],
        ['addMagnet', `magnet:?xt=urn:btih:${'AB'.repeat(20)}`],
      ],
    )
  })

  it('add: takes no path and no URL for a name', async (t) => {
    const { service, run } = await commandLine(t)
    for (const [word, why] of [
      ['./music.txt', /can't read \.\/music\.txt: there is no such file/],
      ['missing.torrent', /there is no such file/],
      ['http://10.0.0.1/x.torrent', /is a URL/],
      ['/', /it is a folder/],
    ] as const) {
      const { code, err } = await run('add', word)
      assert.equal(code, 1)
      assert.match(err, why)
    }
    assert.deepEqual(service.calls, [])
  })

  it('add: does not read a large file of that name into memory, for it is no torrent', async (t) => {
    const { service, run } = await commandLine(t)
    await using folder = await ScratchFolder.create()
    const image = join(folder.path, 'image.iso')
    await writeFile(image, '')
    await truncate(image, 3 * 1024 ** 3)
    const { code, err } = await run('get', image)
    assert.equal(code, 1)
    assert.match(err, /image\.iso is no torrent: it has 3221225472 bytes, and those have 10485760 at most/)
    assert.deepEqual(service.calls, [])
  })

  it('get: says that nobody has it, or which ones there are', async (t) => {
    const { service, run } = await commandLine(t)
    service.fault = new ServiceError('name-not-found', '5 peers were asked for music.txt, and none has it.')
    const { code, err } = await run('get', 'music.txt')
    assert.equal(code, 1)
    assert.match(err, /^swarmd: Nobody has a torrent of this name: 5 peers were asked/)
    const candidates = [{ infoHash: fakeHash(4), length: 5, magnet: `magnet:?xt=urn:btih:${fakeHash(4)}` }]
    service.fault = new NameAmbiguousError('2 torrents have the name music.txt', candidates)
    const several = await run('get', 'music.txt')
    assert.match(several.err, /Several torrents have this name/)
    assert.ok(several.err.endsWith(`\n  swarmd get 'magnet:?xt=urn:btih:${fakeHash(4)}'\n`), several.err)
    const { candidates: told } = json((await run('get', '--json', 'music.txt')).err) as { candidates: object[] }
    assert.deepEqual(told, candidates)
  })

  it('manifest: lists the pieces, and who has each', async (t) => {
    const { run } = await commandLine(t)
    const { out } = await run('manifest', 'file-2.img')
    assert.match(out, /^PIECE +LENGTH +SHA-1 +HOLDERS$/m)
    assert.match(out, /^file-2\.img\.1 +262144 +0{39}1 +10\.0\.0\.248:5000 \[fd00::1\]:5000$/m)
    assert.match(out, /^file-2\.img\.3 +75712 +0{39}3 +-$/m)
    const answer = json((await run('manifest', '--json', 'file-2.img')).out)
    assert.deepEqual(answer, fakeManifest(fakeSwarm(2), { from: 1, count: 3 }))
  })
})
