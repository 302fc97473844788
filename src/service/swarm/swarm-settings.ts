/** What a swarm remembers beside its pieces: what the user wants of it, and its account. */
import { readStateFile, writeStateFile } from '../../io/index.ts'
import { NO_WISHES, readWishes, type SwarmWishes } from './swarm-wishes.ts'

export interface SwarmSettings {
  readonly desired: 'started' | 'stopped'
  /** The user removed it: a .torrent that still lies in `torrents/` does not bring it back. */
  readonly removed: boolean
  /** RFC 3339. */
  readonly addedAt: string
  readonly completedAt: string | null
  /** Payload bytes since it was added. */
  readonly downloaded: number
  readonly uploaded: number
  readonly wasted: number
  readonly wishes: SwarmWishes
}

export const newSettings = (now: Date): SwarmSettings => ({
  desired: 'started',
  removed: false,
  addedAt: now.toISOString(),
  completedAt: null,
  downloaded: 0,
  uploaded: 0,
  wasted: 0,
  wishes: NO_WISHES,
})

export interface LoadedSettings {
  readonly settings: SwarmSettings
  /** The file is damaged, and the one before it was read: they should be written again. */
  readonly fromPrevious: boolean
}

/** The settings in this file, or null when there are none that can be read. */
export async function loadSettings(path: string): Promise<LoadedSettings | null> {
  const read = await readStateFile(path)
  if (!('value' in read) || !isSettings(read.value)) return null
  return { settings: { ...read.value, wishes: readWishes(read.value.wishes) }, fromPrevious: read.fromPrevious }
}

export function saveSettings(path: string, settings: SwarmSettings): Promise<void> {
  return writeStateFile(path, settings)
}

/** The wishes came later, and are read for themselves. */
function isSettings(value: unknown): value is Omit<SwarmSettings, 'wishes'> & { readonly wishes?: unknown } {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Record<string, unknown>
  return (
    (fields['desired'] === 'started' || fields['desired'] === 'stopped') &&
    typeof fields['removed'] === 'boolean' &&
    typeof fields['addedAt'] === 'string' &&
    (fields['completedAt'] === null || typeof fields['completedAt'] === 'string') &&
    ['downloaded', 'uploaded', 'wasted'].every((name) => typeof fields[name] === 'number')
  )
}
