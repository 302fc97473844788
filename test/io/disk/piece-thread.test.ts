import assert from 'node:assert/strict'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemCalls } from '../../../src/io/disk/disk-calls.ts'
import { PieceThread, isForPieceThread } from '../../../src/io/disk/piece-thread.ts'
import { sha1 } from '../../../src/io/disk/sha1.ts'
import { ScratchFolder } from '../../support/scratch-folder.ts'

const PIECE = 256 * 1024

function sharedPiece(fill: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(PIECE)).fill(fill)
}

test('pieces in shared memory are written by their thread, each where it belongs', async () => {
  await using scratch = await ScratchFolder.create()
  const path = join(scratch.path, 'pieces')
  const file = await open(path, 'w')
  const pieces = Array.from({ length: 8 }, (_, index) => sharedPiece(index + 1))
  assert.ok(pieces.every((piece) => isForPieceThread(piece)))
  const counts = await Promise.all(
    pieces.map((piece, index) => systemCalls.write(file.fd, piece, (pieces.length - 1 - index) * PIECE)),
  )
  await file.close()
  assert.deepEqual(
    counts,
    pieces.map(() => PIECE),
  )
  assert.deepEqual(await readFile(path), Buffer.concat(pieces.toReversed()))
})

test('what the system says against a write comes back with its code, and the thread goes on', async () => {
  await using scratch = await ScratchFolder.create()
  const path = join(scratch.path, 'read-only')
  const writable = await open(path, 'w')
  const readable = await open(path, 'r')
  await assert.rejects(systemCalls.write(readable.fd, sharedPiece(1), 0), { code: 'EBADF' })
  assert.equal(await systemCalls.write(writable.fd, sharedPiece(1), 0), PIECE)
  await Promise.all([writable.close(), readable.close()])
})

test('a thread that was told to get ready takes the first piece, and is one thread', async () => {
  let started = 0
  process.on('worker', () => started++)
  const thread = new PieceThread()
  thread.getReady()
  thread.getReady()
  const digest = await thread.hash(sharedPiece(7) as Uint8Array<SharedArrayBuffer>)
  assert.deepEqual(digest, sha1(sharedPiece(7)))
  assert.equal(started, 1)
})
