import assert from 'node:assert/strict'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SwarmView } from '../../src/service/index.ts'
import { waitedForCoreMs } from '../support/cpu-time.ts'
import { makeTorrent, type MadeTorrent } from '../support/make-torrent.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { SwarmdChild } from '../support/swarmd-child.ts'
import { waitUntil } from '../support/wait-until.ts'

const MIB = 1024 * 1024
const LENGTH = 256 * MIB
/** What a crash may cost, and more it may not. */
const LOSS = 64 * MIB
const KILLS = 20
/** Half of the restarts are ready within this, the time aside in which others had the cores; all within ten times that. */
const READY_MS = 3000

/** Mulberry32: a run can be had again by its seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const haveBytes = ({ progress, length }: SwarmView): number => Math.round(progress * length)

interface Moment {
  readonly ms: number
  readonly bytes: number
}

const NEVER: Moment = { ms: 30_000, bytes: Infinity }

/** Some soon after the start, some at a stage of the download, and some of these when all is there but not yet moved. */
function randomMoment(random: () => number): Moment {
  if (random() < 0.5) return { ms: 20 + random() * 280, bytes: Infinity }
  return { ms: 30_000, bytes: Math.min(1, random() * 1.2) * LENGTH }
}

/** One download, from nothing to the whole file, with as many ends in between as chance wills. */
class Download {
  readonly #root: string
  readonly #torrent: MadeTorrent
  readonly #seeder: SwarmdChild
  readonly #uploadedBefore: number
  kills = 0
  /** From each start to the first answer. */
  readonly readyMs: number[] = []
  #lastSeen = 0

  private constructor(root: string, torrent: MadeTorrent, seeder: SwarmdChild, uploadedBefore: number) {
    this.#root = root
    this.#torrent = torrent
    this.#seeder = seeder
    this.#uploadedBefore = uploadedBefore
  }

  static async begin(root: string, torrent: MadeTorrent, seeder: SwarmdChild): Promise<Download> {
    await rm(root, { recursive: true, force: true })
    await mkdir(root)
    const { uploaded } = await seeder.swarm(torrent.infoHash)
    return new Download(root, torrent, seeder, uploaded)
  }

  /** Runs the service until it is killed, after `ms` or with so many bytes, or is done before. @returns whether it is done */
  async run({ ms, bytes }: Moment): Promise<boolean> {
    const { child, ms: startMs } = await SwarmdChild.start({ root: this.#root })
    try {
      this.readyMs.push(startMs - waitedForCoreMs(child.pid))
      if (this.kills === 0) await child.addTorrent(this.#torrent.bytes)
      await this.#checkResumed(child)
      const end = performance.now() + ms
      while (performance.now() < end) {
        const swarm = await child.swarm(this.#torrent.infoHash)
        this.#lastSeen = haveBytes(swarm)
        if (swarm.status === 'seeder') return true
        if (this.#lastSeen >= bytes) break
        await sleep(Math.min(5, Math.max(0, end - performance.now())))
      }
      this.kills++
      return false
    } finally {
      await child.kill()
    }
  }

  async #checkResumed(child: SwarmdChild): Promise<void> {
    const isRead = async (): Promise<SwarmView | undefined> => {
      const swarm = await child.swarm(this.#torrent.infoHash)
      return swarm.state === 'checking' || swarm.state === 'stopped' ? undefined : swarm
    }
    const swarm = await waitUntil('the swarm to go on', isRead, { timeoutMs: 10 * READY_MS, intervalMs: 2 })
    assert.notEqual(swarm.state, 'error', swarm.stateReason)
    const lost = this.#lastSeen - haveBytes(swarm)
    assert.ok(lost <= LOSS, `lost ${lost / MIB} MiB of ${this.#lastSeen / MIB}`)
  }

  /** The whole file is there and right, and little was fetched twice. */
  async checkDone(): Promise<number> {
    const { infoHash, name } = this.#torrent
    const { uploaded } = await this.#seeder.swarm(infoHash)
    const fetched = uploaded - this.#uploadedBefore
    const most = LENGTH + this.kills * LOSS
    assert.ok(fetched >= LENGTH && fetched <= most, `fetched ${fetched / MIB} MiB, with ${this.kills} kills`)
    const file = join(this.#root, 'shareable', name)
    assert.equal(await sha1OfFile(file), await sha1OfFile(this.#torrent.path.replace(/\.torrent$/, '')))
    return fetched
  }
}

describe('kill -9', { timeout: 300_000 }, () => {
  it(`at ${KILLS} random moments of a download loses at most 64 MiB each time, and nothing is ever wrong`, async (context: TestContext) => {
    const seed = Number(process.env['SWARMD_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    context.diagnostic(`seed ${seed}: run it again with SWARMD_TEST_SEED=${seed}`)
    const random = seeded(seed)
    await using scratch = await ScratchFolder.create()
    const source = join(scratch.path, 'seeder', 'shareable', 'image.bin')
    await writeRandomFile(source, LENGTH, `kill-nine ${seed}`)
    const { child } = await SwarmdChild.start({ root: join(scratch.path, 'seeder') })
    await using seeder = child
    const announceUrl = `http://127.0.0.1:${seeder.port}/announce`
    const torrent = await makeTorrent({ source, pieceLength: 256 * 1024, announceUrl, path: `${source}.torrent` })
    await seeder.addTorrent(torrent.bytes)
    await waitUntil('the seeder', async () => (await seeder.swarm(torrent.infoHash)).status === 'seeder')
    let kills = 0
    let downloads = 0
    let fetched = 0
    const readyMs: number[] = []
    while (kills < KILLS) {
      const download = await Download.begin(join(scratch.path, 'leecher'), torrent, seeder)
      let done = false
      while (!done) done = await download.run(kills + download.kills < KILLS ? randomMoment(random) : NEVER)
      fetched += await download.checkDone()
      kills += download.kills
      readyMs.push(...download.readyMs)
      downloads++
    }
    const again = fetched - downloads * LENGTH
    context.diagnostic(`${kills} kills in ${downloads} downloads; ${Math.round(again / MIB)} MiB fetched again`)
    assert.ok(kills >= KILLS)
    readyMs.sort((a, b) => a - b)
    const [median = 0, slowest = 0] = [readyMs[readyMs.length >> 1], readyMs.at(-1)]
    context.diagnostic(`ready after ${Math.round(median)} ms (median), ${Math.round(slowest)} ms (slowest)`)
    assert.ok(median <= READY_MS, `ready after ${median} ms`)
  })
})
