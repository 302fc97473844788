import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensurePackages } from './debian-packages.ts'
import type { LabHost } from './lab-host.ts'
import { labRequirements } from './lab-requirements.ts'
import { SwarmdProcess, type SwarmdOptions } from './swarmd-process.ts'

/** Where the rules, the configuration and the dashboards are that are shipped. */
export const GRAFANA = fileURLToPath(new URL('../../grafana', import.meta.url))

const METRICS_TOKEN = 'metrics-0123456789abcdef'
const API_TOKEN = 'api-0123456789abcdef01'
const URL_IN_HOST = 'http://127.0.0.1:9090'

/** @returns false to go on, or the reason to skip. @throws Error in CI, where a skip is a failure */
export function prometheusRequirements(): string | false {
  const lab = labRequirements('lab')
  if (lab !== false) return lab
  const reason = ensurePackages(['prometheus'])
  if (reason !== null && process.env['CI'] !== undefined) throw new Error(reason)
  return reason ?? false
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** One series over time. */
export interface SampleRange {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

export interface LabPrometheusOptions {
  /** A new folder for its files. */
  readonly folder: string
  /** Those that tell it of the others. */
  readonly firstPeers: readonly LabHost[]
  /** What becomes of the text of the rules. */
  readonly rules?: (text: string) => string
  /** Seconds from scrape to scrape; also the longest that one may take. Default 1. */
  readonly interval?: number
}

/** Debian's Prometheus on a host of a lab: configured as it is shipped, but for where the peers are and how often. */
export class LabPrometheus {
  readonly #host: LabHost

  constructor(host: LabHost, { folder, firstPeers, rules = (text) => text, interval = 1 }: LabPrometheusOptions) {
    this.#host = host
    mkdirSync(folder)
    writeFileSync(join(folder, 'alerts.yml'), rules(readFileSync(join(GRAFANA, 'alerts.yml'), 'utf8')))
    writeFileSync(join(folder, 'swarmd.token'), METRICS_TOKEN)
    const config = readFileSync(join(GRAFANA, 'prometheus.yml'), 'utf8')
    const [entry = '', authorization = ''] =
      / {6}- url: .*\n {8}refresh_interval: .*\n( {8}authorization: .*\n)/.exec(config) ?? []
    assert.notEqual(entry, '', 'prometheus.yml is written otherwise')
    const entries = firstPeers.map(({ address }) => {
      return `      - url: http://${address}:5080/metrics/targets\n        refresh_interval: 1s\n${authorization}`
    })
    const quick = config.replace(entry, entries.join('')).replaceAll('_interval: 5s', `_interval: ${interval}s`)
    writeFileSync(join(folder, 'prometheus.yml'), quick)
    promtool(['check', 'config', 'prometheus.yml'], folder)
    host.spawn('prometheus', [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${URL_IN_HOST.replace('http://', '')}`,
    ])
  }

  /** What the query gives now, or gave at that time, seconds since the epoch. */
  async ask(expr: string, at = Date.now() / 1000): Promise<Sample[]> {
    const { result } = await this.#get<{ result: Sample[] }>(`query?query=${encodeURIComponent(expr)}&time=${at}`)
    return result
  }

  /** What the query gave from then to then (seconds since the epoch), once a second. */
  async askOver(expr: string, { from, to }: { readonly from: number; readonly to: number }): Promise<SampleRange[]> {
    const when = `start=${from}&end=${to}&step=1`
    const { result } = await this.#get<{ result: SampleRange[] }>(
      `query_range?query=${encodeURIComponent(expr)}&${when}`,
    )
    return result
  }

  /** Words for an error: where it looks, and how that goes. */
  async targets(): Promise<string> {
    return JSON.stringify(await this.#get('targets'))
  }

  async #get<Data>(path: string): Promise<Data> {
    const { body } = await this.#host.request(`${URL_IN_HOST}/api/v1/${path}`)
    const { status, error, data } = JSON.parse(body.toString('utf8')) as { status: string; error?: string; data: Data }
    assert.equal(status, 'success', `${path}: ${error}`)
    return data
  }
}

/** A peer whose API is open to the lab, so that Prometheus finds it; in a folder of its own below `folder`. */
export function startWatchedPeer(
  host: LabHost,
  folder: string,
  { root = join(folder, host.namespace), args = [] }: Partial<SwarmdOptions> = {},
): SwarmdProcess {
  const credentials = join(folder, 'credentials')
  mkdirSync(credentials, { recursive: true })
  writeFileSync(join(credentials, 'swarmd.metrics-token'), METRICS_TOKEN)
  writeFileSync(join(credentials, 'swarmd.api-token'), API_TOKEN)
  for (const name of ['torrents', 'shareable']) mkdirSync(join(root, name), { recursive: true })
  const env = { CREDENTIALS_DIRECTORY: credentials }
  return new SwarmdProcess(host, { root, args: ['--api-host', '0.0.0.0', ...args], env })
}

/** What its API says. */
export async function askWatchedPeer(host: LabHost, path: string): Promise<string> {
  const token = path === '/metrics' ? METRICS_TOKEN : API_TOKEN
  const headers = { authorization: `Bearer ${token}` }
  const { status, body } = await host.request(`http://127.0.0.1:5080${path}`, { headers })
  const text = body.toString('utf8')
  assert.equal(status, 200, `${path}: ${text}`)
  return text
}

/** @returns what it printed. @throws AssertionError with that when it finds fault */
export function promtool(args: readonly string[], cwd: string, input = ''): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd, input, encoding: 'utf8', timeout: 30_000 })
  assert.equal(status, 0, stdout + stderr)
  return stdout + stderr
}
