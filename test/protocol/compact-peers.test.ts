import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeCompactPeers, decodeCompactPeers6, encodeCompactPeers } from '../../src/protocol/compact-peers.ts'

const hex = (spaced: string): string => spaced.replaceAll(' ', '')

describe('compact peers', () => {
  it('are 6 bytes for IPv4 and 18 bytes for IPv6, in the order given', () => {
    const { peers, peers6 } = encodeCompactPeers([
      { host: '10.0.0.1', port: 5000 },
      { host: 'fe80::1', port: 6881 },
      { host: '::ffff:10.0.0.2', port: 65535 },
    ])
    assert.equal(peers.toString('hex'), hex('0a000001 1388  0a000002 ffff'))
    assert.equal(peers6.toString('hex'), hex('fe800000 00000000 00000000 00000001 1ae1'))
  })

  it('come back as they went', () => {
    const four = [
      { host: '192.168.0.1', port: 1 },
      { host: '10.1.2.3', port: 65535 },
    ]
    const six = [{ host: '2001:db8::1', port: 5000 }]
    const { peers, peers6 } = encodeCompactPeers([...four, ...six])
    assert.deepEqual(decodeCompactPeers(peers), four)
    assert.deepEqual(decodeCompactPeers6(peers6), six)
  })

  it('leave out names, which have no bytes', () => {
    assert.equal(encodeCompactPeers([{ host: 'peer.example', port: 5000 }]).peers.length, 0)
  })

  it('are none for no bytes', () => {
    assert.deepEqual(decodeCompactPeers(Buffer.alloc(0)), [])
    assert.deepEqual(decodeCompactPeers6(Buffer.alloc(0)), [])
  })

  it('leave out port 0', () => {
    const bytes = Buffer.from(hex('0a000001 0000  0a000002 0001'), 'hex')
    assert.deepEqual(decodeCompactPeers(bytes), [{ host: '10.0.0.2', port: 1 }])
  })

  it('say IPv4 inside of IPv6 as IPv4', () => {
    const bytes = Buffer.from(`${'00'.repeat(10)}ffff0a0000011388`, 'hex')
    assert.deepEqual(decodeCompactPeers6(bytes), [{ host: '10.0.0.1', port: 5000 }])
  })

  it('are refused when a byte is missing or too many', () => {
    for (const length of [1, 5, 7, 11]) {
      assert.throws(() => decodeCompactPeers(Buffer.alloc(length)), { code: 'invalid-peers' })
    }
    for (const length of [6, 17, 19]) {
      assert.throws(() => decodeCompactPeers6(Buffer.alloc(length)), { code: 'invalid-peers' })
    }
  })

  it('are read up to the number wanted', () => {
    const bytes = Buffer.from('0a0000011388'.repeat(5), 'hex')
    assert.equal(decodeCompactPeers(bytes, 2).length, 2)
  })
})
