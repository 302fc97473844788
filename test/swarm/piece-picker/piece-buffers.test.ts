import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PieceBuffers } from '../../../src/swarm/piece-picker/piece-buffers.ts'

describe('PieceBuffers', () => {
  it('uses a buffer again, at whatever length it was taken before', () => {
    const buffers = new PieceBuffers(1000)
    const short = buffers.take(10)
    assert.equal(short.length, 10)
    buffers.giveBack(short)
    const whole = buffers.take(1000)
    assert.equal(whole.length, 1000)
    assert.equal(whole.buffer, short.buffer)
  })

  it('counts what is out, and forgets what was lost', () => {
    const buffers = new PieceBuffers(1000)
    const lost = buffers.take(1000)
    buffers.take(1000)
    assert.equal(buffers.bytesTaken, 2000)
    buffers.lose()
    assert.equal(buffers.bytesTaken, 1000)
    assert.notEqual(buffers.take(1000).buffer, lost.buffer)
  })

  it('keeps some for later, and not more than 32 MiB', () => {
    const buffers = new PieceBuffers(4 * 1024 * 1024)
    const take = (): Buffer[] => Array.from({ length: 20 }, () => buffers.take(1))
    const first = take()
    const places = new Set(first.map((bytes) => bytes.buffer))
    for (const bytes of first) buffers.giveBack(bytes)
    const again = take().filter((bytes) => places.has(bytes.buffer)).length
    assert.ok(again >= 1 && again <= 8, `${again} of 20`)
  })

  it('lets go of what it kept when nothing was on its way for half a minute', () => {
    const buffers = new PieceBuffers(1000)
    const [one, other] = [buffers.take(1000), buffers.take(1000)]
    buffers.giveBack(one)
    buffers.tick(0)
    buffers.tick(60_000)
    assert.equal(buffers.bytesSpare, 1000)
    buffers.giveBack(other)
    buffers.tick(89_999)
    assert.equal(buffers.bytesSpare, 2000)
    buffers.tick(90_000)
    assert.equal(buffers.bytesSpare, 0)
  })
})
