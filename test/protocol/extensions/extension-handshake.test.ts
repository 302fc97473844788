import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
  MAX_EXTENSIONS,
} from '../../../src/protocol/extensions/extension-handshake.ts'

const decode = (text: string): ReturnType<typeof decodeExtensionHandshake> =>
  decodeExtensionHandshake(Buffer.from(text, 'latin1'))

describe('encodeExtensionHandshake', () => {
  it('is a dictionary with its keys in order', () => {
    const bytes = encodeExtensionHandshake({
      v: 'swarmd 0.1',
      port: 5000,
      reqq: 250,
      m: new Map([
        ['ut_pex', 2],
        ['ut_metadata', 1],
      ]),
      metadataSize: 31235,
      longestRequest: 131072,
      uploadOnly: true,
      yourIp: '10.0.0.1',
    })
    assert.equal(
      bytes.toString('latin1'),
      'd1:md11:ut_metadatai1e6:ut_pexi2ee13:metadata_sizei31235e1:pi5000e4:reqqi250e' +
        '10:sw_requesti131072e11:upload_onlyi1e1:v10:swarmd 0.16:yourip4:\x0a\x00\x00\x01e',
    )
  })

  it('says nothing of what it is not given', () => {
    assert.equal(encodeExtensionHandshake({ m: new Map() }).toString('latin1'), 'd1:mdee')
  })

  it('comes back as it went', () => {
    const handshake = {
      v: 'swarmd 0.1 ✓',
      port: 65535,
      reqq: 1,
      m: new Map([
        ['sw_members', 255],
        ['ut_metadata', 0],
      ]),
      metadataSize: 1,
      longestRequest: 16384,
      uploadOnly: false,
      yourIp: 'fe80::1',
    }
    assert.deepEqual(decodeExtensionHandshake(encodeExtensionHandshake(handshake)), handshake)
  })
})

describe('decodeExtensionHandshake', () => {
  it('reads the example of BEP 10', () => {
    assert.deepEqual(decode('d1:md11:LT_metadatai1e6:µT_PEXi2ee1:pi6881e1:v13:\xc2\xb5Torrent 1.2e'), {
      m: new Map([
        ['LT_metadata', 1],
        ['�T_PEX', 2],
      ]),
      port: 6881,
      v: 'µTorrent 1.2',
    })
  })

  it('finds nothing in an empty dictionary', () => {
    assert.deepEqual(decode('de'), { m: new Map() })
  })

  it('takes keys that are out of order', () => {
    assert.deepEqual(decode('d1:pi5000e1:md6:ut_pexi2e11:ut_metadatai1eee').m.size, 2)
  })

  it('refuses what is no dictionary', () => {
    for (const text of ['le', 'i1e', '2:de']) {
      assert.throws(() => decode(text), { code: 'invalid-extension-handshake' })
    }
  })

  it('refuses what is not bencoded', () => {
    for (const text of ['', 'd', 'd1:m', 'd1:mde', 'dee', 'l-3:e', `${'l'.repeat(20)}${'e'.repeat(20)}`]) {
      assert.throws(() => decode(text), { name: 'ProtocolError' }, text)
    }
  })

  it('goes without each value that has the wrong type or makes no sense', () => {
    const nothing = { m: new Map() }
    assert.deepEqual(decode('d1:mi1ee'), nothing)
    assert.deepEqual(decode('d1:ml1:aee'), nothing)
    assert.deepEqual(decode('d1:md1:ai-1e1:bi256e1:c1:1ee'), nothing)
    for (const port of ['i0e', 'i65536e', 'i-1e', '4:5000']) assert.deepEqual(decode(`d1:p${port}e`), nothing)
    for (const count of ['i0e', 'i-5e', 'le', 'i9223372036854775807e']) {
      assert.deepEqual(decode(`d4:reqq${count}e`), nothing)
      assert.deepEqual(decode(`d13:metadata_size${count}e`), nothing)
    }
    for (const flag of ['i2e', 'i-1e', '1:1']) assert.deepEqual(decode(`d11:upload_only${flag}e`), nothing)
    for (const ip of ['3:abc', '0:', 'i1e']) assert.deepEqual(decode(`d6:yourip${ip}e`), nothing)
    for (const name of ['i1e', '0:', '3:\x00\x1b\x07']) assert.deepEqual(decode(`d1:v${name}e`), nothing)
  })

  it('makes a name fit for a terminal', () => {
    assert.equal(decode('d1:v9:\x1b[31mevile').v, '[31mevil')
    assert.equal(decode('d1:v7:a\xe2\x80\xaeb\r\ne').v, 'ab')
    assert.equal(decode(`d1:v1000:${'x'.repeat(1000)}e`).v?.length, 64)
  })

  it('keeps an extension that is switched off, and only so many of them', () => {
    assert.deepEqual(decode('d1:md6:ut_pexi0eee').m, new Map([['ut_pex', 0]]))
    const names = Array.from({ length: 200 }, (_, id) => `3:${String(id).padStart(3, '0')}i${id}e`).join('')
    assert.equal(decode(`d1:md${names}ee`).m.size, MAX_EXTENSIONS)
    assert.equal(decode(`d1:md65:${'n'.repeat(65)}i1eee`).m.size, 0)
  })

  it('takes names like __proto__ for names', () => {
    assert.deepEqual(decode('d1:md9:__proto__i3eee').m, new Map([['__proto__', 3]]))
  })
})
