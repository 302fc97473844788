/** The program that is to be the service: where it lies, and whether the user that systemd makes up could run it there. */
import { dirname, join } from 'node:path'
import { exitCodes } from '../exit-codes.ts'
import { InstallError } from './install-error.ts'
import type { Machine } from './machine.ts'

/** Where the recipes put it, and the units expect it. */
export const USUAL_PLACE = '/opt/swarmd'

export interface Program {
  /** Its folder, without links. */
  readonly place: string
  /** The Node that runs it. */
  readonly node: string
}

/** What the unit hides from the service: ProtectHome=, PrivateTmp=. */
const HIDDEN = ['/home', '/root', '/run/user', '/tmp', '/var/tmp']
const EXECUTE = 0o001
const READ = 0o004

/**
 * The Node that came with the packages, else the one that runs this.
 * @param place the program's folder
 * @param running the Node that runs this
 */
export async function findProgram(machine: Machine, place: string, running: string): Promise<Program> {
  const real = await machine.realPath(place)
  const pinned = join(real, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  return { place: real, node: (await machine.exists(pinned)) ? pinned : running }
}

/** @throws InstallError when the service's user could not run it, with the way out */
export async function checkProgram(machine: Machine, { place, node }: Program): Promise<void> {
  // In a unit, blanks end a word and % begins a specifier.
  if (!/^[\w./+@:-]+$/.test(`${place}${node}`)) throw unusable(`${place} has characters that a unit can't name`, place)
  for (const path of [node, place]) {
    const hidden = HIDDEN.find((each) => path.startsWith(`${each}/`))
    if (hidden !== undefined) throw unusable(`the service sees nothing of ${hidden}, where ${path} is`, place)
  }
  const needed = [
    { path: node, bits: READ | EXECUTE },
    ...['package.json', 'src/cli/swarmd.js', 'src/cli/main.ts', 'node_modules/fastify/package.json'].map((name) => ({
      path: join(place, name),
      bits: READ,
    })),
  ]
  for (const { path, bits } of needed) await checkReadable(machine, path, bits, place)
}

async function checkReadable(machine: Machine, path: string, bits: number, place: string): Promise<void> {
  const mode = await machine.mode(path)
  if (mode === null) {
    throw new InstallError(exitCodes.config, `there is no ${path}; run npm ci --omit=dev in ${place}`)
  }
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((await machine.mode(folder)) ?? 0) & EXECUTE) {
      if (folder === '/') break
      continue
    }
    throw unreadable(folder, path, place)
  }
  if ((mode & bits) !== bits) throw unreadable(path, path, place)
}

function unreadable(closed: string, path: string, place: string): InstallError {
  const why = `the service has a user of its own, who can't read ${path}: ${closed} is closed to others`
  const within = closed === place || closed.startsWith(`${place}/`)
  return new InstallError(
    exitCodes.config,
    within ? `${why}; open it with chmod -R o+rX ${place}` : `${why}; ${moveTo(place)}`,
  )
}

const unusable = (why: string, place: string): InstallError =>
  new InstallError(exitCodes.config, `${why}; ${moveTo(place)}`)

const moveTo = (place: string): string =>
  place === USUAL_PLACE
    ? `run npm ci --omit=dev in ${place}, which brings a Node of its own`
    : `move the program to ${USUAL_PLACE}, with its packages, and run ${USUAL_PLACE}/src/cli/swarmd.js install-service`
