import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabHost } from '../support/lab-host.ts'
import { Lab } from '../support/lab.ts'
import { makeTorrent } from '../support/make-torrent.ts'
import type { MadeTorrent } from '../support/make-torrent.ts'
import { OpenTracker } from '../support/open-tracker.ts'
import { sha1OfFile, writeRandomFile } from '../support/random-file.ts'
import { startPeer } from '../support/start-peer.ts'
import type { PeerKind } from '../support/start-peer.ts'
import type { PeerClient } from '../support/peer-client.ts'
import { SwarmdClient } from '../support/swarmd-client.ts'
import { SwarmdProcess } from '../support/swarmd-process.ts'
import { busySeconds } from './busy-seconds.ts'
import { LatencySampler } from './latency-sampler.ts'
import type { LatencyReport } from './latency-sampler.ts'
import { processUsage } from './process-usage.ts'
import { StandstillWatch } from './standstill-watch.ts'
import { warmMemory } from './warm-memory.ts'

/** Who gives to whom. */
export interface ClientPair {
  readonly seeder: PeerKind
  readonly leecher: PeerKind
}

export interface TransferRun {
  readonly pair: string
  /** From the start of the leecher's process to the last piece verified. */
  readonly seconds: number
  readonly mebibytesPerSecond: number
  readonly leecherCpuSeconds: number
  /** What the seeder spent in that time. */
  readonly seederCpuSeconds: number
  /** What all others on the machine spent in that time: the more it is, the less this run says. */
  readonly otherCpuSeconds: number
  readonly leecherPeakMebibytes: number
  /** Of the leecher's API in that time, when it was asked for. */
  readonly latency?: LatencyReport
  /** How long a watcher of the highest priority on each core was held up meanwhile, in milliseconds each time. */
  readonly standstills?: readonly number[]
}

/** The file that all runs transfer. */
export interface Payload {
  readonly path: string
  readonly mebibytes: number
  readonly sha1: string
  readonly pieceLength: number
}

const MEBIBYTE = 1024 * 1024
const TRANSFER_TIMEOUT_MS = 300_000
// The seeder's own announce is over by then, and the machine is still.
const SETTLE_MS = 1000
// What the file, a client that keeps all of it in memory, and both processes take at most.
const WARM_MEBIBYTES = 1024

export const pairName = (pair: ClientPair): string => `${pair.seeder}>${pair.leecher}`

/** Makes the file once, in `folder`. */
export async function makePayload(folder: string, mebibytes: number, pieceLength: number): Promise<Payload> {
  const path = join(folder, 'payload.bin')
  await writeRandomFile(path, mebibytes * MEBIBYTE, 'bench')
  return { path, mebibytes, pieceLength, sha1: await sha1OfFile(path) }
}

/**
 * One transfer, in a lab made for it: seeder and leecher each on a host of its own. swarmd's own tracker is used where
 * swarmd is the seeder; in all other pairs opentracker on a third host.
 * @param payload must be on the file system that scratch folders are on
 */
export async function runTransfer(pair: ClientPair, payload: Payload, withLatency: boolean): Promise<TransferRun> {
  await using lab = await Lab.create()
  const [seederHost, leecherHost] = [await lab.host(), await lab.host()]
  const torrent = await prepareTorrent(lab, pair, payload, seederHost)
  const seederFolder = join(lab.folder, 'seeder')
  const seeder = await startPeer(pair.seeder, seederHost, { torrent, folder: seederFolder, seedFrom: payload.path })
  const leecherFolder = await mkdtemp(join(lab.folder, 'leecher-'))
  await sleep(SETTLE_MS)
  await warmMemory(2 * payload.mebibytes + WARM_MEBIBYTES)

  const watch = withLatency ? new StandstillWatch() : undefined
  const [seederBefore, busyBefore] = [processUsage(seeder.process.pid), busySeconds()]
  const start = performance.now()
  const leecher = await startPeer(pair.leecher, leecherHost, {
    torrent,
    folder: leecherFolder,
    startEmpty: withLatency,
  })
  const sampler = withLatency ? await postUnderWatch(leecher, leecherHost, torrent) : undefined
  await leecher.done(TRANSFER_TIMEOUT_MS)
  const seconds = (performance.now() - start) / 1000

  const [leecherUsage, seederAfter] = [processUsage(leecher.process.pid), processUsage(seeder.process.pid)]
  const seederCpuSeconds = seederAfter.cpuSeconds - seederBefore.cpuSeconds
  const busy = busySeconds() - busyBefore
  const latency = await sampler?.stop()
  const standstills = await watch?.stop()
  await Promise.all([leecher.stop(), seeder.stop()])
  const path = join(leecher.dataFolder, torrent.name)
  if ((await sha1OfFile(path)) !== payload.sha1) throw new Error(`${pairName(pair)}: the file has other bytes`)
  await rm(path)
  return {
    pair: pairName(pair),
    seconds,
    mebibytesPerSecond: payload.mebibytes / seconds,
    leecherCpuSeconds: leecherUsage.cpuSeconds,
    seederCpuSeconds,
    otherCpuSeconds: busy - seederCpuSeconds - leecherUsage.cpuSeconds,
    leecherPeakMebibytes: leecherUsage.peakBytes / MEBIBYTE,
    ...(latency ? { latency } : {}),
    ...(standstills ? { standstills } : {}),
  }
}

const postUnderWatch = async (leecher: PeerClient, host: LabHost, torrent: MadeTorrent): Promise<LatencySampler> => {
  if (!(leecher instanceof SwarmdClient)) throw new Error('only swarmd has an API to ask')
  await leecher.swarmd.ready()
  const sampler = new LatencySampler(host, '/swarms')
  await leecher.swarmd.addTorrent(torrent.bytes)
  return sampler
}

const prepareTorrent = async (
  lab: Lab,
  pair: ClientPair,
  payload: Payload,
  seederHost: LabHost,
): Promise<MadeTorrent> => {
  const make = (announceUrl: string): Promise<MadeTorrent> =>
    makeTorrent({
      source: payload.path,
      pieceLength: payload.pieceLength,
      announceUrl,
      path: join(lab.folder, 'payload.torrent'),
    })
  if (pair.seeder === 'swarmd') return make(SwarmdProcess.announceUrl(seederHost))
  const trackerHost = await lab.host()
  const torrent = await make(OpenTracker.announceUrl(trackerHost))
  await OpenTracker.start(trackerHost, [torrent.infoHash])
  return torrent
}
