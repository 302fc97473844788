/** One swarm in a lab, from the file to the last peer that has it, with the mishaps of the plan. */
import { existsSync } from 'node:fs'
import { link, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SwarmView } from '../../src/service/face.ts'
import type { Lab } from '../support/lab.ts'
import type { LabHost } from '../support/lab-host.ts'
import { makeTorrent, type MadeTorrent } from '../support/make-torrent.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import type { LabPlan } from './lab-plan.ts'
import type { LabRow } from './lab-picture.ts'

const LOOK_MS = 500
/** A partition in which nothing moves for so long is healed. */
const STUCK_MS = 10_000
/** A swarm in which nothing moves for so long will not come to an end. */
const GIVE_UP_MS = 90_000
const NAME = 'image.bin'

export interface LabView {
  /** Each half second. @param seconds since all were given the torrent */
  progress(rows: readonly LabRow[], seconds: number): void
  /** Something happened, in words. */
  news(text: string): void
}

export interface LabOutcome {
  readonly rows: readonly LabRow[]
  /** Why not every living peer has the right file; null: all have. */
  readonly failure: string | null
}

interface Player {
  readonly number: number
  readonly host: LabHost
  readonly swarmd: SwarmdProcess
  last: SwarmView | null
  dead: boolean
  seconds: number | null
}

export async function playLab(lab: Lab, plan: LabPlan, view: LabView): Promise<LabOutcome> {
  view.news(`making ${plan.peers} hosts, and a file`)
  const source = join(lab.folder, 'source', NAME)
  await writeRandomFile(source, plan.bytes, 'npm run lab')
  const rate = plan.megabits === null ? {} : { uploadMegabits: plan.megabits, downloadMegabits: plan.megabits }
  const hosts: LabHost[] = []
  while (hosts.length < plan.peers) hosts.push(await lab.host(rate))
  const torrent = await makeTorrent({
    source,
    pieceLength: pieceLengthFor(plan.bytes),
    announceUrl: SwarmdProcess.announceUrl(hosts[0] as LabHost),
    path: join(lab.folder, `${NAME}.torrent`),
  })
  const players = await Promise.all(hosts.map((host, at) => startPlayer(lab, host, at + 1, source)))
  const play = new Play(lab, plan, view, players, torrent)
  await play.give()
  const ended = await play.watch()
  return { rows: play.rows(), failure: ended ?? (await wrongFiles(players, await sha1OfFile(source))) }
}

class Play {
  readonly #lab: Lab
  readonly #view: LabView
  readonly #players: readonly Player[]
  readonly #torrent: MadeTorrent
  readonly #partition: LabPlan['partition']
  #kills: LabPlan['kills']
  #partitionState: 'before' | 'parted' | 'over'
  #begun = 0
  #movedAt = 0
  #total = -1

  constructor(lab: Lab, plan: LabPlan, view: LabView, players: readonly Player[], torrent: MadeTorrent) {
    this.#lab = lab
    this.#view = view
    this.#players = players
    this.#torrent = torrent
    this.#partition = plan.partition
    this.#kills = plan.kills
    this.#partitionState = plan.partition === null ? 'over' : 'before'
  }

  /** The seeder is ready first, then all others are given the torrent at once. */
  async give(): Promise<void> {
    const [seeder, ...others] = this.#players
    await seeder?.swarmd.addTorrent(this.#torrent.bytes)
    await seeder?.swarmd.waitForSwarm(
      this.#torrent.infoHash,
      'the seeder',
      ({ status }) => status === 'seeder',
      600_000,
    )
    this.#begun = performance.now()
    this.#movedAt = this.#begun
    await Promise.all(others.map(({ swarmd }) => swarmd.addTorrent(this.#torrent.bytes)))
  }

  /** @returns why it came to no good end, or null */
  async watch(): Promise<string | null> {
    for (;;) {
      await Promise.all(this.#players.map((player) => this.#look(player)))
      this.#view.progress(this.rows(), this.#seconds)
      const living = this.#players.filter(({ dead }) => !dead)
      if (living.length === 0) return 'nobody is left'
      if (living.every(({ last }) => last?.status === 'seeder')) return null
      const crashed = living.find(({ swarmd }) => !swarmd.process.running)
      if (crashed) return `peer ${crashed.number} ended by itself: ${crashed.swarmd.process.logTail(500)}`
      await this.#mishaps()
      if (performance.now() - this.#movedAt > GIVE_UP_MS) {
        return `nothing has moved for ${GIVE_UP_MS / 1000} s${this.#noCopy()}`
      }
      await sleep(LOOK_MS)
    }
  }

  rows(): LabRow[] {
    return this.#players.map(({ number, host, last, dead, seconds }) => ({
      peer: number,
      address: host.address,
      progress: last?.progress ?? 0,
      state: dead ? 'dead' : (last?.state ?? 'starting'),
      downloadRate: dead ? 0 : (last?.downloadRate ?? 0),
      uploadRate: dead ? 0 : (last?.uploadRate ?? 0),
      downloaded: last?.downloaded ?? 0,
      uploaded: last?.uploaded ?? 0,
      connected: dead ? 0 : (last?.peers.connected ?? 0),
      seconds,
    }))
  }

  get #seconds(): number {
    return (performance.now() - this.#begun) / 1000
  }

  async #look(player: Player): Promise<void> {
    if (player.dead) return
    // One that is too busy to answer is asked again.
    player.last = await player.swarmd.swarm(this.#torrent.infoHash).catch(() => player.last)
    if (player.number > 1 && player.last?.status === 'seeder') player.seconds ??= this.#seconds
  }

  async #mishaps(): Promise<void> {
    const fetching = this.#players.filter(({ number, dead }) => number > 1 && !dead)
    const total = fetching.reduce((sum, { last }) => sum + (last?.progress ?? 0), 0)
    const average = total / Math.max(1, fetching.length)
    if (total !== this.#total) this.#movedAt = performance.now()
    this.#total = total
    const due = this.#kills.filter(({ at }) => average >= at)
    this.#kills = this.#kills.filter(({ at }) => average < at)
    for (const { peer } of due) await this.#kill(peer)
    await this.#part(average)
  }

  async #kill(number: number): Promise<void> {
    const player = this.#players[number - 1]
    if (!player || player.dead) return
    player.dead = true
    await this.#lab.kill(player.host)
    this.#view.news(`peer ${number} is dead`)
  }

  async #part(average: number): Promise<void> {
    if (this.#partition === null || this.#partitionState === 'over') return
    const { groups, from, to } = this.#partition
    if (this.#partitionState === 'before') {
      if (average < from) return
      const hosts = groups.map((group) => group.flatMap((number) => this.#players[number - 1]?.host ?? []))
      await this.#lab.partition(hosts)
      this.#partitionState = 'parted'
      this.#view.news(`parted: ${groups.map((group) => group.join(' ')).join(' | ')}`)
      return
    }
    const stuck = performance.now() - this.#movedAt > STUCK_MS
    if (average < to && !stuck) return
    await this.#lab.heal()
    this.#partitionState = 'over'
    this.#movedAt = performance.now()
    this.#view.news(stuck ? 'healed, as nothing moved any more' : 'healed')
  }

  #noCopy(): string {
    return this.#players.some(({ dead, last }) => !dead && last?.status === 'seeder')
      ? ''
      : ': no living peer has all pieces'
  }
}

async function startPlayer(lab: Lab, host: LabHost, number: number, source: string): Promise<Player> {
  const root = join(lab.folder, `peer-${number}`)
  await mkdir(join(root, 'shareable'), { recursive: true })
  if (number === 1) await link(source, join(root, 'shareable', NAME))
  const swarmd = new SwarmdProcess(host, { root })
  await swarmd.ready(120_000)
  return { number, host, swarmd, last: null, dead: false, seconds: null }
}

async function wrongFiles(players: readonly Player[], sha1: string): Promise<string | null> {
  for (const { number, dead, swarmd } of players) {
    const path = join(swarmd.root, 'shareable', NAME)
    if (!dead && (!existsSync(path) || (await sha1OfFile(path)) !== sha1)) return `peer ${number} has a wrong file`
  }
  return null
}

/** Some hundred pieces, as most torrents have. */
function pieceLengthFor(bytes: number): number {
  let length = 16 * 1024
  while (length < 4 * 1024 * 1024 && bytes / length > 512) length *= 2
  return length
}
