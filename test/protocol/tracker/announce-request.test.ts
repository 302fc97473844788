import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { infoHashFromBytes, peerIdFromBytes } from '../../../src/protocol/ids.ts'
import { buildAnnounceUrl, parseAnnounceQuery } from '../../../src/protocol/tracker/announce-request.ts'
import type { AnnounceRequest } from '../../../src/protocol/tracker/announce-request.ts'

const HASH = '%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A'
const hash = Buffer.from('123456789abcdef123456789abcdef123456789a', 'hex')
const ID = '-SW0100-abcdefghijkl'
const MINIMAL = `info_hash=${HASH}&peer_id=${ID}&port=5000&left=0`

/** The minimal query with one of its parameters changed, added or (undefined) taken away. */
function query(name: string, value?: string): string {
  const others = MINIMAL.split('&').filter((parameter) => !parameter.startsWith(`${name}=`))
  return (value === undefined ? others : [...others, `${name}=${value}`]).join('&')
}

describe('parseAnnounceQuery', () => {
  it('reads a full request', () => {
    const full = `${MINIMAL}&uploaded=1&downloaded=2&event=started&numwant=80&compact=0&no_peer_id=1&key=a1B2&ip=10.0.0.9`
    assert.deepEqual(parseAnnounceQuery(full), {
      infoHash: infoHashFromBytes(hash),
      peerId: peerIdFromBytes(Buffer.from(ID)),
      port: 5000,
      uploaded: 1,
      downloaded: 2,
      left: 0,
      event: 'started',
      numWant: 80,
      compact: false,
      noPeerId: true,
      key: 'a1B2',
      ip: '10.0.0.9',
    })
  })

  it('fills in what may be missing', () => {
    assert.deepEqual(parseAnnounceQuery(MINIMAL), {
      infoHash: infoHashFromBytes(hash),
      peerId: peerIdFromBytes(Buffer.from(ID)),
      port: 5000,
      uploaded: 0,
      downloaded: 0,
      left: 0,
      numWant: -1,
      compact: true,
      noPeerId: false,
    })
  })

  it('takes every byte for itself: zeros, what is no UTF-8, and a plus', () => {
    const bytes = Buffer.from('00ff2b2b80c3282541e282ac0a0d26233d3f2f20', 'hex')
    const escaped = '%00%ff++%80%c3(%25A%e2%82%ac%0a%0d%26%23%3d%3f%2f%20'
    assert.equal(parseAnnounceQuery(query('info_hash', escaped)).infoHash, bytes.toString('hex'))
  })

  it('takes unescaped bytes as an HTTP parser hands them over', () => {
    const raw = '\xff\xfe\x80'.padEnd(20, 'x')
    assert.equal(parseAnnounceQuery(query('info_hash', raw)).infoHash, Buffer.from(raw, 'latin1').toString('hex'))
  })

  it('lets the first of two equal parameters count', () => {
    assert.equal(parseAnnounceQuery(`${MINIMAL}&port=1&port=x`).port, 5000)
  })

  it('takes no notice of parameters it does not know, whatever is in them', () => {
    assert.equal(parseAnnounceQuery(`%%%=%zz&&=&a&__proto__=1&${MINIMAL}`).port, 5000)
  })

  for (const name of ['info_hash', 'peer_id', 'port', 'left']) {
    it(`refuses a request without ${name}, and says so`, () => {
      assert.throws(() => parseAnnounceQuery(query(name)), { code: 'invalid-announce', message: `${name} is missing` })
    })
  }

  for (const name of ['info_hash', 'peer_id']) {
    it(`refuses ${name} of other than 20 bytes`, () => {
      for (const length of [0, 19, 21, 40]) {
        const message = `${name} has ${length} bytes, not 20`
        assert.throws(() => parseAnnounceQuery(query(name, 'a'.repeat(length))), { code: 'invalid-announce', message })
      }
    })
  }

  const BAD: Record<string, readonly string[]> = {
    port: ['', '0', '65536', 'NaN', '-1', '5000.5', '0x10', '+5000', '1e3', '99999999999999999999'],
    left: ['', '-1', 'NaN', 'Infinity', '1.5', '1e9', 'x', '1'.repeat(21)],
    uploaded: ['-1', 'NaN'],
    downloaded: ['-1', 'NaN'],
    numwant: ['x', '1.5', '--1', 'NaN'],
    event: ['Started', 'begun', 'started%00', 'stopped,started'],
  }
  for (const [name, values] of Object.entries(BAD)) {
    it(`refuses ${name} of ${values.join(' or ')}`, () => {
      for (const value of values) {
        assert.throws(() => parseAnnounceQuery(query(name, value)), { code: 'invalid-announce' }, value)
      }
    })
  }

  it('refuses broken escapes and characters that are no bytes', () => {
    for (const value of ['%', '%1', '%g0', '%u0041', 'é€', '%C3%'.padEnd(20, 'a')]) {
      const broken = { code: 'invalid-percent-encoding' }
      assert.throws(() => parseAnnounceQuery(query('info_hash', value.padEnd(20, 'a').concat('%'))), broken, value)
    }
    assert.throws(() => parseAnnounceQuery(query('info_hash', '€'.padEnd(20, 'a'))), {
      code: 'invalid-percent-encoding',
    })
  })

  it('refuses a query over 8 KiB', () => {
    assert.equal(parseAnnounceQuery(`${MINIMAL}&x=`.padEnd(8192, 'x')).port, 5000)
    assert.throws(() => parseAnnounceQuery(`${MINIMAL}&x=`.padEnd(8193, 'x')), { code: 'invalid-announce' })
  })

  it('takes numbers too big to be exact for the biggest exact one', () => {
    assert.equal(parseAnnounceQuery(query('left', '9223372036854775807')).left, Number.MAX_SAFE_INTEGER)
  })

  it('hands on a huge or negative numwant as a number the tracker can limit', () => {
    assert.equal(parseAnnounceQuery(query('numwant', '1000000000')).numWant, 1e9)
    assert.equal(parseAnnounceQuery(query('numwant', '0')).numWant, 0)
    assert.equal(parseAnnounceQuery(query('numwant', '-5')).numWant, -1)
    assert.equal(parseAnnounceQuery(query('numwant', '')).numWant, -1)
  })

  it('takes an empty event, and that of a partial seed, for none', () => {
    for (const event of ['', 'empty', 'paused'])
      assert.equal('event' in parseAnnounceQuery(query('event', event)), false)
  })

  it('drops an ip that is a name, and a key that is a book', () => {
    assert.equal('ip' in parseAnnounceQuery(query('ip', 'victim.example')), false)
    assert.equal('key' in parseAnnounceQuery(query('key', 'k'.repeat(65))), false)
  })
})

describe('buildAnnounceUrl', () => {
  const request: AnnounceRequest = {
    infoHash: infoHashFromBytes(hash),
    peerId: peerIdFromBytes(Buffer.from(ID)),
    port: 5000,
    uploaded: 1,
    downloaded: 2,
    left: 3,
    numWant: -1,
    compact: true,
    noPeerId: false,
  }

  it('escapes what is not letter, digit or harmless', () => {
    assert.equal(
      buildAnnounceUrl('http://10.0.0.1:5000/announce', request),
      `http://10.0.0.1:5000/announce?info_hash=${HASH}&peer_id=${ID}&port=5000&uploaded=1&downloaded=2&left=3&compact=1`,
    )
  })

  it('goes behind the query that a tracker URL has already', () => {
    const url = buildAnnounceUrl('http://t.example/announce?passkey=1', request)
    assert.ok(url.startsWith('http://t.example/announce?passkey=1&info_hash='), url)
  })

  it('is read back as what it was', () => {
    const everything: AnnounceRequest = {
      ...request,
      infoHash: infoHashFromBytes(Buffer.from(Array.from({ length: 20 }, (_, at) => at * 13))),
      numWant: 200,
      event: 'completed',
      compact: false,
      noPeerId: true,
      key: '&=%+',
      ip: 'fe80::1',
    }
    for (const original of [request, everything]) {
      const url = buildAnnounceUrl('http://t/announce', original)
      assert.deepEqual(parseAnnounceQuery(url.slice(url.indexOf('?') + 1)), original)
    }
  })
})
