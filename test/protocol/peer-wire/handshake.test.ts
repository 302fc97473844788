import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { infoHashFromBytes, peerIdFromBytes } from '../../../src/protocol/ids.ts'
import { decodeHandshake, encodeHandshake, isHandshakeStart } from '../../../src/protocol/peer-wire/handshake.ts'

const infoHash = infoHashFromBytes(Buffer.alloc(20, 0xab))
const peerId = peerIdFromBytes(Buffer.from('-SW0100-abcdefghijkl'))
const none = { fast: false, extended: false, dht: false }

describe('handshake', () => {
  it('is 68 bytes: 19, the name, 8 reserved bytes, info hash, peer id', () => {
    const bytes = encodeHandshake({ infoHash, peerId, extensions: none })
    const expected = `13${Buffer.from('BitTorrent protocol').toString('hex')}${'00'.repeat(8)}${infoHash}${peerId}`
    assert.equal(bytes.toString('hex'), expected)
  })

  it('says each extension with its own bit', () => {
    const reserved = (extensions: typeof none): string =>
      encodeHandshake({ infoHash, peerId, extensions }).toString('hex', 20, 28)
    assert.equal(reserved({ ...none, extended: true }), '0000000000100000')
    assert.equal(reserved({ ...none, fast: true }), '0000000000000004')
    assert.equal(reserved({ ...none, dht: true }), '0000000000000001')
    assert.equal(reserved({ fast: true, extended: true, dht: true }), '0000000000100005')
  })

  it('comes back as it went, with every combination of extensions', () => {
    for (let bits = 0; bits < 8; bits++) {
      const extensions = { fast: (bits & 1) !== 0, extended: (bits & 2) !== 0, dht: (bits & 4) !== 0 }
      const handshake = { infoHash, peerId, extensions }
      assert.deepEqual(decodeHandshake(encodeHandshake(handshake)), handshake)
    }
  })

  it('takes reserved bits that mean nothing to us', () => {
    const bytes = encodeHandshake({ infoHash, peerId, extensions: none })
    bytes.fill(0xff, 20, 28)
    assert.deepEqual(decodeHandshake(bytes).extensions, { fast: true, extended: true, dht: true })
  })

  it('refuses another protocol and another length', () => {
    const bytes = encodeHandshake({ infoHash, peerId, extensions: none })
    const other = Buffer.from(bytes)
    other[19] = 0x4c
    for (const wrong of [other, bytes.subarray(0, 67), Buffer.concat([bytes, Buffer.alloc(1)]), Buffer.alloc(0)]) {
      assert.throws(() => decodeHandshake(wrong), { code: 'invalid-handshake' })
    }
  })

  it('is told from an HTTP request by its first byte, and from a near miss by the first that differs', () => {
    const bytes = encodeHandshake({ infoHash, peerId, extensions: none })
    for (let length = 0; length <= bytes.length; length++)
      assert.equal(isHandshakeStart(bytes.subarray(0, length)), true)
    assert.equal(isHandshakeStart(Buffer.from('GET /announce HTTP/1.1')), false)
    assert.equal(isHandshakeStart(Buffer.from('\x13BitTorrent protocox', 'latin1')), false)
  })
})
