import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import type { NameTarget } from '../../../src/network/index.ts'
import { encodeManifest, manifestPieces, parseManifestTarget } from '../../../src/protocol/index.ts'
import { ServiceError } from '../../../src/service/index.ts'
import { NameFinder, type NameFinderOptions } from '../../../src/service/names/name-finder.ts'
import { inMemoryTorrent } from '../../support/in-memory-torrent.ts'

type Peer = { target: NameTarget; heard: string[] } & AsyncDisposable

/** A peer that takes questions and never answers. */
const silentPeer = (): Promise<Peer> => peerThat(() => {})

async function peerThat(answers: RequestListener): Promise<Peer> {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(request.url ?? '')
    answers(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const target = { key: 'peer', addresses: [{ host: '127.0.0.1', port }] }
  return {
    target,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function finder(options: Partial<NameFinderOptions>): { finder: NameFinder; bugs: unknown[] } {
  const bugs: unknown[] = []
  const of = new NameFinder({
    members: () => [],
    seeds: async () => [],
    isYoung: () => false,
    log: () => {},
    onBug: (error) => bugs.push(error),
    ...options,
  })
  return { finder: of, bugs }
}

const isNotReady = (error: unknown): boolean => error instanceof ServiceError && error.code === 'not-ready'

describe('the finder of names', { timeout: 60_000 }, () => {
  it('looks for sixteen names at a time, each once, and stops at once when it is closed', async () => {
    await using peer = await silentPeer()
    const { finder: of, bugs } = finder({ members: () => [peer.target] })
    const searches = Array.from({ length: 16 }, (_, nth) => of.find(`name-${nth}`))
    const same = of.find('name-3')
    assert.equal(same, searches[3])
    assert.throws(() => of.find('one more'), isNotReady)
    of.close()
    for (const search of searches) await assert.rejects(search, isNotReady)
    await assert.rejects(of.find('after'), isNotReady)
    assert.deepEqual(bugs, [])
  })

  it('asks by the second address of a member when nobody is at the first, and those that were configured', async () => {
    await using peer = await silentPeer()
    const dead = { host: '127.0.0.1', port: 1 }
    const { finder: of } = finder({
      members: () => [{ key: 'a', addresses: [dead, ...peer.target.addresses] }],
      seeds: async () => [{ key: 'b', addresses: [{ host: '169.254.1.1', port: 5000 }] }],
    })
    assert.deepEqual(await of.find('music.txt'), { type: 'not-found', asked: 2, answered: 0 })
    assert.deepEqual(peer.heard, ['/manifests/music.txt?count=16'])
  })

  it('asks about few pieces, and hears no more than about those', async () => {
    const { metainfo } = inMemoryTorrent({ name: 'music.txt', content: 256 * 1024, pieceLength: 1024 })
    const { name, length, pieceLength, pieceCount, infoHash, isPrivate } = metainfo
    const holders = Array.from({ length: 16 }, (_, nth) => ({ host: `2001:db8::${nth + 1}`, port: 5000 }))
    await using peer = await peerThat((request, response) => {
      const { count } = parseManifestTarget(request.url ?? '') ?? assert.fail()
      const run = manifestPieces(metainfo, 1, isModest ? count : 256, () => holders)
      response.end(encodeManifest({ name, length, pieceLength, pieceCount, infoHash, isPrivate, ...run }))
    })
    const { finder: of, bugs } = finder({ members: () => [peer.target] })
    let isModest = true
    const found = await of.find('music.txt')
    assert.ok(found.type === 'found')
    assert.deepEqual(
      found.torrent.manifests.map(({ manifest }) => manifest.pieces.length),
      [16],
    )
    isModest = false
    assert.deepEqual(await of.find('music.txt'), { type: 'not-found', asked: 1, answered: 0 })
    assert.deepEqual(bugs, [])
  })

  it('hears of newcomers as long as the network is young', async () => {
    let looks = 0
    const late = { key: 'late', addresses: [{ host: '127.0.0.1', port: 1 }] }
    const { finder: of } = finder({ members: () => (++looks > 2 ? [late] : []), isYoung: () => looks < 4 })
    assert.deepEqual(await of.find('x'), { type: 'not-found', asked: 1, answered: 0 })
  })
})
