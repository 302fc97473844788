import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { canonicalIp, ipBytes, ipText, isLoopbackIp } from '../../src/protocol/ip-address.ts'

describe('ipBytes', () => {
  const GOOD: readonly [text: string, hex: string][] = [
    ['10.0.0.248', '0a0000f8'],
    ['255.255.255.255', 'ffffffff'],
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['fe80::1', `fe80${'00'.repeat(13)}01`],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    ['2001:DB8::ABCD:0', `20010db8${'00'.repeat(8)}abcd0000`],
    ['64:ff9b::10.0.0.1', `0064ff9b${'00'.repeat(8)}0a000001`],
    ['fe80::1%eth0', `fe80${'00'.repeat(13)}01`],
    ['::ffff:10.0.0.1', '0a000001'],
    ['::ffff:a00:1', '0a000001'],
  ]
  for (const [text, hex] of GOOD) {
    it(`reads ${text}`, () => assert.equal(ipBytes(text)?.toString('hex'), hex))
  }

  const BAD = [
    '',
    'example.org',
    '127.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.4 ',
    '1.2.3.-4',
  ]
  const BAD6 = [
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '[::1]',
  ]
  const BAD_MIXED = ['1.2.3.4::', '::1.2.3', '1:2:3:4:5:6:7:1.2.3.4', '::1.2.3.4:5', '%eth0']
  for (const text of [...BAD, ...BAD6, ...BAD_MIXED]) {
    it(`takes '${text}' for no address`, () => assert.equal(ipBytes(text), null))
  }
})

describe('ipText', () => {
  it('shortens the longest run of zeros, the first of equals, and never a single zero', () => {
    const text = (hex: string): string => ipText(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    assert.equal(text('0001 0000 0000 0002 0000 0000 0000 0003'), '1:0:0:2::3')
    assert.equal(text('0001 0000 0000 0002 0003 0000 0000 0004'), '1::2:3:0:0:4')
    assert.equal(text('0001 0000 0002 0003 0004 0005 0006 0007'), '1:0:2:3:4:5:6:7')
    assert.equal(text('0000 0000 0000 0000 0000 0000 0000 0000'), '::')
    assert.equal(text('0001 0000 0000 0000 0000 0000 0000 0000'), '1::')
  })

  it('refuses what is neither 4 nor 16 bytes', () => {
    for (const length of [0, 5, 15, 17]) assert.throws(() => ipText(Buffer.alloc(length)), RangeError)
  })

  it('is the inverse of ipBytes', () => {
    const ip = fc.oneof(fc.ipV4(), fc.ipV6())
    fc.assert(
      fc.property(ip, (text) => {
        const bytes = ipBytes(text)
        assert.ok(bytes !== null, text)
        assert.deepEqual(ipBytes(ipText(bytes)), bytes)
      }),
    )
  })
})

describe('canonicalIp', () => {
  it('gives one text for every way to write an address', () => {
    for (const text of ['fe80::1', 'FE80::1', 'fe80:0:0:0:0:0:0:1', 'fe80::0001%2', 'fe80::0.0.0.1']) {
      assert.equal(canonicalIp(text), 'fe80::1')
    }
    assert.equal(canonicalIp('::FFFF:192.168.1.2'), '192.168.1.2')
    assert.equal(canonicalIp('localhost'), null)
  })
})

describe('isLoopbackIp', () => {
  it('knows 127.0.0.0/8 and ::1', () => {
    assert.deepEqual(['127.0.0.1', '127.9.9.9', '::1', '10.0.0.127', '::', '12.7.0.1'].map(isLoopbackIp), [
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })
})
