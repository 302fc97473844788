import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DurablePieces } from '../../../src/io/index.ts'
import { DurableFlusher } from '../../../src/service/swarm/durable-flusher.ts'
import { ServiceCounts } from '../../../src/service/measures/service-counts.ts'

function flusher(sync: () => Promise<void>) {
  const failed: string[] = []
  const durable = new DurablePieces({ store: { sync }, journal: { append: async () => {} } })
  const made = new DurableFlusher({
    durable,
    counts: new ServiceCounts(),
    onPressure: () => {},
    onFailed: ({ pieces, code }) => void failed.push(`${pieces.join()} ${code}`),
  })
  made.wrote(3, 1000)
  return { made, failed }
}

test('a flush says that all is durable only when the disk took it', async () => {
  const good = flusher(async () => {})
  assert.equal(await good.made.flush(), true)
  assert.deepEqual(good.failed, [])
  const bad = flusher(async () => {
    throw Object.assign(new Error('no'), { code: 'EIO' })
  })
  assert.equal(await bad.made.flush(), false)
  assert.deepEqual(bad.failed, ['3 EIO'])
})
