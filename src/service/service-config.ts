import type { LiveSettings } from './live-settings.ts'

/** What the service has to be told at its start. */
export interface ServiceConfig extends LiveSettings {
  /** Folder that holds `torrents/`, `shareable/` and `.swarmd/`; made if missing. */
  readonly root: string
  /** Peer port, TCP. */
  readonly port: number
  /** Address to listen at; all of this machine's if left out. */
  readonly host?: string
  /** Port of the API, to tell the other members; 0: it is not known. */
  readonly apiPort: number
  /** One event of the log: a name like `peer.connected`, and fields. */
  readonly log: (event: string, fields: Record<string, unknown>) => void
}
