/** `npm run lab`: a swarm in a box, for people to play with. Exit code 0 when every living peer has the right file. */
import { LiveLines } from '../../src/cli/terminal/live-lines.ts'
import { speaksUnicode } from '../../src/cli/terminal/paint.ts'
import { Lab } from '../support/lab.ts'
import { labRequirements } from '../support/lab-requirements.ts'
import { PlanError, readPlan, USAGE, type LabPlan } from './lab-plan.ts'
import { progressLine, progressTable, summary, type LabRow } from './lab-picture.ts'
import { playLab, type LabView } from './lab-play.ts'

const out = (text: string): void => void process.stdout.write(text)

/** In place on a terminal; else a line whenever a tenth more is there. */
function viewOf(stream: NodeJS.WriteStream): LabView & { end(): void } {
  if (!stream.isTTY) return plainView()
  const lines = new LiveLines(
    {
      get columns() {
        return stream.columns
      },
      get rows() {
        return stream.rows
      },
      write: out,
    },
    {
      now: () => performance.now(),
      after: (ms, call) => {
        const timer = setTimeout(call, ms)
        return () => clearTimeout(timer)
      },
    },
  )
  const unicode = speaksUnicode(process.env)
  return {
    progress: (rows) => lines.show(progressTable(rows, stream.columns - 1, unicode)),
    news: (text) => lines.above(`${text}\n`),
    end: () => lines.end(),
  }
}

function plainView(): LabView & { end(): void } {
  let shown = -1
  const tenths = (rows: readonly LabRow[]): number =>
    Math.floor((10 * rows.reduce((sum, { progress }) => sum + progress, 0)) / rows.length)
  return {
    progress: (rows, seconds) => {
      if (tenths(rows) === shown) return
      shown = tenths(rows)
      out(`${progressLine(rows, seconds)}\n`)
    },
    news: (text) => out(`${text}\n`),
    end: () => {},
  }
}

async function play(plan: LabPlan): Promise<number> {
  const missing = labRequirements('lab')
  if (missing !== false) {
    process.stderr.write(`lab: ${missing}\n`)
    return 69
  }
  await using lab = await Lab.create()
  const stopped = Promise.withResolvers<number>()
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const])
    process.once(signal, () => stopped.resolve(code))
  const view = viewOf(process.stdout)
  // Waited for here: the lab is gone when this function has returned.
  return await Promise.race([stopped.promise, played(lab, plan, view)])
}

async function played(lab: Lab, plan: LabPlan, view: LabView & { end(): void }): Promise<number> {
  const { rows, failure } = await playLab(lab, plan, view)
  view.end()
  out(`\n${summary(rows, plan.bytes, plan.megabits).join('\n')}\n`)
  if (failure === null) return 0
  process.stderr.write(`lab: ${failure}\n`)
  return 1
}

try {
  const plan = readPlan(process.argv.slice(2))
  if (plan === null) out(USAGE)
  else process.exitCode = await play(plan)
} catch (error) {
  if (!(error instanceof PlanError)) throw error
  process.stderr.write(`lab: ${error.message}\n`)
  process.exitCode = 2
}
// After a signal the play is still under way, in a lab that is gone.
process.exit()
