/** Makes this program a service of systemd, and the reverse; or says what that would take. */
import { resolve } from 'node:path'
import { effectiveSettings } from '../config/effective-settings.ts'
import { readServeConfig, type ServeConfig } from '../config/serve-config.ts'
import { exitCodes } from '../exit-codes.ts'
import { reachableUrl } from '../start-lines.ts'
import { InstallError } from './install-error.ts'
import { installSteps, uninstallSteps } from './install-steps.ts'
import { type Machine, thisMachine } from './machine.ts'
import { checkProgram, findProgram } from './program.ts'
import { settingsOf, unitOf } from './service-files.ts'
import { type Step, take } from './step.ts'

export interface InstallSystem {
  out(line: string): void
  err(line: string): void
  /** Where; this one if not told. */
  readonly machine?: Machine
  /** The program's folder; this one if not told. */
  readonly place?: string
}

export interface InstallFlags {
  /** Do it, not only say it. */
  readonly apply?: true
}

/** `swarmd-NAME` is its user's name, for which there are 31 characters. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,23}$/
const PLACE = resolve(import.meta.dirname, '../../..')

/** Resolves with the exit code. @param names as in `swarmd@NAME`; none for the one that is just `swarmd` */
export async function install(names: readonly string[], flags: InstallFlags, system: InstallSystem): Promise<number> {
  const machine = system.machine ?? thisMachine()
  return told(system, async () => {
    checkNames(names)
    const program = await findProgram(machine, system.place ?? PLACE, process.execPath)
    await checkProgram(machine, program)
    await checkMachine(machine, flags)
    const peers = names.length === 0 ? [null] : names
    for (const name of peers) await readSettings(machine, name)
    await carryOut(await installSteps(machine, program, names), flags, system)
    if (flags.apply !== true) return
    for (const name of peers) {
      const { apiHost, apiPort } = await readSettings(machine, name)
      const url = reachableUrl(`http://${apiHost.includes(':') ? `[${apiHost}]` : apiHost}:${apiPort}`)
      const unit = unitOf(name).replace(/\.service$/, '')
      system.out(`\n${unit} runs: API and page at ${url}, settings in ${settingsOf(name)}\n`)
      system.out(`It goes on with: systemctl status ${unit}; journalctl -u ${unit} -f; systemctl reload ${unit}\n`)
    }
  })
}

/** Resolves with the exit code. @param names as above; none for all that there are */
export async function uninstall(names: readonly string[], flags: InstallFlags, system: InstallSystem): Promise<number> {
  const machine = system.machine ?? thisMachine()
  return told(system, async () => {
    checkNames(names)
    await checkMachine(machine, flags)
    await carryOut(await uninstallSteps(machine, names), flags, system)
  })
}

async function carryOut(steps: readonly Step[], { apply }: InstallFlags, system: InstallSystem): Promise<void> {
  await take(steps, apply === true, (line) => system.out(line))
  if (apply === true) return
  const open = steps.some(({ perform }) => perform !== null)
  system.out(open ? '\nNothing was done; as root, --apply does it.\n' : '\nThere is nothing to do.\n')
}

function checkNames(names: readonly string[]): void {
  const wrong = names.find((name) => !NAME.test(name))
  if (wrong === undefined) return
  const fix = 'give up to 24 small letters, digits, - and _'
  throw new InstallError(exitCodes.usage, `${wrong} can't be the name of a peer; ${fix}`)
}

async function checkMachine(machine: Machine, { apply }: InstallFlags): Promise<void> {
  if (!(await machine.exists('/run/systemd/system'))) {
    throw new InstallError(
      exitCodes.unavailable,
      'systemd does not run this machine; have what does run it start `swarmd serve`, and again when it ends with 1',
    )
  }
  if (apply === true && !machine.isRoot) {
    throw new InstallError(exitCodes.noPermission, '--apply needs root: run it with sudo')
  }
}

/** Those that the service will find. @throws ConfigError */
async function readSettings(machine: Machine, name: string | null): Promise<ServeConfig> {
  const path = settingsOf(name)
  const flags = (await machine.exists(path)) ? { config: machine.locate(path) } : {}
  return readServeConfig(await effectiveSettings(flags, {}))
}

async function told(system: InstallSystem, work: () => Promise<void>): Promise<number> {
  try {
    await work()
    return exitCodes.ok
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (!(error instanceof InstallError) && code === undefined) throw error
    system.err(`swarmd: ${(error as Error).message}\n`)
    return error instanceof InstallError ? error.exitCode : exitCodes.failed
  }
}
