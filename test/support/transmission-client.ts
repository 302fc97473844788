import { existsSync, mkdirSync, copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clientWait } from './client-wait.ts'
import type { LabHost } from './lab-host.ts'
import type { LabProcess } from './lab-process.ts'
import type { PeerClient, PeerClientOptions } from './peer-client.ts'

const MARK_COMPLETE = fileURLToPath(new URL('mark-complete.sh', import.meta.url))
const RPC_PORT = 9091
const SESSION_HEADER = 'x-transmission-session-id'

const FIELDS = ['percentDone', 'uploadedEver', 'status', 'errorString'] as const
const STATUS_SEEDING = 6

interface TransmissionTorrent {
  readonly percentDone: number
  readonly uploadedEver: number
  readonly status: number
  readonly errorString: string
}

interface RpcReply {
  readonly result: string
  readonly arguments: { readonly torrents: readonly TransmissionTorrent[] }
}

const settings = (host: LabHost, options: PeerClientOptions, watchFolder: string): object => ({
  'bind-address-ipv4': host.address,
  'dht-enabled': false,
  'download-dir': options.folder,
  encryption: options.encrypted ? 1 : 0,
  'idle-seeding-limit-enabled': false,
  'lpd-enabled': options.lsd ?? false,
  'peer-port': options.port ?? 5000,
  'pex-enabled': options.pex ?? false,
  'port-forwarding-enabled': false,
  preallocation: 0,
  'ratio-limit-enabled': false,
  'rename-partial-files': false,
  'rpc-bind-address': '127.0.0.1',
  'rpc-host-whitelist-enabled': false,
  'rpc-port': RPC_PORT,
  'rpc-whitelist-enabled': false,
  'script-torrent-done-enabled': true,
  'script-torrent-done-filename': MARK_COMPLETE,
  'utp-enabled': false,
  'watch-dir': watchFolder,
  'watch-dir-enabled': true,
})

/** transmission-daemon, spoken to by its RPC on the host's loopback. */
export class TransmissionClient implements PeerClient {
  readonly kind = 'transmission'
  readonly process: LabProcess
  readonly dataFolder: string
  readonly #host: LabHost
  readonly #marker: string
  #session = ''
  /** Not yet given to it. */
  #magnet: string | null = null

  constructor(host: LabHost, options: PeerClientOptions) {
    this.#host = host
    this.dataFolder = options.folder
    const configFolder = mkdtempSync(join(host.logFolder, 'transmission-'))
    const watchFolder = join(configFolder, 'watch')
    this.#marker = join(configFolder, 'complete')
    mkdirSync(watchFolder)
    if (options.magnet === undefined) copyFileSync(options.torrent.path, join(watchFolder, 'one.torrent'))
    else this.#magnet = options.magnet
    writeFileSync(join(configFolder, 'settings.json'), JSON.stringify(settings(host, options, watchFolder)))
    this.process = host.spawn('transmission-daemon', ['--foreground', '--config-dir', configFolder, '--log-error'], {
      env: { COMPLETION_MARKER: this.#marker },
    })
  }

  async ready(timeoutMs = 60_000): Promise<void> {
    const look = async (): Promise<boolean> => {
      const torrent = await this.#torrent()
      return torrent.status === STATUS_SEEDING && torrent.percentDone === 1
    }
    await clientWait(this.process, 'all data checked', look, { timeoutMs, intervalMs: 100 })
  }

  async done(timeoutMs = 60_000): Promise<void> {
    const look = async (): Promise<boolean> => {
      await this.#giveMagnet()
      return existsSync(this.#marker)
    }
    await clientWait(this.process, 'the download to end', look, { timeoutMs, intervalMs: 10 })
  }

  async progress(): Promise<number> {
    return (await this.#torrent()).percentDone
  }

  async uploaded(): Promise<number> {
    return (await this.#torrent()).uploadedEver
  }

  async stop(): Promise<void> {
    await this.process.stop()
  }

  /** Its watched folder takes no links; what it says to RPC before it is up is passed over. */
  async #giveMagnet(): Promise<void> {
    if (this.#magnet === null) return
    const { result } = await this.#rpc('torrent-add', { filename: this.#magnet }).catch(() => ({
      result: 'not up yet',
    }))
    if (result === 'success') this.#magnet = null
  }

  async #torrent(): Promise<TransmissionTorrent> {
    const reply = await this.#rpc('torrent-get', { fields: FIELDS })
    const torrent = reply.arguments.torrents[0]
    if (!torrent) throw new Error('transmission has not taken the torrent')
    if (torrent.errorString !== '') throw new Error(`transmission says: ${torrent.errorString}`)
    return torrent
  }

  async #rpc(method: string, words: object): Promise<RpcReply> {
    const body = JSON.stringify({ method, arguments: words })
    const ask = () =>
      this.#host.request(`http://127.0.0.1:${RPC_PORT}/transmission/rpc`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SESSION_HEADER]: this.#session },
        body,
      })
    let answer = await ask()
    if (answer.status === 409) {
      this.#session = answer.headers.get(SESSION_HEADER) ?? ''
      answer = await ask()
    }
    return JSON.parse(answer.body.toString('utf8')) as RpcReply
  }
}
