/**
 * `npm run bench -- [options]`: how fast one peer gets a file from another, on this machine, beside other clients.
 * Rounds are interleaved (A B A B …), so that a machine that gets slower or faster is the same to all.
 */
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { debianClientKinds } from '../support/debian-clients.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { ScratchFolder } from '../support/scratch-folder.ts'
import type { PeerKind } from '../support/start-peer.ts'
import { latencyTable, transferRatios, transferTable } from './transfer-report.ts'
import { makePayload, pairName, runTransfer } from './transfer-run.ts'
import type { ClientPair, TransferRun } from './transfer-run.ts'

const USAGE = `npm run bench -- [options]
  --pairs LIST       seeder>leecher,… of swarmd, libtorrent, transmission, aria2
                     (default swarmd>swarmd,aria2>libtorrent)
  --runs N           rounds (default 5)
  --size MIB         length of the file (default 1024)
  --piece-size KIB   length of a piece (default 1024)
  --latency          ask the API of a swarmd leecher all the while, in runs of its own
  --json FILE        write all figures there`

const KINDS: readonly PeerKind[] = ['swarmd', ...debianClientKinds]

const parsePair = (text: string): ClientPair => {
  const [seeder, leecher] = text.split('>').map((word) => KINDS.find((kind) => kind === word))
  if (!seeder || !leecher) throw new Error(`not a pair: ${text}\n${USAGE}`)
  return { seeder, leecher }
}

const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`not a number above 0: ${text}\n${USAGE}`)
  return value
}

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: 'swarmd>swarmd,aria2>libtorrent' },
    runs: { type: 'string', default: '5' },
    size: { type: 'string', default: '1024' },
    'piece-size': { type: 'string', default: '1024' },
    latency: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const bench = async (): Promise<void> => {
  const refused = labRequirements('lab-and-clients')
  if (refused !== false) throw new Error(refused)
  const pairs = values.pairs.split(',').map(parsePair)
  const rounds = positive(values.runs)
  await using scratch = await ScratchFolder.create()
  const payload = await makePayload(scratch.path, positive(values.size), positive(values['piece-size']) * 1024)

  const run = async (pair: ClientPair, withLatency: boolean): Promise<TransferRun> => {
    const figures = await runTransfer(pair, payload, withLatency)
    console.error(`${figures.pair}: ${figures.seconds.toFixed(2)} s, ${figures.mebibytesPerSecond.toFixed(0)} MiB/s`)
    return figures
  }
  const runs: TransferRun[] = []
  const latencyRuns: TransferRun[] = []
  for (let round = 0; round < rounds; round++) {
    for (const pair of pairs) runs.push(await run(pair, false))
    if (values.latency) latencyRuns.push(await run({ seeder: 'swarmd', leecher: 'swarmd' }, true))
  }

  const names = pairs.map(pairName)
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }
  console.log(`${payload.mebibytes} MiB, ${rounds} rounds, ${machine.cores} x ${machine.cpu}; min / median / max`)
  console.log(transferTable(runs, names))
  if (names.length > 1) console.log(`\n${transferRatios(runs, names)}`)
  if (values.latency) console.log(`\nGET /swarms of the leecher meanwhile\n${latencyTable(latencyRuns)}`)
  if (values.json !== undefined) {
    const figures = { at: new Date().toISOString(), machine, mebibytes: payload.mebibytes, runs, latencyRuns }
    await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`)
  }
}

if (values.help) console.log(USAGE)
else await bench()
