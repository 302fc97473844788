import { statSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { isLoopbackIp } from '../service/index.ts'
import { ConfigError } from './config-error.ts'

export interface PortRange {
  readonly first: number
  readonly last: number
}

export interface ServeConfig {
  readonly root: string
  readonly host: string
  /** 0 lets the system choose; so does it below. */
  readonly port: number
  readonly apiHost: string
  readonly apiPort: number
  /** null lets the system choose. */
  readonly clientPorts: PortRange | null
  readonly maxConnections: number
}

/** As they stand in argv or the environment. */
export interface ServeOptions {
  readonly root: string
  readonly host: string
  readonly port: string
  readonly apiHost: string
  readonly apiPort: string
  readonly clientPorts?: string
  readonly maxConnections: string
}

const CLIENT_PORT_COUNT = 64
const LAST_PORT = 65535

/** @throws ConfigError at the first setting that can't be used */
export function readServeConfig(options: ServeOptions): ServeConfig {
  const port = readPort('--port', options.port)
  const apiPort = readPort('--api-port', options.apiPort)
  if (port === apiPort && port !== 0) {
    throw new ConfigError('--api-port', options.apiPort, 'is the peer port; give the API another one')
  }
  return {
    root: readRoot(options.root),
    host: readHost(options.host),
    port,
    apiHost: readApiHost(options.apiHost),
    apiPort,
    clientPorts:
      options.clientPorts === undefined
        ? defaultClientPorts(port, apiPort)
        : readClientPorts(options.clientPorts, port, apiPort),
    maxConnections: readNumber('--max-connections', options.maxConnections, 1, LAST_PORT),
  }
}

/**
 * The 64 ports after the peer port, or as many as there are. When the API's port lies among them, the longer part
 * beside it.
 */
export function defaultClientPorts(port: number, apiPort: number): PortRange | null {
  const all = { first: port + 1, last: Math.min(port + CLIENT_PORT_COUNT, LAST_PORT) }
  if (port === 0 || all.first > all.last) return null
  if (!contains(all, apiPort)) return all
  const below = { first: all.first, last: apiPort - 1 }
  const above = { first: apiPort + 1, last: all.last }
  const longer = size(below) > size(above) ? below : above
  return size(longer) > 0 ? longer : null
}

const contains = ({ first, last }: PortRange, port: number): boolean => port >= first && port <= last
const size = ({ first, last }: PortRange): number => last - first + 1

function readClientPorts(text: string, port: number, apiPort: number): PortRange | null {
  if (text === '0') return null
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []
  const range = { first: Number(first), last: Number(last) }
  if (!(range.first >= 1 && range.first <= range.last && range.last <= LAST_PORT)) {
    throw new ConfigError('--client-ports', text, 'give a range such as 5001-5064, or 0 to let the system choose')
  }
  for (const taken of [port, apiPort]) {
    const what = taken === port ? 'peer port' : 'API port'
    if (contains(range, taken)) {
      throw new ConfigError('--client-ports', text, `holds the ${what} ${taken}; give a range without it`)
    }
  }
  return range
}

function readPort(flag: string, text: string): number {
  return readNumber(flag, text, 0, LAST_PORT)
}

function readNumber(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new ConfigError(flag, text, `give a whole number from ${least} to ${most}`)
}

function readHost(text: string): string {
  if (isIP(text) !== 0) return text
  throw new ConfigError('--host', text, 'give an IP address of this machine, or 0.0.0.0 for all of them')
}

function readApiHost(text: string): string {
  if (text === 'localhost' || (isIP(text) !== 0 && isLoopbackIp(text))) return text
  throw new ConfigError('--api-host', text, 'only loopback is served in this version; give 127.0.0.1 or ::1')
}

function readRoot(text: string): string {
  if (text === '') throw new ConfigError('--root', text, 'give a directory')
  const root = resolve(text)
  const found = statSync(root, { throwIfNoEntry: false })
  if (found !== undefined && !found.isDirectory()) {
    throw new ConfigError('--root', text, 'is not a directory; give one, or a path where one can be made')
  }
  return root
}
