import { fileURLToPath } from 'node:url'
import { clientWait } from './client-wait.ts'
import type { LabHost } from './lab-host.ts'
import type { LabProcess } from './lab-process.ts'
import type { PeerClient, PeerClientOptions } from './peer-client.ts'

const DRIVER = fileURLToPath(new URL('driver-libtorrent.py', import.meta.url))
// Debian's own Python: another on the PATH has no libtorrent.
const PYTHON = '/usr/bin/python3'

/** One line of driver-libtorrent.py. */
type DriverLine =
  | { readonly event: 'done' }
  | { readonly event: 'error'; readonly message: string }
  | ({ readonly event: 'status' } & LibtorrentStatus)

export interface LibtorrentStatus {
  readonly state: string
  readonly progress: number
  readonly uploaded: number
  readonly downloaded: number
  readonly peers: readonly {
    readonly address: string
    readonly client: string
    readonly uploaded: number
    readonly downloaded: number
  }[]
}

/** libtorrent (rasterbar), driven by its Python binding. */
export class LibtorrentClient implements PeerClient {
  readonly kind = 'libtorrent'
  readonly process: LabProcess
  readonly dataFolder: string
  #status: LibtorrentStatus = { state: '', progress: 0, uploaded: 0, downloaded: 0, peers: [] }
  #done = false
  #errors: string[] = []

  constructor(host: LabHost, options: PeerClientOptions) {
    this.dataFolder = options.folder
    const driverOptions = {
      torrentPath: options.torrent.path,
      magnet: options.magnet ?? null,
      folder: options.folder,
      address: host.address,
      port: options.port ?? 5000,
      peers: (options.peers ?? []).map((peer) => [peer.host, peer.port]),
      encrypted: options.encrypted ?? false,
      lsd: options.lsd ?? false,
      pex: options.pex ?? false,
    }
    this.process = host.spawn(PYTHON, [DRIVER, JSON.stringify(driverOptions)], {
      onLine: (line) => this.#hear(JSON.parse(line) as DriverLine),
    })
  }

  /** What it last said of itself. */
  get status(): LibtorrentStatus {
    return this.#status
  }

  async ready(timeoutMs = 60_000): Promise<void> {
    await this.#wait('all data checked', () => this.#status.state === 'seeding', timeoutMs)
  }

  async done(timeoutMs = 60_000): Promise<void> {
    await this.#wait('the download to end', () => this.#done, timeoutMs)
  }

  async progress(): Promise<number> {
    return this.#status.progress
  }

  async uploaded(): Promise<number> {
    return this.#status.uploaded
  }

  async stop(): Promise<void> {
    await this.process.stop()
  }

  #hear(line: DriverLine): void {
    if (line.event === 'done') this.#done = true
    else if (line.event === 'error') this.#errors.push(line.message)
    else this.#status = line
  }

  async #wait(what: string, look: () => boolean, timeoutMs: number): Promise<void> {
    try {
      await clientWait(this.process, what, look, { timeoutMs, intervalMs: 10 })
    } catch (error) {
      const state = JSON.stringify({ errors: this.#errors, status: this.#status })
      throw new Error(`libtorrent says ${state}`, { cause: error })
    }
  }
}
