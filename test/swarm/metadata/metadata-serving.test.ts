import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodeExtensionHandshake,
  decodeMetadataMessage,
  encodeExtensionHandshake,
  encodeMetadataMessage,
  METADATA_PIECE_LENGTH,
  type MetadataMessage,
  type PeerMessage,
} from '../../../src/protocol/index.ts'
import { METADATA_OFFER } from '../../../src/swarm/metadata/metadata-serving.ts'
import { TorrentRig, type RigOptions } from '../torrent/torrent-rig.ts'

const THEIR_ID = 7
const METADATA = Buffer.alloc(2 * METADATA_PIECE_LENGTH + 100, 'metadata')

const rigWith = (options: RigOptions = {}): TorrentRig =>
  new TorrentRig({ extensions: [METADATA_OFFER], metadata: METADATA, ...options })

const introduces = (id = THEIR_ID): PeerMessage => ({
  type: 'extended',
  id: 0,
  payload: encodeExtensionHandshake({ m: new Map([['ut_metadata', id]]) }),
})

const says = (message: MetadataMessage): PeerMessage => ({
  type: 'extended',
  id: METADATA_OFFER.id,
  payload: encodeMetadataMessage(message),
})

const asks = (piece: number): PeerMessage => says({ type: 'request', piece })

/** What this peer was told about the metadata since the last `take`. */
const told = (rig: TorrentRig, peer: number): (MetadataMessage | null)[] =>
  rig
    .sent(peer)
    .flatMap((message) => (message.type === 'extended' && message.id === THEIR_ID ? [message.payload] : []))
    .map(decodeMetadataMessage)

const count = (rig: TorrentRig, peer: number, type: MetadataMessage['type']): number =>
  told(rig, peer).filter((message) => message?.type === type).length

const ownHandshake = (rig: TorrentRig, peer: number) => {
  const [handshake] = rig.sent(peer).flatMap((message) => (message.type === 'extended' ? [message.payload] : []))
  assert.ok(handshake)
  return decodeExtensionHandshake(handshake)
}

describe('metadata, given', () => {
  it('is told of in the extension handshake, with its size', () => {
    const { m, metadataSize } = ownHandshake(rigWith().connect(1), 1)
    assert.deepEqual([m.get('ut_metadata'), metadataSize], [METADATA_OFFER.id, METADATA.length])
  })

  it('is not told of where it is not offered, as in private torrents', () => {
    const rig = rigWith({ extensions: [] }).connect(1)
    const { m, metadataSize } = ownHandshake(rig, 1)
    assert.deepEqual([m.has('ut_metadata'), metadataSize], [false, undefined])
    rig.say(1, introduces(), asks(0))
    assert.deepEqual(told(rig, 1), [])
    assert.equal(rig.closeReason(1), null)
  })

  it('goes out piece by piece under the id of the peer, choked or not, and is the whole', () => {
    const rig = rigWith().connect(1).say(1, introduces(), asks(2), asks(0), asks(1))
    const pieces = told(rig, 1).map((message) => {
      assert.equal(message?.type, 'data')
      assert.equal(message.totalSize, METADATA.length)
      return message
    })
    assert.deepEqual(
      pieces.map(({ piece }) => piece),
      [2, 0, 1],
    )
    pieces.sort((a, b) => a.piece - b.piece)
    assert.deepEqual(Buffer.concat(pieces.map(({ bytes }) => bytes)), METADATA)
  })

  it('is rejected where there is no such piece, which is no fault', () => {
    const rig = rigWith()
      .connect(1)
      .say(1, introduces(), asks(3), asks(2 ** 31 - 1))
    assert.deepEqual(told(rig, 1), [
      { type: 'reject', piece: 3 },
      { type: 'reject', piece: 2 ** 31 - 1 },
    ])
    assert.equal(rig.closeReason(1), null)
  })

  it('goes to one peer three times and a bit in ten minutes, and then again', () => {
    const rig = rigWith().connect(1).say(1, introduces())
    for (let times = 0; times < 100; times++) rig.say(1, asks(times % 3)).pass(1)
    assert.equal(count(rig, 1, 'data'), 3 * 3 + 16)
    assert.equal(count(rig, 1, 'reject'), 100 - 25)
    rig.take()
    for (let minute = 0; minute < 10; minute++) rig.pass(60).say(1, { type: 'keep-alive' })
    rig.take()
    rig.say(1, asks(0))
    assert.equal(count(rig, 1, 'data'), 1)
  })

  it('goes out at 32 pieces a second, and what is asked at once beyond 128 more is rejected', () => {
    const rig = rigWith({ metadata: Buffer.alloc(500 * METADATA_PIECE_LENGTH) })
      .connect(1)
      .say(1, introduces())
    for (let piece = 0; piece < 200; piece++) rig.say(1, asks(piece))
    assert.deepEqual([count(rig, 1, 'data'), count(rig, 1, 'reject')], [32, 40])
    rig.pass(1)
    assert.equal(count(rig, 1, 'data'), 64)
    rig.pass(10)
    assert.equal(count(rig, 1, 'data'), 160)
  })

  it('ends the connection of a peer that asks without end', () => {
    const rig = rigWith().connect(1).say(1, introduces())
    for (let times = 0; times < 1025; times++) rig.say(1, asks(0))
    assert.equal(rig.closeReason(1), null)
    rig.say(1, asks(0))
    assert.equal(rig.closeReason(1), 'metadata-flood')
  })

  it('ends the connection of a peer that answers what nobody asked, or says what is no message', () => {
    const rig = rigWith().connect(1).say(1, introduces())
    for (let times = 0; times < 17; times++) rig.say(1, says({ type: 'reject', piece: 0 }))
    assert.equal(rig.closeReason(1), 'unexpected-message')
    rig.connect(2).say(2, { type: 'extended', id: METADATA_OFFER.id, payload: Buffer.from('d5:piecei0ee') })
    assert.equal(rig.closeReason(2), 'invalid-metadata')
    rig.connect(3).say(3, { type: 'extended', id: METADATA_OFFER.id, payload: Buffer.alloc(18_000) })
    assert.equal(rig.closeReason(3), 'extension-too-large')
  })

  it('passes over messages of a later day', () => {
    const payload = Buffer.from('d8:msg_typei3e5:piecei0ee')
    const rig = rigWith().connect(1).say(1, introduces(), { type: 'extended', id: METADATA_OFFER.id, payload })
    assert.deepEqual(told(rig, 1), [])
    assert.equal(rig.closeReason(1), null)
  })
})
