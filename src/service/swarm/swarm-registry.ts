/** All swarms of this service: from the state at a start, from `torrents/`, from the API. */
import {
  KeyedTurns,
  listFolder,
  makeFolder,
  readWholeFile,
  removeStateFile,
  sha1,
  wallClock,
  writeWholeFile,
} from '../../io/index.ts'
import {
  ProtocolError,
  infoHashFromHex,
  parseMagnet,
  parseMetainfo,
  wrapInfo,
  type InfoHash,
  type MagnetLink,
  type Metainfo,
} from '../../protocol/index.ts'
import { failureSentence } from '../failure-sentence.ts'
import { ServiceError } from '../face.ts'
import { meetPeersOfLink } from '../magnet/link-peers.ts'
import { loadMagnet, saveMagnet, type KeptLink } from '../magnet/magnet-file.ts'
import { MagnetSwarm, metadataMissing, type FetchingPhase, type KnownPeers } from '../magnet/magnet-swarm.ts'
import { sameName } from '../names/same-name.ts'
import { orStorageRefusal } from '../storage-refusal.ts'
import { refuseIdle } from './refuse-idle.ts'
import type { ActivePhase } from './swarm-phase.ts'
import { Swarm } from './swarm.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'
import { KeptSettings } from './kept-settings.ts'
import { Removals } from './removals.ts'
import { loadSettings, newSettings } from './swarm-settings.ts'

/** Swarms of the last run that are read at a time: the disk answers several at once sooner than one by one. */
const RESTORED_AT_ONCE = 16

/** With its torrent, or with a magnet link only. */
export type AnySwarm = Swarm | MagnetSwarm

export interface Added {
  readonly swarm: AnySwarm
  readonly created: boolean
}

export class SwarmRegistry {
  readonly #around: SwarmSurroundings
  readonly #swarms = new Map<InfoHash, AnySwarm>()
  /** One after the other: two requests for one torrent must not make two swarms. */
  readonly #adding = new KeyedTurns<InfoHash>()
  /** Torrents on their way in, each with its name. */
  readonly #coming = new Set<Metainfo>()
  readonly #removals = new Removals()
  #closed = false

  constructor(around: SwarmSurroundings) {
    this.#around = around
  }

  get all(): readonly AnySwarm[] {
    return [...this.#swarms.values()]
  }

  find(infoHash: InfoHash): AnySwarm | undefined {
    return this.#swarms.get(infoHash)
  }

  /** @throws ServiceError swarm-not-found */
  get(infoHash: InfoHash): AnySwarm {
    const swarm = this.#swarms.get(infoHash)
    if (!swarm)
      throw new ServiceError('swarm-not-found', `No swarm ${infoHash} here. GET /swarms lists those that are.`)
    return swarm
  }

  /** One that has its torrent. @throws ServiceError swarm-not-found, metadata-missing */
  whole(infoHash: InfoHash): Swarm {
    const swarm = this.get(infoHash)
    if (swarm instanceof MagnetSwarm) throw metadataMissing(swarm)
    return swarm
  }

  /** What runs of it, with a torrent or without. @throws ServiceError swarm-not-found, swarm-stopped, not-ready */
  running(infoHash: InfoHash): ActivePhase | FetchingPhase {
    const swarm = this.get(infoHash)
    return swarm.active ?? refuseIdle(swarm)
  }

  /** With pieces to give and take. @throws ServiceError swarm-not-found, swarm-stopped, not-ready */
  runningWhole(infoHash: InfoHash): ActivePhase {
    const swarm = this.get(infoHash)
    return (swarm instanceof MagnetSwarm ? null : swarm.active) ?? refuseIdle(swarm)
  }

  /** The swarms of the last run. One that can't be read is told and left alone: it must not stop the others. */
  async restore(): Promise<void> {
    const names = await listFolder(this.#around.root.swarms)
    const known = names.map(infoHashFromHex).filter((infoHash) => infoHash !== null)
    for (let at = 0; at < known.length; at += RESTORED_AT_ONCE) {
      const some = known.slice(at, at + RESTORED_AT_ONCE)
      const swarms = await Promise.all(some.map((infoHash) => this.#restoredOrTold(infoHash)))
      for (const swarm of swarms) {
        if (!swarm) continue
        this.#swarms.set(swarm.about.infoHash, swarm)
        if (swarm.settings.desired === 'started') void swarm.life.start()
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
  async add(bytes: Uint8Array, revive: boolean): Promise<Added | null> {
    const metainfo = readTorrent(bytes)
    return this.#adding.take(metainfo.infoHash, async () => {
      await this.#removals.of(metainfo.infoHash)
      return this.#add(metainfo, revive)
    })
  }

  /**
   * Adds the torrent of a magnet link: until its metadata is here, in a swarm that gets it. What is known of the torrent, from
   * its file or from a life before, is used. @throws ServiceError invalid-magnet, unsupported-torrent, storage, not-ready
   * @param askedName it was asked for by this name: metadata with another one is refused
   */
  async addMagnet(text: string, askedName: string | null = null): Promise<Added> {
    const link = { ...readMagnet(text), askedName }
    return this.#adding.take(link.infoHash, async () => {
      await this.#removals.of(link.infoHash)
      return this.#addMagnet(link)
    })
  }

  async remove(infoHash: InfoHash, deleteData: boolean): Promise<void> {
    const swarm = this.get(infoHash)
    const { name } = swarm.about
    this.#swarms.delete(infoHash)
    const over = swarm.remove(deleteData).catch((error: unknown) => {
      this.#swarms.set(infoHash, swarm)
      throw error
    })
    await this.#removals.add(infoHash, name, over)
    this.#around.log('swarm.removed', { infoHash, name })
    this.#around.tell({ type: 'swarm.removed', infoHash, name })
    // It may have been in the way of a magnet link.
    for (const other of this.all) if (other instanceof MagnetSwarm) other.life.retry()
  }

  /** Leaves all swarms; from now on none comes in. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#adding.settled()
    // What fails was told to whoever wanted it, and hinders none of the others.
    await Promise.allSettled([...this.all.map(({ life }) => life.stop()), this.#removals.settled()])
  }

  async #add(metainfo: Metainfo, revive: boolean): Promise<Added | null> {
    this.#checkOpen()
    const { infoHash } = metainfo
    const known = this.#swarms.get(infoHash)
    if (known instanceof MagnetSwarm) return { swarm: await this.#become(known, metainfo), created: false }
    if (known) return { swarm: known, created: false }
    return this.#named(metainfo, async () => {
      const place = this.#around.root.swarm(infoHash)
      const loaded = await loadSettings(place.settings)
      if (loaded?.settings.removed && !revive) return null
      const kept = new KeptSettings(place, newSettings(wallClock()))
      await orStorageRefusal('Could not keep the torrent', async () => {
        await makeFolder(place.folder)
        await writeWholeFile(place.metainfo, metainfo.raw)
        await kept.save()
      })
      const swarm = new Swarm(metainfo, kept, this.#around)
      this.#take(swarm)
      void swarm.life.start()
      return { swarm, created: true }
    })
  }

  async #addMagnet(link: KeptLink): Promise<Added> {
    this.#checkOpen()
    const { infoHash } = link
    const known = this.#swarms.get(infoHash)
    if (known) {
      checkAskedName(link, known instanceof MagnetSwarm ? (known.knownName?.name ?? null) : known.metainfo.name)
      if (known instanceof MagnetSwarm) await known.merge(link)
      else void introduceLink(known, link)
      return { swarm: known, created: false }
    }
    const place = this.#around.root.swarm(infoHash)
    const before = await this.#torrentOfBefore(link)
    if (before) checkAskedName(link, before.name)
    const added = before && (await this.#add(before, true))
    if (added) {
      void introduceLink(added.swarm, link)
      return added
    }
    const kept = new KeptSettings(place, newSettings(wallClock()))
    await orStorageRefusal('Could not keep the magnet link', async () => {
      await makeFolder(place.folder)
      await saveMagnet(place.magnet, link)
      await kept.save()
    })
    const magnet = this.#newMagnet(link, kept)
    this.#take(magnet)
    await magnet.life.start()
    return { swarm: magnet, created: true }
  }

  /** It was here once, and was removed: its metadata need not be fetched again. */
  async #torrentOfBefore(link: MagnetLink): Promise<Metainfo | null> {
    const bytes = await orStorageRefusal('Could not look for the torrent', () =>
      readWholeFile(this.#around.root.swarm(link.infoHash).metainfo),
    )
    if (!bytes) return null
    try {
      const { infoHash, infoBytes, announceTiers } = parseMetainfo(bytes, sha1)
      if (infoHash !== link.infoHash) return null
      const news = link.trackers.filter((url) => !announceTiers.flat().includes(url)).map((url) => [url])
      return parseMetainfo(wrapInfo(infoBytes, { announceTiers: [...announceTiers, ...news] }), sha1)
    } catch (error) {
      if (error instanceof ProtocolError) return null
      throw error
    }
  }

  #newMagnet(link: KeptLink, kept: KeptSettings): MagnetSwarm {
    return new MagnetSwarm(link, kept, this.#around, (magnet, infoBytes) => void this.#found(magnet, infoBytes))
  }

  /** The metadata of a magnet link came: the ordinary life of a torrent begins, or what hinders is said. */
  async #found(magnet: MagnetSwarm, infoBytes: Buffer): Promise<void> {
    await this.#adding.take(magnet.infoHash, async () => {
      if (this.#closed || this.#swarms.get(magnet.infoHash) !== magnet) return
      let metainfo: Metainfo
      try {
        metainfo = readTorrent(wrapInfo(infoBytes, { announceTiers: magnet.announceTiers }))
      } catch (error) {
        return magnet.failed(`its metadata is here, but: ${failureSentence(error)}`, false)
      }
      const { askedName } = magnet.link
      if (askedName !== null && !sameName(metainfo.name, askedName)) return magnet.misnamed(metainfo.name)
      try {
        await this.#become(magnet, metainfo)
      } catch (error) {
        await magnet.failed(`its metadata is here, but: ${failureSentence(error)}`, true)
      }
    })
  }

  /** @throws ServiceError swarm-conflict, storage: then it is the magnet that it was */
  #become(magnet: MagnetSwarm, metainfo: Metainfo): Promise<Swarm> {
    return this.#named(metainfo, () => this.#replace(magnet, metainfo))
  }

  async #replace(magnet: MagnetSwarm, metainfo: Metainfo): Promise<Swarm> {
    const { infoHash } = magnet
    const place = this.#around.root.swarm(infoHash)
    await orStorageRefusal('Could not keep the torrent', () => writeWholeFile(place.metainfo, metainfo.raw))
    const { knownPeers } = magnet
    await magnet.life.end(() => {
      if (this.#swarms.get(infoHash) !== magnet)
        throw new ServiceError('swarm-not-found', `Swarm ${infoHash} was removed while its metadata came.`)
      // With the settings as they are now: until now they were changed on the magnet.
      this.#swarms.set(infoHash, new Swarm(metainfo, magnet.life.kept, this.#around))
    })
    const swarm = this.whole(infoHash)
    // At once: nobody may see it as one that was stopped.
    if (swarm.settings.desired === 'started') void swarm.life.start().then(() => introduce(swarm, knownPeers))
    this.#around.log('swarm.metadata', { infoHash, name: metainfo.name, bytes: metainfo.infoBytes.length })
    // The torrent counts from now on, whether or not the link is still there.
    await removeStateFile(place.magnet).catch((error: unknown) =>
      this.#around.log('settings.unsaved', { infoHash, reason: failureSentence(error) }),
    )
    return swarm
  }

  async #restoredOrTold(infoHash: InfoHash): Promise<AnySwarm | null> {
    try {
      const place = this.#around.root.swarm(infoHash)
      const loaded = await loadSettings(place.settings)
      const settings = loaded?.settings ?? newSettings(wallClock())
      if (settings.removed) return null
      return await this.#restored(infoHash, new KeptSettings(place, settings, loaded?.fromPrevious === false))
    } catch (error) {
      this.#around.log('swarm.unreadable', {
        infoHash,
        error: error instanceof Error ? error.message : String(error),
      })
      return null
    }
  }

  async #restored(infoHash: InfoHash, kept: KeptSettings): Promise<AnySwarm | null> {
    const place = this.#around.root.swarm(infoHash)
    const bytes = await readWholeFile(place.metainfo)
    if (!bytes) {
      const link = await loadMagnet(place.magnet, infoHash)
      return link && this.#newMagnet(link, kept)
    }
    const metainfo = readTorrent(bytes)
    if (metainfo.infoHash !== infoHash) throw new Error(`${place.metainfo} holds the torrent ${metainfo.infoHash}`)
    return new Swarm(metainfo, kept, this.#around)
  }

  #take(swarm: AnySwarm): void {
    const { infoHash, name } = swarm.about
    this.#swarms.set(infoHash, swarm)
    this.#around.log('swarm.added', { infoHash, name })
    this.#around.tell({ type: 'swarm.added', infoHash, name })
  }

  #checkOpen(): void {
    if (this.#closed) throw new ServiceError('not-ready', 'The service is stopping.')
  }

  /** Two torrents of one name can't both end in `shareable/`: while this one comes in, none of its name does. */
  async #named<T>(metainfo: Metainfo, work: () => Promise<T>): Promise<T> {
    const { name } = metainfo
    await this.#removals.ofName(name)
    const other = [...this.#fetching(), ...this.#coming].find((torrent) => torrent.name === name)
    if (other !== undefined) {
      throw new ServiceError(
        'swarm-conflict',
        `Swarm ${other.infoHash} is fetching another torrent of the name ${name}. Remove it first, or wait until it is complete and move its files away.`,
      )
    }
    this.#coming.add(metainfo)
    try {
      return await work()
    } finally {
      this.#coming.delete(metainfo)
    }
  }

  /** Torrents that are not complete. */
  *#fetching(): Iterable<Metainfo> {
    for (const swarm of this.#swarms.values()) {
      if (!(swarm instanceof MagnetSwarm) && swarm.settings.completedAt === null) yield swarm.metainfo
    }
  }
}

/**
 * Who answers for a name may name any torrent.
 * @param name that it has, or, as long as there is no metadata, was asked for by; null: neither is known
 * @throws ServiceError name-not-found
 */
function checkAskedName({ askedName, infoHash }: KeptLink, name: string | null): void {
  if (askedName === null || name === null || sameName(askedName, name)) return
  throw new ServiceError(
    'name-not-found',
    `For ${askedName} the torrent ${infoHash} was named, which is here as ${name}: who named it for one of them was wrong.`,
  )
}

/** Who is in the link is met as soon as the torrent is joined; not in a private one (BEP 27). */
async function introduceLink({ about, life }: AnySwarm, link: KeptLink): Promise<void> {
  await life.settled
  if (life.active && !about.isPrivate) await meetPeersOfLink(link, life.active.runner)
}

/** Whom it met as a magnet link, it meets again; in a private torrent only who its trackers or the user named (BEP 27). */
function introduce({ active, metainfo }: Swarm, known: readonly KnownPeers[]): void {
  for (const { source, addresses } of known) {
    if (metainfo.isPrivate && source !== 'tracker' && source !== 'manual') continue
    active?.runner.dispatch({ type: 'candidates', addresses, source })
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

function readMagnet(text: string): MagnetLink {
  try {
    return parseMagnet(text)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const code = error.code.startsWith('magnet-unsupported') ? 'unsupported-torrent' : 'invalid-magnet'
    throw new ServiceError(code, error.message, error)
  }
}
