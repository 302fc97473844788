import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Bitfield, bitfieldLength } from '../../src/protocol/bitfield.ts'

describe('Bitfield', () => {
  it('puts piece 0 into the high bit of the first byte', () => {
    const bitfield = new Bitfield(10)
    bitfield.set(0)
    bitfield.set(9)
    assert.equal(bitfield.toBytes().toString('hex'), '8040')
  })

  it('tells whether a piece was new when it is set or cleared', () => {
    const bitfield = new Bitfield(3)
    assert.equal(bitfield.set(1), true)
    assert.equal(bitfield.set(1), false)
    assert.equal(bitfield.count, 1)
    assert.equal(bitfield.clear(1), true)
    assert.equal(bitfield.clear(1), false)
    assert.equal(bitfield.count, 0)
  })

  it('has no piece outside of its size, and refuses to set one', () => {
    const bitfield = Bitfield.full(10)
    for (const index of [-1, 10, 15, 16, 1.5, NaN]) {
      assert.equal(bitfield.has(index), false, String(index))
      assert.throws(() => bitfield.set(index), RangeError)
      assert.throws(() => bitfield.clear(index), RangeError)
    }
  })

  it('leaves the spare bits 0 when it is full', () => {
    for (let size = 0; size <= 33; size++) {
      const full = Bitfield.full(size)
      assert.equal(full.count, size)
      assert.equal(full.isFull, true)
      assert.deepEqual(
        [...full.indices()],
        Array.from({ length: size }, (_, index) => index),
      )
      assert.deepEqual([...Bitfield.fromBytes(full.toBytes(), size).indices()], [...full.indices()])
    }
  })

  it('is empty and full at once with no pieces at all', () => {
    const bitfield = new Bitfield(0)
    assert.deepEqual([bitfield.isEmpty, bitfield.isFull, bitfield.toBytes().length], [true, true, 0])
  })

  it('refuses a size that is no count', () => {
    for (const size of [-1, 0.5, NaN, Infinity]) assert.throws(() => new Bitfield(size), RangeError)
  })

  it('refuses bytes that are too short or too long', () => {
    for (const length of [0, 1, 3]) {
      assert.throws(() => Bitfield.fromBytes(Buffer.alloc(length), 10), { code: 'invalid-bitfield' })
    }
  })

  it('refuses every spare bit', () => {
    for (let spare = 10; spare < 16; spare++) {
      const bytes = Buffer.from([0xff, 0x80 >> (spare - 8)])
      assert.throws(() => Bitfield.fromBytes(bytes, 10), { code: 'invalid-bitfield' }, `bit ${spare}`)
    }
  })

  it('keeps no hold of the bytes it was made from or of the bytes it gave', () => {
    const bytes = Buffer.from([0x80])
    const bitfield = Bitfield.fromBytes(bytes, 8)
    bytes.fill(0)
    bitfield.toBytes().fill(0)
    assert.deepEqual([...bitfield.indices()], [0])
  })

  it('shows changes in its live bytes', () => {
    const bitfield = new Bitfield(8)
    const live = bitfield.bytes
    bitfield.set(7)
    assert.equal(live[0], 1)
  })

  it('clones into something that goes its own way', () => {
    const original = Bitfield.fromBytes(Buffer.from([0xa0]), 4)
    const copy = original.clone()
    copy.set(1)
    assert.deepEqual([...original.indices()], [0, 2])
    assert.deepEqual([...copy.indices()], [0, 1, 2])
    assert.deepEqual([original.count, copy.count], [2, 3])
  })

  it('agrees with a set of numbers after any changes', () => {
    const changes = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 40 })), { maxLength: 100 })
    fc.assert(
      fc.property(changes, (steps) => {
        const bitfield = new Bitfield(41)
        const model = new Set<number>()
        for (const [add, index] of steps) {
          assert.equal(add ? bitfield.set(index) : bitfield.clear(index), add ? !model.has(index) : model.has(index))
          if (add) model.add(index)
          else model.delete(index)
        }
        assert.equal(bitfield.count, model.size)
        assert.deepEqual(
          [...bitfield.indices()],
          [...model].sort((a, b) => a - b),
        )
        assert.equal(Bitfield.fromBytes(bitfield.bytes, 41).count, model.size)
      }),
      { numRuns: 200 },
    )
  })
})

describe('bitfieldLength', () => {
  it('is one byte for each eight pieces begun', () => {
    assert.deepEqual([0, 1, 8, 9, 16, 17].map(bitfieldLength), [0, 1, 1, 2, 2, 3])
  })
})
