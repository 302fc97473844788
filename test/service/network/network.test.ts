import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memberIdFromText } from '../../../src/protocol/index.ts'
import { inMemoryTorrent, placeContent } from '../../support/in-memory-torrent.ts'
import { TestService } from '../../support/running-service.ts'
import { waitUntil } from '../../support/wait-until.ts'

const at = (service: TestService): { host: string; port: number } => ({ host: '127.0.0.1', port: service.port })

/** Ids of the members that this service takes for alive. */
const alive = ({ service }: TestService): string[] =>
  service
    .members()
    .filter(({ state }) => state === 'alive')
    .map(({ memberId }) => memberId)
    .sort()

const idsOf = (services: readonly TestService[]): string[] =>
  services.map(({ service }) => service.identity().memberId).sort()

async function allKnow(services: readonly TestService[], known = services): Promise<void> {
  const ids = JSON.stringify(idsOf(known))
  await waitUntil('all members to know each other', () => services.every((one) => JSON.stringify(alive(one)) === ids))
}

describe('services that know one living member', { timeout: 120_000 }, () => {
  it('know all of them, what each has, and when one leaves', async () => {
    await using first = await TestService.start()
    await using second = await TestService.start({ peers: [at(first)] })
    await using third = await TestService.start({ peers: [at(second)] })
    await allKnow([first, second, third])
    const torrent = inMemoryTorrent({ name: 'a.bin', content: 100_000, pieceLength: 32 * 1024 })
    await placeContent(third.root, torrent)
    await third.join(torrent.bytes)
    const told = await waitUntil('the first to hear of the swarm', () =>
      first.service.members().find(({ swarms }) => swarms.some(({ status }) => status === 'seeder')),
    )
    assert.equal(told.memberId, third.service.identity().memberId)
    assert.equal(told.swarms[0]?.infoHash, torrent.metainfo.infoHash)
    await third.service.stop()
    await allKnow([first, second])
    const gone = first.service.members().find(({ memberId }) => memberId === told.memberId)
    assert.equal(gone?.state, 'gone')
    assert.match(gone.stateReason, /left/)
    assert.equal(gone.hasLeft, true)
    const { members } = await first.service.measures()
    assert.deepEqual(members.states, { alive: 2, suspect: 0, gone: 0, left: 1 })
    assert.deepEqual([members.changes.joined, members.changes.left, members.linked], [2, 1, 1])
    for (const direction of ['sent', 'received'] as const) {
      assert.ok(members.messages[direction] > 0 && members.bytes[direction] > members.messages[direction])
    }
  })

  it('fetch from a member that only the membership told them of', async () => {
    await using seeder = await TestService.start()
    await using bystander = await TestService.start({ peers: [at(seeder)] })
    await using leech = await TestService.start({ peers: [at(bystander)] })
    const torrent = inMemoryTorrent({ name: 'b.bin', content: 300_000, pieceLength: 32 * 1024 })
    await placeContent(seeder.root, torrent)
    await seeder.join(torrent.bytes)
    const { swarm } = await leech.service.addTorrent(torrent.bytes)
    await leech.swarm(swarm.infoHash, ({ status }) => status === 'seeder')
  })

  it('never tell of a private swarm, and never use what others say of one', async () => {
    await using seeder = await TestService.start()
    await using leech = await TestService.start({ peers: [at(seeder)] })
    await allKnow([seeder, leech])
    const torrent = inMemoryTorrent({ name: 'c.bin', content: 100_000, pieceLength: 32 * 1024, isPrivate: true })
    const open = inMemoryTorrent({ name: 'd.bin', content: 100_000, pieceLength: 32 * 1024 })
    for (const one of [torrent, open]) {
      await placeContent(seeder.root, one)
      await seeder.join(one.bytes)
      await leech.service.addTorrent(one.bytes)
    }
    await leech.swarm(open.metainfo.infoHash, ({ status }) => status === 'seeder')
    assert.equal(leech.service.swarm(torrent.metainfo.infoHash).peers.known, 0)
    const told = leech.service.members().flatMap(({ swarms }) => swarms.map(({ infoHash }) => infoHash))
    assert.ok(!told.includes(torrent.metainfo.infoHash))
  })

  it('find each other through a swarm that they have in common, seeders too', async () => {
    await using first = await TestService.start()
    await using second = await TestService.start()
    const torrent = inMemoryTorrent({ name: 'e.bin', content: 100_000, pieceLength: 32 * 1024 })
    await placeContent(first.root, torrent)
    await first.join(torrent.bytes)
    const swarm = await second.join(torrent.bytes)
    second.service.addPeers(swarm.infoHash, [at(first)])
    await second.swarm(swarm.infoHash, ({ status }) => status === 'seeder')
    await allKnow([first, second])
  })
})

describe('two services that share a copied identity', { timeout: 120_000 }, () => {
  it('end up with two', async () => {
    await using first = await TestService.start()
    const memberId = memberIdFromText(first.service.identity().memberId)
    assert.ok(memberId)
    await using third = await TestService.start({ peers: [at(first)] })
    await using copy = await TestService.start({ peers: [at(third)], memberId })
    await waitUntil('one of them to take another id', () => {
      const ids = idsOf([first, third, copy])
      return new Set(ids).size === 3
    })
    await allKnow([first, third, copy])
  })
})
