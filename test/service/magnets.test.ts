import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseMagnet, parseMetainfo } from '../../src/protocol/index.ts'
import { sha1 } from '../../src/io/index.ts'
import { ServiceError, type ServiceErrorCode, type SwarmView } from '../../src/service/index.ts'
import { RootFolder } from '../../src/service/root-folder.ts'
import { FakePeer, ID } from '../support/fake-peer.ts'
import {
  inMemoryTorrent,
  placeContent,
  type InMemoryTorrent,
  type InMemoryTorrentOptions,
} from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const says =
  (code: ServiceErrorCode) =>
  (error: unknown): boolean =>
    error instanceof ServiceError && error.code === code

const linkTo = ({ metainfo }: InMemoryTorrent, rest = ''): string => `magnet:?xt=urn:btih:${metainfo.infoHash}${rest}`

const seeds = ({ status }: SwarmView): boolean => status === 'seeder'
const fetches = ({ state }: SwarmView): boolean => state === 'fetching-metadata'

async function startSeeder(torrent: InMemoryTorrent, port?: number): Promise<TestService> {
  const running = await TestService.start(port === undefined ? {} : { port })
  await placeContent(running.root, torrent)
  await running.join(torrent.bytes)
  await running.swarm(torrent.metainfo.infoHash, seeds)
  return running
}

/** Metadata of several pieces. */
const large = (name: string, more: Partial<InMemoryTorrentOptions> = {}): InMemoryTorrent =>
  inMemoryTorrent({ name, content: 1000 * 1024, pieceLength: 1024, ...more })

async function arrives(running: TestService, torrent: InMemoryTorrent): Promise<void> {
  await running.swarm(torrent.metainfo.infoHash, seeds)
  const file = await readFile(join(running.root, 'shareable', torrent.metainfo.name))
  assert.ok(file.equals(torrent.content))
  assert.deepEqual(running.events('bug'), [])
}

/** Until the peer was sent this extended message. */
const hears = (peer: FakePeer, text: string): Promise<unknown> =>
  waitUntil('a message about metadata', () => peer.frames.some(({ payload }) => payload.toString('latin1') === text))

describe('a magnet link', { timeout: 120_000 }, () => {
  it('with a peer in it ends as the file, and leaves a .torrent that others can load', async () => {
    const torrent = large('linked.bin')
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start()
    const { created, swarm } = await running.service.addMagnet(
      linkTo(torrent, `&dn=called&tr=http%3A%2F%2F127.0.0.1%3A9%2Fannounce&x.pe=127.0.0.1:${seeder.port}`),
    )
    assert.equal(created, true)
    const { name, state, status, length, pieces, progress } = swarm
    assert.deepEqual(
      { name, state, status, length, pieces, progress },
      {
        name: 'called',
        state: 'fetching-metadata',
        status: 'leech',
        length: 0,
        pieces: { total: 0, have: 0 },
        progress: 0,
      },
    )
    await arrives(running, torrent)
    const { infoHash } = torrent.metainfo
    assert.equal(running.service.swarm(infoHash).name, 'linked.bin')
    assert.equal(running.service.swarm(infoHash).addedAt, swarm.addedAt)
    const metainfo = parseMetainfo(running.service.metainfo(infoHash), sha1)
    assert.equal(metainfo.infoHash, infoHash)
    assert.deepEqual(metainfo.announceTiers, [['http://127.0.0.1:9/announce']])
    assert.deepEqual(running.events('swarm.metadata').length, 1)
  })

  it('that is removed at the moment when its metadata is here stays removed', async () => {
    const torrent = large('moment.bin')
    const { infoHash } = torrent.metainfo
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start()
    const { promise: removed, resolve } = Promise.withResolvers<void>()
    // It parts from its peers, to meet them again as the torrent.
    const end = running.service.onEvent(({ type }) => {
      if (type === 'peer.closed') resolve(running.service.remove(infoHash, { deleteData: false }))
    })
    await running.service.addMagnet(linkTo(torrent, `&x.pe=127.0.0.1:${seeder.port}`))
    await removed
    end()
    assert.deepEqual(running.service.swarms(), [])
    assert.deepEqual(running.events('swarm.metadata'), [])
    await running.service.stop()
    await using again = await TestService.start({ root: running.root })
    assert.deepEqual(again.service.swarms(), [])
  })

  it('is never seen as stopped on its way from the link to the file', async () => {
    const torrent = large('straight.bin')
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start()
    const { infoHash } = torrent.metainfo
    await running.service.addMagnet(linkTo(torrent, `&x.pe=127.0.0.1:${seeder.port}`))
    const states = new Set<string>()
    while (!seeds(running.service.swarm(infoHash)) && !states.has('stopped') && !states.has('error')) {
      states.add(running.service.swarm(infoHash).state)
      await new Promise(setImmediate)
    }
    assert.ok(states.has('fetching-metadata'))
    assert.ok(!states.has('stopped') && !states.has('error'), [...states].join())
  })

  it('finds its peers by its tracker', async () => {
    const torrent = large('tracked.bin')
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start()
    await running.service.addMagnet(linkTo(torrent, `&tr=127.0.0.1:${seeder.port}`))
    await arrives(running, torrent)
    const [tracker] = running.service.trackers(torrent.metainfo.infoHash)
    assert.equal(tracker?.status, 'working')
  })

  it('finds its peers among the members of the network', async () => {
    const torrent = large('agreed.bin')
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start({ peers: [{ host: '127.0.0.1', port: seeder.port }] })
    await running.service.addMagnet(linkTo(torrent))
    await arrives(running, torrent)
  })

  it('finds a peer that connects to us', async () => {
    const torrent = large('inbound.bin')
    await using running = await TestService.start()
    await running.service.addMagnet(linkTo(torrent))
    await using seeder = await TestService.start()
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    await seeder.swarm(torrent.metainfo.infoHash, seeds)
    seeder.service.addPeers(torrent.metainfo.infoHash, [{ host: '127.0.0.1', port: running.port }])
    await arrives(running, torrent)
  })

  it('that we give to others is enough: it names us, as a peer and as a tracker', async () => {
    const torrent = large('shared.bin', { announceTiers: [['10.255.255.1'], ['http://t.invalid/a?k=v']] })
    await using seeder = await startSeeder(torrent)
    const link = seeder.service.magnet(torrent.metainfo.infoHash)
    assert.deepEqual(parseMagnet(link), {
      infoHash: torrent.metainfo.infoHash,
      name: 'shared.bin',
      trackers: [
        'http://10.255.255.1:5000/announce',
        'http://t.invalid/a?k=v',
        `http://127.0.0.1:${seeder.port}/announce`,
      ],
      peers: [{ host: '127.0.0.1', port: seeder.port }],
    })
    await using running = await TestService.start()
    await running.service.addMagnet(link)
    await arrives(running, torrent)
  })

  it('of a private torrent names its trackers alone, and nobody gives its metadata', async () => {
    const torrent = large('private.bin', { announce: 'http://127.0.0.1:9/announce', isPrivate: true })
    await using seeder = await startSeeder(torrent)
    const { peers, trackers } = parseMagnet(seeder.service.magnet(torrent.metainfo.infoHash))
    assert.deepEqual([peers, trackers], [[], ['http://127.0.0.1:9/announce']])
    using peer = await FakePeer.shakeHands({ port: seeder.port, infoHash: torrent.metainfo.infoHash })
    const { payload } = await peer.receives(ID.extended)
    assert.doesNotMatch(payload.toString('latin1'), /ut_metadata|metadata_size/)
  })

  it('makes one swarm, however often it is asked for, and takes over what the others say', async () => {
    const torrent = large('often.bin')
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start()
    const results = await Promise.all(
      Array.from({ length: 5 }, () => running.service.addMagnet(linkTo(torrent, '&dn=a'))),
    )
    assert.equal(results.filter(({ created }) => created).length, 1)
    const again = await running.service.addMagnet(linkTo(torrent, `&dn=b&tr=http%3A%2F%2F127.0.0.1%3A9%2Fannounce`))
    assert.deepEqual([again.created, again.swarm.name], [false, 'a'])
    assert.equal(running.service.trackers(torrent.metainfo.infoHash).length, 1)
    assert.equal(running.service.swarms().length, 1)
    await running.service.addMagnet(linkTo(torrent, `&x.pe=127.0.0.1:${seeder.port}`))
    await arrives(running, torrent)
    const whole = await running.service.addMagnet(linkTo(torrent, '&dn=c'))
    assert.deepEqual([whole.created, whole.swarm.name, whole.swarm.status], [false, 'often.bin', 'seeder'])
  })

  it('to a torrent that is there already, and knows nobody, gives it the peers that the link names', async () => {
    const torrent = large('lonely.bin')
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start()
    await running.join(torrent.bytes)
    const { created } = await running.service.addMagnet(linkTo(torrent, `&x.pe=localhost:${seeder.port}`))
    assert.equal(created, false)
    await arrives(running, torrent)
  })

  it('whose torrent comes as a file goes on with that', async () => {
    const torrent = large('file.bin')
    await using running = await TestService.start()
    const { swarm } = await running.service.addMagnet(linkTo(torrent))
    await placeContent(running.root, torrent)
    const { created } = await running.service.addTorrent(torrent.bytes)
    assert.equal(created, false)
    await arrives(running, torrent)
    assert.equal(running.service.swarm(swarm.infoHash).addedAt, swarm.addedAt)
  })

  it('is refused with what is wrong in it', async () => {
    await using running = await TestService.start()
    await assert.rejects(running.service.addMagnet('magnet:?dn=x'), says('invalid-magnet'))
    await assert.rejects(
      running.service.addMagnet(`magnet:?xt=urn:btmh:1220${'ab'.repeat(32)}`),
      says('unsupported-torrent'),
    )
    assert.deepEqual(running.service.swarms(), [])
  })
})

describe('a swarm without metadata', { timeout: 120_000 }, () => {
  it('says what it waits for: nobody known, nobody reached, nobody that has it, so many pieces', async () => {
    const torrent = large('waiting.bin')
    const { infoHash } = torrent.metainfo
    await using running = await TestService.start()
    await running.service.addMagnet(linkTo(torrent))
    assert.match(running.service.swarm(infoHash).stateReason, /^no peers known: the torrent names no other tracker; /)
    using peer = await FakePeer.shakeHands({ port: running.port, infoHash })
    await running.swarm(infoHash, ({ stateReason }) => stateReason === 'none of 1 connected peer has the metadata')
    const [view] = running.service.peers(infoHash)
    assert.deepEqual([view?.downloadCode, view?.progress], ['no-metadata', 0])
    const info = torrent.metainfo.infoBytes
    peer.frame(ID.extended, Buffer.from(`\x00d1:md11:ut_metadatai7ee13:metadata_sizei${info.length}ee`, 'latin1'))
    await hears(peer, '\x07d8:msg_typei0e5:piecei0ee')
    const piece = Buffer.concat([
      Buffer.from(`\x02d8:msg_typei1e5:piecei0e10:total_sizei${info.length}ee`, 'latin1'),
      info.subarray(0, 16_384),
    ])
    peer.frame(ID.extended, piece)
    const reason = '1 of 1 connected peer has the metadata, 1 of its 2 pieces is here'
    await running.swarm(infoHash, ({ stateReason }) => stateReason === reason)
    assert.equal(running.service.peers(infoHash)[0]?.downloadCode, 'metadata')
  })

  it('has empty lists, and says what needs the metadata', async () => {
    const torrent = large('empty.bin')
    const { infoHash } = torrent.metainfo
    await using running = await TestService.start()
    const { service } = running
    await service.addMagnet(linkTo(torrent))
    assert.deepEqual(service.pieces(infoHash).total, 0)
    assert.deepEqual([service.files(infoHash), service.peers(infoHash), service.trackers(infoHash)], [[], [], []])
    assert.deepEqual(service.chokerRounds(infoHash, { since: null, limit: 10 }).items, [])
    assert.equal([...service.measuredSwarms()][0]?.swarm.state, 'fetching-metadata')
    service.announce(infoHash)
    for (const ask of [
      () => service.metainfo(infoHash),
      () => service.recheck(infoHash),
      () => service.openFile(infoHash, 0),
    ])
      assert.throws(ask, says('metadata-missing'))
    for (const ask of [() => service.choker(infoHash), () => service.fairness(infoHash)])
      assert.throws(ask, says('not-ready'))
    const files = [{ index: 0, priority: 'off' as const }]
    await assert.rejects(service.changeWishes(infoHash, { files }), says('metadata-missing'))
    const changed = await service.changeWishes(infoHash, { downloadLimit: 5_000_000, sequential: true })
    assert.deepEqual([changed.downloadLimit, changed.sequential], [5_000_000, true])
  })

  it('is stopped, started and removed like any other, and keeps its limits when the torrent is there', async () => {
    const torrent = large('stopped.bin')
    const { infoHash } = torrent.metainfo
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start()
    const { service } = running
    await service.addMagnet(linkTo(torrent))
    await service.changeWishes(infoHash, { uploadLimit: 7_000_000 })
    assert.equal((await service.setDesiredState(infoHash, 'stopped')).state, 'stopped')
    await service.addMagnet(linkTo(torrent, `&x.pe=127.0.0.1:${seeder.port}`))
    assert.equal(service.swarm(infoHash).state, 'stopped')
    await service.setDesiredState(infoHash, 'started')
    await arrives(running, torrent)
    assert.equal(service.swarm(infoHash).uploadLimit, 7_000_000)
  })

  it('is gone when it is removed, also for the next start', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = large('removed.bin')
    const { infoHash } = torrent.metainfo
    {
      await using running = await TestService.start({ root: scratch.path })
      await running.service.addMagnet(linkTo(torrent))
      await running.service.remove(infoHash, { deleteData: true })
      assert.deepEqual(running.service.swarms(), [])
      const { created } = await running.service.addMagnet(linkTo(torrent))
      assert.equal(created, true)
      await running.service.remove(infoHash, { deleteData: false })
    }
    await using running = await TestService.start({ root: scratch.path })
    assert.deepEqual(running.service.swarms(), [])
  })

  it('goes on after a restart, with its name, trackers, peers and limits', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = large('restarted.bin')
    const { infoHash } = torrent.metainfo
    await using seeder = await startSeeder(torrent)
    {
      await using running = await TestService.start({ root: scratch.path })
      await running.service.addMagnet(
        linkTo(torrent, '&dn=kept%20%26%20%3Cb%3E&tr=http%3A%2F%2F127.0.0.1%3A9%2Fa&x.pe=127.0.0.1:9999'),
      )
      await running.service.changeWishes(infoHash, { downloadLimit: 900_000_000 })
    }
    await using running = await TestService.start({ root: scratch.path })
    const { name, state, downloadLimit } = running.service.swarm(infoHash)
    assert.deepEqual(
      { name, state, downloadLimit },
      { name: 'kept & <b>', state: 'fetching-metadata', downloadLimit: 900_000_000 },
    )
    assert.equal(running.service.trackers(infoHash).length, 1)
    await waitUntil('the peer of the link to be known', () => running.service.swarm(infoHash).peers.known === 1)
    running.service.addPeers(infoHash, [{ host: '127.0.0.1', port: seeder.port }])
    await arrives(running, torrent)
  })

  it('that has become a torrent is one after a restart, without any peer, and needs no metadata again when it comes back', async () => {
    await using scratch = await ScratchFolder.create()
    const torrent = large('kept.bin')
    const { infoHash } = torrent.metainfo
    {
      await using seeder = await startSeeder(torrent)
      await using running = await TestService.start({ root: scratch.path })
      await running.service.addMagnet(linkTo(torrent, `&x.pe=127.0.0.1:${seeder.port}`))
      await arrives(running, torrent)
    }
    await using running = await TestService.start({ root: scratch.path })
    await running.swarm(infoHash, seeds)
    await running.service.remove(infoHash, { deleteData: true })
    const { created, swarm } = await running.service.addMagnet(linkTo(torrent, '&tr=127.0.0.1:9'))
    assert.equal(created, true)
    assert.notEqual(swarm.state, 'fetching-metadata')
    assert.equal(swarm.length, torrent.content.length)
    assert.equal(running.service.trackers(infoHash).length, 1)
  })

  it('whose name another download has waits in words, and goes on when that is gone, without asking anybody again', async () => {
    const torrent = large('clash.bin')
    const other = inMemoryTorrent({ name: 'clash.bin', content: 100_000 })
    const { infoHash } = torrent.metainfo
    await using seeder = await startSeeder(torrent)
    await using running = await TestService.start()
    await running.join(other.bytes)
    await running.service.addMagnet(linkTo(torrent, `&x.pe=127.0.0.1:${seeder.port}`))
    const { stateReason } = await running.swarm(infoHash, ({ state }) => state === 'error')
    assert.match(
      stateReason,
      /^its metadata is here, but: Swarm [0-9a-f]{40} is fetching another torrent of the name clash\.bin/,
    )
    await running.service.remove(other.metainfo.infoHash, { deleteData: true })
    await arrives(running, torrent)
  })

  it('is not tried again when the torrent that it stands for is none that can be had', async () => {
    const info = Buffer.from('d6:lengthi1e4:name1:x12:piece lengthi0e6:pieces0:e')
    const hash = sha1(info).toString('hex')
    await using running = await TestService.start()
    const { swarm } = await running.service.addMagnet(`magnet:?xt=urn:btih:${hash}`)
    using peer = await FakePeer.shakeHands({ port: running.port, infoHash: hash })
    peer.frame(ID.extended, Buffer.from(`\x00d1:md11:ut_metadatai7ee13:metadata_sizei${info.length}ee`, 'latin1'))
    await hears(peer, '\x07d8:msg_typei0e5:piecei0ee')
    peer.frame(ID.extended, Buffer.concat([Buffer.from('\x02d8:msg_typei1e5:piecei0ee', 'latin1'), info]))
    const { stateReason } = await running.swarm(swarm.infoHash, ({ state }) => state === 'error')
    assert.match(stateReason, /^its metadata is here, but: the piece length is 0/)
  })

  it('survives a damaged link file: that one is left out, the others come', async () => {
    await using scratch = await ScratchFolder.create()
    const [lost, kept] = [large('lost.bin'), large('other.bin')]
    {
      await using running = await TestService.start({ root: scratch.path })
      for (const torrent of [lost, kept]) await running.service.addMagnet(linkTo(torrent))
    }
    await rm(new RootFolder(scratch.path).swarm(lost.metainfo.infoHash).magnet)
    await using running = await TestService.start({ root: scratch.path })
    assert.deepEqual(
      running.service.swarms().map(({ infoHash, state }) => [infoHash, state]),
      [[kept.metainfo.infoHash, 'fetching-metadata']],
    )
    await running.swarm(kept.metainfo.infoHash, fetches)
  })
})
