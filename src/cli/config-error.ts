/** A setting that can't be used: one line that names the flag and the fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(flag: string, value: string, fix: string) {
    super(`${flag} ${value === '' ? '""' : value}: ${fix} (also ${environmentName(flag)})`)
  }
}

/** `--api-port` is `SWARMD_API_PORT`. */
export function environmentName(flag: string): string {
  return `SWARMD_${flag.replace(/^--/, '').replaceAll('-', '_').toUpperCase()}`
}
