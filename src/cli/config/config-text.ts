/** Settings as text: what holds and where it came from, a file to start from, the table of the README. */
import { SCHEMA_URL } from './config-schema.ts'
import { type EffectiveSettings, type Origin, placeOf } from './effective-settings.ts'
import {
  flagOf,
  keyOf,
  type Setting,
  settingNames,
  settingOf,
  type SettingName,
  type SettingValue,
  variableOf,
} from './settings.ts'

const MASK = '(not shown)'

/** As TOML, so that it can be kept as a file, with the origin of each value beside it. */
export function effectiveText({ values, origins, file }: EffectiveSettings): string {
  const rows = settingNames.map((name) => {
    const value = values[name]
    return {
      line: value === null ? `# ${keyOf(name)} =` : `${keyOf(name)} = ${toml(shownValue(name, value))}`,
      origin: origins[name],
      name,
    }
  })
  const width = Math.max(...rows.map(({ line }) => line.length))
  const lines = rows.map(({ line, origin, name }) => `${line.padEnd(width)}  # ${originText(name, origin)}`)
  return `# file: ${file ?? 'none'}\n${lines.join('\n')}\n`
}

/** For programs. */
export function effectiveJson({ values, origins, file }: EffectiveSettings): string {
  const entries = settingNames.map((name) => [
    keyOf(name),
    { value: shownValue(name, values[name]), from: originText(name, origins[name]) },
  ])
  return `${JSON.stringify({ file, settings: Object.fromEntries(entries) }, null, 2)}\n`
}

/** A swarmd.toml in which every setting stands as a comment, with its default; and where an editor finds its schema. */
export function exampleFile(): string {
  const parts = settingNames.map((name) => {
    const setting = settingOf(name)
    const value = setting.default === undefined ? '' : ` ${toml(setting.default)}`
    return `# ${setting.description}${otherwise(setting)}\n#${keyOf(name)} =${value}\n`
  })
  return `#:schema ${SCHEMA_URL.href}\n\n# Settings of swarmd. A flag or a variable of the environment wins over what stands here.\n\n${parts.join('\n')}`
}

/** Markdown. */
export function settingsTable(): string {
  const rows = settingNames.map((name) => {
    const setting = settingOf(name)
    const standard =
      setting.otherwise ?? (setting.default === undefined ? 'none' : `\`${defaultText(setting.default)}\``)
    return [
      `\`${flagOf(name)} ${setting.placeholder.toUpperCase()}\``,
      `\`${variableOf(name)}\``,
      standard,
      setting.live === true ? 'at once' : 'at the next start',
      setting.description.replaceAll('|', '\\|'),
    ]
  })
  const table = [['flag', 'variable', 'default', 'a change holds', 'what'], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = table
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n')
}

/** The settings in which these two differ. */
export function changedSettings(
  before: EffectiveSettings,
  after: EffectiveSettings,
): { readonly name: SettingName; readonly key: string; readonly from: SettingValue; readonly to: SettingValue }[] {
  return settingNames
    .filter((name) => JSON.stringify(before.values[name]) !== JSON.stringify(after.values[name]))
    .map((name) => ({
      name,
      key: keyOf(name),
      from: shownValue(name, before.values[name]),
      to: shownValue(name, after.values[name]),
    }))
}

const shownValue = (name: SettingName, value: SettingValue): SettingValue =>
  settingOf(name).secret && value !== null ? MASK : value

function originText(name: SettingName, origin: Origin): string {
  if (origin.kind !== 'default') return placeOf(name, origin)
  const { otherwise } = settingOf(name)
  return otherwise === undefined ? 'default' : `default: ${otherwise}`
}

const otherwise = (setting: Setting): string => (setting.otherwise ? ` (default: ${setting.otherwise})` : '')

/** JSON's texts, numbers and arrays are TOML's too. */
const toml = (value: SettingValue): string => JSON.stringify(value)

const defaultText = (value: NonNullable<SettingValue>): string => {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return Array.isArray(value) ? value.join(',') : String(value)
}
