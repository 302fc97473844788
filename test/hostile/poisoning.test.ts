import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { FakePeer, ID } from '../support/fake-peer.ts'
import { inMemoryTorrent, placeContent, type InMemoryTorrent } from '../support/in-memory-torrent.ts'
import { TestService } from '../support/running-service.ts'
import { Victim } from './victim.ts'

const spoiled = (block: Buffer): Buffer => {
  const wrong = Buffer.from(block)
  wrong[block.length >> 1] = (wrong[block.length >> 1] ?? 0) ^ 1
  return wrong
}

const seeds = async (
  victim: Victim,
  spoil: (block: Buffer, index: number, begin: number) => Buffer,
): Promise<FakePeer> => {
  const peer = await victim.meet()
  peer.serve(victim.torrent.content, victim.torrent.metainfo.pieceLength, spoil)
  peer.bitfield(victim.torrent.metainfo.pieceCount)
  peer.frame(ID.unchoke)
  return peer
}

const isWhole = async ({ root }: TestService, { metainfo, content }: InMemoryTorrent): Promise<boolean> =>
  content.equals(await readFile(join(root, 'shareable', metainfo.name)))

const banned = (running: TestService): unknown[] => [
  ...new Set(running.events('peer.banned').map((fields) => fields['peer'])),
]

describe('a peer that sends wrong blocks', { timeout: 240_000 }, () => {
  for (const every of [1, 2, 3, 5, 7]) {
    it(`is found and banned among four honest ones when each ${every}. block is wrong, and no honest one is`, async () => {
      await using victim = await Victim.start('leech', 6_000_000, 256 * 1024)
      let sent = 0
      const poisoner = await seeds(victim, (block) => (sent++ % every === 0 ? spoiled(block) : block))
      const honest = []
      for (let met = 0; met < 4; met++) honest.push(await seeds(victim, (block) => block))
      await victim.running.swarm(victim.infoHash, ({ status }) => status === 'seeder', { timeoutMs: 60_000 })
      assert.equal(await victim.reason(poisoner), 'piece-poisoning')
      assert.deepEqual(banned(victim.running), [poisoner.address])
      assert.ok(await isWhole(victim.running, victim.torrent))
      victim.hasNoBug()
    })
  }

  it('is found when it spoils a single block', async () => {
    await using victim = await Victim.start('leech', 3_000_000, 256 * 1024)
    const wrong = new Set<number>()
    const poisoner = await seeds(victim, (block, index) => {
      if (wrong.size > 0 && !wrong.has(index)) return block
      wrong.add(index)
      return spoiled(block)
    })
    for (let met = 0; met < 4; met++) await seeds(victim, (block) => block)
    await victim.running.swarm(victim.infoHash, ({ status }) => status === 'seeder', { timeoutMs: 60_000 })
    assert.deepEqual(banned(victim.running), [poisoner.address])
    assert.ok(await isWhole(victim.running, victim.torrent))
    victim.hasNoBug()
  })

  it('is banned among real services, and what it sent reaches nobody', async () => {
    await using first = await TestService.start()
    const torrent = inMemoryTorrent({
      name: 'shared.bin',
      content: 4_000_000,
      pieceLength: 128 * 1024,
      announce: `http://127.0.0.1:${first.port}/announce`,
    })
    const { infoHash, pieceLength, pieceCount } = torrent.metainfo
    await placeContent(first.root, torrent)
    await first.join(torrent.bytes)
    await using second = await TestService.start()
    await using third = await TestService.start()
    const poisoners: FakePeer[] = []
    for (const { service, port } of [second, third]) {
      await service.addTorrent(torrent.bytes)
      const poisoner = await FakePeer.shakeHands({ port, infoHash })
      poisoner.serve(torrent.content, pieceLength, spoiled)
      poisoner.bitfield(pieceCount)
      poisoner.frame(ID.unchoke)
      poisoners.push(poisoner)
    }
    for (const running of [second, third]) {
      await running.swarm(infoHash, ({ status }) => status === 'seeder', { timeoutMs: 60_000 })
      assert.ok(await isWhole(running, torrent))
    }
    const own = poisoners.map(({ address }) => address)
    assert.deepEqual(
      [second, third].flatMap(banned).filter((peer) => !own.includes(String(peer))),
      [],
    )
    for (const { log } of [first, second, third]) assert.equal(log.filter(({ event }) => event === 'bug').length, 0)
    for (const poisoner of poisoners) poisoner.close()
  })
})
