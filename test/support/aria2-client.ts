import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clientWait } from './client-wait.ts'
import type { LabHost } from './lab-host.ts'
import type { LabProcess } from './lab-process.ts'
import type { PeerClient, PeerClientOptions } from './peer-client.ts'

const MARK_COMPLETE = fileURLToPath(new URL('mark-complete.sh', import.meta.url))
const RPC_PORT = 6800

interface Aria2Download {
  readonly completedLength: string
  readonly totalLength: string
  readonly uploadLength: string
  readonly verifiedLength?: string
}

const flags = (host: LabHost, options: PeerClientOptions): string[] => [
  '--no-conf=true',
  `--dir=${options.folder}`,
  `--listen-port=${options.port ?? 5000}`,
  `--interface=${host.address}`,
  '--disable-ipv6=true',
  '--enable-dht=false',
  '--enable-dht6=false',
  '--enable-peer-exchange=false',
  '--bt-enable-lpd=false',
  '--bt-min-crypto-level=plain',
  '--bt-require-crypto=false',
  // Data that is there is checked; without any the option makes it complain.
  `--check-integrity=${readdirSync(options.folder).length > 0}`,
  '--allow-overwrite=true',
  '--file-allocation=none',
  '--seed-ratio=0',
  '--bt-enable-hook-after-hash-check=false',
  `--on-bt-download-complete=${MARK_COMPLETE}`,
  '--enable-rpc=true',
  '--rpc-listen-all=false',
  `--rpc-listen-port=${RPC_PORT}`,
  '--summary-interval=0',
  '--show-console-readout=false',
  '--console-log-level=warn',
]

/** aria2c, spoken to by its RPC on the host's loopback. It goes on seeding when it has all. */
export class Aria2Client implements PeerClient {
  readonly kind = 'aria2'
  readonly process: LabProcess
  readonly dataFolder: string
  readonly #host: LabHost
  readonly #marker: string

  constructor(host: LabHost, options: PeerClientOptions) {
    this.#host = host
    this.dataFolder = options.folder
    this.#marker = join(mkdtempSync(join(host.logFolder, 'aria2-')), 'complete')
    this.process = host.spawn('aria2c', [...flags(host, options), options.magnet ?? options.torrent.path], {
      env: { COMPLETION_MARKER: this.#marker },
    })
  }

  async ready(timeoutMs = 60_000): Promise<void> {
    const look = async (): Promise<boolean> => {
      const download = await this.#download()
      return download.completedLength === download.totalLength && download.verifiedLength === undefined
    }
    await clientWait(this.process, 'all data checked', look, { timeoutMs, intervalMs: 100 })
  }

  async done(timeoutMs = 60_000): Promise<void> {
    const look = (): boolean => existsSync(this.#marker)
    await clientWait(this.process, 'the download to end', look, { timeoutMs, intervalMs: 10 })
  }

  async progress(): Promise<number> {
    const download = await this.#download()
    return Number(download.completedLength) / Number(download.totalLength)
  }

  async uploaded(): Promise<number> {
    return Number((await this.#download()).uploadLength)
  }

  async stop(): Promise<void> {
    await this.process.stop()
  }

  async #download(): Promise<Aria2Download> {
    const keys = ['completedLength', 'totalLength', 'uploadLength', 'verifiedLength']
    const body = JSON.stringify({ jsonrpc: '2.0', id: '1', method: 'aria2.tellActive', params: [keys] })
    const url = `http://127.0.0.1:${RPC_PORT}/jsonrpc`
    const answer = await this.#host.request(url, { method: 'POST', body })
    const reply = JSON.parse(answer.body.toString('utf8')) as { result: Aria2Download[] }
    const download = reply.result[0]
    if (!download) throw new Error('aria2 has no active download')
    return download
  }
}
