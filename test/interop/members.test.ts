import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabHost } from '../support/lab-host.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import { agreeOn } from '../support/member-list.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const LENGTH = 24 * 1024 * 1024
/** So slow that the announcer dies in the midst of the work. */
const MEGABITS = 80
const LEECHER_MEGABITS = 16
const DONE_MS = 120_000
/** What should take a second or thirty takes no longer than this on a busy machine, where looking takes time as well. */
const SOON_MS = 20_000
const SILENT_MS = 60_000
const PARTED_MS = Number(process.env['SWARMD_PARTED_SECONDS'] ?? 5) * 1000

const isSeeder = ({ status }: { status: string }): boolean => status === 'seeder'

/** A member that knows those, and nobody by multicast. */
async function startMember(lab: Lab, known: readonly LabHost[], host?: LabHost): Promise<SwarmdProcess> {
  const at = host ?? (await lab.host())
  const root = join(lab.folder, `member-${at.address}`)
  await mkdir(root, { recursive: true })
  const peers = known.length === 0 ? [] : ['--peers', known.map(({ address }) => address).join(',')]
  const member = new SwarmdProcess(at, { root, args: ['--lsd', 'off', ...peers] })
  await member.ready()
  return member
}

async function startMembers(lab: Lab, count: number): Promise<SwarmdProcess[]> {
  const first = await startMember(lab, [])
  const others: SwarmdProcess[] = []
  for (let at = 1; at < count; at++) others.push(await startMember(lab, [first.host]))
  return [first, ...others]
}

/** Whether each piece is at one of them at least. */
async function haveAllTogether(peers: readonly SwarmdClient[], infoHash: string): Promise<boolean> {
  const views = await Promise.all(peers.map(({ swarmd }) => swarmd.api('GET', `/swarms/${infoHash}/pieces`)))
  const have = new Set<number>()
  let total = Infinity
  for (const { body } of views) {
    const { bitfield, total: pieces } = body as { bitfield: string; total: number }
    total = pieces
    const bits = Buffer.from(bitfield, 'base64')
    for (let piece = 0; piece < pieces; piece++) {
      if (((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0) have.add(piece)
    }
  }
  return have.size === total
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

// Side by side, as most of it is waiting.
describe('members of a network', { skip: labRequirements('lab'), timeout: 900_000, concurrency: 2 }, () => {
  it('lose their announcer once a full copy is out: all complete, and a newcomer who knows any of them gets in', async (t) => {
    await using lab = await Lab.create()
    const announcer = await lab.host({ uploadMegabits: MEGABITS })
    const source = join(lab.folder, 'source', 'image.bin')
    await writeRandomFile(source, LENGTH, 'members')
    const sha1 = await sha1OfFile(source)
    const path = join(lab.folder, 'image.torrent')
    const announceUrl = SwarmdProcess.announceUrl(announcer)
    const torrent = await makeTorrent({ source, pieceLength: 256 * 1024, announceUrl, path })
    const off = ['--lsd', 'off']
    await startPeer('swarmd', announcer, {
      torrent,
      folder: join(lab.folder, 'announcer'),
      seedFrom: source,
    })
    const leechers: SwarmdClient[] = []
    for (let number = 1; number <= 7; number++) {
      const folder = join(lab.folder, `leecher-${number}`)
      const host = await lab.host({ uploadMegabits: LEECHER_MEGABITS })
      const leecher = await startPeer('swarmd', host, { torrent, folder })
      assert.ok(leecher instanceof SwarmdClient)
      leechers.push(leecher)
    }
    for (const { swarmd } of leechers) await swarmd.ready()
    await waitUntil('a full copy to be out', () => haveAllTogether(leechers, torrent.infoHash), { timeoutMs: DONE_MS })
    const before = await Promise.all(leechers.map((leecher) => leecher.progress()))
    await lab.kill(announcer)
    t.diagnostic(
      `announcer killed when the others had ${before.map((part) => `${Math.round(100 * part)} %`).join(', ')}`,
    )
    for (const leecher of leechers) await leecher.done(DONE_MS)

    const lonely = await startPeer('swarmd', await lab.host(), {
      torrent,
      folder: join(lab.folder, 'lonely'),
      args: off,
    })
    assert.ok(lonely instanceof SwarmdClient)
    const told = await lonely.swarmd.waitForSwarm(
      torrent.infoHash,
      'words about the dead announcer',
      ({ stateReason }) => stateReason.includes('does not answer'),
      SILENT_MS,
    )
    assert.match(told.stateReason, /^no peers known: 10\.77\.0\.1:5000 does not answer/)
    assert.match(told.stateReason, /local discovery is off; no member of the network is known\. Name a living peer/)

    const [first, second] = leechers as [SwarmdClient, SwarmdClient]
    const byConfig = await startPeer('swarmd', await lab.host(), {
      torrent,
      folder: join(lab.folder, 'by-config'),
      args: [...off, '--peers', first.swarmd.host.address],
    })
    await byConfig.done(DONE_MS)
    const address = `${second.swarmd.host.address}:5000`
    await lonely.swarmd.api('POST', `/swarms/${torrent.infoHash}/peers`, { addresses: [address] })
    await lonely.done(DONE_MS)
    const onLan = await startPeer('swarmd', await lab.host(), { torrent, folder: join(lab.folder, 'on-lan') })
    await onLan.done(DONE_MS)
    for (const peer of [...leechers, lonely, byConfig, onLan])
      assert.equal(await sha1OfFile(join(peer.dataFolder, torrent.name)), sha1)
  })

  it('hear of a join, a leave and a kill', async (t) => {
    await using lab = await Lab.create()
    const members = await startMembers(lab, 7)
    await agreeOn(members, members, SOON_MS)
    const newcomer = await startMember(lab, [(members[3] as SwarmdProcess).host])
    const joined = await agreeOn(members, [...members, newcomer], SOON_MS)
    await newcomer.stop()
    const left = await agreeOn(members, members, SOON_MS)
    const [killed, ...living] = members as [SwarmdProcess, ...SwarmdProcess[]]
    await lab.kill(killed.host)
    const found = await agreeOn(living, living, SILENT_MS)
    const [dark, ...rest] = living as [SwarmdProcess, ...SwarmdProcess[]]
    await lab.plug(dark.host, 'out')
    const missed = await agreeOn(rest, rest, SILENT_MS)
    t.diagnostic(
      `seen by all: a join ${seconds(joined)} after its API answered, a leave ${seconds(left)} after its end, ` +
        `SIGKILL after ${seconds(found)}, a cable pulled after ${seconds(missed)}`,
    )
  })

  it('fall in two halves that both go on, and agree again when they are one', async (t) => {
    await using lab = await Lab.create()
    const members = await startMembers(lab, 8)
    await agreeOn(members, members, SOON_MS)
    const [one, other] = [members.slice(0, 4), members.slice(4)]
    await lab.partition([one.map(({ host }) => host), other.map(({ host }) => host)])
    const parted = await Promise.all([agreeOn(one, one, SILENT_MS), agreeOn(other, other, SILENT_MS)])
    await sleep(PARTED_MS)
    await lab.heal()
    const healed = await agreeOn(members, members, SILENT_MS)
    t.diagnostic(`parted maps after ${parted.map(seconds).join(' and ')}, equal ${seconds(healed)} after healing`)
  })

  it('make a chain, where each reaches only the next: the end learns of the beginning, and a file goes all the way', async (t) => {
    await using lab = await Lab.create()
    const hosts: LabHost[] = []
    for (let at = 0; at < 4; at++) hosts.push(await lab.host())
    const [a, b, c, d] = hosts as [LabHost, LabHost, LabHost, LabHost]
    for (const [from, to] of [
      [a, c],
      [a, d],
      [b, d],
    ] as const)
      await lab.forbid(from, to)
    const chain: SwarmdProcess[] = []
    for (const [at, host] of hosts.entries())
      chain.push(await startMember(lab, hosts.slice(Math.max(0, at - 1), at), host))
    const known = await agreeOn(chain, chain, SILENT_MS)

    const source = join(lab.folder, 'member-10.77.0.1', 'shareable', 'chain.bin')
    await writeRandomFile(source, LENGTH / 4, 'chain')
    const torrent = await makeTorrent({ source, pieceLength: 64 * 1024, path: join(lab.folder, 'chain.torrent') })
    for (const member of chain) await member.addTorrent(torrent.bytes)
    const begun = performance.now()
    const end = chain[3] as SwarmdProcess
    await end.waitForSwarm(torrent.infoHash, 'the whole file', isSeeder, DONE_MS)
    t.diagnostic(`D knew of A after ${seconds(known)}, and had its file after ${seconds(performance.now() - begun)}`)
    const got = join(lab.folder, 'member-10.77.0.4', 'shareable', 'chain.bin')
    assert.equal(await sha1OfFile(got), await sha1OfFile(source))
  })
})
