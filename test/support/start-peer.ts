import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startDebianClient } from './debian-clients.ts'
import type { DebianClientKind } from './debian-clients.ts'
import type { LabHost } from './lab-host.ts'
import type { PeerClient, PeerClientOptions } from './peer-client.ts'
import { SwarmdClient } from './swarmd-client.ts'

export type PeerKind = DebianClientKind | 'swarmd'

export interface StartPeerOptions extends PeerClientOptions {
  /** The complete data (the file or folder that the torrent was made of), for one that is to seed. */
  readonly seedFrom?: string
}

const execFileAsync = promisify(execFile)

/** Starts a peer of any kind in `folder`, which is made. A seeder is ready when this returns; a leecher has just started. */
export async function startPeer(kind: PeerKind, host: LabHost, options: StartPeerOptions): Promise<PeerClient> {
  const dataFolder = kind === 'swarmd' ? join(options.folder, 'shareable') : options.folder
  await mkdir(dataFolder, { recursive: true })
  if (options.seedFrom !== undefined) {
    // Hard links: a seeder has no business with writing.
    await execFileAsync('cp', ['--archive', '--link', options.seedFrom, dataFolder], { timeout: 30_000 })
  }
  const peer = kind === 'swarmd' ? new SwarmdClient(host, options) : startDebianClient(kind, host, options)
  if (options.seedFrom !== undefined) await peer.ready()
  return peer
}
