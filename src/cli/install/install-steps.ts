/** What is to be done so that systemd runs this program, and so that it does no more. */
import { join } from 'node:path'
import { exitCodes } from '../exit-codes.ts'
import { InstallError } from './install-error.ts'
import type { Machine } from './machine.ts'
import type { Program } from './program.ts'
import {
  COMMAND,
  commandText,
  isOurCommand,
  settingsOf,
  startSettings,
  stateOf,
  takenPorts,
  unitFileOf,
  unitFiles,
  unitOf,
  UNITS,
  unitText,
} from './service-files.ts'
import type { Step } from './step.ts'

const READABLE = 0o644
const RUNNABLE = 0o755
const STARTED_AT_BOOT = `${UNITS}/multi-user.target.wants`

/** @param names of the peers, `swarmd@NAME`; without any, the one that is just `swarmd` */
export async function installSteps(machine: Machine, program: Program, names: readonly string[]): Promise<Step[]> {
  const peers = names.length === 0 ? [null] : names
  const taken = await takenPorts(machine)
  const steps: Step[] = []
  const changed = new Set<string>()
  for (const file of unitFiles) {
    const shipped = await machine.read(join(program.place, 'systemd', file))
    if (shipped === null) throw new InstallError(exitCodes.config, `there is no systemd/${file} in ${program.place}`)
    const step = await write(machine, {
      path: join(UNITS, file),
      text: unitText(shipped, program),
      mode: READABLE,
      why: file.includes('@') ? 'the same for several on one machine' : 'how systemd runs, watches and fences it in',
    })
    if (step.perform !== null) changed.add(file)
    steps.push(step)
  }
  for (const name of peers) {
    const path = settingsOf(name)
    steps.push(
      (await machine.exists(path))
        ? { what: `write ${path}`, why: 'your settings; they are left alone', perform: null }
        : await write(machine, {
            path,
            text: startSettings(name, taken),
            mode: READABLE,
            why: name === null ? 'settings, all as comments' : 'settings, with ports of its own',
          }),
    )
  }
  steps.push(await writeCommand(machine, program))
  const systemctl = (...args: readonly string[]) => machine.run('systemctl', ...args)
  steps.push({
    what: 'run systemctl daemon-reload',
    why: 'systemd reads the units',
    perform: changed.size === 0 ? null : () => succeed(machine, 'systemctl', 'daemon-reload'),
  })
  for (const name of peers) {
    const unit = unitOf(name)
    const is = async (state: string): Promise<boolean> => (await systemctl(`is-${state}`, unit)).status === 0
    steps.push({
      what: `run systemctl enable ${unit}`,
      why: 'it starts with the machine',
      perform: (await is('enabled')) ? null : () => succeed(machine, 'systemctl', 'enable', unit),
    })
    if (await is('failed')) {
      steps.push({
        what: `run systemctl reset-failed ${unit}`,
        why: 'after five failures systemd starts nothing',
        perform: () => succeed(machine, 'systemctl', 'reset-failed', unit),
      })
    }
    const isActive = await is('active')
    const verb = isActive && changed.has(unitFileOf(name)) ? 'restart' : 'start'
    steps.push({
      what: `run systemctl ${verb} ${unit}`,
      why: verb === 'restart' ? 'its unit is another' : 'now; it is ready when the command is over',
      perform: isActive && verb === 'start' ? null : () => start(machine, verb, unit),
    })
  }
  return steps
}

/** The reverse, but for what is yours: settings and files. @param names as above; without any, all that there are */
export async function uninstallSteps(machine: Machine, names: readonly string[]): Promise<Step[]> {
  const peers = names.length === 0 ? [null, ...(await startedAtBoot(machine))] : names
  const steps: Step[] = []
  for (const name of peers) {
    const unit = unitOf(name)
    const known =
      (await machine.run('systemctl', 'is-enabled', unit)).status === 0 ||
      (await machine.run('systemctl', 'is-active', unit)).status === 0
    steps.push({
      what: `run systemctl disable --now ${unit}`,
      why: 'it stops, now and for good',
      perform: known ? () => succeed(machine, 'systemctl', 'disable', '--now', unit) : null,
    })
  }
  if (names.length === 0) {
    for (const file of unitFiles) steps.push(await remove(machine, join(UNITS, file), 'systemd forgets it'))
    const command = await machine.read(COMMAND)
    if (command !== null && isOurCommand(command)) steps.push(await remove(machine, COMMAND, 'it starts nothing more'))
    steps.push({
      what: 'run systemctl daemon-reload',
      why: 'systemd reads its units',
      perform: () => succeed(machine, 'systemctl', 'daemon-reload'),
    })
  }
  for (const name of peers) {
    const { shown, real } = stateOf(name)
    for (const { path, all } of [
      { path: settingsOf(name), all: settingsOf(name) },
      { path: shown, all: `${shown} ${real}` },
    ]) {
      if (await machine.exists(path)) steps.push({ what: `keep ${path}`, why: `yours; rm -r ${all}`, perform: null })
    }
  }
  return steps
}

async function startedAtBoot(machine: Machine): Promise<string[]> {
  const names = (await machine.list(STARTED_AT_BOOT)).map((unit) => /^swarmd@(.+)\.service$/.exec(unit)?.[1])
  return names.filter((name) => name !== undefined)
}

interface Written {
  readonly path: string
  readonly text: string
  readonly mode: number
  readonly why: string
}

async function write(machine: Machine, { path, text, mode, why }: Written): Promise<Step> {
  const found = await machine.read(path)
  if (found === text) return { what: `write ${path}`, why, perform: null }
  return {
    what: `${found === null ? 'write' : 'replace'} ${path}`,
    why,
    perform: () => machine.write(path, text, mode),
  }
}

/** What is not ours stays. */
async function writeCommand(machine: Machine, program: Program): Promise<Step> {
  const why = 'the command, for everybody on this machine'
  const found = await machine.read(COMMAND)
  if (found !== null && !isOurCommand(found)) return { what: `keep ${COMMAND}`, why: 'it is not ours', perform: null }
  return write(machine, { path: COMMAND, text: commandText(program), mode: RUNNABLE, why })
}

async function remove(machine: Machine, path: string, why: string): Promise<Step> {
  return {
    what: `remove ${path}`,
    why,
    perform: (await machine.exists(path)) ? () => machine.remove(path) : null,
  }
}

async function succeed(machine: Machine, command: string, ...args: readonly string[]): Promise<void> {
  const { status, out } = await machine.run(command, ...args)
  if (status !== 0) throw new InstallError(exitCodes.failed, `${[command, ...args].join(' ')}: ${out.trim()}`)
}

const LINES_SHOWN = 10

/** With what it said when it does not start. */
async function start(machine: Machine, verb: 'start' | 'restart', unit: string): Promise<void> {
  const { status } = await machine.run('systemctl', verb, unit)
  if (status === 0) return
  const { out } = await machine.run('journalctl', '-u', unit, '-n', String(LINES_SHOWN), '-o', 'cat', '--no-pager')
  throw new InstallError(exitCodes.failed, `${unit} does not start; it said:\n${out.trimEnd()}`)
}
