import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BLOCK_LENGTH } from '../../../src/protocol/index.ts'
import { UPLOAD_QUEUE_LIMIT, UploadQueue } from '../../../src/swarm/peer/upload-queue.ts'

const block = (index: number): { index: number; begin: number; length: number } => ({
  index,
  begin: 0,
  length: BLOCK_LENGTH,
})
/** Of a peer of which nothing is known yet. */
const IN_WINDOW = (512 * 1024) / BLOCK_LENGTH

describe('UploadQueue', () => {
  it('keeps 2,000 requests and no more', () => {
    const queue = new UploadQueue()
    for (let index = 0; index < UPLOAD_QUEUE_LIMIT; index++) assert.equal(queue.push(block(index)), true)
    assert.equal(queue.push(block(0)), false)
    assert.equal(queue.size, 2000)
  })

  it('hands blocks out in order until its window is full, and more as they leave', () => {
    const queue = new UploadQueue()
    for (let index = 0; index < 300; index++) queue.push(block(index))
    const out: number[] = []
    for (let next = queue.next(); next; next = queue.next()) out.push(next.index)
    assert.deepEqual(
      out,
      Array.from({ length: IN_WINDOW }, (_, index) => index),
    )
    queue.sent(BLOCK_LENGTH)
    assert.equal(queue.next()?.index, IN_WINDOW)
    // The window has grown by what left.
    assert.equal(queue.next()?.index, IN_WINDOW + 1)
    assert.equal(queue.next(), null)
  })

  it('never has more than 2 MiB under way, however much leaves in one stroke: the connection would be taken for a deaf one', () => {
    const queue = new UploadQueue()
    let underWay = 0
    for (const left of [0, 512 * 1024, 1000 * 1024, 1900 * 1024, 2048 * 1024]) {
      queue.sent(left)
      underWay -= left
      for (let index = 0; index < 400; index++) queue.push(block(index))
      for (let next = queue.next(); next; next = queue.next()) underWay += next.length
      // The last block may begin within the window and end behind it.
      assert.ok(underWay < 2 * 1024 * 1024 + BLOCK_LENGTH, `${underWay} bytes`)
    }
    assert.ok(underWay >= 2 * 1024 * 1024, `${underWay} bytes`)
  })

  it('has half a second of what the peer takes under way, 512 KiB at least and 2 MiB at most', () => {
    for (const [rate, bytes] of [
      [1000, 512 * 1024],
      [2 * 1024 * 1024, 1024 * 1024],
      [1e9, 2 * 1024 * 1024],
    ] as const) {
      assert.equal(underWay(rate, false), bytes)
    }
  })

  it('has three tenths of a second under way where the uplink is shared out, two blocks at least', () => {
    assert.equal(underWay(1000, true), 2 * BLOCK_LENGTH)
    assert.equal(underWay(40 * BLOCK_LENGTH, true), 12 * BLOCK_LENGTH)
  })

  it('hands out what is allowed until it is allowed more; a block is sent whole, and made up for', () => {
    const queue = new UploadQueue()
    for (let index = 0; index < 10; index++) queue.push(block(index))
    const allowed = (bytes: number): number => {
      queue.allow(bytes)
      let count = 0
      while (queue.next()) count++
      return count
    }
    assert.equal(allowed(2.5 * BLOCK_LENGTH), 3)
    assert.equal(allowed(0.5 * BLOCK_LENGTH), 0)
    assert.equal(allowed(0.5 * BLOCK_LENGTH), 1)
    assert.equal(allowed(Number.POSITIVE_INFINITY), 6)
  })

  function underWay(rate: number, shared: boolean): number {
    const queue = new UploadQueue()
    for (let index = 0; index < UPLOAD_QUEUE_LIMIT; index++) queue.push(block(index))
    queue.fit(rate, shared)
    let bytes = 0
    for (let next = queue.next(); next; next = queue.next()) bytes += next.length
    return bytes
  }

  it('takes more requests while it hands out, in order to the last', () => {
    const queue = new UploadQueue()
    let pushed = 0
    let expected = 0
    for (let turn = 0; turn < 100; turn++) {
      for (let n = 0; n < 7; n++) queue.push(block(pushed++))
      for (let n = 0; n < 7; n++) {
        assert.equal(queue.next()?.index, expected++)
        queue.sent(BLOCK_LENGTH)
      }
    }
    assert.equal(queue.size, 0)
    assert.equal(queue.next(), null)
  })

  it('cancels what still waits, and only the very same block', () => {
    const queue = new UploadQueue()
    for (const index of [1, 2, 3]) queue.push(block(index))
    assert.equal(queue.next()?.index, 1)
    assert.equal(queue.cancel(block(1)), false)
    assert.equal(queue.cancel({ ...block(2), length: 5 }), false)
    assert.equal(queue.cancel(block(2)), true)
    assert.equal(queue.next()?.index, 3)
  })

  it('takes blocks out of a row that waits, and hands out the rest of it', () => {
    const rest = (first: number, blocks = 1): [number, number][] => {
      const queue = new UploadQueue()
      queue.push({ index: 1, begin: 0, length: 4 * BLOCK_LENGTH - 7 })
      const begin = first * BLOCK_LENGTH
      assert.equal(
        queue.cancel({ index: 1, begin, length: Math.min(blocks * BLOCK_LENGTH, 4 * BLOCK_LENGTH - 7 - begin) }),
        true,
      )
      const left: [number, number][] = []
      for (let next = queue.next(); next; next = queue.next()) left.push([next.begin, next.length])
      return left
    }
    assert.deepEqual(rest(0), [[BLOCK_LENGTH, 3 * BLOCK_LENGTH - 7]])
    assert.deepEqual(rest(1, 2), [
      [0, BLOCK_LENGTH],
      [3 * BLOCK_LENGTH, BLOCK_LENGTH - 7],
    ])
    assert.deepEqual(rest(3), [[0, 3 * BLOCK_LENGTH]])
    assert.deepEqual(rest(0, 4), [])
  })

  it('hands out a row in parts of so many bytes, the last one shorter', () => {
    const queue = new UploadQueue()
    queue.push({ index: 1, begin: BLOCK_LENGTH, length: 3 * BLOCK_LENGTH - 7 })
    queue.push(block(2))
    assert.deepEqual(queue.next(2 * BLOCK_LENGTH), { index: 1, begin: BLOCK_LENGTH, length: 2 * BLOCK_LENGTH })
    assert.equal(queue.size, 2)
    assert.deepEqual(queue.next(2 * BLOCK_LENGTH), { index: 1, begin: 3 * BLOCK_LENGTH, length: BLOCK_LENGTH - 7 })
    assert.equal(queue.next(BLOCK_LENGTH)?.index, 2)
    assert.equal(queue.next(BLOCK_LENGTH), null)
  })

  it('gives back what waits when it is cleared; what is under way stays under way', () => {
    const queue = new UploadQueue()
    for (let index = 0; index < IN_WINDOW + 2; index++) queue.push(block(index))
    while (queue.next());
    assert.deepEqual(
      queue.clear().map(({ index }) => index),
      [IN_WINDOW, IN_WINDOW + 1],
    )
    queue.push(block(9))
    assert.equal(queue.next(), null)
    queue.sent(10 * 1024 * 1024)
    assert.equal(queue.next()?.index, 9)
  })
})
