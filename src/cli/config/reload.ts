/** SIGHUP: the settings are read again, and what changed is told, with when it holds. */
import { changedSettings } from './config-text.ts'
import { ConfigError } from './config-error.ts'
import type { EffectiveSettings } from './effective-settings.ts'
import { readServeConfig, type ServeConfig } from './serve-config.ts'
import { settingOf, type SettingName, type SettingValue } from './settings.ts'

export interface ReloadedSetting {
  readonly key: string
  readonly from: SettingValue
  readonly to: SettingValue
  readonly holds: 'now' | 'from the next start'
}

/** The settings of a running service. */
export class LiveConfig {
  /** Those that hold, some of them since the start. */
  #holding: EffectiveSettings
  #config: ServeConfig
  readonly #read: () => Promise<EffectiveSettings>

  /** @param read as it was read at the start */
  constructor(effective: EffectiveSettings, read: () => Promise<EffectiveSettings>) {
    this.#holding = effective
    this.#config = readServeConfig(effective)
    this.#read = read
  }

  /** That holds. */
  get config(): ServeConfig {
    return this.#config
  }

  /** @returns what is different, and all that waits for a start. @throws ConfigError; then all stays as it is */
  async reload(): Promise<ReloadedSetting[]> {
    const effective = await this.#read()
    // As it will be at the next start it has to be right as a whole.
    readServeConfig(effective)
    const before = this.#holding
    const [after, config] = this.#from(effective)
    this.#holding = after
    this.#config = config
    const told = (holds: ReloadedSetting['holds'], changes: ReturnType<typeof changedSettings>): ReloadedSetting[] =>
      changes.map(({ key, from, to }) => ({ key, from, to, holds }))
    return [
      ...told('now', changedSettings(before, after)),
      ...told('from the next start', changedSettings(after, effective)),
    ]
  }

  /** What of these can hold at once, with the rest as it is. */
  #from(effective: EffectiveSettings): readonly [EffectiveSettings, ServeConfig] {
    const taken = this.#taking(effective, (name) => settingOf(name).live === true)
    try {
      return [taken, readServeConfig(taken)]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      // The client ports lie well with a peer port or an API port that is to come, and not with the one that is.
      const rest = this.#taking(effective, (name) => settingOf(name).live === true && name !== 'clientPorts')
      return [rest, readServeConfig(rest)]
    }
  }

  #taking(effective: EffectiveSettings, isTaken: (name: SettingName) => boolean): EffectiveSettings {
    const names = (Object.keys(effective.values) as SettingName[]).filter(isTaken)
    const part = <Value>(of: Readonly<Record<SettingName, Value>>) => names.map((name) => [name, of[name]] as const)
    return {
      ...effective,
      values: { ...this.#holding.values, ...Object.fromEntries(part<SettingValue>(effective.values)) },
      origins: { ...this.#holding.origins, ...Object.fromEntries(part(effective.origins)) },
    }
  }
}
