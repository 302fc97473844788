import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measuredStore } from '../../../src/service/swarm/measured-store.ts'
import { DiskCounts } from '../../../src/service/measures/service-counts.ts'

test('calls of a store are counted and timed, those under way and those that fail', async () => {
  const written = Promise.withResolvers<void>()
  const counts = new DiskCounts()
  const store = measuredStore(
    {
      read: async () => {},
      write: () => written.promise,
      sync: () => Promise.reject(new Error('EIO')),
      close: async () => {},
    },
    counts,
  )
  await store.read(0, Buffer.alloc(10))
  const writing = store.write(0, Buffer.alloc(7))
  assert.deepEqual(counts.pending, { read: 0, write: 1, sync: 0 })
  assert.equal(counts.bytes.write, 0)
  written.resolve()
  await writing
  await assert.rejects(store.sync(), /EIO/)
  assert.deepEqual(counts.pending, { read: 0, write: 0, sync: 0 })
  assert.deepEqual(counts.bytes, { read: 10, write: 7 })
  assert.deepEqual(counts.failures, { read: 0, write: 0, sync: 1 })
  assert.deepEqual(
    Object.values(counts.seconds).map((seconds) => seconds.view().count),
    [1, 1, 1],
  )
})
