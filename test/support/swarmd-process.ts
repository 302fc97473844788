import { fileURLToPath } from 'node:url'
import type { SwarmView } from '../../src/service/face.ts'
import { clientWait } from './client-wait.ts'
import type { ApiAnswer, LabHost } from './lab-host.ts'
import type { LabProcess } from './lab-process.ts'

const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
/** As `npm start` does it. */
const SWARMD = fileURLToPath(new URL('../../src/cli/swarmd.js', import.meta.url))

const WITH_NAME = 'hostname "$0" && exec "$@"'
/** Each process on a lab's host sees mounts of its own. */
const WITH_HOSTS = 'mount --bind "$0" /etc/hosts && exec "$@"'

export interface SwarmdOptions {
  /** Holds torrents/, shareable/ and .swarmd/. */
  readonly root: string
  /** Default 5000. */
  readonly port?: number
  /** Default 5080. */
  readonly apiPort?: number
  /** More words for the command line. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What the machine is called, for the others of its network; that of the machine that all are on if left out. */
  readonly machineName?: string
  /** Stands in for /etc/hosts, as this process sees it. */
  readonly hostsFile?: string
}

/** `swarmd serve` on a lab's host, and the words to speak with it. */
export class SwarmdProcess {
  readonly host: LabHost
  readonly process: LabProcess
  readonly root: string
  readonly #apiPort: number

  constructor(host: LabHost, options: SwarmdOptions) {
    this.host = host
    this.root = options.root
    this.#apiPort = options.apiPort ?? 5080
    const ports = ['--port', String(options.port ?? 5000), '--api-port', String(this.#apiPort)]
    const words = ['serve', ...ports, '--root', options.root, ...(options.args ?? [])]
    const command = [NODE, '--max-semi-space-size=2', SWARMD, ...words]
    const { machineName, hostsFile } = options
    const renamed = machineName === undefined ? [] : ['unshare', '--uts', 'sh', '-c', WITH_NAME, machineName]
    const resolving = hostsFile === undefined ? [] : ['sh', '-c', WITH_HOSTS, hostsFile]
    const [program = '', ...args] = [...renamed, ...resolving, ...command]
    this.process = host.spawn(program, args, options.env ? { env: options.env } : {})
  }

  /** Where the tracker of a swarmd on this host is, for a torrent that is made before it runs. */
  static announceUrl(host: LabHost, port = 5000): string {
    return `http://${host.address}:${port}/announce`
  }

  /** When its API answers. */
  async ready(timeoutMs = 30_000): Promise<void> {
    const isAlive = async (): Promise<boolean> => (await this.api('GET', '/livez')).status === 200
    await clientWait(this.process, 'its API to answer', isAlive, { timeoutMs, intervalMs: 100 })
  }

  api(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return this.host.api(method, path, body, this.#apiPort)
  }

  /** @throws Error unless the answer is 201. */
  async addTorrent(bytes: Uint8Array): Promise<SwarmView> {
    return expectStatus(await this.api('POST', '/swarms', bytes), 201)
  }

  /** @throws Error unless the answer is 200. */
  async swarm(infoHash: string): Promise<SwarmView> {
    return expectStatus(await this.api('GET', `/swarms/${infoHash}`), 200)
  }

  /** Asks until the swarm is as wanted. @throws Error after `timeoutMs`, with what it was last */
  async waitForSwarm(
    infoHash: string,
    what: string,
    isWanted: (swarm: SwarmView) => boolean,
    timeoutMs = 30_000,
  ): Promise<SwarmView> {
    let last: SwarmView | undefined
    const look = async (): Promise<boolean> => {
      last = await this.swarm(infoHash)
      return isWanted(last)
    }
    try {
      await clientWait(this.process, what, look, { timeoutMs, intervalMs: 100 })
    } catch (error) {
      throw new Error(`swarmd says ${JSON.stringify(last)}`, { cause: error })
    }
    if (!last) throw new Error('unreachable')
    return last
  }

  async stop(): Promise<void> {
    await this.process.stop(10_000)
  }
}

const expectStatus = (answer: ApiAnswer, status: number): SwarmView => {
  if (answer.status === status) return answer.body as SwarmView
  throw new Error(`swarmd answered ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`)
}
