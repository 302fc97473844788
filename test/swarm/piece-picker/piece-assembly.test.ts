import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH } from '../../../src/protocol/index.ts'
import { PieceAssembly } from '../../../src/swarm/piece-picker/piece-assembly.ts'

/** Three blocks, the last one short. */
const assembly = (): PieceAssembly => new PieceAssembly(7, 2 * BLOCK_LENGTH + 100)

describe('PieceAssembly', () => {
  it('has blocks of 16 KiB and a shorter last one', () => {
    const piece = assembly()
    assert.equal(piece.blockCount, 3)
    assert.deepEqual(
      [0, 1, 2].map((block) => piece.blockLength(block)),
      [BLOCK_LENGTH, BLOCK_LENGTH, 100],
    )
  })

  it('hands out its open blocks in order, and one again whose request ended without it', () => {
    const piece = assembly()
    assert.equal(piece.nextOpen(), 0)
    for (const block of [0, 1, 2]) piece.requested(block, 1, 5)
    assert.equal(piece.nextOpen(), -1)
    assert.equal(piece.inFlight, 3)
    piece.released(1)
    assert.equal(piece.nextOpen(), 1)
    assert.equal(piece.inFlight, 2)
    assert.equal(piece.askedAt(1), 5)
  })

  it('does not open a block that somebody else is still asked for, or that is here', () => {
    const piece = assembly()
    piece.requested(0, 1, 0)
    piece.requested(0, 2, 0)
    piece.released(0)
    assert.equal(piece.nextOpen(), 1)
    piece.take(0, 'a')
    piece.released(0)
    assert.equal(piece.nextOpen(), 1)
  })

  it('is complete with all blocks, and knows who sent each', () => {
    const piece = assembly()
    piece.take(2, 'a')
    piece.take(0, 'b')
    assert.equal(piece.complete, false)
    piece.take(1, 'a')
    assert.equal(piece.complete, true)
    assert.equal(piece.sender(0), 'b')
    assert.deepEqual([...piece.senders()].sort(), ['a', 'b'])
  })

  it('drops its blocks and says how many bytes they were', () => {
    const piece = assembly()
    piece.take(2, 'a')
    piece.take(0, 'b')
    piece.stage = 'verifying'
    assert.equal(piece.dropBlocks(), BLOCK_LENGTH + 100)
    assert.equal(piece.stage, 'collecting')
    assert.equal(piece.nextOpen(), 0)
    assert.equal(piece.senders().size, 0)
  })

  it('takes it for a bug when a block comes twice, or a request ends that was none', () => {
    const piece = assembly()
    piece.take(0, 'a')
    assert.throws(() => piece.take(0, 'a'), /bug/)
    assert.throws(() => piece.released(1), /bug/)
  })
})
