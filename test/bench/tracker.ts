/**
 * `npm run bench:tracker -- [options]`: announces over 10,000 swarms, by UDP and HTTP, against our tracker, npm's
 * bittorrent-tracker and Debian's opentracker. What counts is how many a CPU-second of the tracker's process answers: that says
 * the same on a machine with other work. Rounds are interleaved.
 */
import { chmodSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { ScratchFolder } from '../support/scratch-folder.ts'
import { processUsage } from './process-usage.ts'
import { median, spread } from './statistics.ts'
import { bittorrentTracker, end, freePort, isUp, opentracker, swarmd, type Contender } from './tracker-contenders.ts'
import { announceLoad, loadKinds, PEERS, type LoadKind } from './tracker-load.ts'

const USAGE = `npm run bench:tracker -- [options]
  --runs N       rounds (default 3)
  --seconds N    of each measurement (default 4)
  --only LIST    of swarmd,bittorrent-tracker,opentracker
  --kinds LIST   of udp,http,connection: how announces are sent; connection: HTTP, one a connection
  --npm FOLDER   has bittorrent-tracker in its node_modules already; else it is installed into a folder of this run`

/** The one that the others are compared with. */
const MEASURE = 'bittorrent-tracker'
const WARM_UP_MS = 1000

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', default: 'swarmd,bittorrent-tracker,opentracker' },
    kinds: { type: 'string', default: 'udp,http,connection' },
    npm: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

interface Measured {
  readonly perCpuSecond: number
  readonly perSecond: number
  readonly peakMebibytes: number
}

/** A fresh process each time: what one kind of load left behind costs the next nothing. */
async function measure(contender: Contender, kind: LoadKind, seconds: number): Promise<Measured> {
  const port = await freePort()
  const child = contender.start(port)
  try {
    await isUp(port)
    // The tracker learns all the peers, its code is compiled.
    for (let known = 0; known < PEERS; ) known += await announceLoad('udp', port, performance.now() + WARM_UP_MS)
    await announceLoad(kind, port, performance.now() + WARM_UP_MS)
    const before = processUsage(child.pid ?? 0).cpuSeconds
    const started = performance.now()
    const answered = await announceLoad(kind, port, started + seconds * 1000)
    const { cpuSeconds, peakBytes } = processUsage(child.pid ?? 0)
    return {
      perCpuSecond: answered / (cpuSeconds - before),
      perSecond: answered / ((performance.now() - started) / 1000),
      peakMebibytes: peakBytes / 2 ** 20,
    }
  } finally {
    await end(child)
  }
}

async function bench(): Promise<void> {
  await using scratch = await ScratchFolder.create()
  // opentracker runs as nobody, and reads its list there.
  chmodSync(scratch.path, 0o755)
  const only = values.only.split(',')
  const available: readonly (() => Contender | string)[] = [
    () => swarmd(scratch.path),
    () => bittorrentTracker(scratch.path, values.npm),
    () => opentracker(scratch.path),
  ]
  const names = ['swarmd', 'bittorrent-tracker', 'opentracker']
  const contenders: Contender[] = []
  for (const [at, make] of available.entries()) {
    if (!only.includes(names[at] ?? '')) continue
    const made = make()
    if (typeof made === 'string') console.error(made)
    else contenders.push(made)
  }
  const rounds = Number(values.runs)
  const kinds = loadKinds.filter((kind) => values.kinds.split(',').includes(kind))
  const figures = new Map<string, Measured[]>()
  const of = (contender: string, kind: LoadKind): Measured[] => figures.get(`${contender} ${kind}`) ?? []
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      for (const contender of contenders) {
        const measured = await measure(contender, kind, Number(values.seconds))
        figures.set(`${contender.name} ${kind}`, [...of(contender.name, kind), measured])
        console.error(`${contender.name}, ${kind}: ${measured.perCpuSecond.toFixed(0)} a CPU-second`)
      }
    }
  }
  console.log(`${rounds} rounds, ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}; min / median / max`)
  for (const kind of kinds) {
    console.log(
      `\n${kind === 'connection' ? 'http, one a connection' : kind}: announces a CPU-second of the tracker, against ${MEASURE}; a second; peak memory`,
    )
    const base = median(of(MEASURE, kind).map(({ perCpuSecond }) => perCpuSecond))
    for (const { name } of contenders) {
      const measured = of(name, kind)
      const rates = measured.map(({ perCpuSecond }) => perCpuSecond)
      const ratio = Number.isNaN(base) ? '' : `x ${(median(rates) / base).toFixed(2)}`
      const wall = median(measured.map(({ perSecond }) => perSecond)).toFixed(0)
      const peak = Math.max(...measured.map(({ peakMebibytes }) => peakMebibytes)).toFixed(0)
      console.log(
        `  ${name.padEnd(20)} ${spread(rates, 0).padEnd(30)} ${ratio.padEnd(8)} ${wall.padStart(7)}/s ${peak} MiB`,
      )
    }
  }
}

if (values.help) console.log(USAGE)
else await bench()
