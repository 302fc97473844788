import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH } from '../../src/protocol/index.ts'
import { PieceAssembly } from '../../src/swarm/piece-picker/piece-assembly.ts'
import { SmartBan } from '../../src/swarm/smart-ban.ts'

const LENGTH = 3 * BLOCK_LENGTH + 10
const smartBan = (): SmartBan => new SmartBan((bytes) => createHash('sha1').update(bytes).digest())

/** A piece whose blocks came from these, in order; those in capitals sent wrong bytes. */
function piece(senders: string): { assembly: PieceAssembly; bytes: Buffer } {
  const assembly = new PieceAssembly(3, LENGTH)
  const bytes = Buffer.alloc(LENGTH, 1)
  for (const [block, sender] of Array.from(senders).entries()) {
    assembly.take(block, sender.toLowerCase())
    if (sender !== sender.toLowerCase()) bytes.subarray(block * BLOCK_LENGTH, (block + 1) * BLOCK_LENGTH).fill(9)
  }
  return { assembly, bytes }
}

const fail = (ban: SmartBan, senders: string): string[] => {
  const { assembly, bytes } = piece(senders)
  return ban.failed(assembly, bytes)
}

describe('SmartBan', () => {
  it('finds the only sender of a wrong piece guilty at once', () => {
    assert.deepEqual(fail(smartBan(), 'AAAA'), ['a'])
  })

  it('finds nobody guilty when several sent it, and wants it from one peer alone', () => {
    const ban = smartBan()
    assert.equal(ban.isSuspect(3), false)
    assert.deepEqual(fail(ban, 'abBa'), [])
    assert.equal(ban.isSuspect(3), true)
    assert.equal(ban.isSuspect(4), false)
  })

  it('finds guilty whoever sent a block that differs from the right one, and only those', () => {
    const ban = smartBan()
    fail(ban, 'abCd')
    assert.deepEqual(ban.passed(3, piece('eeee').bytes), ['c'])
    assert.equal(ban.isSuspect(3), false)
  })

  it('knows the sender of a wrong short last block', () => {
    const ban = smartBan()
    fail(ban, 'abbC')
    assert.deepEqual(ban.passed(3, piece('eeee').bytes), ['c'])
  })

  it('remembers the suspects of every failure until the piece is right', () => {
    const ban = smartBan()
    fail(ban, 'aBcc')
    assert.deepEqual(fail(ban, 'DDDD'), ['d'])
    fail(ban, 'aaaE')
    assert.deepEqual(ban.passed(3, piece('ffff').bytes).sort(), ['b', 'e'])
    assert.deepEqual(ban.passed(3, piece('ffff').bytes), [])
  })

  it('names nobody twice, and nobody for a piece that never failed', () => {
    const ban = smartBan()
    assert.deepEqual(ban.passed(3, piece('aaaa').bytes), [])
    fail(ban, 'BBBa')
    assert.deepEqual(ban.passed(3, piece('cccc').bytes), ['b'])
  })
})
