/**
 * The swarm of a magnet link, until the metadata is here: peers are found, connected to and asked for the info dictionary, and
 * nothing else. What they say of their pieces is passed over, for how many there are is not known yet; when it is, they are met anew.
 * `handle` an event, then perform what `drain` returns, as with `Torrent`.
 */
import {
  Bitfield,
  METADATA_NAME,
  PEX_NAME,
  ProtocolError,
  decodeExtensionHandshake,
  type InfoHash,
} from '../../protocol/index.ts'
import { DEFAULT_CHOKER } from '../choker/choker.ts'
import type { TorrentEffect, TorrentEvent } from '../events.ts'
import type { CloseReason } from '../peer/close-reason.ts'
import type { PeerKey, PeerSession } from '../peer/peer-session.ts'
import type { PeerList } from '../peer-list/peer-list.ts'
import { PeerExchange } from '../pex/peer-exchange.ts'
import { Announcing } from '../torrent/announcing.ts'
import { Connections } from '../torrent/connections.ts'
import type { DownloadCode, Explanation } from '../torrent/explain.ts'
import { Extensions } from '../torrent/extensions.ts'
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
  readonly #extensions: Extensions
  readonly #connections: Connections
  readonly #peerExchange: PeerExchange
  readonly #fetch: MetadataFetch
  readonly #announcing: Announcing
  #isFound = false
  #stopped = false

  constructor({ infoHash, ...options }: MetadataSwarmOptions) {
    // One piece that we lack: with none at all we would be complete.
    const shape = { infoHash, pieceCount: 1, pieceLength: 1, length: 1, pieceHashes: Buffer.alloc(20) }
    this.#swarm = new SwarmContext({ ...options, shape, have: new Bitfield(1), choker: DEFAULT_CHOKER })
    this.#extensions = new Extensions(this.#swarm)
    this.#connections = new Connections(this.#swarm, this.#extensions.offered, (session) => {
      this.#peerExchange.left(session)
      serving.left(session)
      this.#fetch.left(session)
    })
    const send = (session: PeerSession, payload: Buffer, now: number): void => {
      this.#extensions.send(session, METADATA_NAME, payload, now)
    }
    const serving = new MetadataServing(this.#swarm, null, { send })
    this.#fetch = new MetadataFetch(infoHash, options.sha1, {
      send,
      ban: (banKey, reason, now) => this.#connections.ban(banKey, reason, now),
      close: (session, reason, now) => this.#connections.close(session, reason, now),
      asked: (session, piece, now) => serving.requested(session, piece, now),
      found: (bytes) => {
        this.#isFound = true
        this.#swarm.emit({ type: 'metadata', bytes })
      },
    })
    this.#peerExchange = new PeerExchange(this.#swarm, {
      send: (session, payload, now) => this.#extensions.send(session, PEX_NAME, payload, now),
      candidates: (addresses, now) => {
        this.#connections.candidates(addresses, 'pex', now)
        this.#connections.dial(now)
      },
    })
    this.#extensions.take(PEX_NAME, this.#peerExchange)
    this.#extensions.take(METADATA_NAME, {
      agreed: () => {},
      received: (session, payload, now) => this.#fetch.received(session, payload, now),
    })
    this.#announcing = new Announcing(this.#swarm)
  }

  get sessions(): ReadonlyMap<PeerKey, PeerSession> {
    return this.#swarm.sessions
  }

  get peers(): PeerList {
    return this.#connections.peers
  }

  get announcing(): Announcing {
    return this.#announcing
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
    if (this.#stopped) return this.#afterStop(event)
    switch (event.type) {
      case 'connected':
        return this.#connections.connected(event, now)
      case 'dial-failed':
        return this.#connections.dialFailed(event.address, now)
      case 'closed':
        return this.#withSession(event.peer, now, (session) => this.#connections.closed(session, now))
      case 'message':
        return this.#withSession(event.peer, now, (session) => {
          session.lastHeardAt = now
          const { message } = event
          if (message.type !== 'extended') return
          if (message.id === 0) this.#extensionHandshake(session, message.payload, now)
          else this.#extensions.received(session, message.id, message.payload, now)
        })
      case 'block':
        return this.#withSession(event.peer, now, (session) => {
          if (++session.unwantedBlocks > MOST_BLOCKS) throw new PeerFault('unwanted-blocks')
        })
      case 'candidates':
        this.#connections.candidates(event.addresses, event.source, now)
        return this.#connections.dial(now)
      case 'announced':
        this.#announcing.succeeded(event.url, event.answer, now)
        this.#connections.candidates(event.answer.peers, 'tracker', now)
        return this.#connections.dial(now)
      case 'announce-failed':
        return this.#announcing.failed(event.url, event.reason, now)
      case 'send-extension':
        return this.#withSession(event.peer, now, (session) => {
          this.#extensions.send(session, event.name, event.payload, now)
        })
      case 'expel':
        return this.#withSession(event.peer, now, (session) => this.#connections.close(session, event.reason, now))
      case 'announce-now':
        return this.#announcing.now(now)
      case 'tick':
        return this.#tick(now)
      case 'stop':
        return this.#stop(now)
      // Of pieces and their order nothing is known yet.
      case 'sent':
      case 'unreadable':
      case 'hashed':
      case 'stored':
      case 'store-failed':
      case 'storage-pressure':
      case 'order':
      case 'wish':
        return
    }
  }

  /** Nobody is asked for blocks. */
  blockTarget(): null {
    return null
  }

  /** Ends the transition and returns what is to be done, in order. The array is only valid until the next call. */
  drain(now: number): readonly TorrentEffect[] {
    if (!this.#stopped) this.#fetch.settle(now)
    return this.#swarm.takeEffects()
  }

  #extensionHandshake(session: PeerSession, payload: Uint8Array, now: number): void {
    const handshake = decodeExtensionHandshake(payload)
    if (handshake.v !== undefined) session.client = handshake.v
    if (handshake.port !== undefined) this.#connections.listensAt(session, handshake.port, now)
    session.uploadOnly = handshake.uploadOnly ?? false
    this.#extensions.agree(session, handshake, now)
    if (!session.extensionIds.has(METADATA_NAME)) this.#fetch.left(session)
    else if (handshake.metadataSize !== undefined) this.#fetch.claimed(session, handshake.metadataSize, now)
  }

  #tick(now: number): void {
    this.#announcing.tick(now)
    this.#fetch.tick(now)
    this.#connections.tick(now)
    this.#peerExchange.tick(now)
    this.#makePlace(now)
  }

  /** All places are taken: one that is of no use is given up, so that there is somebody new each time. */
  #makePlace(now: number): void {
    if (this.sessions.size < this.#swarm.options.limits.maxPeers) return
    for (const session of this.sessions.values()) {
      if (now - session.connectedAt < USELESS_MS || this.#fetch.isSource(session.key)) continue
      return this.#connections.close(session, 'no-metadata', now)
    }
  }

  #stop(now: number): void {
    for (const session of [...this.sessions.values()]) this.#connections.close(session, 'swarm-stopped', now)
    // With the metadata we stay in the swarm: no goodbye to those who are to hear of us again at once.
    if (!this.#isFound) this.#announcing.stop()
    this.#stopped = true
  }

  #afterStop(event: TorrentEvent): void {
    if (event.type === 'connected') this.#swarm.emit({ type: 'close', peer: event.peer, reason: 'swarm-stopped' })
  }

  #withSession(peer: PeerKey, now: number, act: (session: PeerSession) => void): void {
    const session = this.sessions.get(peer)
    if (!session) return
    try {
      act(session)
    } catch (error) {
      if (!(error instanceof PeerFault) && !(error instanceof ProtocolError)) throw error
      const reason: CloseReason = error instanceof PeerFault ? error.reason : error.code
      this.#connections.close(session, reason, now)
    }
  }
}
