import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DurablePieces, NotDurableError } from '../../../src/io/disk/durable-pieces.ts'
import { StorageError } from '../../../src/swarm/ports.ts'

/** A store and a journal that wait for the test's word. */
class Recorder {
  readonly log: string[] = []
  /** Resolves or rejects the sync under way. */
  finishSync: (error?: Error) => void = () => {}
  failAppend: Error | null = null

  sync(): Promise<void> {
    this.log.push('sync')
    return new Promise((resolve, reject) => {
      this.finishSync = (error) => (error === undefined ? resolve() : reject(error))
    })
  }

  async append(indices: readonly number[]): Promise<void> {
    this.log.push(`append ${indices.join()}`)
    if (this.failAppend !== null) throw this.failAppend
  }
}

const pair = () => {
  const recorder = new Recorder()
  const durable = new DurablePieces({ store: recorder, journal: recorder, maxUnsyncedBytes: 100, maxDelayMs: 2000 })
  return { recorder, durable }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))
const eio = new StorageError('EIO', 'sync', '/data')

test('a flush is due by bytes or by the time since the first piece that waits', () => {
  const { durable } = pair()
  assert.equal(durable.due(1e9), false)
  durable.wrote(1, 60, 500)
  durable.wrote(2, 30, 2000)
  assert.equal(durable.due(2499), false)
  assert.equal(durable.due(2500), true)
  durable.wrote(3, 10, 2000)
  assert.equal(durable.due(2000), true)
  assert.equal(durable.unsyncedBytes, 100)
})

test('pieces are recorded only when the data was synced', async () => {
  const { recorder, durable } = pair()
  durable.wrote(7, 60, 0)
  const flushed = durable.flush()
  await settled()
  assert.deepEqual(recorder.log, ['sync'])
  assert.equal(durable.unsyncedBytes, 60)
  recorder.finishSync()
  assert.deepEqual(await flushed, [7])
  assert.deepEqual(recorder.log, ['sync', 'append 7'])
  assert.equal(durable.unsyncedBytes, 0)
})

test('pieces written during a flush belong to the next one, which begins after it', async () => {
  const { recorder, durable } = pair()
  durable.wrote(1, 60, 0)
  const first = durable.flush()
  await settled()
  durable.wrote(2, 150, 1)
  assert.equal(durable.unsyncedBytes, 210)
  assert.equal(durable.due(1e9), false)
  const second = durable.flush()
  await settled()
  assert.deepEqual(recorder.log, ['sync'])
  recorder.finishSync()
  assert.deepEqual(await first, [1])
  await settled()
  assert.deepEqual(recorder.log, ['sync', 'append 1', 'sync'])
  recorder.finishSync()
  assert.deepEqual(await second, [2])
})

test('a flush of nothing touches neither store nor journal', async () => {
  const { recorder, durable } = pair()
  assert.deepEqual(await durable.flush(), [])
  assert.deepEqual(recorder.log, [])
})

test('a failed sync takes with it what was written while it ran, and is never made good by the next', async () => {
  const { recorder, durable } = pair()
  durable.wrote(1, 60, 0)
  const failing = durable.flush()
  await settled()
  durable.wrote(2, 60, 1)
  recorder.finishSync(eio)
  await assert.rejects(failing, (error) => {
    assert.ok(error instanceof NotDurableError)
    assert.deepEqual([error.pieces, error.code, error.cause], [[1, 2], 'EIO', eio])
    return true
  })
  assert.equal(durable.unsyncedBytes, 0)
  assert.equal(durable.due(1e9), false)
  assert.deepEqual(await durable.flush(), [])
  assert.deepEqual(recorder.log, ['sync'])
})

test('a failed record rejects as well, and later pieces go on', async () => {
  const { recorder, durable } = pair()
  recorder.failAppend = new StorageError('ENOSPC', 'write', '/journal')
  durable.wrote(1, 60, 0)
  const failing = durable.flush()
  await settled()
  recorder.finishSync()
  await assert.rejects(failing, (error) => error instanceof NotDurableError && error.code === 'ENOSPC')
  recorder.failAppend = null
  durable.wrote(3, 60, 0)
  const flushed = durable.flush()
  await settled()
  recorder.finishSync()
  assert.deepEqual(await flushed, [3])
})

test('a piece written twice counts once', () => {
  const { durable } = pair()
  durable.wrote(1, 60, 0)
  durable.wrote(1, 60, 5)
  assert.equal(durable.unsyncedBytes, 60)
})
