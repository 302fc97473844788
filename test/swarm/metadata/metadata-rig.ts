/** The swarm of a magnet link on a bench, among peers of any character. */
import assert from 'node:assert/strict'
import {
  decodeMetadataMessage,
  encodeExtensionHandshake,
  encodeMetadataMessage,
  infoHashFromBytes,
  METADATA_PIECE_LENGTH,
  type MetadataMessage,
  type PeerAddress,
  type PeerMessage,
} from '../../../src/protocol/index.ts'
import type { TorrentEffect, TorrentEvent } from '../../../src/swarm/events.ts'
import { METADATA_OFFER } from '../../../src/swarm/metadata/metadata-serving.ts'
import { MetadataSwarm } from '../../../src/swarm/metadata/metadata-swarm.ts'
import { PEX_OFFER } from '../../../src/swarm/pex/peer-exchange.ts'
import { DEFAULT_LIMITS, type TorrentLimits } from '../../../src/swarm/torrent/swarm-context.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { OWN_ID, peerId, sha1 } from '../torrent/torrent-rig.ts'

export const THEIR_ID = 7

/** What a peer does with a request for a piece: answers now, or later, or never. */
export type Character = (piece: number, rig: MetadataRig, peer: number) => void

export class MetadataRig {
  readonly metadata: Buffer
  readonly swarm: MetadataSwarm
  effects: TorrentEffect[] = []
  found: Buffer | null = null
  readonly banned = new Set<string>()
  readonly closed = new Map<number, string>()
  readonly asked = new Map<number, number[]>()
  now = 1000
  readonly #characters = new Map<number, Character>()
  readonly #later: { readonly at: number; readonly peer: number; readonly message: PeerMessage }[] = []

  constructor(
    size: number,
    { limits = {}, trackers = [] }: { limits?: Partial<TorrentLimits>; trackers?: string[][] } = {},
  ) {
    const random = seededRandom(size)
    this.metadata = Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)))
    this.swarm = new MetadataSwarm({
      infoHash: infoHashFromBytes(sha1(this.metadata)),
      ownPeerId: OWN_ID,
      ownPort: 5000,
      client: 'swarmd test',
      announceTiers: trackers,
      extensions: [PEX_OFFER, METADATA_OFFER],
      limits: { ...DEFAULT_LIMITS, ...limits },
      sha1,
      random: seededRandom(3),
      now: this.now,
    })
  }

  handle(...events: TorrentEvent[]): this {
    for (const event of events) this.swarm.handle(event, this.now)
    // What peers answer at once brings further effects.
    for (let effects = this.#drain(); effects.length > 0; effects = this.#drain())
      for (const effect of effects) this.#take(effect)
    return this
  }

  /** Connects a peer that says it has metadata of this size (the right one unless told; null: it says none). */
  connect(
    peer: number,
    character: Character = honest,
    size: number | null = this.metadata.length,
    host?: string,
  ): this {
    this.#characters.set(peer, character)
    this.handle({
      type: 'connected',
      peer,
      address: { host: host ?? `10.0.${peer >> 8}.${peer & 255}`, port: 5000 },
      peerId: peerId(`z${peer}`),
      outbound: true,
      fast: true,
      extended: true,
    })
    return this.introduce(peer, size)
  }

  introduce(peer: number, size: number | null): this {
    const m = new Map([['ut_metadata', THEIR_ID]])
    const payload = encodeExtensionHandshake({ m, ...(size !== null && { metadataSize: size }) })
    return this.hear(peer, { type: 'extended', id: 0, payload })
  }

  hear(peer: number, message: PeerMessage): this {
    return this.handle({ type: 'message', peer, message })
  }

  say(peer: number, message: MetadataMessage): this {
    return this.hear(peer, { type: 'extended', id: METADATA_OFFER.id, payload: encodeMetadataMessage(message) })
  }

  /** It will be heard after so many seconds. */
  sayLater(peer: number, seconds: number, message: MetadataMessage): void {
    const payload = encodeMetadataMessage(message)
    this.#later.push({
      at: this.now + seconds * 1000,
      peer,
      message: { type: 'extended', id: METADATA_OFFER.id, payload },
    })
  }

  data(piece: number, from: Buffer = this.metadata): MetadataMessage {
    const start = piece * METADATA_PIECE_LENGTH
    return { type: 'data', piece, totalSize: from.length, bytes: from.subarray(start, start + METADATA_PIECE_LENGTH) }
  }

  /** Lets so much time pass, two ticks a second. */
  pass(seconds: number): this {
    for (let half = 0; half < 2 * seconds; half++) {
      this.now += 500
      const due = this.#later.filter(({ at }) => at <= this.now)
      for (const each of due) {
        this.#later.splice(this.#later.indexOf(each), 1)
        this.hear(each.peer, each.message)
      }
      this.handle({ type: 'tick' })
    }
    return this
  }

  /** The seconds until it is found; fails when that takes longer than this. */
  secondsUntilFound(most: number): number {
    const began = this.now
    while (this.found === null) {
      assert.ok(this.now - began < most * 1000, `not found in ${most} s: ${JSON.stringify(this.swarm.progress)}`)
      this.pass(0.5)
    }
    assert.deepEqual(this.found, this.metadata)
    return (this.now - began) / 1000
  }

  dials(): PeerAddress[] {
    return this.effects.flatMap((effect) => (effect.type === 'dial' ? [effect.address] : []))
  }

  #drain(): TorrentEffect[] {
    return [...this.swarm.drain(this.now)]
  }

  #take(effect: TorrentEffect): void {
    this.effects.push(effect)
    if (effect.type === 'metadata') this.found = effect.bytes
    if (effect.type === 'banned') this.banned.add(effect.banKey)
    if (effect.type === 'close') this.closed.set(effect.peer, effect.reason)
    if (effect.type !== 'send' || effect.message.type !== 'extended' || effect.message.id !== THEIR_ID) return
    const message = decodeMetadataMessage(effect.message.payload)
    if (message?.type !== 'request') return
    const pieces = this.asked.get(effect.peer)
    if (pieces) pieces.push(message.piece)
    else this.asked.set(effect.peer, [message.piece])
    this.#characters.get(effect.peer)?.(message.piece, this, effect.peer)
  }
}

export const honest: Character = (piece, rig, peer) => rig.sayLater(peer, 0.5, rig.data(piece))

export const silent: Character = () => {}

export const rejecting: Character = (piece, rig, peer) => rig.sayLater(peer, 0.5, { type: 'reject', piece })

/** Answers with bytes of its own, of the size that it claims. */
export const lying =
  (size: number, seconds = 0.5): Character =>
  (piece, rig, peer) =>
    rig.sayLater(peer, seconds, rig.data(piece, Buffer.alloc(size, `lie of ${peer}`)))
