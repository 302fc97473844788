/** Opens a root and starts the service on it. */
import { RootLock, makeFolder } from '../io/index.ts'
import { loadIdentity } from './identity.ts'
import type { PeerService } from './face.ts'
import type { LiveSettings } from './live-settings.ts'
import { Service } from './peer-service.ts'
import { RootFolder } from './root-folder.ts'
import type { ServiceConfig } from './service-config.ts'

/** A started service. */
export interface RunningService extends PeerService {
  /** Leaves all swarms; resolves when all is on disk. Within 10 s. */
  stop(): Promise<void>
  /** Nobody waits any longer for what takes long, as a search by name: who does is told `not-ready`. Before a `stop`. */
  callOff(): void
  /** These settings hold from now on. */
  follow(settings: LiveSettings): Promise<void>
}

/**
 * Starts a peer: when this resolves, the peer port is open and the swarms of the last run are known.
 * @throws RootLockedError, StorageError, or the system's error for the port (`EADDRINUSE`, …)
 */
export async function startService(config: ServiceConfig): Promise<RunningService> {
  const root = new RootFolder(config.root)
  for (const folder of [root.torrents, root.shareable]) await makeFolder(folder)
  await makeFolder(root.swarms, 0o700)
  const lock = await RootLock.acquire(root.path)
  let service: Service
  try {
    service = new Service(config, root, await loadIdentity(root), lock)
  } catch (error) {
    await lock.release()
    throw error
  }
  try {
    await service.start()
    return service
  } catch (error) {
    // What is open by then is closed, the lock too.
    await service.stop()
    throw error
  }
}
