/** One engine on a bench: say what peers say, read what it does. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  BLOCK_LENGTH,
  Bitfield,
  infoHashFromBytes,
  peerIdFromBytes,
  type BlockRange,
  type PeerAddress,
  type PeerId,
  type PeerMessage,
} from '../../../src/protocol/index.ts'
import { DEFAULT_CHOKER, type ChokerSettings } from '../../../src/swarm/choker/choker.ts'
import type { TorrentEffect, TorrentEvent } from '../../../src/swarm/events.ts'
import type { PeerSession } from '../../../src/swarm/peer/peer-session.ts'
import type { RateBudget } from '../../../src/swarm/rate/rate-budget.ts'
import type { ExtensionOffer } from '../../../src/swarm/torrent/extensions.ts'
import { DEFAULT_LIMITS, type TorrentLimits } from '../../../src/swarm/torrent/swarm-context.ts'
import { Torrent } from '../../../src/swarm/torrent/torrent.ts'
import { seededRandom } from '../../support/seeded-random.ts'

export const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest()
export const peerId = (name: string): PeerId => peerIdFromBytes(Buffer.from(name.padEnd(20, '-')))
/** Greater than the ids that begin with `a`, smaller than those with `z`. */
export const OWN_ID = peerId('own')

export interface RigOptions {
  readonly pieces?: number
  readonly blocksPerPiece?: number
  /** Bytes that the last piece lacks. */
  readonly short?: number
  readonly have?: readonly number[] | 'all'
  readonly limits?: Partial<TorrentLimits>
  readonly trackers?: string[][]
  readonly choker?: ChokerSettings
  /** Of its chance. */
  readonly seed?: number
  readonly extensions?: readonly ExtensionOffer[]
  readonly metadata?: Buffer
  /** `own` if left out. */
  readonly ownId?: string
  /** Limits what may come in. */
  readonly downloadBudget?: RateBudget
  /** Limits what may leave. */
  readonly uploadBudget?: RateBudget
}

export interface ConnectOptions {
  readonly host?: string
  readonly port?: number
  readonly id?: string
  readonly outbound?: boolean
  readonly fast?: boolean
  readonly extended?: boolean
}

export class TorrentRig {
  readonly torrent: Torrent
  readonly content: Buffer
  readonly pieceLength: number
  /** What it did since the last `take`. */
  effects: TorrentEffect[] = []
  now = 1000

  constructor({
    pieces = 4,
    blocksPerPiece = 2,
    short = 0,
    have = [],
    limits,
    trackers = [],
    extensions = [],
    choker = DEFAULT_CHOKER,
    seed = 2,
    ownId = 'own',
    metadata,
    downloadBudget,
    uploadBudget,
  }: RigOptions = {}) {
    this.pieceLength = blocksPerPiece * BLOCK_LENGTH
    const length = pieces * this.pieceLength - short
    this.content = Buffer.alloc(length)
    for (let at = 0; at + 4 <= length; at += BLOCK_LENGTH) this.content.writeUInt32LE(at + 1, at)
    const pieceHashes = Buffer.concat(Array.from({ length: pieces }, (_, piece) => sha1(this.piece(piece))))
    const had = have === 'all' ? Bitfield.full(pieces) : new Bitfield(pieces)
    if (have !== 'all') for (const piece of have) had.set(piece)
    this.torrent = new Torrent({
      shape: {
        infoHash: infoHashFromBytes(sha1(pieceHashes)),
        pieceCount: pieces,
        pieceLength: this.pieceLength,
        length,
        pieceHashes,
      },
      have: had,
      ownPeerId: peerId(ownId),
      budgets: { download: downloadBudget ? [downloadBudget] : [], upload: uploadBudget ? [uploadBudget] : [] },
      ownPort: 5000,
      client: 'swarmd test',
      announceTiers: trackers,
      extensions,
      ...(metadata && { metadata }),
      limits: { ...DEFAULT_LIMITS, ...limits },
      choker,
      sha1,
      random: seededRandom(seed),
      now: this.now,
    })
  }

  piece(piece: number): Buffer {
    return this.content.subarray(piece * this.pieceLength, (piece + 1) * this.pieceLength)
  }

  handle(...events: TorrentEvent[]): this {
    for (const event of events) this.torrent.handle(event, this.now)
    this.effects.push(...this.torrent.drain(this.now))
    return this
  }

  connect(
    peer: number,
    { host, port = 5000, id, outbound = true, fast = true, extended = true }: ConnectOptions = {},
  ): this {
    return this.handle({
      type: 'connected',
      peer,
      address: { host: host ?? `10.0.0.${peer}`, port },
      peerId: peerId(id ?? `z${peer}`),
      outbound,
      fast,
      extended,
    })
  }

  say(peer: number, ...messages: PeerMessage[]): this {
    return this.handle(...messages.map((message): TorrentEvent => ({ type: 'message', peer, message })))
  }

  /** Connects a peer that has everything and unchokes us. */
  connectSeeder(peer: number, options: ConnectOptions = {}): this {
    this.connect(peer, options)
    const all = Bitfield.full(this.torrent.have.size)
    this.say(peer, options.fast === false ? { type: 'bitfield', bytes: all.toBytes() } : { type: 'have-all' })
    return this.say(peer, { type: 'unchoke' })
  }

  /** Connects peers that have nothing and want all. */
  connectLeechers(...peers: number[]): this {
    for (const peer of peers) this.connect(peer).say(peer, { type: 'have-none' }, { type: 'interested' })
    return this
  }

  /** Lets so much time pass, a tick a second. */
  pass(seconds: number): this {
    for (let second = 0; second < seconds; second++) {
      this.now += 1000
      this.handle({ type: 'tick' })
    }
    return this
  }

  /** The block comes whole. */
  block(peer: number, range: BlockRange, bytes = this.bytesOf(range)): this {
    const target = this.torrent.blockTarget(peer, range.index, range.begin, range.length)
    target?.set(bytes)
    return this.handle({ type: 'block', peer, ...range, taken: target !== null })
  }

  bytesOf({ index, begin, length }: BlockRange): Buffer {
    const offset = index * this.pieceLength + begin
    return this.content.subarray(offset, offset + length)
  }

  /** Hashes and stores whatever is to be hashed and stored. */
  settle(): this {
    for (let effect = this.#next(); effect; effect = this.#next()) {
      if (effect.type === 'hash') this.handle({ type: 'hashed', index: effect.index, hash: sha1(effect.bytes) })
      else if (effect.type === 'store') {
        assert.deepEqual(effect.bytes, this.piece(effect.index))
        this.handle({ type: 'stored', index: effect.index })
      }
    }
    return this
  }

  #next(): TorrentEffect | undefined {
    const at = this.effects.findIndex(({ type }) => type === 'hash' || type === 'store')
    return at < 0 ? undefined : this.effects.splice(at, 1)[0]
  }

  /** What it did, and forgets it. */
  take(): TorrentEffect[] {
    const taken = this.effects
    this.effects = []
    return taken
  }

  /** The messages it sent to the peer, requests apart. */
  sent(peer: number): PeerMessage[] {
    return this.effects.flatMap((effect) => (effect.type === 'send' && effect.peer === peer ? [effect.message] : []))
  }

  words(peer: number): string[] {
    return this.sent(peer).map(({ type }) => type)
  }

  requests(peer: number, kind: 'request' | 'cancel' = 'request'): BlockRange[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'send-requests' && effect.peer === peer && effect.kind === kind ? effect.blocks : [],
    )
  }

  /** Asked of the peer and not answered. */
  inFlight(peer: number): number {
    return this.session(peer).requests.size
  }

  session(peer: number): PeerSession {
    const session = this.torrent.sessions.get(peer)
    assert.ok(session, `peer ${peer} is not connected`)
    return session
  }

  /** Why it closed the connection; null: it did not. */
  closeReason(peer: number): string | null {
    for (const effect of this.effects) if (effect.type === 'close' && effect.peer === peer) return effect.reason
    return null
  }

  dials(): PeerAddress[] {
    return this.effects.flatMap((effect) => (effect.type === 'dial' ? [effect.address] : []))
  }

  of<Type extends TorrentEffect['type']>(type: Type): Extract<TorrentEffect, { type: Type }>[] {
    return this.effects.filter((effect): effect is Extract<TorrentEffect, { type: Type }> => effect.type === type)
  }
}

export const block = (index: number, at = 0): BlockRange => ({ index, begin: at * BLOCK_LENGTH, length: BLOCK_LENGTH })
export const request = (range: BlockRange): PeerMessage => ({ type: 'request', ...range })
export const reject = (range: BlockRange): PeerMessage => ({ type: 'reject', ...range })
