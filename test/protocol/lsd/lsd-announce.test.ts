import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InfoHash } from '../../../src/protocol/ids.ts'
import { decodeLsdAnnounce, encodeLsdAnnounces, LSD_MAX_BYTES } from '../../../src/protocol/lsd/lsd-announce.ts'

const ONE = '0123456789abcdef0123456789abcdef01234567' as InfoHash
const TWO = 'ffffffffffffffffffffffffffffffffffffffff' as InfoHash

const hashes = (count: number): InfoHash[] =>
  Array.from({ length: count }, (_, at) => at.toString(16).padStart(40, '0') as InfoHash)

const read = (text: string) => decodeLsdAnnounce(Buffer.from(text, 'latin1'))

describe('a local announce', () => {
  it('is written to the letter of BEP 14', () => {
    const [datagram] = encodeLsdAnnounces({ port: 5000, infoHashes: [ONE], cookie: '1a2b3c4d' }, 'ipv4')
    assert.equal(
      datagram?.toString('latin1'),
      'BT-SEARCH * HTTP/1.1\r\n' +
        'Host: 239.192.152.143:6771\r\n' +
        'Port: 5000\r\n' +
        `Infohash: ${ONE}\r\n` +
        'cookie: 1a2b3c4d\r\n' +
        '\r\n\r\n',
    )
  })

  it('names the IPv6 group in brackets', () => {
    const [datagram] = encodeLsdAnnounces({ port: 5000, infoHashes: [ONE], cookie: '' }, 'ipv6')
    assert.match(datagram?.toString('latin1') ?? '', /\r\nHost: \[ff15::efc0:988f\]:6771\r\n/)
    assert.doesNotMatch(datagram?.toString('latin1') ?? '', /cookie/)
  })

  it('of many swarms goes in several datagrams, none too long, that hold them all', () => {
    const infoHashes = hashes(1000)
    const datagrams = encodeLsdAnnounces({ port: 65535, infoHashes, cookie: '7fffffff' }, 'ipv6')
    assert.ok(datagrams.every(({ length }) => length < LSD_MAX_BYTES))
    assert.ok(datagrams.length <= 42, `${datagrams.length} datagrams`)
    assert.deepEqual(
      datagrams.flatMap((datagram) => decodeLsdAnnounce(datagram).infoHashes),
      infoHashes,
    )
  })

  it('of a few swarms goes in a short datagram for each, as transmission wants it', () => {
    const datagrams = encodeLsdAnnounces({ port: 65535, infoHashes: hashes(8), cookie: '7fffffff' }, 'ipv6')
    assert.equal(datagrams.length, 8)
    assert.ok(datagrams.every(({ length }) => length <= 200))
  })

  it('of no swarm is no datagram', () => {
    assert.deepEqual(encodeLsdAnnounces({ port: 5000, infoHashes: [], cookie: 'a' }, 'ipv4'), [])
  })

  it('of libtorrent and of transmission is understood', () => {
    const upper = ONE.toUpperCase()
    const libtorrent = `BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: ${ONE}\r\ncookie: 1c3a\r\n\r\n\r\n`
    const transmission = `BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 51413\r\nInfohash: ${upper}\r\n\r\n\r\n`
    assert.deepEqual(read(libtorrent), { port: 6881, cookie: '1c3a', infoHashes: [ONE] })
    assert.deepEqual(read(transmission), { port: 51413, cookie: '', infoHashes: [ONE] })
  })

  it('may have headers in any order and any case, and some that nobody knows', () => {
    const text = `bt-search * HTTP/1.0\nINFOHASH:${ONE}\nx-more: yes\ninfohash: ${TWO}  \ninfohash: ${ONE}\nPORT:1\n`
    assert.deepEqual(read(text), { port: 1, cookie: '', infoHashes: [ONE, TWO] })
  })

  const good = `BT-SEARCH * HTTP/1.1\r\nPort: 6881\r\nInfohash: ${ONE}\r\n\r\n\r\n`
  const bad: readonly (readonly [what: string, text: string])[] = [
    ['is empty', ''],
    ['is another request', good.replace('BT-SEARCH', 'M-SEARCH')],
    ['has no port', good.replace('Port', 'Pott')],
    ['has port 0', good.replace('6881', '0')],
    ['has a port that is none', good.replace('6881', '65536')],
    ['has a negative port', good.replace('6881', '-1')],
    ['has no info hash', good.replace('Infohash', 'Info')],
    ['has an info hash of 39 digits', good.replace(ONE, ONE.slice(1))],
    ['has an info hash that is not hex', good.replace(ONE, 'z'.repeat(40))],
    ['is longer than a frame', good + 'x'.repeat(1500)],
  ]
  for (const [what, text] of bad) {
    it(`is refused when it ${what}`, () => {
      assert.throws(() => read(text), { name: 'ProtocolError', code: 'invalid-lsd' })
    })
  }
})
