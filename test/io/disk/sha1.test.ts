import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { hashPiece, sha1 } from '../../../src/io/disk/sha1.ts'

test('a small piece and a large one hash to what they should', async () => {
  assert.equal(sha1(Buffer.from('abc')).toString('hex'), 'a9993e364706816aba3e25717850c26c9cd0d89d')
  for (const length of [0, 1, 1024 * 1024, 3 * 1024 * 1024 + 17]) {
    const bytes = Buffer.alloc(length, 'swarm')
    assert.deepEqual(await hashPiece(bytes), createHash('sha1').update(bytes).digest())
  }
})

test('other work gets its turn while a large piece is hashed', async () => {
  let turns = 0
  const count = (): void => {
    turns++
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  await hashPiece(Buffer.alloc(8 * 1024 * 1024))
  clearImmediate(timer)
  assert.ok(turns >= 7, `${turns} turns`)
})

test('pieces in shared memory are hashed in their thread, many at a time, and hold the process no longer than that', async () => {
  const pieces = Array.from({ length: 20 }, (_, index) => {
    const bytes = Buffer.from(new SharedArrayBuffer(256 * 1024 + index))
    return bytes.fill(index)
  })
  const digests = await Promise.all(pieces.map((bytes) => hashPiece(bytes)))
  assert.deepEqual(
    digests,
    pieces.map((bytes) => createHash('sha1').update(bytes).digest()),
  )
})
