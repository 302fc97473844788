import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { infoHashFromHex } from '../../../src/protocol/ids.ts'
import { formatMagnet } from '../../../src/protocol/magnet/format-magnet.ts'
import { MAGNET_LIMITS } from '../../../src/protocol/magnet/magnet-link.ts'
import { parseMagnet } from '../../../src/protocol/magnet/parse-magnet.ts'
import { ProtocolError } from '../../../src/protocol/protocol-error.ts'

const HASH = 'c12fe1c06bba254a9dc9f519b335aa7c1367a88a'
const XT = `magnet:?xt=urn:btih:${HASH}`

describe('a magnet link', () => {
  it('of a hash alone is whole', () => {
    assert.deepEqual(parseMagnet(XT), { infoHash: HASH, name: '', trackers: [], peers: [] })
  })

  it('is read with all that BEP 9 puts into it', () => {
    const link = parseMagnet(
      `${XT}&dn=lab%20image.img&tr=http%3A%2F%2F10.0.0.1%3A5000%2Fannounce&tr=udp%3A%2F%2F10.0.0.2%3A6969` +
        '&x.pe=10.0.0.3:5000&x.pe=[FD00::1]:5001&x.pe=lab-3.example:5002',
    )
    assert.deepEqual(link, {
      infoHash: HASH,
      name: 'lab image.img',
      trackers: ['http://10.0.0.1:5000/announce', 'udp://10.0.0.2:6969'],
      peers: [
        { host: '10.0.0.3', port: 5000 },
        { host: 'fd00::1', port: 5001 },
        { host: 'lab-3.example', port: 5002 },
      ],
    })
  })

  it('has its hash in hex or base32, in either case', () => {
    // The twenty letters a to t, which RFC 4648 writes like this.
    const letters = Buffer.from('abcdefghijklmnopqrst').toString('hex')
    for (const text of [
      'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U',
      'mfrggzdfmztwq2lknnwg23tpobyxe43u',
      letters.toUpperCase(),
    ]) {
      assert.equal(parseMagnet(`magnet:?xt=urn:btih:${text}`).infoHash, letters)
    }
  })

  it('may be written in capitals, in any order, with numbers, with parameters of other networks', () => {
    const text = `MAGNET:?dn=a&xl=5&DN=b&xt.1=urn:sha1:abc&tr.1=http://t/&XT.2=URN:BTIH:${HASH.toUpperCase()}&flag&so=0-2`
    assert.deepEqual(parseMagnet(text), { infoHash: HASH, name: 'a', trackers: ['http://t/'], peers: [] })
  })

  it('of a hybrid torrent is that of its first version', () => {
    assert.equal(parseMagnet(`${XT}&xt=urn:btmh:1220${'ab'.repeat(32)}`).infoHash, HASH)
  })

  it('names each tracker and peer once, and keeps trackers that only others can ask', () => {
    const { trackers, peers } = parseMagnet(
      `${XT}&tr=wss://t.example&tr=10.0.0.1&tr=10.0.0.1&tr=&x.pe=10.0.0.1:1&x.pe=10.0.0.1:1`,
    )
    assert.deepEqual(trackers, ['wss://t.example', '10.0.0.1'])
    assert.deepEqual(peers, [{ host: '10.0.0.1', port: 1 }])
  })

  it('has a name without control characters, with plus signs for spaces, cut when it is long', () => {
    assert.equal(parseMagnet(`${XT}&dn=a+b%0A%E2%80%AEc%2B`).name, 'a bc+')
    assert.equal(parseMagnet(`${XT}&dn=${'x'.repeat(5000)}`).name.length, MAGNET_LIMITS.nameLength)
    assert.equal(parseMagnet(`${XT}&dn=Übung%C3%9F`).name, 'Übungß')
  })

  for (const [what, text, code, says] of [
    ['another scheme', `http://x/?xt=urn:btih:${HASH}`, 'magnet-not-a-magnet', /begins with magnet/],
    ['a bare hash', HASH, 'magnet-not-a-magnet', /begins with magnet/],
    ['no topic', 'magnet:?dn=x', 'magnet-missing-hash', /^xt: /],
    ['a topic of another network only', 'magnet:?xt=urn:sha1:abc', 'magnet-missing-hash', /^xt: /],
    ['v2 only', `magnet:?xt=urn:btmh:1220${'ab'.repeat(32)}`, 'magnet-unsupported-v2', /BitTorrent v2 only/],
    ['40 letters that are no hex', `magnet:?xt=urn:btih:${'g'.repeat(40)}`, 'magnet-invalid-hash', /^xt: /],
    ['39 digits', `magnet:?xt=urn:btih:${'a'.repeat(39)}`, 'magnet-invalid-hash', /40 hex digits/],
    ['a digit that base32 has not', `magnet:?xt=urn:btih:${'1'.repeat(32)}`, 'magnet-invalid-hash', /^xt: /],
    ['two torrents', `${XT}&xt=urn:btih:${'0'.repeat(40)}`, 'magnet-several-hashes', /^xt: /],
    ['a broken escape in the name', `${XT}&dn=%E0%A4%A`, 'magnet-invalid-encoding', /^dn: /],
    ['a broken escape in a tracker', `${XT}&tr=http%3A%2`, 'magnet-invalid-encoding', /^tr: /],
    ['a line end in a tracker', `${XT}&tr=http://a%0Ab`, 'magnet-invalid-tracker', /^tr: /],
    ['a tracker that never ends', `${XT}&tr=http://${'a'.repeat(2048)}`, 'magnet-invalid-tracker', /2048 bytes/],
    ['a peer without a port', `${XT}&x.pe=10.0.0.1`, 'magnet-invalid-peer', /^x\.pe: /],
    ['a peer at port 0', `${XT}&x.pe=10.0.0.1:0`, 'magnet-invalid-peer', /^x\.pe: /],
    ['a peer at port 65536', `${XT}&x.pe=10.0.0.1:65536`, 'magnet-invalid-peer', /^x\.pe: /],
    ['an IPv4 address in disguise', `${XT}&x.pe=127.1:5000`, 'magnet-invalid-peer', /^x\.pe: /],
    ['an IPv6 address without brackets', `${XT}&x.pe=::1:5000`, 'magnet-invalid-peer', /^x\.pe: /],
    ['a path in a peer', `${XT}&x.pe=a/b:5000`, 'magnet-invalid-peer', /^x\.pe: /],
    [
      'too many trackers',
      `${XT}${Array.from({ length: 101 }, (_, n) => `&tr=t${n}`).join('')}`,
      'magnet-too-many',
      /^tr: /,
    ],
    [
      'too many peers',
      `${XT}${Array.from({ length: 65 }, (_, n) => `&x.pe=10.0.0.1:${n + 1}`).join('')}`,
      'magnet-too-many',
      /^x\.pe: /,
    ],
    ['too many parameters', `${XT}${'&a=b'.repeat(300)}`, 'magnet-too-many', /256 parameters/],
    ['too long a text', `${XT}&dn=${'x'.repeat(17_000)}`, 'magnet-too-long', /16384 characters/],
  ] as const) {
    it(`with ${what} is refused with ${code}`, () => {
      assert.throws(
        () => parseMagnet(text),
        (error: unknown) => error instanceof ProtocolError && error.code === code && says.test(error.message),
      )
    })
  }
})

describe('a magnet link that is written', () => {
  it('can be read by any client: all but plain letters is escaped', () => {
    const infoHash = infoHashFromHex(HASH)
    assert.ok(infoHash)
    const link = {
      infoHash,
      name: 'a&b=ü c+.img',
      trackers: ['http://10.0.0.1:5000/announce?k=v&x=%20'],
      peers: [
        { host: '10.0.0.3', port: 5000 },
        { host: 'fd00::1', port: 1 },
      ],
    }
    const text = formatMagnet(link)
    assert.equal(
      text,
      `${XT}&dn=a%26b%3D%C3%BC%20c%2B.img&tr=http%3A%2F%2F10.0.0.1%3A5000%2Fannounce%3Fk%3Dv%26x%3D%2520&x.pe=10.0.0.3:5000&x.pe=[fd00::1]:1`,
    )
    assert.deepEqual(parseMagnet(text), link)
  })
})
