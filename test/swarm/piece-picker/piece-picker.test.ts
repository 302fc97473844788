import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH, Bitfield } from '../../../src/protocol/index.ts'
import { PiecePicker, type PickPeer } from '../../../src/swarm/piece-picker/piece-picker.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const BLOCKS = 4

interface Swarm {
  /** A digit a piece: how many peers have it. */
  readonly available: string
  /** `*` had, ` ` not. */
  readonly have?: string
  /** A digit a piece: how many of its blocks are here. */
  readonly partial?: string
  readonly exclusive?: (piece: number) => boolean
  readonly seed?: number
}

/** Enough pieces had that the first ones are not drawn at random: four more, at the end, that nobody wants. */
function swarm({ available, have = '', partial = '', exclusive = () => false, seed = 1 }: Swarm): PiecePicker {
  const pieceCount = available.length + 4
  const had = new Bitfield(pieceCount)
  for (let piece = 0; piece < pieceCount; piece++) {
    if (piece >= available.length || have[piece] === '*') had.set(piece)
  }
  const torrent = { pieceCount, pieceLength: BLOCKS * BLOCK_LENGTH, length: pieceCount * BLOCKS * BLOCK_LENGTH }
  const picker = new PiecePicker(torrent, had, seededRandom(seed), exclusive)
  for (const [piece, digit] of Array.from(available).entries()) {
    for (let peer = 0; peer < Number(digit); peer++) picker.rarity.increment(piece)
  }
  for (const [piece, digit] of Array.from(partial).entries()) {
    if (Number(digit) > 0) begin(picker, piece, Number(digit))
  }
  return picker
}

/** Somebody who left had sent so many blocks of the piece. */
function begin(picker: PiecePicker, piece: number, blocks: number): void {
  const before = peer(99, '', { only: piece, of: picker })
  for (const id of picker.pick(before, BLOCKS, true, 0)) {
    picker.release(id)
    if (picker.blockAt(id).block < blocks) picker.assemblies.get(piece)?.take(picker.blockAt(id).block, 'gone')
  }
}

interface PeerOptions {
  readonly choking?: boolean
  readonly allowed?: readonly number[]
  readonly refused?: readonly number[]
  readonly givenUp?: readonly number[]
  readonly asked?: readonly number[]
  readonly only?: number
  readonly of?: PiecePicker
}

/** A `*` a piece that the peer has. */
function peer(key: number, has: string, options: PeerOptions = {}): PickPeer {
  const pieces = new Bitfield(64)
  for (const [piece, mark] of Array.from(has).entries()) if (mark === '*') pieces.set(piece)
  if (options.only !== undefined) pieces.set(options.only)
  return {
    key,
    pieces,
    peerChoking: options.choking ?? false,
    suggested: new Set<number>(),
    allowedFast: new Set(options.allowed),
    refused: new Set(options.refused),
    givenUp: new Set(options.givenUp),
    requests: new Set(options.asked),
  }
}

/** `piece.block`, as they were picked. */
function pick(picker: PiecePicker, who: PickPeer, count: number, { mayStart = true, now = 0 } = {}): string[] {
  return picker.pick(who, count, mayStart, now).map((id) => {
    const { piece, block } = picker.blockAt(id)
    return `${piece}.${block}`
  })
}

const whole = (piece: number): string[] => Array.from({ length: BLOCKS }, (_, block) => `${piece}.${block}`)

describe('PiecePicker', () => {
  it('starts the rarest piece that the peer has', () => {
    const picker = swarm({ available: '32143' })
    assert.deepEqual(pick(picker, peer(1, '*****'), 4), whole(2))
    assert.deepEqual(pick(picker, peer(2, '*****'), 4), whole(1))
    assert.deepEqual(pick(picker, peer(3, '*  * '), 4), whole(0))
  })

  it('does not want what we have', () => {
    const picker = swarm({ available: '32143', have: '  *  ' })
    assert.deepEqual(pick(picker, peer(1, '*****'), 4), whole(1))
    assert.deepEqual(pick(picker, peer(1, '  *  '), 4), [])
  })

  it('goes on with a piece that nobody works on before it starts another', () => {
    const picker = swarm({ available: '32143', partial: '2    ' })
    assert.deepEqual(pick(picker, peer(1, '*****'), 4), ['0.2', '0.3', '2.0', '2.1'])
  })

  it('stays with the piece that a peer is on, and leaves it to that peer', () => {
    const picker = swarm({ available: '11' })
    const first = pick(picker, peer(1, '**'), 2)
    const other = pick(picker, peer(2, '**'), 2)
    assert.notEqual(first[0]?.[0], other[0]?.[0])
    const piece = Number(first[0]?.[0])
    assert.deepEqual(pick(picker, peer(1, '**'), 2), whole(piece).slice(2))
  })

  it('shares a piece in progress when there is nothing to start', () => {
    const picker = swarm({ available: '1' })
    assert.deepEqual(pick(picker, peer(1, '*'), 2), ['0.0', '0.1'])
    assert.deepEqual(pick(picker, peer(2, '*'), 4), ['0.2', '0.3'])
  })

  it('draws the first four pieces at random', () => {
    const first = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      const torrent = { pieceCount: 6, pieceLength: BLOCK_LENGTH, length: 6 * BLOCK_LENGTH }
      const picker = new PiecePicker(torrent, new Bitfield(6), seededRandom(seed), () => false)
      for (let piece = 0; piece < 6; piece++) for (let n = 0; n <= piece; n++) picker.rarity.increment(piece)
      const picked = pick(picker, peer(1, '******'), 6)
      first.add(picked[0] ?? '')
      // The last two are the rarest of those left, in this order.
      const [fifth, sixth] = picked.slice(4)
      assert.ok((fifth ?? '') < (sixth ?? ''), picked.join(' '))
    }
    assert.equal(first.size, 6)
  })

  it('asks nothing of a peer that chokes us but what it allows', () => {
    const picker = swarm({ available: '111' })
    assert.deepEqual(pick(picker, peer(1, '***', { choking: true }), 4), [])
    assert.deepEqual(pick(picker, peer(1, '***', { choking: true, allowed: [1] }), 8), whole(1))
  })

  it('asks no piece of a peer that refused it', () => {
    const picker = swarm({ available: '12' })
    assert.deepEqual(pick(picker, peer(1, '**', { refused: [0] }), 4), whole(1))
  })

  it('starts nothing while storage cannot keep up, but goes on', () => {
    const picker = swarm({ available: '11', partial: ' 1' })
    assert.deepEqual(pick(picker, peer(1, '**'), 8, { mayStart: false }), ['1.1', '1.2', '1.3'])
  })

  it('knows whether a peer could start something', () => {
    const picker = swarm({ available: '11', partial: '1 ' })
    assert.equal(picker.canStart(peer(1, '* ')), false)
    assert.equal(picker.canStart(peer(1, '**')), true)
    assert.equal(picker.canStart(peer(1, '**', { choking: true })), false)
  })

  it('asks a short last block with its length', () => {
    const length = BLOCKS * BLOCK_LENGTH + 5
    const torrent = { pieceCount: 2, pieceLength: BLOCKS * BLOCK_LENGTH, length }
    const picker = new PiecePicker(torrent, new Bitfield(2), seededRandom(1), () => false)
    picker.rarity.increment(1)
    const [id] = picker.pick(peer(1, ' *'), 4, true, 0)
    assert.deepEqual(picker.range(id ?? -1), { index: 1, begin: 0, length: 5 })
  })

  it('wants a piece again that was abandoned', () => {
    const picker = swarm({ available: '1' })
    const ids = picker.pick(peer(1, '*'), 4, true, 0)
    for (const id of ids) picker.release(id)
    picker.abandon(0)
    assert.deepEqual(pick(picker, peer(2, '*'), 4), whole(0))
  })
})

describe('PiecePicker, a piece that must come from one peer', () => {
  it('is asked of that peer only', () => {
    const picker = swarm({ available: '2', exclusive: () => true })
    assert.deepEqual(pick(picker, peer(1, '*'), 2), ['0.0', '0.1'])
    assert.deepEqual(pick(picker, peer(2, '*'), 4, { now: 60_000 }), [])
    assert.deepEqual(pick(picker, peer(1, '*'), 4), ['0.2', '0.3'])
    assert.deepEqual(pick(picker, peer(2, '*'), 4, { now: 60_000 }), [])
  })

  it('may come from the peer with the number 0', () => {
    const picker = swarm({ available: '2', exclusive: () => true })
    assert.deepEqual(pick(picker, peer(0, '*'), 2), ['0.0', '0.1'])
    assert.deepEqual(pick(picker, peer(2, '*'), 4), [])
  })
})

describe('PiecePicker, endgame', () => {
  const LATER = { now: 1000 }

  it('asks an idle peer for the last stragglers of another', () => {
    const picker = swarm({ available: '2' })
    pick(picker, peer(1, '*'), 4)
    assert.deepEqual(pick(picker, peer(2, '*'), 4, LATER), ['0.3', '0.2'])
  })

  it('does not begin while any piece can be started, by whomever', () => {
    const picker = swarm({ available: '21' })
    pick(picker, peer(1, '* '), 4)
    assert.deepEqual(pick(picker, peer(2, '* '), 4, LATER), [])
    picker.rarity.decrement(1)
    assert.deepEqual(pick(picker, peer(2, '* '), 4, LATER), ['0.3', '0.2'])
  })

  it('does not ask of a peer that has still requests of its own', () => {
    const picker = swarm({ available: '2' })
    pick(picker, peer(1, '*'), 4)
    assert.deepEqual(pick(picker, peer(2, '*', { asked: [99] }), 4, LATER), [])
  })

  it('leaves a request the time that a pipeline takes', () => {
    const picker = swarm({ available: '2' })
    pick(picker, peer(1, '*'), 4)
    assert.deepEqual(pick(picker, peer(2, '*'), 4, { now: 999 }), [])
  })

  it('asks no block of a third peer, and none again that came in vain', () => {
    const picker = swarm({ available: '3' })
    pick(picker, peer(1, '*'), 4)
    assert.deepEqual(pick(picker, peer(2, '*'), 4, LATER), ['0.3', '0.2'])
    assert.deepEqual(pick(picker, peer(3, '*', { givenUp: [1] }), 4, LATER), ['0.0'])
  })
})
