import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { BLOCK, ID, type FakePeer } from '../support/fake-peer.ts'
import { waitUntil } from '../support/wait-until.ts'
import { Victim } from './victim.ts'

/** A seeder that the service asks for blocks; it unchoked us and answers nothing by itself. */
const asked = async (victim: Victim): Promise<FakePeer> => {
  const peer = await victim.meet()
  peer.bitfield(victim.torrent.metainfo.pieceCount)
  peer.frame(ID.unchoke)
  await peer.receives(ID.request)
  return peer
}

describe('a peer that sends blocks', { timeout: 240_000 }, () => {
  it('is sent away after 100 that nobody asked for, none of which counts', async () => {
    await using victim = await Victim.start('leech')
    const peer = await victim.meet()
    for (let sent = 0; sent < 101; sent++) peer.piece(0, 0, victim.torrent.content.subarray(0, BLOCK))
    assert.equal(await victim.reason(peer), 'unwanted-blocks')
    const { downloaded, wasted, pieces } = victim.running.service.swarm(victim.infoHash)
    assert.deepEqual({ downloaded, wasted, have: pieces.have }, { downloaded: 0, wasted: 101 * BLOCK, have: 0 })
    victim.hasNoBug()
  })

  it('does no harm with a block of a piece that the torrent has not, or beyond the end of one', async () => {
    await using victim = await Victim.start('leech')
    const peer = await asked(victim)
    const { pieceCount, pieceLength } = victim.torrent.metainfo
    for (const [index, begin] of [
      [pieceCount, 0],
      [2 ** 32 - 1, 0],
      [0, pieceLength],
      [0, 2 ** 32 - 1],
      [0, 1],
    ] as const) {
      peer.piece(index, begin, Buffer.alloc(BLOCK, 0xee))
    }
    await waitUntil(
      'all five to be counted as waste',
      () => victim.running.service.swarm(victim.infoHash).wasted === 5 * BLOCK,
    )
    peer.serve(victim.torrent.content, pieceLength, (block) => block)
    await victim.running.swarm(victim.infoHash, ({ status }) => status === 'seeder')
    victim.hasNoBug()
  })

  it('does no harm with blocks that are shorter or longer than asked', async () => {
    await using victim = await Victim.start('leech')
    const peer = await asked(victim)
    for (const length of [1, BLOCK - 1, BLOCK + 1, 100_000]) peer.piece(0, 0, Buffer.alloc(length, 0xee))
    const wasted = 1 + BLOCK - 1 + BLOCK + 1 + 100_000
    await waitUntil('all to be counted as waste', () => {
      return victim.running.service.swarm(victim.infoHash).wasted === wasted
    })
    peer.serve(victim.torrent.content, victim.torrent.metainfo.pieceLength, (block) => block)
    await victim.running.swarm(victim.infoHash, ({ status }) => status === 'seeder')
    victim.hasNoBug()
  })

  it('does no harm when it leaves in the middle of a block', async () => {
    await using victim = await Victim.start('leech')
    const half = await asked(victim)
    const { payload } = await half.receives(ID.request)
    half.send(Buffer.concat([Buffer.from([0, 0, 0x40, 9, ID.piece]), payload.subarray(0, 8), Buffer.alloc(5000, 0xee)]))
    half.socket.end()
    assert.equal(await victim.reason(half), 'remote-closed')
    const whole = await asked(victim)
    whole.serve(victim.torrent.content, victim.torrent.metainfo.pieceLength, (block) => block)
    await victim.running.swarm(victim.infoHash, ({ status }) => status === 'seeder')
    victim.hasNoBug()
  })

  it('is banned when all of a piece is its own and wrong, and nothing of it is kept', async () => {
    await using victim = await Victim.start('leech')
    const peer = await asked(victim)
    peer.serve(victim.torrent.content, victim.torrent.metainfo.pieceLength, (block) => Buffer.alloc(block.length))
    assert.equal(await victim.reason(peer), 'piece-poisoning')
    const { pieces, downloaded } = victim.running.service.swarm(victim.infoHash)
    assert.equal(pieces.have, 0)
    assert.equal(downloaded, 0)
    const banned = victim.running.events('peer.banned').map((fields) => fields['peer'])
    assert.deepEqual([...new Set(banned)], [peer.address])
    assert.deepEqual(await readdir(join(victim.running.root, 'shareable')), [])
    victim.hasNoBug()
  })

  it('is not waited for without end when it takes requests and falls silent', async () => {
    await using victim = await Victim.start('leech', 3_000_000)
    for (let silent = 0; silent < 4; silent++) await asked(victim)
    const kind = await victim.meet()
    kind.serve(victim.torrent.content, victim.torrent.metainfo.pieceLength, (block) => block)
    kind.bitfield(victim.torrent.metainfo.pieceCount)
    kind.frame(ID.unchoke)
    await victim.running.swarm(victim.infoHash, ({ status }) => status === 'seeder', { timeoutMs: 60_000 })
    assert.deepEqual(victim.running.events('peer.banned'), [])
    victim.hasNoBug()
  })

  it('loses the service nothing when it rejects whatever it is asked', async () => {
    await using victim = await Victim.start('leech')
    const mean = await asked(victim)
    mean.onFrame(({ id, payload }) => {
      if (id === ID.request && mean.count(ID.request) < 5000) mean.frame(ID.reject, payload)
    })
    const kind = await asked(victim)
    kind.serve(victim.torrent.content, victim.torrent.metainfo.pieceLength, (block) => block)
    await victim.running.swarm(victim.infoHash, ({ status }) => status === 'seeder', { timeoutMs: 60_000 })
    victim.hasNoBug()
  })
})
