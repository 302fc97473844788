/** All swarms of this service: from the state at a start, from `torrents/`, from the API. */
import { listFolder, makeFolder, readWholeFile, sha1, wallClock, writeWholeFile } from '../io/index.ts'
import { ProtocolError, infoHashFromHex, parseMetainfo, type InfoHash, type Metainfo } from '../protocol/index.ts'
import { ServiceError } from './face.ts'
import { orStorageRefusal } from './storage-refusal.ts'
import { Swarm } from './swarm.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'
import { loadSettings, newSettings, saveSettings } from './swarm-settings.ts'

export class SwarmRegistry {
  readonly #around: SwarmSurroundings
  readonly #swarms = new Map<InfoHash, Swarm>()
  #adding: Promise<unknown> = Promise.resolve()
  /** Removed, but not yet out of its files. */
  readonly #leaving = new Map<InfoHash, Promise<void>>()
  #closed = false

  constructor(around: SwarmSurroundings) {
    this.#around = around
  }

  get all(): readonly Swarm[] {
    return [...this.#swarms.values()]
  }

  find(infoHash: InfoHash): Swarm | undefined {
    return this.#swarms.get(infoHash)
  }

  /** @throws ServiceError swarm-not-found */
  get(infoHash: InfoHash): Swarm {
    const swarm = this.#swarms.get(infoHash)
    if (!swarm)
      throw new ServiceError('swarm-not-found', `No swarm ${infoHash} here. GET /swarms lists those that are.`)
    return swarm
  }

  /** The swarms of the last run. One that can't be read is told and left alone: it must not stop the others. */
  async restore(): Promise<void> {
    for (const name of await listFolder(this.#around.root.swarms)) {
      const infoHash = infoHashFromHex(name)
      if (infoHash === null) continue
      try {
        await this.#restore(infoHash)
      } catch (error) {
        this.#around.log('swarm.unreadable', {
          infoHash,
          error: error instanceof Error ? error.message : String(error),
        })
      }
    }
  }

  /**
   * Adds the torrent and starts it; it is there already when `created` is false.
   * @param bytes a .torrent
   * @param revive a swarm that the user removed comes back; false for files that merely still lie in `torrents/`
   * @returns null when it was removed and is not to come back
   * @throws ServiceError
   */
  async add(bytes: Uint8Array, revive: boolean): Promise<{ swarm: Swarm; created: boolean } | null> {
    const metainfo = readTorrent(bytes)
    await this.#leaving.get(metainfo.infoHash)?.catch(() => undefined)
    // One after the other: two requests for one torrent must not make two swarms.
    const adding = this.#adding.then(() => this.#add(metainfo, revive))
    this.#adding = adding.catch(() => undefined)
    return adding
  }

  async remove(infoHash: InfoHash, deleteData: boolean): Promise<void> {
    const swarm = this.get(infoHash)
    this.#swarms.delete(infoHash)
    const leaving = swarm.remove(deleteData)
    this.#leaving.set(infoHash, leaving)
    try {
      await leaving
      this.#around.tell({ type: 'swarm.removed', infoHash, name: swarm.metainfo.name })
    } catch (error) {
      this.#swarms.set(infoHash, swarm)
      throw error
    } finally {
      this.#leaving.delete(infoHash)
    }
  }

  /** Leaves all swarms; from now on none comes in. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#adding
    await Promise.all([...this.all.map((swarm) => swarm.stop()), ...this.#leaving.values()])
  }

  async #add(metainfo: Metainfo, revive: boolean): Promise<{ swarm: Swarm; created: boolean } | null> {
    if (this.#closed) throw new ServiceError('not-ready', 'The service is stopping.')
    const known = this.#swarms.get(metainfo.infoHash)
    if (known) return { swarm: known, created: false }
    this.#checkName(metainfo)
    const place = this.#around.root.swarm(metainfo.infoHash)
    const settings = await loadSettings(place.settings)
    if (settings?.removed && !revive) return null
    const fresh = newSettings(wallClock())
    await orStorageRefusal('Could not keep the torrent', async () => {
      await makeFolder(place.folder)
      await writeWholeFile(place.metainfo, metainfo.raw)
      await saveSettings(place.settings, fresh)
    })
    const swarm = new Swarm(metainfo, fresh, this.#around)
    this.#swarms.set(metainfo.infoHash, swarm)
    this.#around.log('swarm.added', { infoHash: metainfo.infoHash, name: metainfo.name })
    this.#around.tell({ type: 'swarm.added', infoHash: metainfo.infoHash, name: metainfo.name })
    void swarm.start()
    return { swarm, created: true }
  }

  async #restore(infoHash: InfoHash): Promise<void> {
    const place = this.#around.root.swarm(infoHash)
    const settings = (await loadSettings(place.settings)) ?? newSettings(wallClock())
    if (settings.removed) return
    const bytes = await readWholeFile(place.metainfo)
    if (!bytes) return
    const metainfo = readTorrent(bytes)
    if (metainfo.infoHash !== infoHash) throw new Error(`${place.metainfo} holds the torrent ${metainfo.infoHash}`)
    const swarm = new Swarm(metainfo, settings, this.#around)
    this.#swarms.set(infoHash, swarm)
    if (settings.desired === 'started') void swarm.start()
  }

  /** Two torrents of one name can't both end in `shareable/`. */
  #checkName(metainfo: Metainfo): void {
    for (const other of this.#swarms.values()) {
      if (other.metainfo.name !== metainfo.name || other.settings.completedAt !== null) continue
      throw new ServiceError(
        'swarm-conflict',
        `Swarm ${other.metainfo.infoHash} is fetching another torrent of the name ${metainfo.name}. Remove it first, or wait until it is complete and move its files away.`,
      )
    }
  }
}

function readTorrent(bytes: Uint8Array): Metainfo {
  try {
    return parseMetainfo(bytes, sha1)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const code = error.code.startsWith('metainfo-unsupported') ? 'unsupported-torrent' : 'invalid-torrent'
    throw new ServiceError(code, error.message, error)
  }
}
