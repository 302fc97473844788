import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { NameAmbiguousError, ServiceError, type ServiceErrorCode, type SwarmView } from '../../../src/service/index.ts'
import { parseMagnet } from '../../../src/protocol/index.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../../support/in-memory-torrent.ts'
import { TestService } from '../../support/running-service.ts'
import { waitUntil } from '../../support/wait-until.ts'

const seeds = ({ status }: SwarmView): boolean => status === 'seeder'

const says =
  (code: ServiceErrorCode, words = /./) =>
  (error: unknown): boolean =>
    error instanceof ServiceError && error.code === code && words.test(error.message)

async function share(running: TestService, torrent: InMemoryTorrent): Promise<void> {
  await placeContent(running.root, torrent)
  await running.join(torrent.bytes)
  await running.swarm(torrent.metainfo.infoHash, seeds)
}

const peerOf = ({ port }: TestService) => ({ host: '127.0.0.1', port })

async function arrives(running: TestService, torrent: InMemoryTorrent): Promise<void> {
  await running.swarm(torrent.metainfo.infoHash, seeds)
  const file = await readFile(join(running.root, 'shareable', torrent.metainfo.name))
  assert.ok(file.equals(torrent.content))
  assert.deepEqual(running.events('bug'), [])
}

describe('a file that is asked for by its name', { timeout: 120_000 }, () => {
  it('comes from a member that a member knows, verified, without any .torrent', async () => {
    const torrent = inMemoryTorrent({ name: 'music.txt', content: 1_000_000 })
    await using seeder = await TestService.start()
    await share(seeder, torrent)
    await using between = await TestService.start({ peers: [peerOf(seeder)] })
    await using asker = await TestService.start({ peers: [peerOf(between)] })
    const { created, swarm } = await asker.service.addByName('music.txt')
    assert.deepEqual([created, swarm.infoHash, swarm.name], [true, torrent.metainfo.infoHash, 'music.txt'])
    await arrives(asker, torrent)
    const again = await asker.service.addByName('music.txt')
    assert.deepEqual([again.created, again.swarm.status], [false, 'seeder'])
    assert.deepEqual(
      asker.events('name.searched').map(({ outcome }) => outcome),
      ['found'],
    )
    assert.equal(between.service.swarms().length, 0)
  })

  it('is looked for once by all who ask at the same time', async () => {
    const torrent = inMemoryTorrent({ name: 'once.txt', content: 100_000 })
    await using seeder = await TestService.start()
    await share(seeder, torrent)
    await using asker = await TestService.start({ peers: [peerOf(seeder)] })
    const results = await Promise.all(Array.from({ length: 5 }, () => asker.service.addByName('once.txt')))
    assert.equal(results.filter(({ created }) => created).length, 1)
    assert.equal(asker.events('name.searched').length, 1)
    await arrives(asker, torrent)
  })

  it('that nobody has is said to be nowhere, with how many were asked', async () => {
    await using other = await TestService.start()
    await using asker = await TestService.start({ peers: [peerOf(other)] })
    await assert.rejects(
      asker.service.addByName('nothing.txt'),
      says('name-not-found', /^1 peer was asked for nothing\.txt, and none has it\.$/),
    )
    await using alone = await TestService.start()
    await assert.rejects(alone.service.addByName('x'), says('name-not-found', /nobody to ask .*\(--peers HOST\)/))
    assert.deepEqual([...asker.service.swarms(), ...alone.service.swarms()], [])
    // All machines of a lab have the same list of peers, and stand in it themselves.
    const settings = { clientPorts: null, maxConnections: 400, lsd: false }
    await alone.service.follow({ ...settings, peers: [peerOf(alone)] })
    await assert.rejects(alone.service.addByName('x'), says('name-not-found', /nobody to ask/))
  })

  it('whose keeper is dead is not found, and who did not answer is told', async () => {
    await using asker = await TestService.start({ peers: [{ host: '127.0.0.1', port: 1 }] })
    await assert.rejects(asker.service.addByName('x'), says('name-not-found', /; 1 of them gave no answer\.$/))
  })

  it('has to be a name that a torrent can have', async () => {
    await using running = await TestService.start()
    for (const name of ['..', 'a/b', '../etc/passwd', 'a\0b', 'a\nb', 'x'.repeat(241), '\u202etxt.exe', '\ud800'])
      await assert.rejects(running.service.addByName(name), says('invalid-name'), JSON.stringify(name))
    assert.deepEqual(running.events('name.searched'), [])
  })

  it('of which there are several is told with all of them, and each can be had by its link', async () => {
    const one = inMemoryTorrent({ name: 'same.txt', content: 100_000 })
    const two = inMemoryTorrent({ name: 'same.txt', content: 50_000 })
    await using first = await TestService.start()
    await using second = await TestService.start({ peers: [peerOf(first)] })
    await share(first, one)
    await share(second, two)
    await using asker = await TestService.start({ peers: [peerOf(first), peerOf(second)] })
    const refusal: unknown = await asker.service.addByName('same.txt').catch((error: unknown) => error)
    assert.ok(refusal instanceof NameAmbiguousError, String(refusal))
    const candidates = refusal.candidates.toSorted((a, b) => (b.length ?? 0) - (a.length ?? 0))
    assert.deepEqual(
      candidates.map(({ infoHash, length }) => [infoHash, length]),
      [one, two].map(({ metainfo }) => [metainfo.infoHash, metainfo.length]),
    )
    assert.match(refusal.message, /^2 torrents have the name same\.txt: .*100000 bytes/)
    const link = candidates[1]?.magnet ?? ''
    assert.deepEqual(parseMagnet(link).peers, [peerOf(second)])
    await asker.service.addMagnet(link)
    await arrives(asker, two)
  })

  it('is another than what was asked for by its info hash under that name', async () => {
    const torrent = inMemoryTorrent({ name: 'real.txt', content: 50_000 })
    await using seeder = await TestService.start()
    await share(seeder, torrent)
    await using asker = await TestService.start({ peers: [peerOf(seeder)] })
    await asker.service.addMagnet(`magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=real.txt`)
    const { created } = await asker.service.addByName('real.txt')
    assert.equal(created, true)
    await arrives(asker, torrent)
  })

  it('goes on after a restart, and still has to have that name', async () => {
    const torrent = inMemoryTorrent({ name: 'later.txt', content: 50_000 })
    await using seeder = await TestService.start()
    await share(seeder, torrent)
    const asker = await TestService.start({ peers: [peerOf(seeder)] })
    await using root = asker
    await seeder.service.setDesiredState(torrent.metainfo.infoHash, 'stopped')
    await assert.rejects(asker.service.addByName('later.txt'), says('name-not-found'))
    await seeder.service.setDesiredState(torrent.metainfo.infoHash, 'started')
    await seeder.swarm(torrent.metainfo.infoHash, seeds)
    const { swarm } = await waitUntil('it to be named again', () =>
      asker.service.addByName('later.txt').catch(() => undefined),
    )
    await asker.service.stop()
    await using again = await TestService.start({ root: root.root })
    assert.equal(again.service.swarm(swarm.infoHash).name, 'later.txt')
    await arrives(again, torrent)
  })

  it('is never told of when it is private', async () => {
    const torrent = inMemoryTorrent({ name: 'private.txt', content: 50_000, isPrivate: true })
    await using seeder = await TestService.start()
    await share(seeder, torrent)
    await using asker = await TestService.start({ peers: [peerOf(seeder)] })
    await assert.rejects(asker.service.addByName('private.txt'), says('name-not-found'))
    const own = await seeder.service.addByName('private.txt')
    assert.equal(own.created, false)
    assert.equal(seeder.service.manifest(torrent.metainfo.infoHash, { from: 1, count: 1 }).isPrivate, true)
  })
})
