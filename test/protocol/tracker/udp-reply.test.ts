import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodeUdpReply,
  encodeUdpAnnounceReply,
  encodeUdpConnectReply,
  encodeUdpError,
  encodeUdpScrapeReply,
} from '../../../src/protocol/tracker/udp-reply.ts'

const peers = [
  { host: '10.0.0.1', port: 5000 },
  { host: 'fd00::1', port: 6000 },
  { host: '255.0.0.2', port: 65535 },
]

describe('an answer of a UDP tracker', () => {
  it('with a connection id is 16 bytes', () => {
    const bytes = encodeUdpConnectReply(7, { high: 0x80112233, low: 0xfffffffe })
    assert.equal(bytes.toString('hex'), '000000000000000780112233fffffffe')
    assert.deepEqual(decodeUdpReply(bytes, 4), {
      action: 'connect',
      transactionId: 7,
      connectionId: { high: 0x80112233, low: 0xfffffffe },
    })
  })

  it('to an announce has leechers before seeders, and peers of one family', () => {
    const answer = { interval: 30, complete: 2, incomplete: 1, peers }
    const ipv4 = encodeUdpAnnounceReply(7, answer, 4)
    assert.equal(ipv4.toString('hex'), '00000001000000070000001e00000001000000020a0000011388ff000002ffff')
    const ipv6 = encodeUdpAnnounceReply(7, answer, 6)
    assert.equal(ipv6.subarray(20).toString('hex'), 'fd0000000000000000000000000000011770')
    assert.deepEqual(decodeUdpReply(ipv4, 4), {
      action: 'announce',
      transactionId: 7,
      reply: { ...answer, peers: [peers[0], peers[2]] },
    })
    assert.deepEqual(decodeUdpReply(ipv6, 6), {
      action: 'announce',
      transactionId: 7,
      reply: { ...answer, peers: [peers[1]] },
    })
  })

  it('is cut to sense: the interval, the number of peers, what is behind the last whole one', () => {
    const most = Array.from({ length: 230 }, (_, n) => ({ host: `10.0.1.${n}`, port: 1 + n }))
    const bytes = Buffer.concat([
      encodeUdpAnnounceReply(1, { interval: 2 ** 32 - 1, peers: most }, 4),
      Buffer.from('rest'),
    ])
    const decoded = decodeUdpReply(bytes, 4)
    assert.ok(decoded.action === 'announce')
    assert.equal(decoded.reply.interval, 3600)
    assert.equal(decoded.reply.peers.length, 200)
    const hasty = decodeUdpReply(encodeUdpAnnounceReply(1, { interval: 0, peers: [] }, 4), 4)
    assert.ok(hasty.action === 'announce' && hasty.reply.interval === 30)
  })

  it('to a scrape has seeders, downloads and leechers of each', () => {
    const counts = [
      { complete: 1, downloaded: 2, incomplete: 3 },
      { complete: 0, downloaded: 0, incomplete: 0 },
    ]
    const bytes = encodeUdpScrapeReply(9, counts)
    assert.equal(bytes.toString('hex'), `0000000200000009000000010000000200000003${'00'.repeat(12)}`)
    assert.deepEqual(decodeUdpReply(bytes, 4), { action: 'scrape', transactionId: 9, counts })
  })

  it('that says no says why, without control characters', () => {
    const decoded = decodeUdpReply(encodeUdpError(3, 'not\u001b[31m here'), 4)
    assert.deepEqual(decoded, { action: 'error', transactionId: 3, reason: 'not[31m here' })
    const silent = decodeUdpReply(encodeUdpError(3, ''), 4)
    assert.ok(silent.action === 'error' && silent.reason.length > 5)
  })

  it('is refused when it is too short, or none', () => {
    const invalid = { name: 'ProtocolError', code: 'invalid-tracker-reply' }
    const connect = encodeUdpConnectReply(7, { high: 1, low: 2 })
    const announce = encodeUdpAnnounceReply(7, { interval: 30, peers: [] }, 4)
    for (const bytes of [connect.subarray(0, 7), connect.subarray(0, 15), announce.subarray(0, 19)]) {
      assert.throws(() => decodeUdpReply(bytes, 4), invalid)
    }
    assert.throws(() => decodeUdpReply(Buffer.alloc(20, 4), 4), invalid)
  })
})
