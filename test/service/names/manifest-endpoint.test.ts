import assert from 'node:assert/strict'
import { get } from 'node:http'
import { describe, it } from 'node:test'
import { decodeManifest, decodeNameChoice, formatManifestTarget, MANIFEST_LIMITS } from '../../../src/protocol/index.ts'
import { FakePeer, ID } from '../../support/fake-peer.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../../support/in-memory-torrent.ts'
import { TestService } from '../../support/running-service.ts'
import { waitUntil } from '../../support/wait-until.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

async function ask(running: TestService, target: string, method = 'GET', host = '127.0.0.1'): Promise<Answer> {
  const url = `http://${host}:${running.port}${target}`
  const answer = await fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(10_000) })
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
}

async function share(running: TestService, torrent: InMemoryTorrent): Promise<void> {
  await placeContent(running.root, torrent)
  await running.join(torrent.bytes)
  await running.swarm(torrent.metainfo.infoHash, ({ status }) => status === 'seeder')
}

describe('manifests on the peer port', { timeout: 120_000 }, () => {
  it('name a file, its pieces, and who has each: us, at the address that was asked', async () => {
    const torrent = inMemoryTorrent({ name: 'music é.txt', content: 600_000, pieceLength: 262_144 })
    await using running = await TestService.start({ host: '0.0.0.0' })
    await share(running, torrent)
    const { status, headers, body } = await ask(running, formatManifestTarget('music é.txt'))
    assert.deepEqual(
      [status, headers.get('content-type'), headers.get('connection')],
      [200, 'application/json', 'close'],
    )
    const manifest = decodeManifest(body)
    const { infoHash, length, pieceLength, pieceCount, pieceHashes } = torrent.metainfo
    assert.deepEqual(
      [
        manifest.name,
        manifest.infoHash,
        manifest.length,
        manifest.pieceLength,
        manifest.pieceCount,
        manifest.isPrivate,
      ],
      ['music é.txt', infoHash, length, pieceLength, pieceCount, false],
    )
    assert.deepEqual(
      manifest.pieces.map(({ sha1 }) => sha1),
      [0, 20, 40].map((at) => pieceHashes.toString('hex', at, at + 20)),
    )
    const own = [{ host: '127.0.0.1', port: running.port }]
    assert.deepEqual(
      manifest.pieces.map(({ holders }) => holders),
      [own, own, own],
    )
    const elsewhere = decodeManifest((await ask(running, formatManifestTarget('music é.txt'), 'GET', '127.0.0.2')).body)
    assert.equal(elsewhere.pieces[0]?.holders[0]?.host, '127.0.0.2')
    // The same letters, written with a mark of their own.
    assert.equal((await ask(running, formatManifestTarget('music é.txt'.normalize('NFD')))).status, 200)
    assert.deepEqual((await ask(running, formatManifestTarget('music é.txt'), 'HEAD')).body, Buffer.alloc(0))
  })

  it('name a peer for the pieces that it has, where it lets others in, if it told that', async () => {
    const torrent = inMemoryTorrent({ name: 'shared.txt', content: 4 * 32 * 1024 })
    await using running = await TestService.start()
    await share(running, torrent)
    const { infoHash } = torrent.metainfo
    const meet = async (handshake: string): Promise<FakePeer> => {
      const peer = await FakePeer.shakeHands({ port: running.port, infoHash })
      peer.frame(ID.extended, Buffer.concat([Buffer.alloc(1), Buffer.from(handshake)]))
      // The second and the third piece.
      peer.frame(ID.bitfield, Buffer.from([0b0110_0000]))
      return peer
    }
    using teller = await meet('d1:md6:ut_pexi1ee1:pi7001ee')
    using mute = await meet('d1:md6:ut_pexi1eee')
    await waitUntil('them to have told what they have', () => {
      const peers = running.service.peers(infoHash)
      return peers.length === 2 && peers.every(({ progress }) => progress === 0.5)
    })
    const { pieces } = decodeManifest((await ask(running, formatManifestTarget('shared.txt'))).body)
    const own = running.port
    assert.deepEqual(
      pieces.map(({ holders }) => holders.map(({ port }) => port)),
      [[own], [own, 7001], [own, 7001], [own]],
    )
    assert.deepEqual([teller.isClosed, mute.isClosed], [false, false])
  })

  it('name the members that have all of it, connected or not, until they leave', async () => {
    const torrent = inMemoryTorrent({ name: 'known.txt', content: 3 * 32 * 1024 })
    const { infoHash } = torrent.metainfo
    await using running = await TestService.start()
    await share(running, torrent)
    await using other = await TestService.start({ peers: [{ host: '127.0.0.1', port: running.port }] })
    await share(other, torrent)
    const holders = async (): Promise<readonly (readonly number[])[]> => {
      const { pieces } = decodeManifest((await ask(running, formatManifestTarget('known.txt'))).body)
      return pieces.map((piece) => piece.holders.map(({ port }) => port))
    }
    const holdersAre = (expected: readonly number[]): Promise<boolean> => {
      const wanted = JSON.stringify([expected, expected, expected])
      return waitUntil(`the holders to be ${wanted}`, async () => JSON.stringify(await holders()) === wanted, {
        intervalMs: 100,
      })
    }
    await holdersAre([running.port, other.port])
    assert.deepEqual(running.service.peers(infoHash), [])
    const own = running.service.manifest(infoHash, { from: 1, count: 1 }).pieces[0]?.holders
    assert.deepEqual(own, [`127.0.0.1:${running.port}`, `127.0.0.1:${other.port}`])
    await other.service.stop()
    await holdersAre([running.port])
  })

  it('of what is not here yet name nobody', async () => {
    const torrent = inMemoryTorrent({ name: 'wanted.txt', content: 100_000 })
    await using running = await TestService.start()
    await running.join(torrent.bytes)
    const manifest = decodeManifest((await ask(running, formatManifestTarget('wanted.txt'))).body)
    assert.ok(manifest.pieces.every(({ holders }) => holders.length === 0))
  })

  it('come in runs when there are many pieces', async () => {
    const torrent = inMemoryTorrent({ name: 'long.bin', content: 600 * 1024, pieceLength: 1024 })
    await using running = await TestService.start()
    await share(running, torrent)
    const numbers: number[] = []
    for (let from: number | null = 1; from !== null; ) {
      const { body } = await ask(running, formatManifestTarget('long.bin', { from }))
      const { pieces, nextPiece } = decodeManifest(body)
      assert.ok(pieces.length <= MANIFEST_LIMITS.pieces)
      numbers.push(...pieces.map(({ number }) => number))
      from = nextPiece
    }
    assert.deepEqual(
      numbers,
      Array.from({ length: 600 }, (_, at) => at + 1),
    )
    const beyond = await ask(running, formatManifestTarget('long.bin', { from: 601 }))
    assert.equal(beyond.status, 416)
  })

  it('of one name for several torrents are a choice, and each is had by its info hash', async () => {
    const torrents = [100_000, 50_000].map((content) => inMemoryTorrent({ name: 'same.txt', content }))
    await using running = await TestService.start()
    const [first, second] = torrents
    assert.ok(first && second)
    await share(running, first)
    await running.service.addTorrent(second.bytes)
    const { status, body } = await ask(running, formatManifestTarget('same.txt'))
    assert.equal(status, 300)
    assert.deepEqual(
      decodeNameChoice(body).candidates,
      torrents.map(({ metainfo }) => ({ infoHash: metainfo.infoHash, length: metainfo.length })),
    )
    const { infoHash } = second.metainfo
    const chosen = await ask(running, formatManifestTarget('same.txt', { infoHash }))
    assert.equal(decodeManifest(chosen.body).infoHash, infoHash)
  })

  it('are not there for names that nobody has, of private torrents, of stopped ones, and of mere links', async () => {
    await using running = await TestService.start()
    const secret = inMemoryTorrent({ name: 'secret.txt', content: 1000, isPrivate: true })
    const stopped = inMemoryTorrent({ name: 'stopped.txt', content: 1000 })
    await share(running, secret)
    await share(running, stopped)
    await running.service.setDesiredState(stopped.metainfo.infoHash, 'stopped')
    await running.service.addMagnet(`magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=link.txt`)
    for (const name of [
      'nothing.txt',
      'secret.txt',
      'stopped.txt',
      'link.txt',
      '../secret.txt',
      '%2e%2e',
      '__proto__',
    ]) {
      const { status, body } = await ask(running, formatManifestTarget(name))
      assert.equal(status, 404, name)
      assert.deepEqual(JSON.parse(body.toString()), {
        code: 'name-not-found',
        detail: 'No torrent of that name is known here.',
      })
    }
    const { infoHash } = secret.metainfo
    assert.equal((await ask(running, formatManifestTarget('secret.txt', { infoHash }))).status, 404)
  })

  it('are refused in words when the question can not be understood, and are asked by GET alone', async () => {
    await using running = await TestService.start()
    for (const target of ['/manifests/', '/manifests/%zz', '/manifests/x?from=0', `/manifests/${'x'.repeat(4000)}`]) {
      const { status, body } = await ask(running, target)
      assert.equal(status, 400, target)
      assert.equal((JSON.parse(body.toString()) as { code: string }).code, 'manifest-bad-request')
    }
    assert.equal((await ask(running, '/manifests/x', 'POST')).status, 405)
    assert.equal((await ask(running, '/manifests')).status, 404)
  })

  it('are told so many times in ten seconds to one address, and not more; others are not affected', async () => {
    await using running = await TestService.start({ host: '0.0.0.0' })
    const statuses: number[] = []
    while (!statuses.includes(429) && statuses.length < 2000) {
      const answers = Array.from({ length: 20 }, () => ask(running, '/manifests/x'))
      statuses.push(...(await Promise.all(answers)).map(({ status }) => status))
    }
    assert.ok(statuses.filter((status) => status === 404).length >= 200)
    assert.ok(statuses.includes(429))
    const refused = await ask(running, '/manifests/x')
    if (refused.status === 429) assert.equal(refused.headers.get('retry-after'), '10')
    assert.deepEqual(running.events('bug'), [])
  })

  it('are told to who asks little, however much others ask', async () => {
    await using running = await TestService.start({ host: '0.0.0.0' })
    /** The status of the answer to a machine at this address. */
    const askFrom = (localAddress: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const where = { host: '127.0.0.1', port: running.port, path: '/manifests/x', localAddress, agent: false }
        get(where, (response) => resolve(response.resume().statusCode)).on('error', reject)
      })
    const askMuch = async (host: string): Promise<void> => {
      for (let asked = 0; asked < 300; asked += 10) {
        const statuses = await Promise.all(Array.from({ length: 10 }, () => askFrom(host)))
        if (statuses.includes(429)) return
      }
      assert.fail(`${host} was never refused`)
    }
    await Promise.all(Array.from({ length: 6 }, (_, nth) => askMuch(`127.0.0.${nth + 2}`)))
    for (let nth = 0; nth < 20; nth++) assert.equal(await askFrom(`127.0.0.${nth + 20}`), 404)
    assert.deepEqual(running.events('bug'), [])
  })
})
