import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { UdpTrackerClient } from '../../../src/io/udp/udp-tracker-client.ts'
import { infoHashFromBytes, peerIdFromBytes } from '../../../src/protocol/ids.ts'
import type { AnnounceRequest } from '../../../src/protocol/tracker/announce-request.ts'
import { UdpTrackerDouble, type HeardDatagram } from '../../support/udp-tracker-double.ts'

const request: AnnounceRequest = {
  infoHash: infoHashFromBytes(Buffer.alloc(20, 1)),
  peerId: peerIdFromBytes(Buffer.alloc(20, 2)),
  port: 5000,
  uploaded: 0,
  downloaded: 0,
  left: 2 ** 33,
  numWant: 50,
  compact: true,
  noPeerId: true,
}
const usualReply = { interval: 1800, complete: 2, incomplete: 3, peers: [{ host: '10.0.0.1', port: 5000 }] }

// Side by side, as most of it is waiting.
describe('UdpTrackerClient', { timeout: 60_000, concurrency: true }, () => {
  it('asks for a connection id, then announces; and uses the id again', async () => {
    await using tracker = await UdpTrackerDouble.start()
    const client = new UdpTrackerClient()
    assert.deepEqual(await client.announce(tracker.url, { ...request, event: 'started' }), usualReply)
    assert.deepEqual(await client.announce(tracker.url, request), usualReply)
    assert.deepEqual(
      tracker.heard.map(({ action, connectionId }) => [action, connectionId]),
      [
        [0, '0000041727101980'],
        [1, '8000000000000001'],
        [1, '8000000000000001'],
      ],
    )
    const { infoHash, left, event, port } = tracker.announces[0] ?? {}
    assert.deepEqual([infoHash, left, event, port], [request.infoHash, 2n ** 33n, 2, 5000])
    client.close()
  })

  it('asks for a new id when the tracker does not know the old one any more', async () => {
    await using tracker = await UdpTrackerDouble.start()
    const client = new UdpTrackerClient()
    await client.announce(tracker.url, request)
    tracker.connectionId = '8000000000000002'
    assert.deepEqual(await client.announce(tracker.url, request), usualReply)
    assert.deepEqual(
      tracker.heard.map(({ action }) => action),
      [0, 1, 1, 0, 1],
    )
    client.close()
  })

  it('answers many at the same time, each with its own', async () => {
    await using tracker = await UdpTrackerDouble.start()
    const client = new UdpTrackerClient()
    const all = await Promise.all(Array.from({ length: 50 }, () => client.announce(tracker.url, request)))
    assert.equal(all.length, 50)
    for (const reply of all) assert.deepEqual(reply, usualReply)
    assert.equal(tracker.announces.length, 50)
    client.close()
  })

  it('sends again what was not answered, and then gives up', async () => {
    await using tracker = await UdpTrackerDouble.start()
    const client = new UdpTrackerClient({ firstTimeoutMs: 500, attempts: 3 })
    tracker.answer = (heard) => (tracker.heard.length < 3 ? null : tracker.usual(heard))
    assert.deepEqual(await client.announce(tracker.url, request), usualReply)
    assert.deepEqual(
      tracker.heard.map(({ action }) => action),
      [0, 0, 0, 1],
    )
    tracker.answer = () => null
    const hasty = new UdpTrackerClient({ firstTimeoutMs: 20, attempts: 3 })
    await assert.rejects(hasty.announce(tracker.url, request), { name: 'TrackerClientError', code: 'timeout' })
    client.close()
    hasty.close()
  })

  it('gives up a goodbye within 5 s', async () => {
    await using tracker = await UdpTrackerDouble.start()
    tracker.answer = () => null
    const client = new UdpTrackerClient()
    const started = performance.now()
    await assert.rejects(client.announce(tracker.url, { ...request, event: 'stopped' }), { code: 'timeout' })
    assert.ok(performance.now() - started < 10_000)
    assert.equal(tracker.heard.length, 2)
    client.close()
  })

  it('can be called off at any moment', async () => {
    await using tracker = await UdpTrackerDouble.start()
    tracker.answer = () => null
    const client = new UdpTrackerClient()
    const aborted = { name: 'TrackerClientError', code: 'aborted' }
    await assert.rejects(client.announce(tracker.url, request, AbortSignal.abort()), aborted)
    const leaving = new AbortController()
    const announcing = client.announce(tracker.url, request, leaving.signal)
    await tracker.hears('the request', () => true)
    leaving.abort()
    await assert.rejects(announcing, aborted)
    const resolving = new UdpTrackerClient({ resolve: () => new Promise(() => {}) })
    const later = new AbortController()
    const asking = resolving.announce('udp://t.example:80', request, later.signal)
    later.abort()
    await assert.rejects(asking, aborted)
    client.close()
  })

  it('says the words of a tracker that refuses', async () => {
    await using tracker = await UdpTrackerDouble.start()
    const client = new UdpTrackerClient()
    tracker.answer = (heard) =>
      heard.action === 0 ? tracker.usual(heard) : tracker.failure(heard.transaction, 'not on the list')
    await assert.rejects(client.announce(tracker.url, request), { code: 'tracker-failure', message: 'not on the list' })
    client.close()
  })

  it('takes no answer from elsewhere, none with another number, and no broken one', async () => {
    await using tracker = await UdpTrackerDouble.start()
    const stranger = createSocket('udp4')
    stranger.bind(0, '127.0.0.1')
    await once(stranger, 'listening')
    const client = new UdpTrackerClient({ firstTimeoutMs: 300, attempts: 1 })
    const another = (heard: HeardDatagram): Buffer => {
      const forged = tracker.usual(heard)
      forged[7] = (forged[7] ?? 0) ^ 1
      return forged
    }
    const fromElsewhere = (heard: HeardDatagram): null => {
      stranger.send(tracker.usual(heard), heard.from.port, heard.from.address)
      return null
    }
    for (const answer of [another, fromElsewhere, () => Buffer.from('short')]) {
      tracker.answer = answer
      await assert.rejects(client.announce(tracker.url, request), { code: 'timeout' })
    }
    stranger.close()
    client.close()
  })

  it('tries the next address of a name when the first does not answer', async () => {
    await using tracker = await UdpTrackerDouble.start()
    const client = new UdpTrackerClient({
      firstTimeoutMs: 1000,
      resolve: async () => [
        // Nobody is there: a packet to it is lost or refused, on this machine.
        { address: '127.0.0.99', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    })
    assert.deepEqual(await client.announce(`udp://t.example:${tracker.port}/announce`, request), usualReply)
    client.close()
  })

  for (const [url, addresses] of [
    ['udp://169.254.169.254:80/announce', []],
    ['udp://127.0.0.1:PORT/x', []],
    ['udp://127.1:PORT', []],
    ['udp://0x7f000001:PORT/x', []],
    ['udp://[::ffff:127.0.0.1]:PORT/x', []],
    ['udp://0.0.0.0:PORT/announce', []],
    ['udp://224.0.0.1:PORT/announce', []],
    ['udp://t.example:PORT/x', ['127.0.0.1']],
    ['udp://t.example:PORT/announce', ['169.254.169.254', '224.0.0.1']],
    ['udp://t.example:PORT/announce', []],
  ] as const) {
    it(`sends nothing to ${url}${addresses.length > 0 ? ` at ${addresses.join(', ')}` : ''}`, async () => {
      await using tracker = await UdpTrackerDouble.start()
      const client = new UdpTrackerClient({
        resolve: async () => addresses.map((address) => ({ address, family: 4 })),
      })
      const target = url.replace('PORT', String(tracker.port))
      await assert.rejects(client.announce(target, request), { name: 'TrackerClientError', code: 'address-denied' })
      assert.deepEqual(tracker.heard, [])
      client.close()
    })
  }

  it('refuses what is no udp URL', async () => {
    const client = new UdpTrackerClient()
    for (const url of ['http://127.0.0.1/announce', 'udp://host', 'nothing://x']) {
      await assert.rejects(client.announce(url, request), { code: 'invalid-url' })
    }
  })
})
