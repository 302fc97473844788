import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { describe, it } from 'node:test'
import {
  decodeBencode,
  decodeCompactPeers,
  decodeCompactPeers6,
  type BencodeValue,
  type PeerAddress,
} from '../../../src/protocol/index.ts'
import { inMemoryTorrent, type InMemoryTorrent } from '../../support/in-memory-torrent.ts'
import { TestService } from '../../support/running-service.ts'

const percent = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

interface Asker {
  readonly running: TestService
  readonly torrent: InMemoryTorrent
  /** 20 letters. */
  readonly peerId: string
  readonly port: number
}

type Answer = ReadonlyMap<string, BencodeValue>

async function announce(
  asker: Asker,
  more: Readonly<Record<string, string | number>> = {},
  host = '127.0.0.1',
): Promise<Answer> {
  const { running, torrent, peerId, port } = asker
  const infoHash = percent(Buffer.from(torrent.metainfo.infoHash, 'hex'))
  const rest = Object.entries({ port, uploaded: 0, downloaded: 0, left: 100, ...more })
  const query = rest.map(([name, value]) => `&${name}=${value}`).join('')
  const url = `http://${host}:${running.port}/announce?info_hash=${infoHash}&peer_id=${peerId}${query}`
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
  assert.equal(response.status, 200)
  const answer = decodeBencode(Buffer.from(await response.arrayBuffer()))
  assert.ok(answer instanceof Map)
  return answer
}

const compactPeers = (answer: Answer): PeerAddress[] => {
  const peers = answer.get('peers')
  assert.ok(peers instanceof Uint8Array)
  return decodeCompactPeers(peers)
}

const setUp = async (host = '127.0.0.1'): Promise<{ running: TestService; torrent: InMemoryTorrent; asker: Asker }> => {
  const running = await TestService.start({ host })
  const torrent = inMemoryTorrent({ name: 'tracked.bin', content: 100_000 })
  await running.join(torrent.bytes)
  return { running, torrent, asker: { running, torrent, peerId: '-XX0000-first-asker-', port: 6001 } }
}

/** @returns false to go on, or the reason to skip. @throws Error in CI, where a skip is a failure */
function noIpv6(): string | false {
  const isThere = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'))
  if (isThere) return false
  const reason = 'this machine has no IPv6'
  if (process.env['CI'] !== undefined) throw new Error(reason)
  return reason
}

describe('the tracker on the peer port', { timeout: 120_000 }, () => {
  for (const host of ['0.0.0.0', '::'])
    it(`at ${host} names itself, at the address at which it was reached, and whoever asked before`, async () => {
      const { running, asker } = await setUp(host)
      await using _ = running
      const own = { host: '127.0.0.1', port: running.port }
      assert.deepEqual(compactPeers(await announce(asker, { compact: 1, event: 'started' })), [own])
      const second = { ...asker, peerId: '-XX0000-second-asker', port: 6002 }
      const peers = compactPeers(await announce(second, { compact: 1 }))
      assert.deepEqual(
        peers.toSorted((one, other) => one.port - other.port),
        [{ host: '127.0.0.1', port: 6001 }, own].toSorted((one, other) => one.port - other.port),
      )
      const elsewhere = compactPeers(await announce(second, { compact: 1 }, '127.0.0.2'))
      assert.ok(elsewhere.some(({ host, port }) => host === '127.0.0.2' && port === running.port))
    })

  it('gives IPv4 and IPv6 addresses to who comes by either, IPv4 never inside of IPv6', {
    skip: noIpv6(),
  }, async () => {
    const { running, asker } = await setUp('::')
    await using _ = running
    await announce({ ...asker, port: 6004 }, { compact: 1 })
    const answer = await announce({ ...asker, peerId: '-XX0000-second-asker', port: 6006 }, { compact: 1 }, '[::1]')
    assert.deepEqual(compactPeers(answer), [{ host: '127.0.0.1', port: 6004 }])
    const peers6 = answer.get('peers6')
    assert.ok(peers6 instanceof Uint8Array)
    assert.deepEqual(decodeCompactPeers6(peers6), [{ host: '::1', port: running.port }])
  })

  it('answers with a list of dictionaries to who does not want the compact form', async () => {
    const { running, asker } = await setUp()
    await using _ = running
    const answer = await announce(asker, { compact: 0 })
    const peers = answer.get('peers')
    assert.ok(Array.isArray(peers))
    const [own] = peers
    assert.ok(own instanceof Map)
    assert.equal(Buffer.from(own.get('ip') as Uint8Array).toString(), '127.0.0.1')
    assert.equal(own.get('port'), running.port)
    assert.equal((own.get('peer id') as Uint8Array).length, 20)
    const [nameless] = (await announce(asker, { compact: 0, no_peer_id: 1 })).get('peers') as BencodeValue[]
    assert.ok(nameless instanceof Map)
    assert.equal(nameless.has('peer id'), false)
  })

  it('counts seeders and others, itself among them, and asks to come again after 30 s', async () => {
    const { running, asker } = await setUp()
    await using _ = running
    await announce(asker, { left: 0 })
    const answer = await announce({ ...asker, peerId: '-XX0000-second-asker', port: 6002 })
    assert.equal(answer.get('complete'), 1)
    assert.equal(answer.get('incomplete'), 2)
    assert.equal(answer.get('interval'), 30)
  })

  it('forgets who says stopped', async () => {
    const { running, asker } = await setUp()
    await using _ = running
    await announce(asker, { event: 'started' })
    const second = { ...asker, peerId: '-XX0000-second-asker', port: 6002 }
    assert.ok(compactPeers(await announce(second, { compact: 1 })).some(({ port }) => port === 6001))
    assert.deepEqual(compactPeers(await announce(asker, { compact: 1, event: 'stopped' })), [])
    assert.ok(!compactPeers(await announce(second, { compact: 1 })).some(({ port }) => port === 6001))
  })

  it('does not name itself any more for a swarm that it left', async () => {
    const { running, torrent, asker } = await setUp()
    await using _ = running
    await running.service.setDesiredState(torrent.metainfo.infoHash, 'stopped')
    assert.deepEqual(compactPeers(await announce(asker, { compact: 1 })), [])
    await running.service.setDesiredState(torrent.metainfo.infoHash, 'started')
    assert.deepEqual(compactPeers(await announce(asker, { compact: 1 })), [{ host: '127.0.0.1', port: running.port }])
  })

  it('tells the swarm of its own service who announced: it calls them', async () => {
    await using first = await TestService.start()
    await using second = await TestService.start()
    const announceUrl = `http://127.0.0.1:${first.port}/announce`
    const torrent = inMemoryTorrent({ name: 'met.bin', content: 100_000, announce: announceUrl })
    await first.join(torrent.bytes)
    await second.join(torrent.bytes)
    const swarm = await first.swarm(torrent.metainfo.infoHash, ({ peers }) => peers.connected === 1)
    assert.equal(swarm.peers.known, 1)
  })

  it('says in words what is wrong with a request', async () => {
    const { running, asker } = await setUp()
    await using _ = running
    for (const wrong of [{ port: 0 }, { port: 65536 }, { port: 'x' }, { left: -1 }, { numwant: 'many' }]) {
      const reason = (await announce(asker, wrong)).get('failure reason')
      assert.ok(reason instanceof Uint8Array && reason.length > 5, JSON.stringify(wrong))
    }
    const bare = await fetch(`http://127.0.0.1:${running.port}/announce`)
    assert.match(await bare.text(), /^d14:failure reason/)
    assert.equal((await fetch(`http://127.0.0.1:${running.port}/other`)).status, 404)
    assert.deepEqual(running.events('bug'), [])
  })
})
