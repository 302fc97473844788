/** Magnet links on the command line, against the real API over a service of plain values. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ServiceError } from '../../../src/service/index.ts'
import { commandLine, json } from '../../support/command-line.ts'
import { FakeService, fakeHash, fakeSwarm } from '../../support/fake-service.ts'

const LINK = `magnet:?xt=urn:btih:${'ab'.repeat(20)}`

describe('magnet links on the command line', () => {
  it('add and get: take a link like a file', async (t) => {
    const { service, run } = await commandLine(t)
    const added = fakeSwarm(LINK.length)
    assert.deepEqual(await run('add', LINK), { code: 0, out: `${added.infoHash} ${added.name}\n`, err: '' })
    assert.match((await run('add', LINK.replace('magnet', 'MAGNET'))).out, /was there already/)
    assert.equal((await run('get', LINK)).out, `${added.infoHash} downloading\n`)
    assert.deepEqual(
      service.calls.filter(([name]) => name === 'addMagnet').map(([, link]) => link),
      [LINK, LINK.replace('magnet', 'MAGNET'), LINK],
    )
  })

  it('add: says what is wrong with a link', async (t) => {
    const { service, run } = await commandLine(t)
    service.fault = new ServiceError('invalid-magnet', 'xt: it names no torrent')
    const { code, err } = await run('add', 'magnet:?dn=x')
    assert.equal(code, 1)
    assert.match(err, /^swarmd: Not a valid magnet link: xt: it names no torrent\. .*40 hex digits/)
  })

  it('magnet: prints a link for others', async (t) => {
    const { run } = await commandLine(t)
    assert.equal((await run('magnet', 'file-2.img')).out, `magnet:?xt=urn:btih:${fakeHash(2)}&dn=fake\n`)
    const answer = json((await run('magnet', '--json', fakeHash(2))).out)
    assert.deepEqual(answer, { magnet: `magnet:?xt=urn:btih:${fakeHash(2)}&dn=fake` })
  })

  it('ls and show: say that the length is not known before the metadata is here', async (t) => {
    const unknown = { length: 0, pieceLength: 0, pieces: { total: 0, have: 0 }, progress: 0 }
    const service = new FakeService()
    service.hold(fakeSwarm(1, { ...unknown, state: 'fetching-metadata', stateReason: 'no peers known yet' }))
    const { run } = await commandLine(t, service)
    assert.match((await run('ls')).out, / 0 % +- .*fetching-metadata: no peers known yet/)
    assert.match((await run('show', fakeHash(1))).out, /^length +not known before the metadata is here$/m)
  })
})
