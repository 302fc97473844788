import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { infoHashFromBytes, peerIdFromBytes } from '../../src/protocol/ids.ts'
import { canonicalIp } from '../../src/protocol/ip-address.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import {
  ANNOUNCE_INTERVAL,
  decodeAnnounceReply,
  encodeAnnounceReply,
  MAX_REPLY_PEERS,
} from '../../src/protocol/tracker/announce-reply.ts'
import { buildAnnounceUrl, parseAnnounceQuery } from '../../src/protocol/tracker/announce-request.ts'
import { normaliseAnnounceUrl } from '../../src/protocol/tracker/announce-url.ts'
import { decodeUdpReply, encodeUdpAnnounceReply } from '../../src/protocol/tracker/udp-reply.ts'
import {
  decodeUdpAnnounce,
  decodeUdpHead,
  decodeUdpScrape,
  encodeUdpAnnounce,
} from '../../src/protocol/tracker/udp-request.ts'

/** Runs a decoder and holds what it gives to a rule. Nothing but a ProtocolError may be thrown. */
function orProtocolError<Value>(decode: () => Value, rule: (value: Value) => void): void {
  let value: Value
  try {
    value = decode()
  } catch (error) {
    if (error instanceof ProtocolError) return
    throw error
  }
  rule(value)
}

const hash = fc.uint8Array({ minLength: 20, maxLength: 20 })
const byteCount = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const request = fc.record(
  {
    infoHash: hash.map(infoHashFromBytes),
    peerId: hash.map(peerIdFromBytes),
    port: fc.integer({ min: 1, max: 65535 }),
    uploaded: byteCount,
    downloaded: byteCount,
    left: byteCount,
    event: fc.constantFrom('started', 'completed', 'stopped'),
    numWant: fc.integer({ min: -1, max: 1000 }),
    compact: fc.boolean(),
    noPeerId: fc.boolean(),
  },
  {
    requiredKeys: ['infoHash', 'peerId', 'port', 'uploaded', 'downloaded', 'left', 'numWant', 'compact', 'noPeerId'],
    noNullPrototype: true,
  },
)

const peer = fc.record(
  {
    host: fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => canonicalIp(text) ?? '10.0.0.1'),
    port: fc.integer({ min: 1, max: 65535 }),
    peerId: hash.map(peerIdFromBytes),
  },
  { noNullPrototype: true },
)

describe('an announce query', () => {
  it('of any text is a request within its limits, or a ProtocolError', () => {
    const name = fc.constantFrom('info_hash', 'peer_id', 'port', 'left', 'event', 'numwant', 'compact', 'ip', '', '%')
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a'.repeat(20), '1', '-1', '%00'),
    )
    const query = fc.array(fc.tuple(name, value)).map((list) => list.map((pair) => pair.join('=')).join('&'))
    fc.assert(
      fc.property(fc.oneof(query, fc.string()), (text) => {
        orProtocolError(
          () => parseAnnounceQuery(text),
          ({ infoHash, peerId, port, left }) => {
            assert.match(`${infoHash}${peerId}`, /^[0-9a-f]{80}$/)
            assert.ok(port >= 1 && port <= 65535 && left >= 0 && Number.isSafeInteger(left))
          },
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('that was built is read as what it was', () => {
    fc.assert(
      fc.property(request, (original) => {
        const url = buildAnnounceUrl('http://10.0.0.1:5000/announce', original)
        assert.deepEqual(parseAnnounceQuery(new URL(url).search.slice(1)), original)
      }),
      { numRuns: 500 },
    )
  })
})

describe('an announce reply', () => {
  const check = (body: Uint8Array): void =>
    orProtocolError(
      () => decodeAnnounceReply(body),
      ({ interval, peers }) => {
        assert.ok(interval >= ANNOUNCE_INTERVAL.least && interval <= ANNOUNCE_INTERVAL.most)
        assert.ok(peers.length <= MAX_REPLY_PEERS)
        for (const { host, port } of peers) assert.ok(canonicalIp(host) === host && port >= 1 && port <= 65535)
      },
    )

  it('of any bytes is within its limits, or a ProtocolError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 1000 })
  })

  it('that was good until some bytes were replaced is so too', () => {
    const mutated = fc
      .tuple(
        fc.array(peer, { maxLength: 5 }),
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
      )
      .map(([peers, compact, changes]) => {
        const body = encodeAnnounceReply({ interval: 30, complete: 1, peers }, { compact, noPeerId: false })
        for (const [at, byte] of changes) body[at % body.length] = byte
        return body
      })
    fc.assert(fc.property(mutated, check), { numRuns: 2000 })
  })

  it('in dictionaries is decoded as it was encoded', () => {
    fc.assert(
      fc.property(fc.array(peer, { maxLength: 20 }), (peers) => {
        const reply = { interval: 30, peers }
        assert.deepEqual(decodeAnnounceReply(encodeAnnounceReply(reply, { compact: false, noPeerId: false })), reply)
      }),
      { numRuns: 200 },
    )
  })
})

describe('an announce URL', () => {
  it('of any text is one of http or udp with a host and a port, or a ProtocolError', () => {
    const part = fc.constantFrom(
      'http',
      'udp',
      '://',
      ':',
      '/',
      '?',
      '#',
      '@',
      '[',
      ']',
      '%',
      'host',
      '10.0.0.1',
      '99999',
      '80',
    )
    const text = fc.oneof(
      fc.array(part, { maxLength: 10 }).map((parts) => parts.join('')),
      fc.webUrl({ withQueryParameters: true }),
      fc.string(),
    )
    fc.assert(
      fc.property(text, (said) => {
        orProtocolError(
          () => normaliseAnnounceUrl(said),
          (url) => {
            assert.ok(url.host !== '' && url.port >= 1 && url.port <= 65535)
            assert.match(url.url, url.kind === 'udp' ? /^udp:\/\// : /^https?:\/\//)
            assert.deepEqual(normaliseAnnounceUrl(url.url), url)
          },
        )
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a datagram', () => {
  const u32 = fc.nat({ max: 0xffffffff })
  const mutations = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 })
  const mutated = (bytes: Buffer, changes: readonly (readonly [number, number])[]): Buffer => {
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte
    return bytes
  }

  it('of any bytes is a request within its limits, no request, or a ProtocolError', () => {
    const nearly = fc
      .tuple(request, u32, mutations)
      .map(([told, number, changes]) =>
        mutated(encodeUdpAnnounce({ high: number, low: number }, number, told), changes),
      )
    const any = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(nearly, any), (bytes) => {
        const head = decodeUdpHead(bytes)
        if (head !== null) assert.ok(bytes.length >= 16)
        orProtocolError(
          () => decodeUdpAnnounce(bytes),
          ({ port, left, numWant, ip }) => {
            assert.ok(port >= 1 && port <= 65535 && Number.isSafeInteger(left) && left >= 0 && numWant >= -1)
            assert.ok(ip === undefined || canonicalIp(ip) === ip)
          },
        )
        orProtocolError(
          () => decodeUdpScrape(bytes),
          (hashes) => assert.ok(hashes.length >= 1 && hashes.length <= 74),
        )
      }),
      { numRuns: 2000, seed: 15 },
    )
  })

  it('of a tracker, any bytes, is an answer within its limits or a ProtocolError', () => {
    const nearly = fc
      .tuple(fc.array(peer, { maxLength: 5 }), u32, mutations, fc.constantFrom(4, 6))
      .map(([peers, number, changes, family]) =>
        mutated(encodeUdpAnnounceReply(number, { interval: number, peers }, family), changes),
      )
    const any = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(nearly, any), fc.constantFrom(4, 6), (bytes, family) => {
        orProtocolError(
          () => decodeUdpReply(bytes, family),
          (reply) => {
            if (reply.action === 'announce') {
              const { interval, peers } = reply.reply
              assert.ok(interval >= ANNOUNCE_INTERVAL.least && interval <= ANNOUNCE_INTERVAL.most)
              assert.ok(peers.length <= MAX_REPLY_PEERS)
              for (const { host, port } of peers) assert.ok(canonicalIp(host) === host && port >= 1 && port <= 65535)
            } else if (reply.action === 'scrape') assert.ok(reply.counts.length <= 74)
            else if (reply.action === 'error') assert.ok(reply.reason.length > 0 && reply.reason.length <= 300)
          },
        )
      }),
      { numRuns: 2000, seed: 15 },
    )
  })
})
