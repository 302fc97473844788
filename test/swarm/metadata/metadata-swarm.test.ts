import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  BLOCK_LENGTH,
  decodeExtensionHandshake,
  encodeMetadataMessage,
  encodePeerExchange,
  METADATA_PIECE_LENGTH,
} from '../../../src/protocol/index.ts'
import { METADATA_OFFER } from '../../../src/swarm/metadata/metadata-serving.ts'
import { PEX_OFFER } from '../../../src/swarm/pex/peer-exchange.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'
import { honest, lying, MetadataRig, rejecting, silent, type Character } from './metadata-rig.ts'

const SIZE = 9 * METADATA_PIECE_LENGTH + 77
const MIB = 1024 * 1024

describe('the metadata of a magnet link', () => {
  it('comes from one peer, at most four pieces asked at a time', () => {
    const rig = new MetadataRig(SIZE).connect(1)
    assert.deepEqual(rig.asked.get(1), [0, 1, 2, 3])
    rig.secondsUntilFound(5)
    assert.deepEqual(rig.asked.get(1)?.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('comes from several, each piece from one of them', () => {
    const rig = new MetadataRig(SIZE).connect(1).connect(2).connect(3)
    rig.secondsUntilFound(3)
    const asked = [1, 2, 3].map((peer) => rig.asked.get(peer)?.length ?? 0)
    assert.equal(
      asked.reduce((sum, count) => sum + count),
      10,
    )
    assert.ok(asked.every((count) => count > 0))
  })

  it('of a single byte is one piece', () => {
    new MetadataRig(1).connect(1).secondsUntilFound(2)
  })

  it('is taken from another when the first is silent, would not, or goes', () => {
    for (const character of [silent, rejecting]) {
      const rig = new MetadataRig(SIZE).connect(1, character).connect(2)
      rig.secondsUntilFound(15)
    }
    const rig = new MetadataRig(SIZE).connect(1, silent).handle({ type: 'closed', peer: 1, reason: 'remote-closed' })
    rig.connect(2).secondsUntilFound(5)
  })

  it('goes on where it was when its only peer comes back', () => {
    const rig = new MetadataRig(SIZE).connect(1).pass(1)
    const { have } = rig.swarm.progress
    assert.ok(have >= 4)
    rig.handle({ type: 'closed', peer: 1, reason: 'remote-closed' }).connect(2).secondsUntilFound(5)
    assert.equal(rig.asked.get(2)?.length, 10 - have)
  })

  it('is taken when it comes late', () => {
    const late: Character = (piece, to, peer) => to.sayLater(peer, 12, to.data(piece))
    const rig = new MetadataRig(SIZE).connect(1, late)
    rig.secondsUntilFound(120)
  })

  it('ends the connection of a peer that is silent again and again, which makes room for another', () => {
    const rig = new MetadataRig(SIZE).connect(1, silent).pass(90)
    assert.equal(rig.closed.get(1), 'metadata-timeout')
  })

  it('leaves a peer alone for a while that rejects, and asks it again', () => {
    const rig = new MetadataRig(SIZE).connect(1, rejecting).pass(2)
    assert.equal(rig.asked.get(1)?.length, 4)
    rig.pass(300)
    const asked = rig.asked.get(1)?.length ?? 0
    assert.ok(asked > 8 && asked < 60, `asked ${asked} times in five minutes`)
    assert.equal(rig.closed.get(1), undefined)
  })

  it('that one peer alone sent wrong costs it its place, and the next peer has it', () => {
    const rig = new MetadataRig(SIZE).connect(1, lying(SIZE)).pass(5)
    assert.deepEqual([...rig.banned], ['10.0.0.1'])
    assert.equal(rig.closed.get(1), 'metadata-poisoning')
    rig.connect(2).secondsUntilFound(5)
  })

  it('that several sent, one of them wrong, is asked of each alone, and the liar is found', () => {
    const rig = new MetadataRig(SIZE).connect(1).connect(2, lying(SIZE)).connect(3)
    rig.secondsUntilFound(20)
    assert.deepEqual([...rig.banned], ['10.0.0.2'])
  })

  it('convicts also the one that lied together with others and says nothing more', () => {
    const turncoat: Character = (piece, rig, peer) => {
      if ((rig.asked.get(peer)?.length ?? 0) <= 3) lying(SIZE)(piece, rig, peer)
    }
    const rig = new MetadataRig(SIZE).connect(1).connect(2, turncoat)
    rig.secondsUntilFound(30)
    assert.ok(!rig.banned.has('10.0.0.1'))
    assert.ok(rig.banned.has('10.0.0.2'))
  })

  it('shares nothing between peers that claim different sizes', () => {
    const rig = new MetadataRig(SIZE)
      .connect(1, lying(SIZE + 1), SIZE + 1)
      .connect(2, lying(100), 100)
      .connect(3)
    rig.secondsUntilFound(5)
    assert.equal(rig.asked.get(3)?.length, 10)
    assert.ok(rig.banned.has('10.0.0.2') && !rig.banned.has('10.0.0.3'))
  })

  it('is not kept from us by forty-nine that claim the largest size and dribble', () => {
    const size = 9 * MIB
    const rig = new MetadataRig(SIZE)
    for (let peer = 1; peer < 50; peer++) rig.connect(peer, lying(size - peer, 9), size - peer)
    rig.connect(50)
    rig.secondsUntilFound(400)
    assert.ok(!rig.banned.has('10.0.0.50'))
  })

  it('is not kept from us by thirty that send wrong bytes of the right size', () => {
    const rig = new MetadataRig(SIZE)
    for (let peer = 1; peer <= 30; peer++) rig.connect(peer, lying(SIZE, 1 + (peer % 7)))
    rig.connect(31).connect(32)
    rig.secondsUntilFound(120)
    assert.ok(!rig.banned.has('10.0.0.31') && !rig.banned.has('10.0.0.32'))
  })

  it('whatever the crowd is like, is found as long as one has it, and no honest peer is banned', () => {
    forEachSeed(seeds(25), (seed) => {
      const random = seededRandom(seed)
      const size = 1 + Math.floor(random() * 12 * METADATA_PIECE_LENGTH)
      const rig = new MetadataRig(size)
      const good = Math.floor(random() * 20)
      for (let peer = 0; peer < 20; peer++) {
        if (peer === good) {
          rig.connect(peer, honest)
          continue
        }
        const claimed = random() < 0.6 ? size : 1 + Math.floor(random() * 200_000)
        const liar = lying(claimed, 0.5 + Math.floor(random() * 10))
        const fickle: Character = (piece, to, from) => (random() < 0.5 ? liar : silent)(piece, to, from)
        const kinds = [liar, silent, rejecting, fickle]
        rig.connect(peer, kinds[Math.floor(random() * kinds.length)], claimed)
      }
      rig.secondsUntilFound(600)
      assert.ok(!rig.banned.has(`10.0.0.${good}`))
      for (const [peer, reason] of rig.closed) assert.ok(peer !== good, `the honest one was sent away: ${reason}`)
    })
  })
})

describe('a peer without the metadata, or with a lie about it', () => {
  it('that says sizes which are none, or too large, is not asked, and takes no memory', () => {
    const rig = new MetadataRig(SIZE)
    const sizes = [10 * MIB + 1, 2 ** 31, 2 ** 53 - 1]
    for (const [at, size] of sizes.entries()) rig.connect(at + 1, honest, size)
    const raw = (peer: number, size: string): void => {
      const payload = Buffer.from(`d1:md11:ut_metadatai7ee13:metadata_size${size}e`)
      rig.connect(peer, honest, null).hear(peer, { type: 'extended', id: 0, payload })
    }
    for (const [at, size] of ['i0e', 'i-1e', 'i9223372036854775807e', '1:5'].entries()) raw(10 + at, size)
    rig.pass(60)
    assert.equal(rig.asked.size, 0)
    assert.deepEqual(rig.swarm.progress, { have: 0, pieces: 0, sources: 0, tooLarge: 3 })
  })

  it('is told that we have none either', () => {
    const rig = new MetadataRig(SIZE).connect(1, honest, null)
    rig.effects = []
    rig.say(1, { type: 'request', piece: 0 })
    const [effect] = rig.effects
    assert.ok(effect?.type === 'send' && effect.message.type === 'extended')
    assert.deepEqual(effect.message.payload, encodeMetadataMessage({ type: 'reject', piece: 0 }))
  })

  it('gives up its place when all are taken, so that another comes in', () => {
    const rig = new MetadataRig(SIZE, { limits: { maxPeers: 3 } })
    for (const peer of [1, 2, 3]) rig.connect(peer, honest, null)
    rig.handle({ type: 'candidates', addresses: [{ host: '10.0.0.9', port: 5000 }], source: 'tracker' })
    assert.deepEqual(rig.dials(), [])
    rig.pass(25)
    assert.equal(rig.closed.get(1), 'no-metadata')
    assert.ok(rig.dials().some(({ host }) => host === '10.0.0.9'))
  })

  it('may have it later, and say so', () => {
    const rig = new MetadataRig(SIZE).connect(1, honest, null).pass(5)
    rig.introduce(1, SIZE).secondsUntilFound(5)
  })

  it('is sent away when it changes its size without end, or sends what nobody asked', () => {
    const rig = new MetadataRig(SIZE).connect(1, silent)
    for (let size = 1; size < 20; size++) rig.introduce(1, size)
    assert.equal(rig.closed.get(1), 'unexpected-message')
    rig.connect(2, silent)
    for (let times = 0; times < 30; times++) rig.say(2, rig.data(9))
    assert.equal(rig.closed.get(2), 'unexpected-message')
  })

  it('is sent away when a piece has not the length that its size demands, or another size', () => {
    const rig = new MetadataRig(SIZE).connect(1, silent).connect(2, silent)
    rig.say(1, { type: 'data', piece: 0, totalSize: SIZE, bytes: Buffer.alloc(10) })
    assert.equal(rig.closed.get(1), 'invalid-metadata')
    rig.say(2, {
      ...rig.data(4),
      type: 'data',
      piece: 4,
      totalSize: SIZE + 1,
      bytes: Buffer.alloc(METADATA_PIECE_LENGTH),
    })
    assert.equal(rig.closed.get(2), 'invalid-metadata')
  })

  it('is sent away when it sends blocks that nobody can have asked for', () => {
    const rig = new MetadataRig(SIZE).connect(1, silent)
    const block = { type: 'block', peer: 1, index: 0, begin: 0, length: BLOCK_LENGTH, taken: false } as const
    assert.equal(rig.swarm.blockTarget(), null)
    for (let times = 0; times < 17; times++) rig.handle(block)
    assert.equal(rig.closed.get(1), 'unwanted-blocks')
  })

  it('may say of its pieces what it likes', () => {
    const rig = new MetadataRig(SIZE).connect(1)
    rig.hear(1, { type: 'bitfield', bytes: Buffer.alloc(200_000, 0xff) }).hear(1, { type: 'have', index: 2 ** 32 - 1 })
    rig.hear(1, { type: 'unchoke' }).hear(1, { type: 'request', index: 5, begin: 0, length: BLOCK_LENGTH })
    rig.secondsUntilFound(5)
    assert.equal(rig.closed.size, 0)
  })
})

describe('the swarm of a magnet link', () => {
  it('asks its trackers, and dials whom they name', () => {
    const url = 'http://10.0.0.250:5000/announce'
    const rig = new MetadataRig(SIZE, { trackers: [[url]] }).pass(0.5)
    assert.ok(
      rig.effects.some((effect) => effect.type === 'announce' && effect.url === url && effect.event === 'started'),
    )
    const answer = { interval: 1800, peers: [{ host: '10.0.0.9', port: 6881 }] }
    rig.handle({ type: 'announced', url, answer })
    assert.deepEqual(rig.dials(), [{ host: '10.0.0.9', port: 6881 }])
  })

  it('hears of peers from peers', () => {
    const rig = new MetadataRig(SIZE).connect(1, honest, null)
    const payload = encodePeerExchange({
      added: [{ address: { host: '10.0.0.7', port: 5000 }, encryption: false, seed: true, reachable: true }],
      dropped: [],
    })
    rig.hear(1, { type: 'extended', id: PEX_OFFER.id, payload })
    assert.deepEqual(rig.dials(), [{ host: '10.0.0.7', port: 5000 }])
  })

  it('dials the peers of the link, at ports where peers can be', () => {
    const addresses = ['10.0.0.5', '127.0.0.1', '0.0.0.0', '224.0.0.1'].map((host) => ({ host, port: 5000 }))
    const rig = new MetadataRig(SIZE)
    rig.handle({ type: 'candidates', addresses: [...addresses, { host: '10.0.0.6', port: 22 }], source: 'magnet' })
    assert.deepEqual(
      rig.dials().map(({ host }) => host),
      ['10.0.0.5', '127.0.0.1'],
    )
  })

  it('says goodbye to its trackers when it is stopped without, and not when it has the metadata', () => {
    const url = 'http://10.0.0.250:5000/announce'
    const answer = { interval: 1800, peers: [] }
    for (const isFound of [false, true]) {
      const rig = new MetadataRig(SIZE, { trackers: [[url]] }).pass(0.5).handle({ type: 'announced', url, answer })
      if (isFound) rig.connect(1).secondsUntilFound(5)
      rig.handle({ type: 'stop' })
      const goodbyes = rig.effects.filter((effect) => effect.type === 'announce' && effect.event === 'stopped')
      assert.equal(goodbyes.length, isFound ? 0 : 1)
      assert.equal(rig.swarm.sessions.size, 0)
    }
  })

  it('speaks to a peer before it knows of pieces: that it has none, and what it takes', () => {
    const rig = new MetadataRig(SIZE)
    rig.connect(1, silent)
    const sent = rig.effects.flatMap((effect) => (effect.type === 'send' ? [effect.message] : []))
    assert.deepEqual(
      sent.slice(0, 2).map(({ type }) => type),
      ['have-none', 'extended'],
    )
    const m = new Map([
      ['ut_pex', PEX_OFFER.id],
      ['ut_metadata', METADATA_OFFER.id],
    ])
    assert.ok(sent[1]?.type === 'extended')
    const own = decodeExtensionHandshake(sent[1].payload)
    assert.deepEqual([own.m, own.port, own.v, own.metadataSize], [m, 5000, 'swarmd test', undefined])
  })
})
