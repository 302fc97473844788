/** swarmd.toml: where it is, and what stands in it. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import { keyOf, settingNames } from './settings.ts'

export const FILE_NAME = 'swarmd.toml'

export interface ConfigFile {
  readonly path: string
  /** By key, `api-port`. Only keys that there are. */
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * Reads the file that was named, or the one that systemd's configuration directory holds; null when there is none.
 * @param named by `--config` or SWARMD_CONFIG: it has to be there
 * @throws ConfigError
 */
export async function readConfigFile(
  named: { readonly where: string; readonly path: string } | null,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ConfigFile | null> {
  const path = named ? resolve(named.path) : inConfigurationDirectory(environment)
  if (path === null) return null
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(named?.where ?? 'CONFIGURATION_DIRECTORY', path, whyUnread(error, path))
  }
  return { path, values: await parse(path, text) }
}

function whyUnread(error: unknown, path: string): string {
  const { code = '' } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return 'there is no such file; swarmd config prints one to start from'
    case 'EACCES':
      return `may not be read by this user; let it with chmod o+r ${path}`
    case 'EISDIR':
      return `is a folder; give the file, such as ${join(path, FILE_NAME)}`
    default:
      return `can't be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** systemd names one or more, with colons between them. The first that holds the file. */
function inConfigurationDirectory(environment: Readonly<Record<string, string | undefined>>): string | null {
  const directories = (environment['CONFIGURATION_DIRECTORY'] ?? '').split(':').filter((each) => each !== '')
  return directories.map((directory) => join(directory, FILE_NAME)).find((path) => existsSync(path)) ?? null
}

async function parse(path: string, text: string): Promise<Record<string, unknown>> {
  const { parse: parseToml, TomlError } = await import('smol-toml')
  let values: Record<string, unknown>
  try {
    values = parseToml(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [first = 'not TOML'] = error.message.split('\n')
    throw new ConfigError(`${path}:`, `line ${error.line}`, first.replace(/^Invalid TOML document: /, ''))
  }
  const known = settingNames.map(keyOf)
  for (const [key, value] of Object.entries(values)) {
    if (known.includes(key)) continue
    const near = known.find((each) => each.replaceAll('-', '') === key.toLowerCase().replaceAll(/[-_]/g, ''))
    const fix = near ? `write ${near}` : `there is no such key; there are ${known.join(', ')}`
    throw new ConfigError(`${path}:`, key, typeof value === 'object' && !near ? `${fix}, all without sections` : fix)
  }
  return values
}
