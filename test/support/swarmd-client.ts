import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { clientWait } from './client-wait.ts'
import type { LabHost } from './lab-host.ts'
import type { LabProcess } from './lab-process.ts'
import type { MadeTorrent } from './make-torrent.ts'
import type { PeerClient, PeerClientOptions } from './peer-client.ts'
import { SwarmdProcess } from './swarmd-process.ts'

/** swarmd with one torrent, seen as just another client. It finds the torrent in `torrents/` when it starts. */
export class SwarmdClient implements PeerClient {
  readonly kind = 'swarmd'
  readonly process: LabProcess
  readonly dataFolder: string
  readonly swarmd: SwarmdProcess
  readonly #torrent: MadeTorrent

  constructor(host: LabHost, options: PeerClientOptions) {
    this.#torrent = options.torrent
    this.dataFolder = join(options.folder, 'shareable')
    const torrents = join(options.folder, 'torrents')
    mkdirSync(torrents, { recursive: true })
    if (!options.startEmpty) copyFileSync(options.torrent.path, join(torrents, basename(options.torrent.path)))
    const port = options.port ?? 5000
    this.swarmd = new SwarmdProcess(host, {
      root: options.folder,
      port,
      ...(options.args ? { args: options.args } : {}),
    })
    this.process = this.swarmd.process
  }

  async ready(timeoutMs = 60_000): Promise<void> {
    await this.swarmd.ready()
    const isSeeder = async (): Promise<boolean> => (await this.#view()).status === 'seeder'
    await clientWait(this.process, 'all data checked', isSeeder, { timeoutMs, intervalMs: 100 })
  }

  /** A torrent's data is moved to `shareable/` whole, when its last piece is verified and on the disk. */
  async done(timeoutMs = 60_000): Promise<void> {
    const path = join(this.dataFolder, this.#torrent.name)
    await clientWait(this.process, 'the download to end', () => existsSync(path), { timeoutMs, intervalMs: 10 })
  }

  async progress(): Promise<number> {
    return (await this.#view()).progress
  }

  async uploaded(): Promise<number> {
    return (await this.#view()).uploaded
  }

  async stop(): Promise<void> {
    await this.swarmd.stop()
  }

  #view(): ReturnType<SwarmdProcess['swarm']> {
    return this.swarmd.swarm(this.#torrent.infoHash)
  }
}
