/**
 * All settings of `swarmd serve`, one line each: the flag, the variable, the key in swarmd.toml, its JSON Schema, the help
 * and the table in the README come from here. `apiPort` is `--api-port`, `SWARMD_API_PORT` and `api-port = 5080`.
 *
 * The shapes are JSON Schema, but written down plainly: building them with a library would cost each start 80 ms.
 */
import { LEVELS } from '../log-level.ts'

interface Described {
  /** One line for the help and the README. */
  readonly description: string
  /** What stands for the value in the help: `number` makes `--port <number>`. */
  readonly placeholder: string
  /** The default in words, where it is not a plain value. */
  readonly otherwise?: string
  /** Never shown. */
  readonly secret?: true
  /** Holds as soon as the settings are read again; others from the next start on. */
  readonly live?: true
}

export interface TextSetting extends Described {
  readonly type: 'string'
  readonly default?: string
  /** It has to be one of these. */
  readonly enum?: readonly string[]
  /** For editors, who can't know all that the program looks at: what can't be right. */
  readonly pattern?: string
}

export interface NumberSetting extends Described {
  readonly type: 'integer'
  readonly minimum: number
  readonly maximum: number
  readonly default: number
}

/** `--name` or `--name on`, `--name off`. */
export interface SwitchSetting extends Described {
  readonly type: 'boolean'
  readonly default: boolean
}

/** Texts: with commas between them in a flag or variable, an array in the file. */
export interface ListSetting extends Described {
  readonly type: 'array'
  readonly default: readonly string[]
  /** Of each, as above. */
  readonly pattern?: string
}

export type Setting = TextSetting | NumberSetting | SwitchSetting | ListSetting

const LAST_PORT = 65535
const RATE = '^(none|[0-9]+(\\.[0-9]+)? ?([kKmMgG][iI]?)?[bB]?(/[sS])?)$'
const NAME = '[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?'

export const settings = {
  root: {
    type: 'string',
    placeholder: 'dir',
    otherwise: "the current folder; systemd's state directory in a unit",
    description: 'where torrents/, shareable/ and .swarmd/ are',
  },
  port: {
    type: 'integer',
    placeholder: 'number',
    minimum: 0,
    maximum: LAST_PORT,
    default: 5000,
    description: 'port for peers and tracker requests',
  },
  host: {
    type: 'string',
    placeholder: 'address',
    default: '::',
    description: 'address to listen on for peers; :: is all of IPv6 and IPv4, 0.0.0.0 all of IPv4',
  },
  clientPorts: {
    type: 'string',
    placeholder: 'range',
    otherwise: 'the 64 after the peer port',
    pattern: '^(0|[0-9]{1,5}-[0-9]{1,5})$',
    live: true,
    description: 'local ports of outbound connections; 0 lets the system choose',
  },
  maxConnections: {
    type: 'integer',
    placeholder: 'number',
    minimum: 1,
    maximum: 65535,
    default: 200,
    live: true,
    description: 'most peers connected at a time',
  },
  maxPeers: {
    type: 'integer',
    placeholder: 'number',
    minimum: 1,
    maximum: 1000,
    default: 50,
    live: true,
    description: 'most peers connected in each swarm',
  },
  downloadLimit: {
    type: 'string',
    placeholder: 'rate',
    otherwise: 'as `swarmd limits` set it last',
    live: true,
    pattern: RATE,
    description: 'most that may come in a second, in all swarms together: 10MB, 500k, none',
  },
  uploadLimit: {
    type: 'string',
    placeholder: 'rate',
    otherwise: 'as `swarmd limits` set it last',
    live: true,
    pattern: RATE,
    description: 'most that may go out a second, in all swarms together',
  },
  slots: {
    type: 'integer',
    placeholder: 'number',
    minimum: 2,
    maximum: 64,
    default: 4,
    live: true,
    description: 'peers that may download from us at a time, in each swarm; one of them is picked by lot',
  },
  choker: {
    type: 'string',
    placeholder: 'profile',
    default: 'lab',
    enum: ['lab', 'bep3'],
    live: true,
    description: 'how often these are chosen anew: lab, every 30 s; bep3, every 10 s as BEP 3 has it',
  },
  lsd: {
    type: 'boolean',
    placeholder: 'switch',
    default: true,
    live: true,
    description: 'on or off: find peers of the LAN by multicast, and be found',
  },
  peers: {
    type: 'array',
    placeholder: 'hosts',
    default: [],
    live: true,
    pattern: `^(${NAME}(:[0-9]{1,5})?|[0-9A-Fa-f:.]+|\\[[0-9A-Fa-f:.]+\\](:[0-9]{1,5})?)$`,
    description: 'living members of the network to start from, as host or host:port',
  },
  apiPort: {
    type: 'integer',
    placeholder: 'number',
    minimum: 0,
    maximum: LAST_PORT,
    default: 5080,
    description: 'port of the REST API',
  },
  apiHost: {
    type: 'string',
    placeholder: 'address',
    default: '127.0.0.1',
    description: 'address of the REST API; off loopback it asks for tokens',
  },
  apiNames: {
    type: 'array',
    placeholder: 'names',
    default: [],
    live: true,
    pattern: `^${NAME}$`,
    description: 'host names that the API may be called by, beside its address',
  },
  metricsPeers: {
    type: 'integer',
    placeholder: 'number',
    minimum: 0,
    maximum: 1000,
    default: 50,
    live: true,
    description: 'peers of a swarm with metrics of their own, the rest is summed as "other"; 0 for none at all',
  },
  logLevel: {
    type: 'string',
    placeholder: 'level',
    default: 'info',
    enum: LEVELS,
    live: true,
    description: 'what the log tells: error, warn (these and warnings) or info (all)',
  },
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof settings

type ValueOf<S> = S extends { readonly enum: readonly (infer Word)[] }
  ? Word
  : S extends { readonly type: 'integer' }
    ? number
    : S extends { readonly type: 'boolean' }
      ? boolean
      : S extends { readonly type: 'array' }
        ? readonly string[]
        : string

/** The settings as they hold; null where one is left out that has no default. */
export type Settings = {
  readonly [Name in SettingName]:
    | ValueOf<(typeof settings)[Name]>
    | ((typeof settings)[Name] extends { readonly default: unknown } ? never : null)
}

export type SettingValue = string | number | boolean | readonly string[] | null

/** In the order of the table. */
export const settingNames = Object.keys(settings) as readonly SettingName[]

export const settingOf = (name: SettingName): Setting => settings[name]

/** `apiPort` is `api-port`: the key in the file, and with `--` before it the flag. */
export const keyOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export const flagOf = (name: string): string => `--${keyOf(name)}`

/** `apiPort` is `SWARMD_API_PORT`. */
export const variableOf = (name: string): string => `SWARMD_${keyOf(name).replaceAll('-', '_').toUpperCase()}`

/** The flag with its placeholder, as commander wants it. */
export function flagWithValue(name: SettingName): string {
  const { type, placeholder } = settingOf(name)
  return type === 'boolean' ? `${flagOf(name)} [${placeholder}]` : `${flagOf(name)} <${placeholder}>`
}
