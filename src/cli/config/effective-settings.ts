/** What holds, and where it came from: flags win over the environment, that over the file, that over the defaults. */
import { ConfigError } from './config-error.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import {
  flagOf,
  keyOf,
  type NumberSetting,
  settingNames,
  settingOf,
  type SettingName,
  type Settings,
  type SettingValue,
  variableOf,
} from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** As commander parsed them: texts, and `true` for a switch without a value. Of others, only what was given. */
export type GivenFlags = Readonly<Partial<Record<SettingName | 'config', string | true>>>

/** Where a setting stands. */
export type Origin =
  | { readonly kind: 'flag' | 'variable' | 'systemd'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly key: string }
  | { readonly kind: 'default' }

export interface EffectiveSettings {
  readonly values: Settings
  readonly origins: Readonly<Record<SettingName, Origin>>
  /** The file that was read. */
  readonly file: string | null
}

/** @throws ConfigError at the first setting that can't be used */
export async function effectiveSettings(flags: GivenFlags, environment: Environment): Promise<EffectiveSettings> {
  const file = await readConfigFile(namedFile(flags, environment), environment)
  const values: Partial<Record<SettingName, SettingValue>> = {}
  const origins: Partial<Record<SettingName, Origin>> = {}
  for (const name of settingNames) {
    const { origin, value } = find(name, flags, environment, file)
    values[name] = value
    origins[name] = origin
  }
  return { values: values as Settings, origins: origins as Record<SettingName, Origin>, file: file?.path ?? null }
}

/** Where to change it: `--port`, `SWARMD_PORT`, `/etc/swarmd/swarmd.toml: port`. */
export function placeOf(name: SettingName, origin: Origin): string {
  switch (origin.kind) {
    case 'flag':
    case 'variable':
    case 'systemd':
      return origin.name
    case 'file':
      return `${origin.path}: ${origin.key}`
    case 'default':
      return flagOf(name)
  }
}

function namedFile(flags: GivenFlags, environment: Environment): { where: string; path: string } | null {
  if (typeof flags.config === 'string') return { where: '--config', path: flags.config }
  const path = environment[variableOf('config')]
  return path === undefined || path === '' ? null : { where: variableOf('config'), path }
}

function find(
  name: SettingName,
  flags: GivenFlags,
  environment: Environment,
  file: ConfigFile | null,
): { readonly origin: Origin; readonly value: SettingValue } {
  const flag = flags[name]
  if (flag !== undefined) return fromText(name, { kind: 'flag', name: flagOf(name) }, flag)
  const variable = environment[variableOf(name)]
  if (variable !== undefined) return fromText(name, { kind: 'variable', name: variableOf(name) }, variable)
  const key = keyOf(name)
  if (file && Object.hasOwn(file.values, key)) {
    const origin: Origin = { kind: 'file', path: file.path, key }
    return { origin, value: checked(name, origin, file.values[key]) }
  }
  const stateDirectory = environment['STATE_DIRECTORY']
  if (name === 'root') {
    return stateDirectory === undefined || stateDirectory === ''
      ? { origin: { kind: 'default' }, value: '.' }
      : { origin: { kind: 'systemd', name: 'STATE_DIRECTORY' }, value: stateDirectory }
  }
  return { origin: { kind: 'default' }, value: settingOf(name).default ?? null }
}

const switchWords: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  '1': true,
  off: false,
  false: false,
  '0': false,
}

/** A flag or a variable is text, whatever the setting is. */
function fromText(name: SettingName, origin: Origin, text: string | true): { origin: Origin; value: SettingValue } {
  const setting = settingOf(name)
  let value: unknown = text
  if (setting.type === 'integer' && typeof text === 'string' && /^\d{1,15}$/.test(text)) value = Number(text)
  if (setting.type === 'boolean' && typeof text === 'string') value = switchWords[text.toLowerCase()] ?? text
  if (setting.type === 'array' && typeof text === 'string') {
    value = text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
  }
  return { origin, value: checked(name, origin, value) }
}

function checked(name: SettingName, origin: Origin, value: unknown): SettingValue {
  const setting = settingOf(name)
  const refuse = (fix: string): never => {
    throw new ConfigError(placeOf(name, origin), setting.secret ? '(not shown)' : shown(value), fix)
  }
  switch (setting.type) {
    case 'integer':
      return isWithin(value, setting)
        ? value
        : refuse(`give a whole number from ${setting.minimum} to ${setting.maximum}`)
    case 'boolean':
      if (typeof value === 'boolean') return value
      return refuse(origin.kind === 'file' ? 'give true or false' : 'give on or off')
    case 'array':
      if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value
      return refuse('give texts, as in ["a", "b"]')
    case 'string':
      if (typeof value !== 'string') return refuse('give a text, in quotes')
      if (setting.enum?.includes(value) === false) return refuse(`give ${setting.enum.join(' or ')}`)
      return value
  }
}

const isWithin = (value: unknown, { minimum, maximum }: NumberSetting): value is number =>
  Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
