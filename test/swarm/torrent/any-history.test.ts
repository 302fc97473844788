import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { BLOCK_LENGTH, type BlockRange, type PeerMessage } from '../../../src/protocol/index.ts'
import type { TorrentEffect } from '../../../src/swarm/events.ts'
import { TorrentRig, sha1 } from './torrent-rig.ts'

/** Whatever peers, disk and time do, in any order: the engine throws nothing, and its books agree. */

const PIECES = 6
const range = fc.record({
  index: fc.nat(PIECES - 1),
  begin: fc.constantFrom(0, BLOCK_LENGTH),
  length: fc.constant(BLOCK_LENGTH),
})
const index = fc.nat(PIECES - 1)
const message: fc.Arbitrary<PeerMessage> = fc.oneof(
  fc.constantFrom<PeerMessage>(
    { type: 'choke' },
    { type: 'unchoke' },
    { type: 'unchoke' },
    { type: 'interested' },
    { type: 'not-interested' },
    { type: 'have-all' },
    { type: 'have-none' },
    { type: 'bitfield', bytes: Buffer.from([0xa8]) },
  ),
  fc.record({ type: fc.constantFrom('have', 'have', 'allowed-fast', 'suggest'), index }),
  fc.tuple(fc.constantFrom('request', 'cancel', 'reject'), range).map(([type, block]) => ({ type, ...block })),
)

type Step =
  | { readonly do: 'join'; readonly fast: boolean; readonly seeder: boolean }
  | { readonly do: 'say'; readonly who: number; readonly message: PeerMessage }
  /** A block that was asked, or any; whole, or only its beginning. */
  | {
      readonly do: 'block'
      readonly who: number
      readonly asked: boolean
      readonly block: BlockRange
      readonly good: boolean
    }
  | { readonly do: 'begin' | 'leave'; readonly who: number }
  /** The oldest thing that waits for hash or disk. */
  | { readonly do: 'finish'; readonly well: boolean }
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'pressure'; readonly high: boolean }

const who = fc.nat(7)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const), fast: fc.boolean(), seeder: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), who, message }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('block' as const),
      who,
      asked: fc.constantFrom(true, true, true, false),
      block: range,
      good: fc.constantFrom(true, true, true, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('begin' as const, 'leave' as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('finish' as const), well: fc.constantFrom(true, true, false) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 2, 21, 31) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pressure' as const), high: fc.boolean() }) },
)

class History {
  readonly rig = new TorrentRig({ pieces: PIECES, limits: { maxAssemblyBytes: 6 * BLOCK_LENGTH } })
  readonly #jobs: Extract<TorrentEffect, { type: 'hash' | 'store' }>[] = []
  /** The block that each peer is in the midst of sending. */
  readonly #begun = new Map<number, { range: BlockRange; target: Uint8Array | null }>()
  #lastKey = 0

  take(one: Step): void {
    this.#act(one)
    for (const effect of this.rig.take()) if (effect.type === 'hash' || effect.type === 'store') this.#jobs.push(effect)
    for (const key of this.#begun.keys()) if (!this.rig.torrent.sessions.has(key)) this.#begun.delete(key)
  }

  #act(one: Step): void {
    const { rig } = this
    if (one.do === 'join') {
      const key = ++this.#lastKey
      rig.connect(key, { fast: one.fast, host: `10.1.0.${key}` })
      if (one.seeder) rig.say(key, { type: 'bitfield', bytes: Buffer.from([0xfc]) }, { type: 'unchoke' })
    } else if (one.do === 'pass') rig.pass(one.seconds)
    else if (one.do === 'pressure') rig.handle({ type: 'storage-pressure', high: one.high })
    else if (one.do === 'finish') this.#finish(one.well)
    else {
      const peer = Array.from(rig.torrent.sessions.keys())[one.who]
      if (peer !== undefined) this.#peerDoes(peer, one)
    }
  }

  #peerDoes(peer: number, one: Extract<Step, { who: number }>): void {
    const { rig } = this
    if (one.do === 'leave') return void rig.handle({ type: 'closed', peer, reason: 'remote-closed' })
    if (one.do === 'begin') return this.#begin(peer, this.#asked(peer))
    // Nothing else can come in the midst of a block.
    const begun = this.#begun.get(peer)
    if (begun) {
      begun.target?.set(rig.bytesOf(begun.range))
      this.#begun.delete(peer)
      rig.handle({ type: 'block', peer, ...begun.range, taken: begun.target !== null })
    } else if (one.do === 'say') rig.say(peer, one.message)
    else if (one.do === 'block') {
      const block = (one.asked ? this.#asked(peer) : null) ?? one.block
      rig.block(peer, block, one.good ? undefined : Buffer.alloc(BLOCK_LENGTH, 99))
    }
  }

  #asked(peer: number): BlockRange | null {
    const [first] = this.rig.session(peer).requests.blocks()
    return first === undefined ? null : this.rig.torrent.picker.range(first)
  }

  #begin(peer: number, range: BlockRange | null): void {
    if (!range || this.#begun.has(peer)) return
    this.#begun.set(peer, { range, target: this.rig.torrent.blockTarget(peer, range.index, range.begin, range.length) })
  }

  #finish(well: boolean): void {
    const job = this.#jobs.shift()
    if (job?.type === 'hash') this.rig.handle({ type: 'hashed', index: job.index, hash: sha1(job.bytes) })
    if (job?.type !== 'store') return
    assert.deepEqual(job.bytes, this.rig.piece(job.index), 'only right pieces are stored')
    this.rig.handle({ type: well ? 'stored' : 'store-failed', index: job.index })
  }

  check(): void {
    const { sessions, picker, have, sources, unchoked } = this.rig.torrent
    const asked = new Map<number, number>()
    let isSource = 0
    for (const session of sessions.values()) {
      for (const id of session.requests.blocks()) asked.set(id, (asked.get(id) ?? 0) + 1)
      if (session.isSource) isSource++
      assert.equal(session.amChoking, session.slot === null)
      const lacking = Array.from(session.pieces.indices()).filter((piece) => !have.has(piece)).length
      assert.equal(session.wantedPieces, lacking)
      assert.equal(session.amInterested, lacking > 0)
    }
    assert.equal(sources, isSource)
    assert.ok(sources <= 4 && unchoked <= 4)
    let inFlight = 0
    for (const [piece, assembly] of picker.assemblies) {
      assert.ok(!picker.rarity.wants(piece) && !have.has(piece))
      inFlight += assembly.inFlight
      for (let block = 0; block < assembly.blockCount; block++) {
        assert.equal(assembly.requests(block), asked.get(picker.blockId(piece, block)) ?? 0)
      }
    }
    assert.equal(
      inFlight,
      Array.from(asked.values()).reduce((sum, count) => sum + count, 0),
    )
    for (let piece = 0; piece < PIECES; piece++) {
      const places = [picker.rarity.wants(piece), picker.assemblies.has(piece), have.has(piece)]
      assert.equal(places.filter(Boolean).length, 1, `piece ${piece}: wanted, in progress or had`)
      const holders = Array.from(sessions.values()).filter((session) => session.pieces.has(piece)).length
      assert.equal(picker.rarity.availability(piece), holders)
    }
  }

  /** All goes well from here on: then it must come to its end. */
  complete(): void {
    const { rig } = this
    this.take({ do: 'pressure', high: false })
    this.take({ do: 'join', fast: true, seeder: true })
    for (let turn = 0; turn < 400 && !rig.torrent.have.isFull; turn++) {
      for (const peer of [...rig.torrent.sessions.keys()]) {
        for (let block = 0; block < 12 && rig.torrent.sessions.has(peer); block++) {
          const asked = this.#asked(peer)
          if (asked && !this.#begun.has(peer)) rig.block(peer, asked)
        }
      }
      for (let job = 0; job < 12; job++) this.take({ do: 'finish', well: true })
      this.take({ do: 'pass', seconds: 1 })
    }
    assert.ok(rig.torrent.have.isFull, `${rig.torrent.have.count} of ${PIECES} pieces`)
  }
}

describe('a torrent, over any history', () => {
  it('throws nothing, keeps its books, stores only right pieces, and completes when a good seeder stays', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const history = new History()
        for (const one of steps) {
          history.take(one)
          history.check()
        }
        history.complete()
      }),
      { numRuns: 300 },
    )
  })
})
