/** Where things lie below `--root`. The one place that knows the names. */
import path from 'node:path'
import type { InfoHash } from '../protocol/index.ts'

/** Paths of one swarm's files. */
export interface SwarmPlace {
  readonly folder: string
  readonly metainfo: string
  readonly magnet: string
  readonly settings: string
  readonly journal: string
  readonly partial: string
}

export class RootFolder {
  readonly path: string
  /** Watched for .torrent files. */
  readonly torrents: string
  /** Complete files. */
  readonly shareable: string
  /** Everything of our own. */
  readonly state: string

  constructor(root: string) {
    this.path = path.resolve(root)
    this.torrents = path.join(this.path, 'torrents')
    this.shareable = path.join(this.path, 'shareable')
    this.state = path.join(this.path, '.swarmd')
  }

  get swarms(): string {
    return path.join(this.state, 'swarms')
  }

  get identity(): string {
    return path.join(this.state, 'identity.json')
  }

  /** Those of the rates, for all swarms together. */
  get limits(): string {
    return path.join(this.state, 'limits.json')
  }

  /** Hashes of the tokens for the control plane. */
  get tokens(): string {
    return path.join(this.state, 'tokens.json')
  }

  /** The one token that is kept in clear, for the owner of the files. */
  get firstToken(): string {
    return path.join(this.state, 'token')
  }

  /** What one swarm keeps: its .torrent (before that its magnet link), its settings, its resume journal. */
  swarm(infoHash: InfoHash): SwarmPlace {
    const folder = path.join(this.swarms, infoHash)
    return {
      folder,
      metainfo: path.join(folder, 'metainfo.torrent'),
      magnet: path.join(folder, 'magnet.json'),
      settings: path.join(folder, 'settings.json'),
      journal: path.join(folder, 'have.journal'),
      partial: path.join(this.state, 'partial', infoHash),
    }
  }
}
