/**
 * The swarm of a magnet link, until the metadata is here: peers are found, connected to and asked for the info dictionary, and
 * nothing else. What they say of their pieces is passed over, for how many there are is not known yet; when it is, they are met anew.
 * `handle` an event, then perform what `drain` returns, as with `Torrent`.
 */
import { Bitfield, METADATA_NAME, type InfoHash } from '../../protocol/index.ts'
import { DEFAULT_CHOKER } from '../choker/choker.ts'
import type { TorrentEffect, TorrentEvent } from '../events.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import type { PeerList } from '../peer-list/peer-list.ts'
import type { Announcing } from '../torrent/announcing.ts'
import type { DownloadCode, Explanation } from '../torrent/explain.ts'
import { Presence, type PeerEvent } from '../torrent/presence.ts'
import { PeerFault, SwarmContext, type TorrentOptions } from '../torrent/swarm-context.ts'
import type { TorrentEngine } from '../torrent/torrent-engine.ts'
import { MetadataFetch, type MetadataProgress } from './metadata-fetch.ts'
import { MetadataServing } from './metadata-serving.ts'

type Shared = 'ownPeerId' | 'ownPort' | 'client' | 'announceTiers' | 'extensions' | 'limits' | 'sha1' | 'random' | 'now'

export interface MetadataSwarmOptions extends Pick<TorrentOptions, Shared> {
  readonly infoHash: InfoHash
}

/** A peer that has no metadata for us keeps its place for so long when others want it. */
const USELESS_MS = 20_000
/** Blocks that come though nobody can ask for any. */
const MOST_BLOCKS = 16

export class MetadataSwarm implements TorrentEngine {
  readonly #swarm: SwarmContext
  readonly #presence: Presence
  readonly #fetch: MetadataFetch
  #isFound = false

  constructor(options: MetadataSwarmOptions) {
    const { infoHash } = options
    // One piece that we lack: with none at all we would be complete.
    const shape = { infoHash, pieceCount: 1, pieceLength: 1, length: 1, pieceHashes: Buffer.alloc(20) }
    this.#swarm = new SwarmContext({
      ...options,
      // They may change while it runs.
      get limits() {
        return options.limits
      },
      shape,
      have: new Bitfield(1),
      choker: DEFAULT_CHOKER,
    })
    this.#presence = new Presence(this.#swarm, {
      // Of pieces and their order nothing is known yet.
      handle: ({ type }, now) => {
        if (type === 'tick') this.#tick(now)
        if (type === 'stop') this.#stop(now)
      },
      heard: (session, event, now) => this.#heard(session, event, now),
      left: (session) => {
        serving.left(session)
        this.#fetch.left(session)
      },
    })
    const { connections, extensions } = this.#presence
    const send = (session: PeerSession, payload: Buffer, now: number): void => {
      extensions.send(session, METADATA_NAME, payload, now)
    }
    const serving = new MetadataServing(this.#swarm, null, { send })
    this.#fetch = new MetadataFetch(infoHash, options.sha1, {
      send,
      ban: (banKey, reason, now) => connections.ban(banKey, reason, now),
      close: (session, reason, now) => connections.close(session, reason, now),
      asked: (session, piece, now) => serving.requested(session, piece, now),
      found: (bytes) => {
        this.#isFound = true
        this.#swarm.emit({ type: 'metadata', bytes })
      },
    })
    extensions.take(METADATA_NAME, {
      agreed: () => {},
      received: (session, payload, now) => this.#fetch.received(session, payload, now),
    })
  }

  /** It has no blocks to give. */
  get dividesUplink(): boolean {
    return false
  }

  get sessions(): ReadonlyMap<PeerKey, PeerSession> {
    return this.#swarm.sessions
  }

  get peers(): PeerList {
    return this.#presence.connections.peers
  }

  get announcing(): Announcing {
    return this.#presence.announcing
  }

  get progress(): MetadataProgress {
    return this.#fetch.progress
  }

  /** Why we get the metadata, or don't get it, from this peer. */
  whyFrom({ key }: PeerSession): Explanation<DownloadCode> {
    if (this.#fetch.isSource(key)) return { code: 'metadata', reason: 'it has the metadata, which we ask it for' }
    return { code: 'no-metadata', reason: 'it has not said that it has the metadata' }
  }

  /** One input. A peer's fault ends its session; any other throw is a bug of ours. @param now ms, monotonic */
  handle(event: TorrentEvent, now: number): void {
    if (this.#presence.isOver) this.#presence.afterEnd(event)
    else this.#presence.handle(event, now)
  }

  /** Nobody is asked for blocks. */
  blockTarget(): null {
    return null
  }

  /** Ends the transition and returns what is to be done, in order. The array is only valid until the next call. */
  drain(now: number): readonly TorrentEffect[] {
    if (!this.#presence.isOver) this.#fetch.settle(now)
    return this.#swarm.takeEffects()
  }

  #heard(session: PeerSession, event: PeerEvent, now: number): void {
    if (event.type === 'block' && ++session.unwantedBlocks > MOST_BLOCKS) throw new PeerFault('unwanted-blocks')
    if (event.type !== 'message' || event.message.type !== 'extended') return
    const handshake = this.#presence.extended(session, event.message, now)
    if (handshake === null) return
    if (!session.extensionIds.has(METADATA_NAME)) this.#fetch.left(session)
    else if (handshake.metadataSize !== undefined) this.#fetch.claimed(session, handshake.metadataSize, now)
  }

  #tick(now: number): void {
    this.#fetch.tick(now)
    this.#presence.tick(now)
    this.#makePlace(now)
  }

  /** All places are taken: one that is of no use is given up, so that there is somebody new each time. */
  #makePlace(now: number): void {
    if (this.sessions.size < this.#swarm.options.limits.maxPeers) return
    for (const session of this.sessions.values()) {
      if (now - session.connectedAt < USELESS_MS || this.#fetch.isSource(session.key)) continue
      return this.#presence.connections.close(session, 'no-metadata', now)
    }
  }

  #stop(now: number): void {
    this.#presence.end(now)
    // With the metadata we stay in the swarm: no goodbye to those who are to hear of us again at once.
    if (!this.#isFound) this.announcing.stop()
  }
}
