import { speaksUnicode, wantsColour } from '../terminal/paint.ts'
import { LiveLines } from '../terminal/live-lines.ts'
import { processClock } from '../terminal/process-terminal.ts'
import { progressLines, type SwarmProgress } from '../terminal/progress-lines.ts'
import type { Swarm } from './api-client.ts'
import { ApiUnreachableError } from './api-errors.ts'
import type { ClientRun } from './client-command.ts'
import { fewAtATime } from './few-at-a-time.ts'
import { ProgressLog } from './progress-log.ts'

/** How often the service is asked, with bars and with lines. */
const BARS_MS = 250
const LINES_MS = 1000
/** A service that is started anew is away for a while. */
const PATIENCE_MS = 10_000

export interface FollowOptions {
  /** What to follow, asked for again and again. */
  readonly swarms: () => Promise<readonly Swarm[]>
  /** Looks at each picture; follows no more once it gives an exit code. */
  readonly done: (swarms: readonly Swarm[]) => number | null
  /** A line of JSON for each picture, in place of bars. */
  readonly stream: boolean
}

/**
 * Shows how swarms go on, until `done`: bars on a terminal, lines in a pipe. Both on stderr, so that stdout has the
 * result only.
 */
export async function follow(run: ClientRun, { swarms, done, stream }: FollowOptions): Promise<number> {
  const { system, print } = run
  const bars = system.stderr.isTTY && system.env['TERM'] !== 'dumb' && !stream
  const live = bars ? liveLines(run) : null
  const log = new ProgressLog((line) => system.err(`${line}\n`))
  const interval = bars ? BARS_MS : LINES_MS
  let answeredAt = system.now()
  try {
    for (;;) {
      try {
        const now = await swarms()
        if (stream) print.jsonLine({ time: system.date().toISOString(), swarms: now })
        else if (live === null) log.tell(now, system.now())
        else live.show(progressLines(await withPeers(run, now), style(system)))
        answeredAt = system.now()
        const code = done(now)
        if (code !== null) return code
      } catch (error) {
        if (!(error instanceof ApiUnreachableError) || system.now() - answeredAt > PATIENCE_MS) throw error
      }
      await system.sleep(interval)
    }
  } finally {
    live?.end()
  }
}

function liveLines({ system }: ClientRun): LiveLines {
  const terminal = {
    get columns() {
      return system.stderr.columns
    },
    get rows() {
      return system.stderr.rows
    },
    write: (text: string) => system.err(text),
  }
  return new LiveLines(terminal, { now: () => system.now(), after: processClock.after })
}

const style = (system: ClientRun['system']) => ({
  columns: system.stderr.columns,
  rows: Math.max(1, system.stderr.rows - 1),
  unicode: speaksUnicode(system.env),
  colour: wantsColour(system.env, true),
})

/** Peers are asked for where something moves only, and where there is room for them: swarms come first. */
async function withPeers({ api, system }: ClientRun, swarms: readonly Swarm[]): Promise<SwarmProgress[]> {
  const hasRoom = swarms.length < style(system).rows
  return fewAtATime(swarms, async (swarm) => {
    const { infoHash, peers } = swarm
    if (!hasRoom || peers.connected === 0) return { ...swarm, peers: [] }
    const path = { infoHash }
    const all = await api.all((client, query) => client.GET('/swarms/{infoHash}/peers', { params: { path, query } }))
    return { ...swarm, peers: all }
  })
}
