import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  Bitfield,
  decodeExtensionHandshake,
  encodeExtensionHandshake,
  infoHashFromBytes,
  type PeerMessage,
} from '../../../src/protocol/index.ts'
import { DEFAULT_CHOKER } from '../../../src/swarm/choker/choker.ts'
import type { PeerSession } from '../../../src/swarm/peer/peer-session.ts'
import { Extensions } from '../../../src/swarm/torrent/extensions.ts'
import { DEFAULT_LIMITS, SwarmContext } from '../../../src/swarm/torrent/swarm-context.ts'
import { forEachSeed, seededRandom, seeds } from '../../support/seeded-random.ts'
import { OWN_ID, TorrentRig, sha1 } from './torrent-rig.ts'

const CHAT = { name: 'sw_chat', id: 3, maxBytes: 100 }
const NEWS = { name: 'sw_news', id: 255, maxBytes: 10 }

const takes = (ids: Record<string, number>): PeerMessage => ({
  type: 'extended',
  id: 0,
  payload: encodeExtensionHandshake({ m: new Map(Object.entries(ids)) }),
})
const extended = (id: number, text: string): PeerMessage => ({ type: 'extended', id, payload: Buffer.from(text) })
const rigWith = (...extensions: (typeof CHAT)[]): TorrentRig => new TorrentRig({ extensions })

describe('extensions offered', () => {
  it('stand in our extension handshake with our ids, and no others', () => {
    const offered = (rig: TorrentRig): [string, number][] => {
      const message = rig.connect(1).sent(1).at(-1)
      assert.equal(message?.type, 'extended')
      return [...decodeExtensionHandshake(message.payload).m]
    }
    assert.deepEqual(offered(rigWith(CHAT, NEWS)), [
      ['sw_chat', 3],
      ['sw_news', 255],
    ])
    assert.deepEqual(offered(rigWith()), [])
  })

  it('have an id of their own, 1 to 255', () => {
    for (const id of [0, -1, 256, 1.5]) assert.throws(() => rigWith({ ...CHAT, id }), RangeError)
    assert.throws(() => rigWith(CHAT, { ...NEWS, id: CHAT.id }), RangeError)
    assert.throws(() => rigWith(CHAT, { ...CHAT, id: 9 }), RangeError)
  })
})

describe('an extended message', () => {
  it('with one of our ids comes out under its name', () => {
    const rig = rigWith(CHAT, NEWS).connect(1).say(1, extended(3, 'hello'), extended(255, 'news'))
    assert.deepEqual(rig.of('extension'), [
      { type: 'extension', peer: 1, name: 'sw_chat', payload: Buffer.from('hello') },
      { type: 'extension', peer: 1, name: 'sw_news', payload: Buffer.from('news') },
    ])
  })

  it('with an id that we never named is passed over, as is any from a peer that does not speak BEP 10', () => {
    const rig = rigWith(CHAT).connect(1).connect(2, { extended: false })
    for (let id = 1; id < 256; id++) if (id !== CHAT.id) rig.say(1, extended(id, 'x'.repeat(1000)))
    rig.say(2, extended(CHAT.id, 'x'))
    assert.deepEqual(rig.of('extension'), [])
    assert.equal(rig.torrent.sessions.size, 2)
  })

  it('that is longer than its extension allows ends the connection', () => {
    const rig = rigWith(NEWS)
      .connect(1)
      .say(1, extended(255, 'x'.repeat(10)))
    assert.equal(rig.closeReason(1), null)
    rig.say(1, extended(255, 'x'.repeat(11)))
    assert.equal(rig.closeReason(1), 'extension-too-large')
    assert.equal(rig.of('extension').length, 1)
  })
})

describe('sending by an extension', () => {
  const send = (rig: TorrentRig, name = 'sw_chat', peer = 1): TorrentRig =>
    rig.handle({ type: 'send-extension', peer, name, payload: Buffer.from('hi') })
  const ids = (rig: TorrentRig): number[] =>
    rig.sent(1).flatMap((message) => (message.type === 'extended' && message.id !== 0 ? [message.id] : []))

  it('goes under the id of the peer, once it named one', () => {
    const rig = send(rigWith(CHAT).connect(1))
    assert.deepEqual(ids(rig), [])
    rig.say(1, takes({ sw_chat: 77 }))
    assert.deepEqual(rig.of('extension-agreed'), [{ type: 'extension-agreed', peer: 1, name: 'sw_chat' }])
    assert.deepEqual(ids(send(rig)), [77])
  })

  it('ends when the peer turns it off with 0, goes on when a later handshake says nothing of it', () => {
    const rig = rigWith(CHAT)
      .connect(1)
      .say(1, takes({ sw_chat: 77 }), takes({ other: 1 }))
    assert.deepEqual(ids(send(rig)), [77])
    rig.say(1, takes({ sw_chat: 0 }))
    assert.deepEqual(ids(send(rig)), [77])
    rig.say(1, takes({ sw_chat: 5 }))
    assert.deepEqual(ids(send(rig)), [77, 5])
  })

  it('is not done for extensions that we do not offer, nor to peers that are gone', () => {
    const rig = rigWith(CHAT)
      .connect(1)
      .say(1, takes({ sw_news: 4, sw_chat: 5 }))
    send(send(rig, 'sw_news'), 'sw_chat', 2)
    assert.deepEqual(ids(rig), [])
    assert.deepEqual(rig.of('extension-agreed').length, 1)
  })
})

describe('a peer that names thousands of extensions', () => {
  it('has only those kept that we offer', () => {
    forEachSeed(seeds(20), (seed) => {
      const random = seededRandom(seed)
      const rig = rigWith(CHAT, NEWS).connect(1)
      for (let round = 0; round < 50; round++) {
        const names: Record<string, number> = {}
        for (let at = 0; at < 60; at++) names[`x${Math.floor(random() * 1e9)}`] = Math.floor(random() * 256)
        if (random() < 0.5) names['sw_chat'] = Math.floor(random() * 256)
        rig.say(1, takes(names))
      }
      assert.ok([...rig.session(1).extensionIds.keys()].every((name) => name === 'sw_chat'))
      assert.equal(rig.closeReason(1), null)
    })
  })
})

describe('an owner that finds fault with a peer', () => {
  it('has its session ended with the reason, and the others stay', () => {
    const rig = rigWith(CHAT).connect(1).connect(2).handle({ type: 'expel', peer: 1, reason: 'members-flood' })
    assert.equal(rig.closeReason(1), 'members-flood')
    assert.deepEqual([...rig.torrent.sessions.keys()], [2])
  })
})

describe('an extension that a part of the engine speaks', () => {
  it('is told to that part and not to the owner', () => {
    const swarm = new SwarmContext({
      shape: {
        infoHash: infoHashFromBytes(sha1(Buffer.of())),
        pieceCount: 1,
        pieceLength: 1,
        length: 1,
        pieceHashes: sha1(Buffer.of()),
      },
      have: new Bitfield(1),
      ownPeerId: OWN_ID,
      ownPort: 5000,
      client: 'test',
      announceTiers: [],
      extensions: [CHAT],
      limits: DEFAULT_LIMITS,
      choker: DEFAULT_CHOKER,
      sha1,
      random: () => 0,
      now: 0,
    })
    const extensions = new Extensions(swarm)
    const heard: string[] = []
    extensions.take('sw_chat', {
      agreed: ({ key }) => heard.push(`agreed ${key}`),
      received: ({ key }, payload) => heard.push(`${key}: ${payload.toString()}`),
    })
    const session: PeerSession = rigWith(CHAT).connect(1).session(1)
    extensions.agree(session, { m: new Map([['sw_chat', 9]]) }, 0)
    extensions.received(session, CHAT.id, Buffer.from('hi'), 0)
    assert.deepEqual(heard, ['agreed 1', '1: hi'])
    assert.deepEqual(swarm.takeEffects(), [])
    assert.equal(extensions.send(session, 'sw_chat', Buffer.from('hi'), 0), true)
    assert.deepEqual(swarm.takeEffects(), [
      { type: 'send', peer: 1, message: { type: 'extended', id: 9, payload: Buffer.from('hi') } },
    ])
  })
})
