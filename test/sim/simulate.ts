/** `npm run sim -- [options]`: a swarm of the real engine in virtual time, with a table, a bound to compare with, and files. */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { CHOKER_PROFILES, type ChokerProfile } from '../../src/swarm/index.ts'
import { completionPlot } from './completion-plot.ts'
import { parseCount, parseDuration, parseRate, parseRates, parseShare, parseSize } from './quantity.ts'
import { summary, table, toCsv, toJson } from './simulation-report.ts'
import { Simulation, type Scenario } from './simulation.ts'

const USAGE = `npm run sim -- [options]
  --peers N            leechers (default 20)
  --seeds N            seeders (default 1)
  --free-riders N      peers that take and never give (default 0)
  --uplink RATE        10mbit, or 2mbit..50mbit from the first leecher to the last (default 10mbit)
  --downlink RATE      the same (default: as the uplink)
  --seed-uplink RATE   of each seeder (default: as the fastest leecher)
  --size SIZE          of the file (default 32mib)
  --piece-size SIZE    (default 256kib)
  --latency TIME       one way between two peers (default 10ms); --jitter TIME at most so much more (default 0ms)
  --loss SHARE         of the frames, which come one round trip later (default 0%)
  --churn SHARE        of the leechers that leave in the midst of it; a new one comes for each (default 0%)
  --arrivals TIME      over which the leechers come (default 1s)
  --afterwards WHAT    seed or leave: what a leecher does when it is done (default seed)
  --begun SHARE        of the pieces that each leecher and free rider has when it comes, by lot (default 0%)
  --profile NAME       the choker's pace: ${Object.keys(CHOKER_PROFILES).join(' or ')} (default lab)
  --seed N             of chance: the same number, the same run (default 1)
  --csv FILE --json FILE --svg FILE
for trials of a rule, with other numbers than the product's:
  --slots N  --sources N  --round TIME`

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '20' },
    seeds: { type: 'string', default: '1' },
    'free-riders': { type: 'string', default: '0' },
    uplink: { type: 'string', default: '10mbit' },
    downlink: { type: 'string' },
    'seed-uplink': { type: 'string' },
    size: { type: 'string', default: '32mib' },
    'piece-size': { type: 'string', default: '256kib' },
    latency: { type: 'string', default: '10ms' },
    jitter: { type: 'string', default: '0ms' },
    loss: { type: 'string', default: '0%' },
    churn: { type: 'string', default: '0%' },
    arrivals: { type: 'string', default: '1s' },
    afterwards: { type: 'string', default: 'seed' },
    begun: { type: 'string', default: '0%' },
    profile: { type: 'string', default: 'lab' },
    seed: { type: 'string', default: '1' },
    slots: { type: 'string' },
    sources: { type: 'string' },
    round: { type: 'string' },
    csv: { type: 'string' },
    json: { type: 'string' },
    svg: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

function scenarioOf(): Scenario {
  const { profile, afterwards, slots, sources, round } = values
  if (!isProfile(profile)) throw new Error(`no such profile: ${profile}`)
  if (afterwards !== 'seed' && afterwards !== 'leave') throw new Error(`seed or leave, not ${afterwards}`)
  const uplink = parseRates(values.uplink)
  const scenario: Scenario = {
    seed: parseCount(values.seed),
    size: parseSize(values.size),
    pieceLength: parseSize(values['piece-size']),
    seeders: parseCount(values.seeds),
    leechers: parseCount(values.peers),
    freeRiders: parseCount(values['free-riders']),
    uplink,
    downlink: values.downlink === undefined ? uplink : parseRates(values.downlink),
    seederUplink:
      values['seed-uplink'] === undefined ? Math.max(uplink.from, uplink.to) : parseRate(values['seed-uplink']),
    latency: parseDuration(values.latency),
    jitter: parseDuration(values.jitter),
    loss: parseShare(values.loss),
    churn: parseShare(values.churn),
    arrivals: parseDuration(values.arrivals) / 1000,
    profile,
    afterwards,
    begun: parseShare(values.begun),
    choker: {
      ...(slots === undefined ? {} : { slots: parseCount(slots) }),
      ...(round === undefined ? {} : { roundMs: parseDuration(round) }),
    },
    ...(sources === undefined ? {} : { maxSources: parseCount(sources) }),
    // The promises speak of the product's numbers; in a large swarm it takes long to look at every transition.
    checked: slots === undefined && sources === undefined && parseCount(values.peers) <= 200,
  }
  if (scenario.seeders < 1 || scenario.leechers < 1) throw new Error('a swarm needs a seeder and a leecher')
  return scenario
}

const isProfile = (name: string): name is ChokerProfile => name in CHOKER_PROFILES

async function simulate(): Promise<void> {
  const before = process.cpuUsage()
  const result = new Simulation(scenarioOf()).run()
  const { user, system } = process.cpuUsage(before)
  console.log(table(result))
  console.log()
  console.log(summary(result))
  console.log(`cost                 ${((user + system) / 1e6).toFixed(1)} s of one core`)
  if (values.csv !== undefined) await writeFile(values.csv, toCsv(result))
  if (values.json !== undefined) await writeFile(values.json, toJson(result))
  if (values.svg !== undefined) await writeFile(values.svg, completionPlot(result))
  if (result.lastCompletion === null) process.exitCode = 1
}

if (values.help) console.log(USAGE)
else {
  try {
    await simulate()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(`\n${USAGE}`)
    process.exitCode = 2
  }
}
