/**
 * The life of a swarm in this service, of which there is the torrent or a magnet link only: it is joined and left, fails and is
 * tried again, until it ends. Whatever changes its phase goes through one queue, so that two changes never overlap.
 */
import { monotonicNow, type PeerConnection } from '../../io/index.ts'
import type { Handshake, Metainfo } from '../../protocol/index.ts'
import { failureSentence } from '../failure-sentence.ts'
import { ownAnnounce } from '../network/own-announce.ts'
import { peerFields, peerNews, type PeerChange } from '../network/peer-news.ts'
import { orStorageRefusal } from '../storage-refusal.ts'
import type { KeptSettings } from './kept-settings.ts'
import type { CheckingPhase, ErrorPhase, StoppedPhase } from './swarm-phase.ts'
import type { SwarmSurroundings } from './swarm-surroundings.ts'
import { TorrentRunner, type RunnerOptions, type TorrentNews } from './torrent-runner.ts'

/** What failed is tried again after this. */
const RETRY_MS = 15_000
/** Goodbyes to trackers: never wait longer. */
const GOODBYE_MS = 5_000
/** A peer that reads nothing for so long while bytes wait for it. */
const DEAF_MS = 60_000

const STOPPED: StoppedPhase = { name: 'stopped' }

/** In the swarm. */
interface RunningPhase {
  readonly name: 'active'
  readonly runner: TorrentRunner
}

export interface SwarmLifeOptions<Active> {
  readonly about: Pick<Metainfo, 'infoHash' | 'isPrivate'>
  readonly kept: KeptSettings
  readonly around: SwarmSurroundings
  /** Joins the swarm: enters a phase, or fails. @param signal it is to stop meanwhile */
  join(signal: AbortSignal): void | Promise<void>
  /** The swarm is left: what else ends with that. */
  left(active: Active): void | Promise<void>
}

export type SwarmNews = Exclude<TorrentNews, { type: 'banned' }>

/** What differs from engine to engine. */
export interface RunOptions
  extends Pick<RunnerOptions, 'torrent' | 'pieceLength' | 'storage' | 'onWritten' | 'onStorageError'> {
  /** Bytes that we lack, as trackers are told. */
  left(): number
  /** What the engine tells, but bans: those are told for it. */
  onNews(news: SwarmNews): void
}

/** `Before`: what comes before it is in the swarm, if there is such a phase. */
export class SwarmLife<Active extends RunningPhase, Before extends CheckingPhase = never> {
  readonly kept: KeptSettings
  readonly #options: SwarmLifeOptions<Active>
  #phase: StoppedPhase | Before | Active | ErrorPhase = STOPPED
  #changes: Promise<void> = Promise.resolve()
  /** Ends the starts that were asked for before the next stop, those too whose turn has not come. */
  #starting = new AbortController()
  #isOver = false

  constructor(options: SwarmLifeOptions<Active>) {
    this.#options = options
    this.kept = options.kept
  }

  get phase(): StoppedPhase | Before | Active | ErrorPhase {
    return this.#phase
  }

  get active(): Active | null {
    return this.#phase.name === 'active' ? this.#phase : null
  }

  /** Resolves when no change of phase is under way. */
  get settled(): Promise<void> {
    return this.#changes
  }

  /** Aborted when it is to stop. */
  get signal(): AbortSignal {
    return this.#starting.signal
  }

  get handshake(): Handshake {
    const { about, around } = this.#options
    return { infoHash: about.infoHash, peerId: around.peerId, extensions: { fast: true, extended: true, dht: false } }
  }

  /** Resolves when it is in the swarm and peers are let in, or when that failed (see `phase`). */
  start(): Promise<void> {
    const { signal } = this
    return this.inTurn(async () => {
      if (this.#phase.name !== 'active') await this.#options.join(signal)
    })
  }

  /** Leaves the swarm; nothing verified is lost. */
  stop(): Promise<void> {
    return this.#leaveAnd()
  }

  /** What the user wants of it, kept over restarts. @throws ServiceError storage, and then it is as before */
  async want(desired: 'started' | 'stopped'): Promise<void> {
    const before = this.kept.now.desired
    try {
      await this.kept.keep({ desired })
    } catch (error) {
      this.kept.change({ desired: before })
      throw error
    }
    // Somebody may have wanted something else meanwhile, which was noted before this.
    if (this.kept.now.desired === 'started') await this.start()
    else await this.stop()
  }

  /** Leaves the swarm for good, unless `last` fails. Whoever wants to change its phase after that comes too late. */
  end(last: () => void | Promise<void>): Promise<void> {
    return this.#leaveAnd(async () => {
      await last()
      this.#isOver = true
    })
  }

  /** Ends it, over restarts too. @param files removes them @throws ServiceError storage, and then it has not ended */
  remove(files: () => Promise<void>): Promise<void> {
    const forget = async (): Promise<void> => {
      await files()
      await this.kept.remove()
    }
    return this.end(() => orStorageRefusal('Could not remove the swarm', forget))
  }

  /** Changes the phase when its turn comes; never, if this life is over by then. */
  inTurn(change: () => void | Promise<void>): Promise<void> {
    const turn = this.#changes.then(() => (this.#isOver ? undefined : change()))
    this.#changes = turn.catch((error: unknown) => this.log('swarm.error', { reason: failureSentence(error) }))
    return turn
  }

  /** In a turn only. */
  enter(phase: Before | Active): void {
    this.#phase = phase
  }

  /** In a turn only. @param retry it is tried again by itself */
  async fail(reason: string, retry: boolean): Promise<void> {
    await this.leave()
    this.#phase = { name: 'error', reason, retryAt: retry ? monotonicNow() + RETRY_MS : null }
    this.log('swarm.error', { reason })
  }

  /** In a turn only. */
  async leave(): Promise<void> {
    const { active } = this
    if (!active) return
    const { about, around } = this.#options
    around.onOwnPart(about, null)
    await active.runner.stop(GOODBYE_MS)
    this.#phase = STOPPED
    await this.#options.left(active)
  }

  /** What hinders may be gone: it is tried now, and not in a while. */
  retry(): void {
    const phase = this.#phase
    if (phase.name !== 'error' || phase.retryAt === null) return
    this.#phase = { ...phase, retryAt: null }
    void this.start()
  }

  /** At least once a second. */
  tick(now: number): void {
    const phase = this.#phase
    if (phase.name === 'error' && phase.retryAt !== null && now >= phase.retryAt) this.retry()
    if (phase.name !== 'active') return
    phase.runner.dispatch({ type: 'tick' })
    phase.runner.closeDeaf(now - DEAF_MS)
  }

  adopt(connection: PeerConnection): void {
    if (this.active) this.active.runner.adopt(connection)
    else connection.close()
  }

  /** Of an engine that is to be in the swarm. */
  newRunner(own: RunOptions): TorrentRunner {
    const { about, around } = this.#options
    const { clientPorts, dialGate, counts, network, trackers } = around
    const runner = new TorrentRunner({
      ...own,
      handshake: this.handshake,
      clientPorts,
      dialGate,
      counts,
      askTracker: (url, request, signal) => trackers.ask(url, request, signal),
      announceRequest: () => ownAnnounce(about, around, this.kept.now, own.left()),
      onEffect: (effect) => {
        if (effect.type !== 'banned') return own.onNews(effect)
        counts.bans.add(effect.reason)
        this.log('peer.banned', { peer: effect.banKey, reason: effect.reason })
      },
      onExtension: (effect) => network.heardInSwarm(runner, effect),
      onConnected: (connection) => this.#tellOfPeer(connection, { type: 'peer.connected' }),
      onClosed: (connection, reason) => {
        network.closedInSwarm(connection)
        this.#tellOfPeer(connection, { type: 'peer.closed', reason })
      },
      onBug: (error) =>
        this.log('bug', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    })
    return runner
  }

  log(event: string, fields: Record<string, unknown>): void {
    const { about, around } = this.#options
    around.log(event, { infoHash: about.infoHash, ...fields })
  }

  #leaveAnd(last?: () => Promise<void>): Promise<void> {
    this.#starting.abort()
    this.#starting = new AbortController()
    return this.inTurn(async () => {
      await this.leave()
      this.#phase = STOPPED
      await last?.()
    })
  }

  #tellOfPeer(connection: PeerConnection, change: PeerChange): void {
    const { about, around } = this.#options
    const { type, ...fields } = change
    this.log(type, { ...peerFields(connection), ...fields })
    around.tell(peerNews(about.infoHash, connection, change))
  }
}
