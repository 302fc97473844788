import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { UdpTracker } from '../../src/network/udp-tracker.ts'
import { decodeUdpReply } from '../../src/protocol/tracker/udp-reply.ts'
import type { UdpReply } from '../../src/protocol/tracker/udp-reply.ts'
import { encodeUdpAnnounce, encodeUdpConnect, encodeUdpScrape } from '../../src/protocol/tracker/udp-request.ts'
import type { ConnectionId } from '../../src/protocol/tracker/udp-request.ts'
import type { PeerAddress } from '../../src/protocol/ids.ts'
import { HERE, hash, known, otherHash, ownId, registry, request } from './announces.ts'

const asker = { host: '10.0.0.1', port: 40_000 }

class Rig {
  readonly registry = registry()
  readonly tracker = new UdpTracker({
    registry: this.registry,
    secret: Buffer.from('secret'),
    hmac: (key, text) => createHmac('sha256', key).update(text).digest(),
    addressFor: (host) => (host.includes(':') ? 'fd00::248' : HERE),
  })

  answer(bytes: Buffer, from: PeerAddress = asker, now = 0): UdpReply | null {
    const answer = this.tracker.answer(bytes, from, now)
    return answer && decodeUdpReply(answer, from.host.includes(':') ? 6 : 4)
  }

  connect(from: PeerAddress = asker, now = 0): ConnectionId {
    const answer = this.answer(encodeUdpConnect(1), from, now)
    assert.ok(answer?.action === 'connect')
    return answer.connectionId
  }

  announce(more: Parameters<typeof request>[1] = {}, from: PeerAddress = asker, now = 0): UdpReply | null {
    const told = request(from.host, more)
    return this.answer(encodeUdpAnnounce(this.connect(from, now), 5, told), from, now)
  }
}

describe('UdpTracker', () => {
  it('takes an announce with the id it gave, and answers with its own peer and the others', () => {
    const rig = new Rig()
    rig.registry.setOwnPeer(hash, { peerId: ownId, port: 5000, left: 0 })
    assert.deepEqual(rig.announce({}, { host: '10.0.0.9', port: 1 }), {
      action: 'announce',
      transactionId: 5,
      reply: { interval: 30, complete: 1, incomplete: 1, peers: [{ host: HERE, port: 5000 }] },
    })
    const second = rig.announce({ port: 7000 })
    assert.ok(second?.action === 'announce')
    assert.deepEqual(second.reply.peers, [
      { host: HERE, port: 5000 },
      { host: '10.0.0.9', port: 5000 },
    ])
    assert.deepEqual(rig.tracker.counters, { connects: 2, announces: 2, scrapes: 0, errors: 0, dropped: 0 })
  })

  it('takes the address a datagram came from, not the one it claims', () => {
    const rig = new Rig()
    rig.announce({ ip: '10.0.0.99' })
    assert.deepEqual(known(rig.registry), ['10.0.0.1:5000'])
  })

  it('names peers of the family that is asked over only', () => {
    const rig = new Rig()
    rig.announce({}, { host: '10.0.0.2', port: 1 })
    rig.announce({}, { host: 'fd00::2', port: 1 })
    const ipv4 = rig.announce({}, { host: '10.0.0.3', port: 1 })
    const ipv6 = rig.announce({ numWant: 1 }, { host: 'fd00::3', port: 1 })
    assert.ok(ipv4?.action === 'announce' && ipv6?.action === 'announce')
    assert.deepEqual(ipv4.reply.peers, [{ host: '10.0.0.2', port: 5000 }])
    assert.deepEqual(ipv6.reply.peers, [{ host: 'fd00::2', port: 5000 }])
  })

  for (const [family, host, most] of [
    ['IPv4', '10.9.0.1', 200],
    ['IPv6', 'fd00::1', 70],
  ] as const) {
    it(`gives ${most} ${family} peers at most, so that a datagram stays whole`, () => {
      const rig = new Rig()
      for (let n = 0; n < 300; n++) {
        const peer = family === 'IPv4' ? `10.1.${n >> 8}.${n & 255}` : `fd00::1:${n.toString(16)}`
        rig.registry.announce(request(`p${n}`), peer, 0, HERE)
      }
      const told = request('asker', { numWant: 1000 })
      const from = { host, port: 9 }
      const answer = rig.tracker.answer(encodeUdpAnnounce(rig.connect(from), 5, told), from, 0)
      assert.equal(answer?.length, 20 + most * (family === 'IPv4' ? 6 : 18))
      assert.ok(answer.length <= 1452)
    })
  }

  it('scrapes what it knows, and zeros of what it does not', () => {
    const rig = new Rig()
    rig.announce({ left: 0, event: 'completed' })
    rig.announce({}, { host: '10.0.0.2', port: 1 })
    const answer = rig.answer(encodeUdpScrape(rig.connect(), 8, [hash, otherHash]))
    assert.deepEqual(answer, {
      action: 'scrape',
      transactionId: 8,
      counts: [
        { complete: 1, incomplete: 1, downloaded: 1 },
        { complete: 0, incomplete: 0, downloaded: 0 },
      ],
    })
  })

  it('says in words what is wrong with an announce or a scrape of a proven sender', () => {
    const rig = new Rig()
    const id = rig.connect()
    const portless = encodeUdpAnnounce(id, 5, request('a'))
    portless.writeUInt16BE(0, 96)
    const answer = rig.answer(portless)
    assert.ok(answer?.action === 'error' && answer.transactionId === 5)
    assert.match(answer.reason, /port/)
    assert.equal(rig.answer(encodeUdpScrape(id, 6, [hash]).subarray(0, 30))?.action, 'error')
    assert.equal(rig.tracker.counters.errors, 2)
  })

  it('says nothing to what is no request', () => {
    const rig = new Rig()
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(15), Buffer.alloc(16), Buffer.alloc(98, 0xff)]) {
      assert.equal(rig.answer(bytes), null)
    }
    assert.equal(rig.tracker.counters.dropped, 4)
  })
})
