import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { peerIdFromBytes } from '../../../src/protocol/ids.ts'
import {
  decodeAnnounceReply,
  encodeAnnounceReply,
  encodeTrackerFailure,
} from '../../../src/protocol/tracker/announce-reply.ts'

const decode = (text: string): ReturnType<typeof decodeAnnounceReply> =>
  decodeAnnounceReply(Buffer.from(text, 'latin1'))
const COMPACT = { compact: true, noPeerId: false }
const DICTIONARIES = { compact: false, noPeerId: false }

const peerId = peerIdFromBytes(Buffer.from('-SW0100-abcdefghijkl'))
const reply = {
  interval: 30,
  complete: 1,
  incomplete: 2,
  peers: [
    { host: '10.0.0.1', port: 5000, peerId },
    { host: 'fe80::1', port: 5001, peerId },
  ],
}

describe('encodeAnnounceReply', () => {
  it('packs the peers when the asker takes them compact', () => {
    assert.equal(
      encodeAnnounceReply(reply, COMPACT).toString('latin1'),
      'd8:completei1e10:incompletei2e8:intervali30e5:peers6:\x0a\0\0\x01\x13\x886:peers618:\xfe\x80' +
        `${'\0'.repeat(13)}\x01\x13\x89e`,
    )
  })

  it('has an empty list of peers rather than none', () => {
    const empty = encodeAnnounceReply({ interval: 30, peers: [] }, COMPACT)
    assert.equal(empty.toString('latin1'), 'd8:intervali30e5:peers0:e')
  })

  it('gives dictionaries to those who do not', () => {
    assert.equal(
      encodeAnnounceReply({ interval: 30, peers: reply.peers.slice(0, 1) }, DICTIONARIES).toString('latin1'),
      'd8:intervali30e5:peersld2:ip8:10.0.0.17:peer id20:-SW0100-abcdefghijkl4:porti5000eeee',
    )
  })

  it('leaves the peer ids out when the asker can do without', () => {
    const bytes = encodeAnnounceReply(reply, { compact: false, noPeerId: true })
    assert.deepEqual(
      decodeAnnounceReply(bytes).peers,
      reply.peers.map(({ host, port }) => ({ host, port })),
    )
  })

  it('comes back as it went, in either form', () => {
    const everything = { ...reply, minInterval: 30, warning: 'näher', externalIp: '10.0.0.7' }
    assert.deepEqual(decodeAnnounceReply(encodeAnnounceReply(everything, DICTIONARIES)), everything)
    assert.deepEqual(decodeAnnounceReply(encodeAnnounceReply(everything, COMPACT)), {
      ...everything,
      peers: reply.peers.map(({ host, port }) => ({ host, port })),
    })
  })
})

describe('encodeTrackerFailure', () => {
  it('is a dictionary with the reason alone', () => {
    assert.equal(encodeTrackerFailure('port is missing').toString(), 'd14:failure reason15:port is missinge')
  })

  it('becomes an error with the reason in it on the other side', () => {
    const expected = { code: 'tracker-failure', message: 'left is missing' }
    assert.throws(() => decodeAnnounceReply(encodeTrackerFailure('left is missing')), expected)
  })
})

describe('decodeAnnounceReply', () => {
  it('reads compact peers of both kinds', () => {
    const text = `d8:intervali1042e12:min intervali60e5:peers6:\x0a\0\0\x01\x1a\xe16:peers618:${'\0'.repeat(15)}\x01\x1a\xe1e`
    assert.deepEqual(decode(text), {
      interval: 1042,
      minInterval: 60,
      peers: [
        { host: '10.0.0.1', port: 6881 },
        { host: '::1', port: 6881 },
      ],
    })
  })

  it('refuses compact peers of a length that cannot be', () => {
    assert.throws(() => decode('d8:intervali60e5:peers7:abcdefge'), { code: 'invalid-peers' })
    assert.throws(() => decode(`d8:intervali60e6:peers619:${'x'.repeat(19)}e`), { code: 'invalid-peers' })
  })

  it('lets the failure reason win over peers', () => {
    const text = 'd14:failure reason11:not allowed8:intervali60e5:peers6:\x0a\0\0\x01\x1a\xe1e'
    assert.throws(() => decode(text), { code: 'tracker-failure', message: 'not allowed' })
  })

  it('takes a failure reason for a failure even when it has no words', () => {
    for (const reason of ['0:', 'i1e', 'le', '1:\x1b']) {
      const expected = { code: 'tracker-failure', message: 'the tracker gave no reason' }
      assert.throws(() => decode(`d14:failure reason${reason}e`), expected)
    }
  })

  it('makes the words of a tracker fit for a terminal', () => {
    assert.throws(() => decode('d14:failure reason9:a\x1b[2J\r\nbce'), { message: 'a[2Jbc' })
    assert.throws(
      () => decode(`d14:failure reason5000:${'x'.repeat(5000)}e`),
      (error: Error) => error.message.length === 300,
    )
    assert.equal(decode('d15:warning message4:slowe').warning, 'slow')
  })

  const INTERVALS: readonly [said: string, seconds: number][] = [
    ['i0e', 30],
    ['i-7e', 30],
    ['i29e', 30],
    ['i30e', 30],
    ['i3600e', 3600],
    ['i1000000000e', 3600],
    ['i9223372036854775807e', 3600],
    ['2:60', 1800],
  ]
  for (const [said, seconds] of INTERVALS) {
    it(`waits ${seconds} s when the tracker says ${said}`, () => {
      assert.equal(decode(`d8:interval${said}e`).interval, seconds)
    })
  }

  it('waits half an hour when the tracker says nothing', () => {
    assert.deepEqual(decode('de'), { interval: 1800, peers: [] })
  })

  it('keeps 200 peers of a thousand, in each form', () => {
    const compact = '\x0a\0\0\x01\x1a\xe1'.repeat(1000)
    assert.equal(decode(`d5:peers6000:${compact}6:peers618:${'\x01'.repeat(18)}e`).peers.length, 200)
    const dictionary = 'd2:ip8:10.0.0.14:porti1ee'
    assert.equal(decode(`d5:peersl${dictionary.repeat(1000)}ee`).peers.length, 200)
  })

  it('reads as many compact peers as fit into an answer without falling over', () => {
    const count = 174_000
    assert.equal(decode(`d5:peers${6 * count}:${'\x0a\0\0\x01\x1a\xe1'.repeat(count)}e`).peers.length, 200)
  })

  it('keeps the good peers of a list with bad ones', () => {
    const good = 'd2:ip8:10.0.0.14:porti6881ee'
    const bad = [
      'i42e',
      '6:abcdef',
      'le',
      'de',
      'd2:ip8:10.0.0.2e',
      'd4:porti1ee',
      'd2:ip8:10.0.0.24:porti-1ee',
      'd2:ip8:10.0.0.24:porti0ee',
      'd2:ip8:10.0.0.24:porti65536ee',
      'd2:ip8:10.0.0.24:port4:6881e',
      'd2:ipi1e4:porti1ee',
      'd2:ip12:peer.example4:porti1ee',
    ]
    for (const entry of bad) {
      assert.deepEqual(decode(`d5:peersl${good}${entry}${good}ee`).peers.length, 2, entry)
    }
    assert.deepEqual(decode('d5:peersli42eee').peers, [])
  })

  it('keeps a peer whose id makes no sense, without the id', () => {
    const text = 'd5:peersld2:ip8:10.0.0.17:peer id3:abc4:porti1eeee'
    assert.deepEqual(decode(text).peers, [{ host: '10.0.0.1', port: 1 }])
  })

  it('goes without whatever has the wrong type', () => {
    const text =
      'd8:complete1:x11:external ip3:abc10:incompletei-1e12:min intervalle5:peersi1e6:peers6le15:warning messagei1ee'
    assert.deepEqual(decode(text), { interval: 1800, peers: [] })
  })

  it('knows our address as the tracker sees it', () => {
    assert.equal(decode('d11:external ip4:\x0a\0\0\x07e').externalIp, '10.0.0.7')
    assert.equal(decode(`d11:external ip16:${'\0'.repeat(15)}\x01e`).externalIp, '::1')
  })

  it('takes keys that are out of order', () => {
    assert.equal(decode('d5:peers0:8:intervali60ee').interval, 60)
  })

  it('refuses what is no dictionary, not bencoded, cut off or too long', () => {
    for (const text of ['le', 'i1e', '0:']) assert.throws(() => decode(text), { code: 'invalid-tracker-reply' })
    for (const text of ['', '<html>', 'd10:tracer idteste', 'd8:intervali60e', 'd8:intervali60eex']) {
      assert.throws(() => decode(text), { name: 'ProtocolError' }, text)
    }
    assert.throws(() => decodeAnnounceReply(Buffer.alloc(1024 * 1024 + 1)), { code: 'invalid-tracker-reply' })
  })
})
