import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  BLOCK_LENGTH,
  LONG_BLOCK_LENGTH,
  encodeExtensionHandshake,
  type BlockRange,
  type PeerMessage,
} from '../../../src/protocol/index.ts'
import { RateBudget } from '../../../src/swarm/rate/rate-budget.ts'
import { TorrentRig, block, reject, request, type RigOptions } from './torrent-rig.ts'

const handshake = (longestRequest?: number): PeerMessage => ({
  type: 'extended',
  id: 0,
  payload: encodeExtensionHandshake({
    m: new Map(),
    reqq: 2000,
    ...(longestRequest !== undefined && { longestRequest }),
  }),
})

/** Blocks in the longest row. */
const ROW = LONG_BLOCK_LENGTH / BLOCK_LENGTH

/** Pieces of 64 blocks; `blocks` in a row from block `at` on. */
const row = (index: number, at: number, blocks: number): BlockRange => ({
  index,
  begin: at * BLOCK_LENGTH,
  length: blocks * BLOCK_LENGTH,
})

const rigOf = (options: RigOptions = {}): TorrentRig =>
  new TorrentRig({ pieces: 12, blocksPerPiece: 2 * ROW, ...options })

interface Download {
  readonly longest?: number
  readonly seconds?: number
  readonly options?: RigOptions
}

/** From a seeder 128 blocks have come, one by one, within `seconds`. */
function downloading({ longest = LONG_BLOCK_LENGTH, seconds = 0.02, options = {} }: Download = {}): TorrentRig {
  const rig = rigOf(options).connectSeeder(1).say(1, handshake(longest))
  for (let came = 0; came < 128; ) {
    const asked = rig.requests(1)
    rig.take()
    for (const range of asked) {
      rig.now += (seconds * 1000) / 128
      rig.block(1, range)
    }
    came += asked.length
    rig.settle()
  }
  rig.take()
  return rig
}

/** What is asked of the peer next, when all that is in flight has come, a block each `msEach`. */
function next(rig: TorrentRig, msEach = 0.1): BlockRange[] {
  for (const id of [...rig.session(1).requests.blocks()]) {
    rig.now += msEach
    rig.block(1, rig.torrent.picker.range(id))
  }
  return rig.requests(1)
}

/** Whatever is asked comes, until we have all. */
function complete(rig: TorrentRig): void {
  for (let turn = 0; turn < 1000 && !rig.torrent.have.isFull; turn++) {
    next(rig)
    rig.settle().take()
  }
  assert.equal(rig.torrent.have.isFull, true)
}

describe('blocks in a row', () => {
  it('are asked for in one request of a fast peer that says it takes such ones', () => {
    const asked = next(downloading())
    assert.ok(asked.some(({ length }) => length === LONG_BLOCK_LENGTH))
    // None reaches over a border of 512 KiB, or of its piece.
    for (const { begin, length } of asked) {
      assert.equal(Math.floor(begin / LONG_BLOCK_LENGTH), Math.floor((begin + length - 1) / LONG_BLOCK_LENGTH))
    }
  })

  it('are asked for one by one of who says nothing of it, and of who is slow', () => {
    const silent = next(downloading({ longest: BLOCK_LENGTH }))
    const slow = next(downloading({ seconds: 2 }), 2)
    for (const asked of [silent, slow]) {
      assert.deepEqual([...new Set(asked.map(({ length }) => length))], [BLOCK_LENGTH])
    }
  })

  it('are never asked for in a longer request than the peer takes', () => {
    const lengths = next(downloading({ longest: 3 * BLOCK_LENGTH + 5 })).map(({ length }) => length)
    assert.equal(Math.max(...lengths), 3 * BLOCK_LENGTH)
  })

  it('that come in one message are each taken, at their place, and asked for no more', () => {
    const rig = downloading()
    const [long] = next(rig).filter(({ length }) => length === LONG_BLOCK_LENGTH)
    assert.ok(long)
    rig.block(1, long)
    const assembly = rig.torrent.picker.assemblies.get(long.index)
    assert.ok(assembly?.bytes)
    for (let at = 0; at < ROW; at++) {
      const number: number = long.begin / BLOCK_LENGTH + at
      assert.equal(assembly.has(number), true)
      assert.equal(rig.session(1).requests.has(rig.torrent.picker.blockId(long.index, number)), false)
    }
    assert.deepEqual(assembly.bytes.subarray(long.begin, long.begin + long.length), rig.bytesOf(long))
    assert.equal(rig.torrent.counters.wasted, 0)
  })

  it('make the whole torrent, its short last piece too', () => {
    const rig = downloading({ options: { short: BLOCK_LENGTH + 77 } })
    next(rig)
    const lengths = new Set<number>()
    for (let turn = 0; turn < 1000 && !rig.torrent.have.isFull; turn++) {
      const asked = rig.settle().requests(1)
      rig.take()
      for (const range of asked) {
        lengths.add(range.length)
        rig.now += 0.1
        rig.block(1, range)
      }
    }
    assert.equal(rig.torrent.have.isFull, true)
    assert.ok(lengths.has(LONG_BLOCK_LENGTH))
    assert.ok([...lengths].some((length) => length % BLOCK_LENGTH !== 0 && length > BLOCK_LENGTH))
    assert.equal(rig.torrent.counters.wasted, 0)
    assert.equal(rig.torrent.counters.downloaded, rig.content.length)
  })

  it('of which one is here already come in vain, and the others are asked for anew', () => {
    const rig = downloading()
    const [long] = next(rig).filter(({ length }) => length === LONG_BLOCK_LENGTH)
    assert.ok(long)
    const one = { ...long, length: BLOCK_LENGTH }
    const before = rig.torrent.picker.assemblies.get(long.index)?.received ?? 0
    rig.block(1, one)
    rig.block(1, long)
    assert.equal(rig.torrent.picker.assemblies.get(long.index)?.received, before + 1)
    assert.deepEqual(rig.torrent.counters.wastedFor.duplicate, (ROW - 1) * BLOCK_LENGTH)
    assert.deepEqual(rig.torrent.counters.wastedFor.unasked, BLOCK_LENGTH)
    complete(rig)
  })

  it('that are rejected in one message are asked for anew', () => {
    const rig = downloading()
    const [long] = next(rig).filter(({ length }) => length === LONG_BLOCK_LENGTH)
    assert.ok(long)
    rig.say(1, reject(long))
    assert.equal(rig.torrent.counters.requests.rejected, ROW)
    assert.equal(rig.session(1).refused.has(long.index), true)
    // It would not give them just now; at the next tick it is asked again.
    rig.pass(1)
    complete(rig)
    assert.equal(rig.torrent.counters.wasted, 0)
  })
})

describe('a long request', () => {
  const seeding = (longest?: number): TorrentRig => rigOf({ have: 'all' }).connectLeechers(1).say(1, handshake(longest))

  it('is served to who takes such ones itself', () => {
    const rig = seeding(LONG_BLOCK_LENGTH).say(1, request(row(2, 8, 8)))
    assert.deepEqual(rig.of('send-block'), [{ type: 'send-block', peer: 1, ...row(2, 8, 8) }])
  })

  it('ends the connection of who never spoke of it, or asks for more than it said', () => {
    for (const longest of [undefined, 1, 2 * BLOCK_LENGTH]) {
      const rig = seeding(longest).say(1, request(row(2, 8, 3)))
      assert.equal(rig.closeReason(1), 'invalid-request')
    }
    assert.equal(
      seeding(2 ** 40)
        .say(1, request(row(0, 0, ROW + 1)))
        .closeReason(1),
      'invalid-request',
    )
  })

  it('can be taken back block by block, each told so (BEP 6)', () => {
    const rig = seeding(LONG_BLOCK_LENGTH)
    // This fills what may be under way to a peer of which nothing is known yet.
    rig.say(1, request(row(0, 0, ROW)))
    rig.say(1, request(row(9, 0, 8)))
    rig.take()
    rig.say(1, { type: 'cancel', ...block(9, 2) })
    assert.deepEqual(rig.sent(1), [reject(block(9, 2))])
    rig.handle({ type: 'sent', peer: 1, bytes: LONG_BLOCK_LENGTH })
    assert.deepEqual(
      rig.of('send-block').map(({ begin, length }) => [begin / BLOCK_LENGTH, length / BLOCK_LENGTH]),
      [
        [0, 2],
        [3, 5],
      ],
    )
  })

  it('is answered block by block under a limit, and no more of it is sent in one stroke than the limit allows', () => {
    const uploadBudget = new RateBudget()
    uploadBudget.setLimit(2 * BLOCK_LENGTH, 0)
    const rig = rigOf({ have: 'all', uploadBudget }).connectLeechers(1).say(1, handshake(LONG_BLOCK_LENGTH))
    rig.say(1, request(row(2, 0, ROW)))
    const sent = rig.of('send-block')
    rig.take()
    for (let second = 0; second < 3; second++) {
      rig.handle({ type: 'sent', peer: 1, bytes: 3 * BLOCK_LENGTH }).take()
      rig.pass(1)
      const more = rig.of('send-block')
      assert.ok(more.length >= 1 && more.length <= 3, `${more.length} blocks in a second`)
      sent.push(...more)
      rig.take()
    }
    assert.deepEqual(
      sent.map(({ begin, length }) => [begin, length]),
      sent.map((_, at) => [at * BLOCK_LENGTH, BLOCK_LENGTH]),
    )
  })

  it('that is answered block by block is taken block by block', () => {
    const rig = downloading()
    const [long] = next(rig).filter(({ length }) => length === LONG_BLOCK_LENGTH)
    assert.ok(long)
    for (let at = 0; at < ROW; at++) rig.block(1, block(long.index, long.begin / BLOCK_LENGTH + at))
    assert.equal(rig.torrent.counters.wasted, 0)
    complete(rig)
    assert.equal(rig.torrent.counters.wasted, 0)
  })

  it('is announced in our extension handshake', () => {
    const [hello] = rigOf().connect(1).sent(1).slice(-1)
    assert.ok(hello?.type === 'extended')
    assert.match(hello.payload.toString('latin1'), /10:sw_requesti524288e/)
  })
})
