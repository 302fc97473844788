import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ConfigError } from '../config/config-error.ts'
import type { ApiAddress } from './api-client.ts'

export const DEFAULT_API = 'http://127.0.0.1:5080'

/** As they stand in argv or the environment. */
export interface ClientOptions {
  readonly api: string
  readonly tokenFile?: string
  readonly json?: boolean
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Where the API is, and the token for it: SWARMD_TOKEN, else the file named by --token-file; else, for a service on this
 * machine only, the file that it made itself under its root.
 * @throws ConfigError when the URL or the file can't be used
 */
export function readApiAddress(options: ClientOptions, env: Readonly<Record<string, string | undefined>>): ApiAddress {
  const url = URL.canParse(options.api) ? new URL(options.api) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new ConfigError('--api', options.api, `give a URL such as ${DEFAULT_API}`)
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigError('--api', `${url.protocol}//${url.host}…`, 'give it without user, password, ? and #')
  }
  const token = env['SWARMD_TOKEN'] || readTokenFile(options) || ownToken(url, env)
  return { url: url.href.replace(/\/+$/, ''), token: token === '' ? null : token }
}

function readTokenFile({ tokenFile }: ClientOptions): string {
  if (tokenFile === undefined || tokenFile === '') return ''
  try {
    return readFileSync(tokenFile, 'utf8').trim()
  } catch (error) {
    throw new ConfigError('--token-file', tokenFile, (error as Error).message)
  }
}

/** Never for another machine: whoever names one in SWARMD_API would be sent our token. */
function ownToken(url: URL, env: Readonly<Record<string, string | undefined>>): string {
  if (!LOOPBACK.test(url.hostname)) return ''
  try {
    return readFileSync(path.join(env['SWARMD_ROOT'] || '.', '.swarmd', 'token'), 'utf8').trim()
  } catch {
    return ''
  }
}
