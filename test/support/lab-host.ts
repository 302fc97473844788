import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { LabProcess } from './lab-process.ts'

export interface HostSpawnOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly onLine?: (line: string) => void
}

export interface HttpRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  readonly timeoutMs?: number
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** What swarmd's API answered: `body` is the parsed JSON, or the text when it is none. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: unknown
}

/** One machine of a lab: a network namespace with loopback and one link, `eth0`, to all others. */
export class LabHost {
  readonly namespace: string
  readonly address: string
  /** The log of every process started here is in this folder. */
  readonly logFolder: string
  readonly #processes: LabProcess[] = []

  constructor(namespace: string, address: string, logFolder: string) {
    this.namespace = namespace
    this.address = address
    this.logFolder = logFolder
  }

  /** Starts a program here that lives until it is stopped or the lab is disposed. */
  spawn(command: string, args: readonly string[], options: HostSpawnOptions = {}): LabProcess {
    const file = `${this.namespace}-${this.#processes.length}-${command.split('/').at(-1)}.log`
    const started = LabProcess.start(this.namespace, command, args, {
      ...options,
      logPath: join(this.logFolder, file),
    })
    this.#processes.push(started)
    return started
  }

  /**
   * Runs a program here to its end.
   * @returns what it wrote to stdout
   * @throws Error when it fails or takes longer than `timeoutMs` (30 s unless told)
   */
  run(command: string, args: readonly string[], input?: Uint8Array | string, timeoutMs = 30_000): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = spawn('ip', ['netns', 'exec', this.namespace, command, ...args], {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      })
      const out: Buffer[] = []
      const err: Buffer[] = []
      child.stdout.on('data', (bytes: Buffer) => out.push(bytes))
      child.stderr.on('data', (bytes: Buffer) => err.push(bytes))
      // A program that ends before it has read its input isn't an error of ours.
      child.stdin.on('error', () => undefined)
      child.once('error', reject)
      child.once('close', (code, signal) => {
        if (code === 0) resolve(Buffer.concat(out))
        else
          reject(
            new Error(`${command} in ${this.namespace} ended with ${code ?? signal}: ${Buffer.concat(err).toString()}`),
          )
      })
      child.stdin.end(input)
    })
  }

  /** An HTTP request made on this machine. @throws Error when there is no answer within `timeoutMs` (10 s). */
  async request(url: string, request: HttpRequest = {}): Promise<HttpAnswer> {
    const timeoutMs = request.timeoutMs ?? 10_000
    const args = ['-sS', '-i', '--noproxy', '*', '--max-time', String(timeoutMs / 1000)]
    args.push('-X', request.method ?? 'GET', '-H', 'Expect:')
    for (const [name, value] of Object.entries(request.headers ?? {})) args.push('-H', `${name}: ${value}`)
    if (request.body !== undefined) args.push('--data-binary', '@-')
    return parseAnswer(await this.run('curl', [...args, url], request.body, timeoutMs + 1000))
  }

  /**
   * A request to the API of the swarmd on this machine.
   * @param body bytes go as application/x-bittorrent, anything else as JSON
   */
  async api(method: string, path: string, body?: unknown, apiPort = 5080): Promise<ApiAnswer> {
    const isTorrent = body instanceof Uint8Array
    const answer = await this.request(`http://127.0.0.1:${apiPort}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : {
            headers: { 'content-type': isTorrent ? 'application/x-bittorrent' : 'application/json' },
            body: isTorrent ? body : JSON.stringify(body),
          }),
    })
    const text = answer.body.toString('utf8')
    const isJson = /[/+]json\b/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
  }

  /** Kills every process started here, at once. */
  async killProcesses(): Promise<void> {
    for (const started of this.#processes) started.signal('SIGKILL')
    await Promise.all(this.#processes.map((started) => started.exited))
  }

  /** Ends every process started here. */
  async endProcesses(): Promise<void> {
    await Promise.all(this.#processes.map((started) => started.stop(500)))
  }
}

const parseAnswer = (bytes: Buffer): HttpAnswer => {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) throw new Error(`not an HTTP answer: ${bytes.subarray(0, 100).toString('latin1')}`)
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body: bytes.subarray(end + 4) }
}
