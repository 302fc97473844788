/** SIGHUP: the settings are read again, and what changed is told, with when it holds. */
import { changedSettings } from './config-text.ts'
import type { EffectiveSettings } from './effective-settings.ts'
import { readServeConfig, type ServeConfig } from './serve-config.ts'
import type { SettingName, SettingValue } from './settings.ts'

/** Looked at each time they are used; all others hold from the next start on. */
const AT_ONCE: ReadonlySet<SettingName> = new Set(['metricsPeers'])

export interface ReloadedSetting {
  readonly key: string
  readonly from: SettingValue
  readonly to: SettingValue
  readonly holds: 'now' | 'from the next start'
}

/** The settings of a running service. */
export class LiveConfig {
  #effective: EffectiveSettings
  #config: ServeConfig
  readonly #read: () => Promise<EffectiveSettings>

  /** @param read as it was read at the start */
  constructor(effective: EffectiveSettings, read: () => Promise<EffectiveSettings>) {
    this.#effective = effective
    this.#config = readServeConfig(effective)
    this.#read = read
  }

  /** As last read. */
  get config(): ServeConfig {
    return this.#config
  }

  /** @returns what is different. @throws ConfigError; then all stays as it is */
  async reload(): Promise<ReloadedSetting[]> {
    const effective = await this.#read()
    const config = readServeConfig(effective)
    const changes = changedSettings(this.#effective, effective)
    this.#effective = effective
    this.#config = config
    return changes.map(({ name, key, from, to }) => ({
      key,
      from,
      to,
      holds: AT_ONCE.has(name) ? 'now' : 'from the next start',
    }))
  }
}
