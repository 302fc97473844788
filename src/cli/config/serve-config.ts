/** What the settings mean: the config that `serve` runs with, checked as a whole. */
import { type Stats, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { ChokerChoice, LiveSettings, RateLimits } from '../../service/index.ts'
import type { LogLevel } from '../log-level.ts'
import { limitChanges, rateOf, type RateWord } from '../rate-word.ts'
import { ConfigError } from './config-error.ts'
import { type EffectiveSettings, placeOf } from './effective-settings.ts'
import { HOST_NAME, readMemberAddress } from './member-address.ts'
import type { SettingName } from './settings.ts'

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
  /** What requests may call this machine, beside its address. */
  readonly apiNames: readonly string[]
  /** null lets the system choose. */
  readonly clientPorts: PortRange | null
  readonly maxConnections: number
  /** Of one swarm. */
  readonly maxPeers: number
  /** Those that the settings give. */
  readonly limits: Partial<RateLimits>
  /** Whom it serves, and how often that is decided anew. */
  readonly choker: ChokerChoice
  /** Find peers of the LAN by multicast, and be found. */
  readonly lsd: boolean
  /** Members of the network to start from. */
  readonly peers: readonly { readonly host: string; readonly port: number }[]
  readonly metricsPeers: number
  readonly logLevel: LogLevel
}

/** What the service may be told again while it runs. */
export function liveSettings(config: ServeConfig): LiveSettings {
  const { clientPorts, maxConnections, maxPeers, choker, lsd, peers, limits } = config
  return { clientPorts, maxConnections, maxPeers, choker, lsd, peers, limits }
}

const CLIENT_PORT_COUNT = 64
const LAST_PORT = 65535
const PEERS_HINT = 'give hosts with commas between them, such as 10.0.0.248,lab-7:5000'

/** @throws ConfigError at the first setting that can't be used */
export function readServeConfig(effective: EffectiveSettings): ServeConfig {
  const { root, host, port, clientPorts, maxConnections, lsd, peers, apiHost, apiPort, apiNames, metricsPeers } =
    effective.values
  const { choker, slots, maxPeers, downloadLimit, uploadLimit, logLevel } = effective.values
  const refuse: Refuse = (name, fix) => {
    throw new ConfigError(placeOf(name, effective.origins[name]), String(effective.values[name] ?? ''), fix)
  }
  if (port === apiPort && port !== 0) refuse('apiPort', 'is the peer port; give the API another one')
  return {
    root: readRoot(root ?? '.', refuse),
    host: isIP(host) !== 0 ? host : refuse('host', 'give an IP address of this machine, or :: for all of them'),
    port,
    apiHost:
      apiHost === 'localhost' || isIP(apiHost) !== 0
        ? apiHost
        : refuse('apiHost', 'give an IP address of this machine; 127.0.0.1 lets nobody else in'),
    apiPort,
    apiNames: apiNames.every((name) => HOST_NAME.test(name))
      ? apiNames.map((name) => name.toLowerCase())
      : refuse('apiNames', 'give host names with commas between them, such as lab-7,lab-7.example'),
    clientPorts:
      clientPorts === null
        ? defaultClientPorts(port, apiPort)
        : readClientPorts(clientPorts, port, apiPort, (fix) => refuse('clientPorts', fix)),
    maxConnections,
    maxPeers,
    limits: limitChanges({
      down: readLimit(downloadLimit, (fix) => refuse('downloadLimit', fix)),
      up: readLimit(uploadLimit, (fix) => refuse('uploadLimit', fix)),
    }),
    choker: { profile: choker, slots },
    lsd,
    peers: peers.map((text) => readMemberAddress(text) ?? refuse('peers', PEERS_HINT)),
    metricsPeers,
    logLevel,
  }
}

type Refuse = (name: SettingName, fix: string) => never

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

function readClientPorts(
  text: string,
  port: number,
  apiPort: number,
  refuse: (fix: string) => never,
): PortRange | null {
  if (text === '0') return null
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []
  const range = { first: Number(first), last: Number(last) }
  if (!(range.first >= 1 && range.first <= range.last && range.last <= LAST_PORT)) {
    return refuse('give a range such as 5001-5064, or 0 to let the system choose')
  }
  for (const taken of [port, apiPort]) {
    const what = taken === port ? 'peer port' : 'API port'
    if (contains(range, taken)) return refuse(`holds the ${what} ${taken}; give a range without it`)
  }
  return range
}

function readLimit(text: string | null, refuse: (fix: string) => never): RateWord | undefined {
  if (text === null) return undefined
  try {
    return rateOf(text)
  } catch (error) {
    return refuse((error as Error).message.replace(/\.$/, ''))
  }
}

function readRoot(text: string, refuse: Refuse): string {
  if (text === '') return refuse('root', 'give a directory')
  const root = resolve(text)
  let found: Stats | undefined
  try {
    found = statSync(root, { throwIfNoEntry: false })
  } catch (error) {
    const why = (error as Error).message
    return refuse('root', `can't be looked at (${why}); give one that the user who runs this may enter`)
  }
  if (found !== undefined && !found.isDirectory()) {
    return refuse('root', 'is not a directory; give one, or a path where one can be made')
  }
  return root
}
