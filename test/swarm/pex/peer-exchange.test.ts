import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodePeerExchange,
  encodeExtensionHandshake,
  encodePeerExchange,
  type PeerAddress,
  type PeerExchangeMessage,
  type PeerMessage,
} from '../../../src/protocol/index.ts'
import { PEX_OFFER } from '../../../src/swarm/pex/peer-exchange.ts'
import { TorrentRig, type RigOptions } from '../torrent/torrent-rig.ts'

const THEIR_ID = 9
const at = (host: string, port = 5000): PeerAddress => ({ host, port })

const rigWith = (options: RigOptions = {}): TorrentRig => new TorrentRig({ extensions: [PEX_OFFER], ...options })

/** What a peer says of itself: whether it takes PEX, and where it listens. */
const introduces = ({ pex = THEIR_ID, port }: { pex?: number; port?: number } = {}): PeerMessage => ({
  type: 'extended',
  id: 0,
  payload: encodeExtensionHandshake({ m: new Map([['ut_pex', pex]]), ...(port === undefined ? {} : { port }) }),
})

const tells = (added: readonly PeerAddress[], dropped: readonly PeerAddress[] = []): PeerMessage => ({
  type: 'extended',
  id: PEX_OFFER.id,
  payload: encodePeerExchange({
    added: added.map((address) => ({ address, encryption: false, seed: false, reachable: false })),
    dropped,
  }),
})

/** The messages of PEX that this peer was sent since the last look. */
const told = (rig: TorrentRig, peer: number): PeerExchangeMessage[] => {
  const messages = rig
    .sent(peer)
    .flatMap((message) => (message.type === 'extended' && message.id !== 0 ? [message] : []))
  assert.ok(messages.every(({ id }) => id === THEIR_ID))
  return messages.map(({ payload }) => decodePeerExchange(payload))
}

const addresses = (message: PeerExchangeMessage | undefined): string[] =>
  (message?.added ?? []).map(({ address }) => address.host)

describe('peer exchange, told', () => {
  it('tells a peer of the others right after its handshake, and the others of it', () => {
    const rig = rigWith().connect(1).say(1, introduces()).connect(2).say(2, introduces())
    assert.deepEqual(told(rig, 2).map(addresses), [['10.0.0.1']])
    assert.equal(rig.torrent.counters.pex.sent, 1)
    rig.pass(1)
    assert.deepEqual(told(rig, 1).map(addresses), [['10.0.0.2']])
    assert.deepEqual(told(rig, 1)[0]?.added[0]?.address, at('10.0.0.2'))
  })

  it('says who is a seeder and whom we reached, and never that anybody wants encryption', () => {
    const rig = rigWith().connectSeeder(1).connect(2, { outbound: false, port: 40_000 })
    rig
      .say(2, introduces({ port: 6881 }))
      .connect(3)
      .say(3, introduces())
    assert.deepEqual(told(rig, 3)[0]?.added, [
      { address: at('10.0.0.1'), encryption: false, seed: true, reachable: true },
      { address: at('10.0.0.2', 6881), encryption: false, seed: false, reachable: false },
    ])
  })

  it('tells nothing of a peer that came in and did not say where it listens', () => {
    const rig = rigWith().connect(1, { outbound: false, port: 40_000 }).connect(2).say(2, introduces()).pass(120)
    assert.deepEqual(told(rig, 2), [])
  })

  it('tells no more than once a minute, and then what changed: who came, who went', () => {
    const rig = rigWith().connect(1).connect(2).say(2, introduces())
    assert.deepEqual(told(rig, 2).map(addresses), [['10.0.0.1']])
    rig.take()
    rig.connect(3).connect(4).handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    rig.handle({ type: 'closed', peer: 4, reason: 'remote-closed' })
    rig.pass(59)
    assert.deepEqual(told(rig, 2), [])
    rig.pass(1)
    assert.deepEqual(told(rig, 2).map(addresses), [['10.0.0.3']])
    assert.deepEqual(told(rig, 2)[0]?.dropped, [at('10.0.0.1')])
    rig.take()
    rig.pass(120)
    assert.deepEqual(told(rig, 2), [])
  })

  it('tells of at most 50 at a time, and of the rest a minute later', () => {
    const rig = rigWith({ limits: { maxPeers: 500 } })
    for (let peer = 1; peer <= 120; peer++) rig.connect(peer)
    rig.connect(200).say(200, introduces())
    const all = [...Array.from({ length: 120 }, (_, at) => at + 1), 200]
    const counts: number[] = []
    for (let minute = 0; minute < 4; minute++) {
      counts.push(...told(rig, 200).map(({ added }) => added.length))
      rig.take()
      for (const peer of all) rig.say(peer, { type: 'keep-alive' })
      rig.pass(60)
    }
    assert.deepEqual(counts, [50, 50, 20])
    for (let peer = 1; peer <= 120; peer++) rig.handle({ type: 'closed', peer, reason: 'remote-closed' })
    rig.take()
    rig.pass(1)
    assert.deepEqual(
      told(rig, 200).map(({ dropped }) => dropped.length),
      [50],
    )
  })

  it('tells a peer neither of itself nor of loopback, which means another machine there', () => {
    const rig = rigWith().connect(1, { host: '127.0.0.1', port: 7000 }).connect(2, { host: '127.0.0.1', port: 7001 })
    rig.say(2, introduces()).connect(3).say(3, introduces()).pass(120)
    assert.deepEqual(told(rig, 3), [])
    assert.deepEqual(
      told(rig, 2)[0]?.added.map(({ address }) => address),
      [at('127.0.0.1', 7000)],
    )
  })

  it('tells nothing to a peer that does not take it, or no more', () => {
    const rig = rigWith().connect(1).connect(2).connect(3, { extended: false })
    rig.say(2, introduces({ pex: 0 })).pass(61)
    assert.deepEqual(rig.words(2).filter((word) => word === 'extended').length, 1)
    const other = rigWith()
      .connect(1)
      .connect(2)
      .say(2, introduces())
      .say(2, introduces({ pex: 0 }))
    other.take()
    other.connect(4).pass(120)
    assert.deepEqual(told(other, 2), [])
  })

  it('does not start anew when a handshake is said again', () => {
    const rig = rigWith().connect(1).connect(2).say(2, introduces())
    rig.take()
    for (let again = 0; again < 10; again++) rig.say(2, introduces())
    assert.deepEqual(told(rig, 2), [])
  })
})

describe('peer exchange, heard', () => {
  it('makes candidates that are dialled', () => {
    const rig = rigWith({ limits: { maxDialling: 50 } }).connect(1)
    rig.say(1, introduces(), tells([at('10.0.1.1'), at('10.0.1.2', 6881), at('2001:db8::7')]))
    assert.deepEqual(rig.dials(), [at('10.0.1.1'), at('10.0.1.2', 6881), at('2001:db8::7')])
    assert.equal(rig.torrent.counters.pex.received, 1)
    assert.equal(rig.torrent.peers.learned.pex, 3)
  })

  it('is heard of a peer that does not want to be told', () => {
    const rig = rigWith()
      .connect(1)
      .say(1, tells([at('10.0.1.1')]))
    assert.deepEqual(rig.dials(), [at('10.0.1.1')])
  })

  it('drops nobody at the word of another', () => {
    const rig = rigWith().connect(1).connect(2)
    rig.handle({ type: 'candidates', addresses: [at('10.0.1.1')], source: 'tracker' })
    const { size } = rig.torrent.peers
    rig.say(1, tells([], [at('10.0.0.2'), at('10.0.1.1')]))
    assert.equal(rig.torrent.sessions.size, 2)
    assert.equal(rig.torrent.peers.size, size)
  })

  it('of 10,000 peers adds 50', () => {
    const rig = rigWith().connect(1)
    rig.say(1, tells(Array.from({ length: 10_000 }, (_, n) => at(`10.1.${n >> 8}.${n & 255}`))))
    assert.equal(rig.closeReason(1), null)
    assert.equal(rig.torrent.peers.size, 50)
  })

  it('passes over ports and addresses where no peer can be, our own address, and whoever is nearer than the teller', () => {
    const rig = rigWith({ limits: { maxDialling: 50 } })
    rig.handle({
      type: 'connected',
      peer: 1,
      address: at('10.0.0.1'),
      ownHost: '10.0.0.77',
      peerId: '7a'.repeat(20) as never,
      outbound: true,
      fast: true,
      extended: true,
    })
    const bad = [
      at('10.0.1.1', 22),
      at('10.0.1.1', 1023),
      at('127.0.0.1'),
      at('::1'),
      at('0.0.0.0'),
      at('224.0.0.1'),
      at('255.255.255.255'),
      at('169.254.169.254'),
      at('fe80::1'),
      at('ff02::1'),
      at('10.0.0.77'),
    ]
    rig.say(1, tells([...bad, at('10.0.1.2')]))
    assert.deepEqual(rig.dials(), [at('10.0.1.2')])
    const world = rigWith()
      .connect(1, { host: '203.0.113.1' })
      .say(1, tells([at('192.168.1.1'), at('203.0.113.9')]))
    assert.deepEqual(world.dials(), [at('203.0.113.9')])
  })

  it('more than twice a minute ends the connection', () => {
    const rig = rigWith().connect(1)
    for (let message = 0; message < 5; message++) {
      rig.say(1, tells([])).pass(30)
      if (message % 2 === 1) rig.pass(10)
    }
    assert.equal(rig.closeReason(1), null)
    rig.pass(60).say(1, tells([])).pass(20).say(1, tells([])).pass(20).say(1, tells([]))
    assert.equal(rig.closeReason(1), 'pex-flood')
    assert.equal(rig.torrent.sessions.size, 0)
  })

  it('that is nonsense ends the connection', () => {
    const rig = rigWith().connect(1)
    rig.say(1, { type: 'extended', id: PEX_OFFER.id, payload: Buffer.from('d5:added3:abce') })
    assert.equal(rig.closeReason(1), 'invalid-pex')
  })

  it('is passed over in a torrent that does not offer it, and nothing is told there', () => {
    const rig = new TorrentRig().connect(1).connect(2).say(2, introduces()).pass(61)
    for (let message = 0; message < 9; message++) rig.say(1, tells([at('10.0.1.1')]))
    assert.equal(rig.closeReason(1), null)
    assert.deepEqual(rig.dials(), [])
    assert.deepEqual(told(rig, 2), [])
  })

  it('leads a seeder nowhere: it only listens', () => {
    const rig = rigWith({ have: 'all' })
      .connect(1)
      .say(1, tells([at('10.0.1.1')]))
      .pass(120)
    assert.deepEqual(rig.dials(), [])
  })
})
