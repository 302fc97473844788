import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { infoHashFromBytes, peerIdFromBytes } from '../../../src/protocol/ids.ts'
import type { AnnounceRequest } from '../../../src/protocol/tracker/announce-request.ts'
import {
  decodeUdpAnnounce,
  decodeUdpHead,
  decodeUdpScrape,
  encodeUdpAnnounce,
  encodeUdpConnect,
  encodeUdpScrape,
} from '../../../src/protocol/tracker/udp-request.ts'

const hash = infoHashFromBytes(Buffer.alloc(20, 0xaa))
const connection = { high: 0x80112233, low: 0x44556677 }
const request: AnnounceRequest = {
  infoHash: hash,
  peerId: peerIdFromBytes(Buffer.alloc(20, 0xbb)),
  port: 5000,
  downloaded: 1,
  left: 2 ** 40 + 5,
  uploaded: 3,
  numWant: -1,
  compact: true,
  noPeerId: true,
}

/** As BEP 15 draws it, byte by byte. */
const ANNOUNCE = [
  '8011223344556677',
  '00000001',
  '0000002a',
  'aa'.repeat(20),
  'bb'.repeat(20),
  '0000000000000001',
  '0000010000000005',
  '0000000000000003',
  '00000002',
  '00000000',
  '0000beef',
  'ffffffff',
  '1388',
].join('')

describe('a request to a UDP tracker', () => {
  it('for a connection id is the magic number, action 0 and a transaction', () => {
    assert.equal(encodeUdpConnect(7).toString('hex'), '00000417271019800000000000000007')
  })

  it('to announce is 98 bytes in the order of BEP 15', () => {
    const bytes = encodeUdpAnnounce(connection, 42, { ...request, event: 'started', key: '0000BEEF' })
    assert.equal(bytes.toString('hex'), ANNOUNCE)
    assert.deepEqual(decodeUdpHead(bytes), { action: 'announce', transactionId: 42, connectionId: connection })
    assert.deepEqual(decodeUdpAnnounce(bytes), { ...request, event: 'started', key: '0000beef' })
  })

  for (const event of [undefined, 'started', 'completed', 'stopped'] as const) {
    it(`is read as it was written, event ${event ?? 'none'}`, () => {
      const told = { ...request, ...(event !== undefined && { event }), ip: '10.1.2.3', numWant: 80 }
      assert.deepEqual(decodeUdpAnnounce(encodeUdpAnnounce(connection, 1, told)), told)
    })
  }

  it('may have options behind it, which are not looked at (BEP 41)', () => {
    const bytes = Buffer.concat([Buffer.from(ANNOUNCE, 'hex'), Buffer.from('\x02\x09/announce')])
    assert.equal(decodeUdpAnnounce(bytes).port, 5000)
  })

  it('that says 2^64-1 bytes are left is taken for the greatest exact number', () => {
    const bytes = Buffer.from(ANNOUNCE, 'hex').fill(0xff, 64, 72)
    assert.equal(decodeUdpAnnounce(bytes).left, Number.MAX_SAFE_INTEGER)
  })

  it('that wants less than no peers wants any number', () => {
    const bytes = Buffer.from(ANNOUNCE, 'hex')
    bytes.writeInt32BE(-77, 92)
    assert.equal(decodeUdpAnnounce(bytes).numWant, -1)
  })

  it('is refused in words when it is short, has no port or an unknown event', () => {
    const bytes = Buffer.from(ANNOUNCE, 'hex')
    const invalid = { name: 'ProtocolError', code: 'invalid-announce' }
    assert.throws(() => decodeUdpAnnounce(bytes.subarray(0, 97)), invalid)
    const portless = Buffer.from(bytes)
    portless.writeUInt16BE(0, 96)
    assert.throws(() => decodeUdpAnnounce(portless), invalid)
    const eventful = Buffer.from(bytes)
    eventful.writeUInt32BE(4, 80)
    assert.throws(() => decodeUdpAnnounce(eventful), invalid)
  })

  it('is none when it is too short, has another action, or magic where a connection id has to be', () => {
    const bytes = Buffer.from(ANNOUNCE, 'hex')
    assert.equal(decodeUdpHead(bytes.subarray(0, 15)), null)
    for (const action of [3, 7, 2 ** 32 - 1]) {
      const odd = Buffer.from(bytes)
      odd.writeUInt32BE(action, 8)
      assert.equal(decodeUdpHead(odd), null)
    }
    const magic = Buffer.concat([encodeUdpConnect(1).subarray(0, 8), bytes.subarray(8)])
    assert.equal(decodeUdpHead(magic), null)
    const unmagic = encodeUdpConnect(1)
    unmagic.writeUInt32BE(1, 4)
    assert.equal(decodeUdpHead(unmagic), null)
  })

  it('to scrape names up to 74 info hashes', () => {
    const hashes = Array.from({ length: 74 }, (_, n) => infoHashFromBytes(Buffer.alloc(20, n)))
    const bytes = encodeUdpScrape(connection, 9, hashes)
    assert.deepEqual(decodeUdpHead(bytes), { action: 'scrape', transactionId: 9, connectionId: connection })
    assert.deepEqual(decodeUdpScrape(bytes), hashes)
    assert.throws(() => encodeUdpScrape(connection, 9, [...hashes, hash]), RangeError)
    const invalid = { name: 'ProtocolError', code: 'invalid-scrape' }
    assert.throws(() => decodeUdpScrape(Buffer.concat([bytes, Buffer.alloc(20)])), invalid)
    assert.throws(() => decodeUdpScrape(bytes.subarray(0, 16)), invalid)
    assert.throws(() => decodeUdpScrape(bytes.subarray(0, 40)), invalid)
  })
})
