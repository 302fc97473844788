/** The files of the service on a machine: their places, and what stands in them. */
import { join } from 'node:path'
import { exampleFile } from '../config/config-text.ts'
import type { Machine } from './machine.ts'
import { type Program, USUAL_PLACE } from './program.ts'

export const UNITS = '/etc/systemd/system'
export const SETTINGS = '/etc/swarmd'
/** What people type. */
export const COMMAND = '/usr/local/bin/swarmd'

/** `swarmd` alone, or one of several: `swarmd@NAME`. */
export const unitFiles = ['swarmd.service', 'swarmd@.service'] as const

/** null is the one without a name. */
export const unitOf = (name: string | null): string => (name === null ? 'swarmd.service' : `swarmd@${name}.service`)
export const unitFileOf = (name: string | null): (typeof unitFiles)[number] => unitFiles[name === null ? 0 : 1]
export const settingsOf = (name: string | null): string => join(SETTINGS, name ?? '', 'swarmd.toml')

/** Where its files are, and where systemd really keeps them. */
export function stateOf(name: string | null): { readonly shown: string; readonly real: string } {
  const folder = name === null ? 'swarmd' : `swarmd-${name}`
  return { shown: `/var/lib/${folder}`, real: `/var/lib/private/${folder}` }
}

/** The unit that is shipped, for a program that lies elsewhere, with whichever Node. */
export function unitText(shipped: string, { place, node }: Program): string {
  return shipped
    .replace(`${USUAL_PLACE}/node_modules/.bin/node`, node)
    .replaceAll(`${USUAL_PLACE}/`, `${place}/`)
    .replace(
      /^#/,
      '# Written by swarmd install-service; what you change in it belongs in a drop-in: systemctl edit.\n#',
    )
}

const COMMAND_MARK = '# Written by swarmd install-service.'

/** Needs no Node on the PATH. */
export const commandText = ({ place, node }: Program): string =>
  `#!/bin/sh\n${COMMAND_MARK}\nexec ${node} ${place}/src/cli/swarmd.js "$@"\n`

export const isOurCommand = (text: string): boolean => text.includes(COMMAND_MARK)

const FIRST_PORT = 5000
/** From one to the next: the ports of its connections lie between. */
const PORT_STEP = 100
/** From the peer port to the API's. */
const API_OFFSET = 80

/** A file to start from: with ports of its own for one of several. @param taken by other peers of this machine; grows */
export function startSettings(name: string | null, taken: Set<number>): string {
  if (name === null) return exampleFile()
  let port = FIRST_PORT + PORT_STEP
  while (taken.has(port) || taken.has(port + API_OFFSET)) port += PORT_STEP
  const apiPort = port + API_OFFSET
  taken.add(port).add(apiPort)
  return exampleFile()
    .replace(/^#port = .*$/m, `port = ${port}`)
    .replace(/^#api-port = .*$/m, `api-port = ${apiPort}`)
}

/** The ports that settings files of this machine name. */
export async function takenPorts(machine: Machine): Promise<Set<number>> {
  const taken = new Set<number>()
  for (const name of await machine.list(SETTINGS)) {
    const text = (await machine.read(settingsOf(name))) ?? ''
    for (const [, port] of text.matchAll(/^\s*(?:api-)?port\s*=\s*(\d+)/gm)) taken.add(Number(port))
  }
  return taken
}
