import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH } from '../../../src/protocol/index.ts'
import { RequestQueue } from '../../../src/swarm/peer/request-queue.ts'

/** A peer that answers whatever is in flight each `roundTripMs`, at most `perSecond` blocks a second. */
function serve(queue: RequestQueue, seconds: number, { roundTripMs = 10, perSecond = 1e9, from = 0 } = {}): number {
  let block = 0
  let now = from
  for (; now < from + seconds * 1000; now += roundTripMs) {
    while (queue.size < queue.depth) queue.add(block++, now)
    const answered = Array.from(queue.blocks()).slice(0, Math.max(1, Math.floor((perSecond * roundTripMs) / 1000)))
    for (const id of answered) {
      queue.remove(id)
      queue.received(BLOCK_LENGTH, now + roundTripMs)
    }
  }
  return now
}

describe('RequestQueue', () => {
  it('doubles its depth each round trip at first', () => {
    const queue = new RequestQueue(0)
    assert.equal(queue.depth, 8)
    const depths = Array.from({ length: 3 }, (_, turn) => {
      serve(queue, 0.01, { from: turn * 10 })
      return queue.depth
    })
    assert.deepEqual(depths, [16, 32, 64])
  })

  it('never goes over 500, nor over what the peer takes', () => {
    const queue = new RequestQueue(0)
    queue.limit = 2000
    serve(queue, 5)
    assert.equal(queue.depth, 500)
    queue.limit = 100
    assert.equal(queue.depth, 100)
  })

  it('goes up to 500 for a peer that takes its time', () => {
    const queue = new RequestQueue(0)
    queue.limit = 2000
    serve(queue, 10, { perSecond: 2000 })
    assert.equal(queue.depth, 500)
  })

  it('settles at what the link carries in a second', () => {
    const queue = new RequestQueue(0)
    serve(queue, 10, { perSecond: 100 })
    assert.ok(queue.depth >= 90 && queue.depth <= 110, `${queue.depth}`)
    const slower = serve(queue, 10, { perSecond: 50, roundTripMs: 20, from: 10_000 })
    assert.ok(queue.depth >= 45 && queue.depth <= 55, `${queue.depth}`)
    serve(queue, 10, { perSecond: 200, from: slower })
    assert.ok(queue.depth >= 180, `${queue.depth}`)
  })

  it('never goes below four while blocks come', () => {
    const queue = new RequestQueue(0)
    serve(queue, 20, { perSecond: 1, roundTripMs: 1000 })
    assert.equal(queue.depth, 4)
  })

  it('begins anew with one request after the peer let us wait', () => {
    const queue = new RequestQueue(0)
    serve(queue, 5)
    queue.clear()
    queue.backOff()
    assert.equal(queue.depth, 1)
    assert.equal(queue.room, 1)
    serve(queue, 0.05, { from: 60_000 })
    assert.equal(queue.depth, 32)
  })

  it('asks for as much at a time as is answered in 8 ms, by what comes in a second or makes a megabyte', () => {
    const queue = new RequestQueue(0)
    /** @returns in blocks */
    const come = (blocks: number, now: number): number => {
      for (let left = blocks; left > 0; left--) queue.received(BLOCK_LENGTH, now)
      return queue.longestRequest / BLOCK_LENGTH
    }
    // 8 blocks in 8 ms are 1,000 in a second.
    assert.equal(come(63, 1), 1)
    assert.equal(come(1, 60), 8)
    assert.equal(come(1, 70), 1)
    assert.equal(come(1100, 900), 8)
    assert.equal(come(1, 1000), 8)
    assert.equal(come(50, 1500), 8)
    assert.equal(come(1, 2000), 1)
    assert.equal(come(64, 2016), 32)
    assert.equal(come(1, 2020), 16)
    queue.backOff()
    assert.equal(queue.longestRequest, BLOCK_LENGTH)
  })

  it('asks in batches: not before a quarter of its depth is free, unless it is empty', () => {
    const queue = new RequestQueue(0)
    for (let block = 0; block < 8; block++) queue.add(block, 0)
    assert.equal(queue.room, 0)
    queue.remove(0)
    assert.equal(queue.room, 0)
    queue.remove(1)
    assert.equal(queue.room, 2)
    queue.clear()
    assert.equal(queue.room, 8)
  })

  it('has no room, rather than less than none, when the limit came down', () => {
    const queue = new RequestQueue(0)
    for (let block = 0; block < 16; block++) queue.add(block, 0)
    queue.limit = 4
    assert.ok(queue.room <= 0)
    assert.equal(queue.remove(99), false)
    assert.equal(queue.remove(0), true)
    assert.equal(queue.has(0), false)
  })
})
