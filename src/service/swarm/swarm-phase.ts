/** Where a swarm is in its life. One value, with the data that belongs to it. */
import type { Torrent } from '../../swarm/index.ts'
import type { DurableFlusher } from './durable-flusher.ts'
import type { SwarmSettings } from './swarm-settings.ts'
import type { SwarmStorage } from './swarm-storage.ts'
import type { TorrentRunner } from './torrent-runner.ts'

export interface StoppedPhase {
  readonly name: 'stopped'
}

/** In a sentence: it is also between two phases, and when it could not be removed. */
export function whyStopped({ desired }: Pick<SwarmSettings, 'desired'>): string {
  if (desired === 'stopped') return 'stopped by request'
  return 'out of the swarm for a moment; if it stays so, start it again (PATCH state: started)'
}

/** Its files are read back. */
export interface CheckingPhase {
  readonly name: 'checking'
  /** Pieces. */
  checked: number
  total: number
}

export interface ErrorPhase {
  readonly name: 'error'
  readonly reason: string
  /** When it is tried again by itself (ms, monotonic), or null when a person has to act. */
  readonly retryAt: number | null
}

export interface ActivePhase {
  readonly name: 'active'
  readonly torrent: Torrent
  readonly runner: TorrentRunner
  readonly flusher: DurableFlusher | null
  storage: SwarmStorage
  /** All pieces are here but the files are not yet in `shareable/`; the text says what hinders. */
  moving: string | null
}
