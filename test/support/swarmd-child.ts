import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SwarmView } from '../../src/service/face.ts'
import { GaveUp, waitUntil } from './wait-until.ts'

const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
const SWARMD = fileURLToPath(new URL('../../src/cli/swarmd.js', import.meta.url))

export interface SwarmdChildOptions {
  readonly root: string
  /** Words of the command line, beside root, ports and addresses. */
  readonly args?: readonly string[]
  /** Where it runs; here if left out. */
  readonly cwd?: string
  /** So that `probe` works. */
  readonly probe?: boolean
}

/** What a process tells of itself. */
export interface Probe {
  /** In use after all garbage is collected: JavaScript's, and buffers. */
  readonly bytes: number
  /** Names that every object has all at once. */
  readonly added: readonly string[]
}

const PROBE = fileURLToPath(new URL('process-probe.js', import.meta.url))

/** `swarmd serve` as a process of its own on loopback, at ports the system chose. Killed when disposed. */
export class SwarmdChild implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #errors: string[] = []
  readonly #output: string[] = []
  #port = 0
  #api = ''

  private constructor(options: SwarmdChildOptions) {
    const ports = ['--host', '127.0.0.1', '--port', '0', '--api-port', '0']
    // On this machine's own network nobody is to hear of a test.
    const words = ['serve', '--root', options.root, '--lsd', 'off', ...ports, ...(options.args ?? [])]
    const probe = options.probe === true ? ['--expose-gc', '--import', PROBE] : []
    const place = options.cwd === undefined ? {} : { cwd: options.cwd }
    // With the young generation that `npm start` and the units have: V8's own may take 48 MiB more.
    const v8 = ['--max-semi-space-size=2', ...probe]
    const child = spawn(NODE, [...v8, SWARMD, ...words], { stdio: ['ignore', 'pipe', 'pipe'], ...place })
    this.#child = child
    this.#exited = once(child, 'exit')
    createInterface({ input: child.stdout }).on('line', (line) => this.#output.push(line))
    createInterface({ input: child.stderr }).on('line', (line) => this.#told(line))
  }

  /** When its API answers. @returns with it, how many ms that took */
  static async start(options: SwarmdChildOptions, timeoutMs = 30_000): Promise<{ child: SwarmdChild; ms: number }> {
    const startedAt = performance.now()
    const child = new SwarmdChild(options)
    try {
      const isAlive = async (): Promise<boolean> => {
        if (child.#child.exitCode !== null) throw new GaveUp(`it ended with exit code ${child.#child.exitCode}`)
        return child.#api !== '' && (await child.get('/livez')).status === 200
      }
      await waitUntil('swarmd to answer', isAlive, { timeoutMs, intervalMs: 5 })
    } catch (error) {
      await child.kill()
      throw new Error(`swarmd did not start: ${child.#errors.join('\n')}`, { cause: error })
    }
    return { child, ms: performance.now() - startedAt }
  }

  /** Where its API is. */
  get apiUrl(): string {
    return this.#api
  }

  /** Of the API. */
  get apiPort(): number {
    return Number(new URL(this.#api).port)
  }

  /** For peers. */
  get port(): number {
    return this.#port
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('swarmd did not start')
    return this.#child.pid
  }

  /** Lines of its stderr. */
  get errors(): readonly string[] {
    return this.#errors
  }

  /** Lines of its stdout: those for people. */
  get output(): readonly string[] {
    return this.#output
  }

  /** @throws Error with what it said last, when it does not answer */
  async get(path: string): Promise<Response> {
    try {
      return await fetch(new URL(path, this.#api), { signal: AbortSignal.timeout(5000) })
    } catch (error) {
      const { exitCode, signalCode } = this.#child
      const ending = exitCode ?? signalCode
      const state = ending === null ? 'runs' : `ended with ${ending}`
      throw new Error(`no answer from swarmd, which ${state}:\n${this.#errors.slice(-20).join('\n')}`, { cause: error })
    }
  }

  async addTorrent(bytes: Uint8Array): Promise<SwarmView> {
    const body = Uint8Array.from(bytes)
    const headers = { 'content-type': 'application/x-bittorrent' }
    const answer = await fetch(new URL('/swarms', this.#api), { method: 'POST', body, headers })
    if (!answer.ok) throw new Error(`swarmd answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as SwarmView
  }

  async swarm(infoHash: string): Promise<SwarmView> {
    const answer = await this.get(`/swarms/${infoHash}`)
    if (!answer.ok) throw new Error(`swarmd answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as SwarmView
  }

  async addPeer(infoHash: string, port: number): Promise<void> {
    await this.#tell('POST', `/swarms/${infoHash}/peers`, { addresses: [`127.0.0.1:${port}`] })
  }

  /** Makes it forget the swarm. */
  async remove(infoHash: string): Promise<void> {
    await this.#tell('DELETE', `/swarms/${infoHash}`)
  }

  /** Memory that is in RAM now, and the most that ever was. */
  memory(): { readonly now: number; readonly peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1')
    const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
    return { now: kib('VmRSS') * 1024, peak: kib('VmHWM') * 1024 }
  }

  /** From inside; only with the option of that name. */
  async probe(): Promise<Probe> {
    const from = this.#errors.length
    process.kill(this.pid, 'SIGUSR2')
    const line = await waitUntil('the probe', () => {
      return this.#errors.slice(from).find((each) => each.startsWith('{"event":"probe"'))
    })
    return JSON.parse(line) as Probe
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL')
    await this.#exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  async #tell(method: string, path: string, json?: unknown): Promise<void> {
    const body =
      json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }
    const answer = await fetch(new URL(path, this.#api), { method, ...body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`swarmd answered ${answer.status}: ${text}`)
  }

  #told(line: string): void {
    this.#errors.push(line)
    if (!line.includes('"event":"service.started"')) return
    const { peerPort, api } = JSON.parse(line) as { peerPort: number; api: string }
    this.#port = peerPort
    // Whatever address it tells: a test comes by loopback only.
    this.#api = `http://127.0.0.1:${new URL(api).port}`
  }
}
