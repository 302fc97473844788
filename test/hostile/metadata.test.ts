/** Who means ill with the metadata of a torrent (BEP 9): those that are asked for it, and those that ask. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ID, frameBytes, type FakePeer } from '../support/fake-peer.ts'
import { inMemoryTorrent } from '../support/in-memory-torrent.ts'
import {
  answerWithMetadata,
  claimMetadata,
  METADATA_PIECE,
  OUR_METADATA_ID,
  sayExtended,
  THEIR_METADATA_ID,
} from '../support/metadata-peer.ts'
import { TestService } from '../support/running-service.ts'
import { waitUntil } from '../support/wait-until.ts'
import { Victim } from './victim.ts'

const MIB = 1024 * 1024
const asks = (piece: number | bigint): Buffer =>
  frameBytes(
    ID.extended,
    Buffer.concat([Buffer.from([THEIR_METADATA_ID]), Buffer.from(`d8:msg_typei0e5:piecei${piece}ee`)]),
  )

/** Extended messages with these first letters behind our id: `d8:msg_typei1e` data, `d8:msg_typei2e` rejects. */
const told = (peer: FakePeer, type: 1 | 2): number =>
  peer.frames.filter(({ id, payload }) => {
    return (
      id === ID.extended &&
      payload[0] === OUR_METADATA_ID &&
      payload.toString('latin1', 1, 15) === `d8:msg_typei${type}e`
    )
  }).length

describe('metadata that is asked for', { timeout: 120_000 }, () => {
  it('of a size that nobody can have takes no memory, and is not asked for', async () => {
    await using victim = await Victim.start('magnet')
    const before = process.memoryUsage().arrayBuffers
    const peers: FakePeer[] = []
    const sizes = [-1, 0, 10 * MIB + 1, 2 ** 31, 2 ** 53 - 1, 2n ** 63n - 1n, '3:big', 'le']
    for (const size of sizes) {
      const peer = await victim.meet()
      claimMetadata(peer, size)
      peers.push(peer)
    }
    const stateReason =
      '3 connected peers say that the metadata has more than 9961472 bytes, which is more than is taken'
    await victim.running.swarm(victim.infoHash, (swarm) => swarm.stateReason === stateReason)
    assert.ok(process.memoryUsage().arrayBuffers - before < 4 * MIB)
    for (const peer of peers)
      assert.equal(peer.frames.filter(({ payload }) => payload[0] === OUR_METADATA_ID).length, 0)
    victim.hasNoBug()
  })

  it('of the largest size, promised by fifteen and never sent, takes no memory, and is had from who has it', async () => {
    await using victim = await Victim.start('magnet')
    const before = process.memoryUsage().arrayBuffers
    for (let liar = 0; liar < 15; liar++)
      claimMetadata(await victim.meet({ localAddress: '127.0.0.2' }), 9 * MIB + liar)
    const honest = await victim.meet()
    const { infoBytes } = victim.torrent.metainfo
    answerWithMetadata(honest, infoBytes)
    claimMetadata(honest, infoBytes.length)
    await victim.running.logged('swarm.metadata')
    assert.ok(process.memoryUsage().arrayBuffers - before < 8 * MIB)
    victim.hasNoBug()
  })

  it('that is wrong bans the one that sent it, and comes from another', async () => {
    await using victim = await Victim.start('magnet', 3 * MIB, 1024)
    const { infoBytes } = victim.torrent.metainfo
    const liar = await victim.meet()
    answerWithMetadata(liar, Buffer.alloc(infoBytes.length, 'lie'))
    claimMetadata(liar, infoBytes.length)
    assert.equal(await victim.reason(liar), 'metadata-poisoning')
    assert.deepEqual(
      victim.running.events('peer.banned').map(({ peer }) => peer),
      [liar.address],
    )
    const honest = await victim.meet()
    answerWithMetadata(honest, infoBytes)
    claimMetadata(honest, infoBytes.length)
    const { bytes } = await victim.running.logged('swarm.metadata')
    assert.equal(bytes, infoBytes.length)
    victim.hasNoBug()
  })

  it('that is mixed of right and wrong pieces bans who sent the wrong ones, and nobody else', async () => {
    await using victim = await Victim.start('magnet', 3 * MIB, 1024)
    const { infoBytes } = victim.torrent.metainfo
    const [honest, liar] = [await victim.meet(), await victim.meet()]
    answerWithMetadata(honest, infoBytes)
    answerWithMetadata(liar, Buffer.alloc(infoBytes.length, 'lie'))
    claimMetadata(liar, infoBytes.length)
    claimMetadata(honest, infoBytes.length)
    await victim.running.logged('swarm.metadata', () => true, 60_000)
    const banned = victim.running.events('peer.banned').map(({ peer }) => peer)
    assert.ok(!banned.includes(honest.address), `banned: ${banned.join()}`)
    victim.hasNoBug()
  })

  it('in a message that is none, too long, or of another piece than its number ends the connection', async () => {
    await using victim = await Victim.start('magnet')
    const { length } = victim.torrent.metainfo.infoBytes
    const head = `d8:msg_typei1e5:piecei0e10:total_sizei${length}ee`
    const bad: readonly (readonly [reason: RegExp, ...payload: (Uint8Array | string)[]])[] = [
      [/^bencode-/, 'l'.repeat(1000)],
      [/^bencode-/, 'd8:msg_typei1e5:piecei99999999999999999999999ee', 'x'],
      [/^invalid-metadata$/, 'd8:msg_typei1e5:piecei-1ee', 'x'],
      [/^invalid-metadata$/, 'd8:msg_typei1e5:piecei4294967296ee', 'x'],
      [/^invalid-metadata$/, head, Buffer.alloc(length - 1)],
      [/^invalid-metadata$/, head.replace(`${length}`, `${length + 1}`), Buffer.alloc(length)],
      [/^extension-too-large$/, head, Buffer.alloc(2 * METADATA_PIECE)],
    ]
    for (const [reason, ...payload] of bad) {
      const peer = await victim.meet()
      claimMetadata(peer, length)
      await waitUntil('it to be asked', () => peer.frames.some((frame) => frame.payload[0] === OUR_METADATA_ID))
      sayExtended(peer, THEIR_METADATA_ID, ...payload)
      assert.match(String(await victim.reason(peer)), reason)
    }
    victim.hasNoBug()
  })

  it('by a peer with all pieces, blocks, requests and choking at once is had all the same', async () => {
    await using victim = await Victim.start('magnet')
    const { infoBytes, pieceCount } = victim.torrent.metainfo
    const peer = await victim.meet()
    peer.zeros(ID.bitfield, 200_000)
    peer.bitfield(pieceCount)
    for (let piece = 0; piece < 100; piece++) peer.have(2 ** 32 - 1 - piece)
    peer.frame(ID.unchoke)
    peer.floodRequests(1000)
    peer.piece(0, 0, Buffer.alloc(METADATA_PIECE))
    answerWithMetadata(peer, infoBytes)
    claimMetadata(peer, infoBytes.length)
    await victim.running.logged('swarm.metadata')
    victim.hasNoBug()
  })
})

describe('metadata that others ask for', { timeout: 120_000 }, () => {
  it('without end ends the connection, after some rejects; others are served', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    claimMetadata(peer, 1)
    const flood = Buffer.concat(Array.from({ length: 100 }, () => asks(0)))
    for (let times = 0; times < 15; times++) peer.send(flood)
    assert.equal(await victim.reason(peer), 'metadata-flood')
    // One piece of metadata: three times, and sixteen pieces more.
    assert.ok(told(peer, 1) <= 19, `${told(peer, 1)} pieces`)
    await victim.servesOthers()
  })

  it('at numbers that it has not is rejected, and below zero or beyond reason ends the connection', async () => {
    await using victim = await Victim.start('seeder')
    const peer = await victim.meet()
    claimMetadata(peer, 1)
    for (const piece of [1, 1000, 2 ** 31 - 1]) peer.send(asks(piece))
    await waitUntil('three rejects', () => told(peer, 2) === 3)
    for (const piece of [-1, 2 ** 31, 2n ** 63n - 1n]) {
      const other = await victim.meet()
      other.send(asks(piece))
      assert.equal(await victim.reason(other), 'invalid-metadata')
    }
    await victim.servesOthers()
  })

  it('by one that never reads costs no more than a peer may have waiting', async () => {
    // 10,000 pieces: 13 of metadata, of which it may have 55.
    await using victim = await Victim.start('seeder', 10_000 * 1024, 1024)
    const before = process.memoryUsage().arrayBuffers
    const peer = await victim.meet()
    claimMetadata(peer, 1)
    peer.stopReading()
    for (let piece = 0; piece < 900; piece++) peer.send(asks(piece % 13))
    await victim.servesOthers()
    assert.ok(process.memoryUsage().arrayBuffers - before < 8 * MIB)
  })

  it('in a private torrent is not heard', async () => {
    await using victim = await Victim.start('seeder', 300_000, 32 * 1024, true)
    const peer = await victim.meet()
    claimMetadata(peer, 1)
    peer.send(asks(0))
    await victim.servesOthers()
    assert.deepEqual([told(peer, 1), told(peer, 2), peer.isClosed], [0, 0, false])
  })
})

describe('many magnet links', { timeout: 120_000 }, () => {
  it('cost little, each with 64 peers and a tracker that nobody answers at', async () => {
    await using running = await TestService.start()
    const before = process.memoryUsage().heapUsed
    const count = 200
    const peers = Array.from({ length: 64 }, (_, at) => `&x.pe=127.0.0.1:${9000 + at}`).join('')
    const links = Array.from({ length: count }, (_, at) => {
      const { infoHash } = inMemoryTorrent({ name: `many-${at}`, content: 1000 }).metainfo
      return `magnet:?xt=urn:btih:${infoHash}&tr=http%3A%2F%2F127.0.0.1%3A9%2Fannounce${peers}`
    })
    await Promise.all(links.map((link) => running.service.addMagnet(link)))
    assert.equal(running.service.swarms().filter(({ state }) => state === 'fetching-metadata').length, count)
    const torrent = inMemoryTorrent({ name: 'among.bin', content: 100_000 })
    await running.join(torrent.bytes)
    assert.ok(process.memoryUsage().heapUsed - before < 128 * MIB)
    await Promise.all(
      running.service.swarms().map(({ infoHash }) => running.service.remove(infoHash, { deleteData: true })),
    )
    assert.deepEqual(running.service.swarms(), [])
    assert.deepEqual(running.events('bug'), [])
  })
})
