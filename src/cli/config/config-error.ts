/** A setting that can't be used: one line that names where it stands, its value and the fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  /** @param where `--port`, `SWARMD_PORT` or `/etc/swarmd/swarmd.toml: port` */
  constructor(where: string, value: string, fix: string) {
    super(`${where} ${value === '' ? '""' : value}: ${fix}`)
  }
}
